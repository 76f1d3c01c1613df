"""A report as one HTML file: nothing outside of it is needed, and nothing in it runs."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator
from typing import TYPE_CHECKING

from medsdesk.core.picture import Picture
from medsdesk.services.report_document import Block, Bullets, Grid, Paragraph, Section
from medsdesk.services.report_words import legible

if TYPE_CHECKING:
    from medsdesk.services.report_document import ReportDocument

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
_CSS = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --quiet: #555555;
  --line: #b8b8b8; --soft: #f2f4f6; --mark: #8a4b00; --warm: #fff4e5; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #16181b; --quiet: #b4b4b4;
  --line: #565b61; --soft: #22262b; --mark: #ffb454; --warm: #33260f; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 62rem; color: var(--ink);
  background: var(--paper); font: 1rem/1.5 "Noto Sans", "Segoe UI", "Helvetica Neue", Arial,
  "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", "Yu Gothic", sans-serif; }
h1 { font-size: 1.8rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; }
h1, h2, h3, p, li, td, th, caption { overflow-wrap: anywhere; unicode-bidi: isolate; }
.about, .quiet, .notes { color: var(--quiet); font-size: .9rem; }
.lead { font-weight: 600; }
.warning { border-left: .3rem solid var(--mark); background: var(--warm); padding: .6rem .9rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .8rem 0 .3rem; font-size: .9rem; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { padding: .25rem .5rem; text-align: left; vertical-align: top;
  border-bottom: 1px solid var(--line); }
thead th { background: var(--soft); vertical-align: bottom; }
tbody th { font-weight: 400; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap;
  overflow-wrap: normal; }
figure { margin: 1rem 0; }
figure img { max-width: 100%; height: auto; background: #ffffff; }
@page { size: A4; margin: 18mm 16mm; }
@media print { :root { --ink: #000000; --paper: #ffffff; --quiet: #333333; --line: #888888;
    --soft: #eeeeee; --warm: #ffffff; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10pt; } .wide { overflow: visible; }
  table { font-size: 8pt; } h1, h2, h3, caption { break-after: avoid; }
  thead { display: table-header-group; } tr, figure { break-inside: avoid; }
  p { orphans: 3; widows: 3; } .n { white-space: normal; } }
"""


def report_html(document: ReportDocument) -> str:
    """Return a report as a page.

    Everything written is escaped. Characters that no page may hold, or that turn the direction
    of the words around them, are shown as a replacement sign. Pictures are inside as data, lines
    where there are some; scripts and addresses are refused by the page's own policy.
    """
    return "\n".join(_page(document)) + "\n"


def _page(document: ReportDocument) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield '<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{_safe(document.title)}</title>\n<style>{_CSS}</style>\n</head>"
    yield f"<body>\n<header>\n<h1>{_safe(document.title)}</h1>"
    yield from (f'<p class="about">{_safe(line)}</p>' for line in document.about)
    if document.preliminary:
        yield f'<p class="warning" role="note">{_safe(document.preliminary)}</p>'
    yield "</header>\n<main>"
    for section in document.sections:
        yield from _section(section, 2)
    yield "</main>\n</body>\n</html>"


def _section(section: Section, level: int) -> Iterator[str]:
    yield f"<section>\n<h{level}>{_safe(section.title)}</h{level}>"
    for block in section.blocks:
        yield from _block(block)
    for part in section.parts:
        yield from _section(part, level + 1)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Paragraph():
            kind = "" if block.kind == "plain" else f' class="{block.kind}"'
            head = f"<strong>{_safe(block.head)}</strong> " if block.head else ""
            yield f"<p{kind}>{head}{_safe(block.text)}</p>"
        case Bullets():
            yield from _list(block)
        case Grid():
            yield from _grid(block)
        case Picture():
            yield from _picture(block)


def _list(block: Bullets) -> Iterator[str]:
    kind = "ol" if block.numbered else "ul"
    yield f"<{kind}>"
    yield from (f"<li>{_safe(item)}</li>" for item in block.items)
    yield f"</{kind}>"


def _grid(grid: Grid) -> Iterator[str]:
    # What scrolls must be reached by the keyboard too.
    yield f'<div class="wide" role="group" tabindex="0" aria-label="{_safe(grid.caption)}">'
    yield f"<table>\n<caption>{_safe(grid.caption)}</caption>\n<thead><tr>"
    numbers = [' class="n"' if column.number else "" for column in grid.columns]
    for column, kind in zip(grid.columns, numbers, strict=True):
        yield f'<th scope="col"{kind}>{_safe(column.name)}</th>'
    yield "</tr></thead>\n<tbody>"
    for head, *cells in grid.rows:
        body = (
            f"<td{kind}>{_safe(cell)}</td>" for cell, kind in zip(cells, numbers[1:], strict=True)
        )
        yield f'<tr><th scope="row"{numbers[0]}>{_safe(head)}</th>{"".join(body)}</tr>'
    yield "</tbody>\n</table>\n</div>"
    if grid.notes:
        yield '<ol class="notes">'
        yield from (f"<li>{_safe(note)}</li>" for note in grid.notes)
        yield "</ol>"
    yield from (f'<p class="notes">{_safe(line)}</p>' for line in grid.below)


def _picture(picture: Picture) -> Iterator[str]:
    """Yield a picture, which has its title and caption inside; who does not see it hears them."""
    kind, data = ("svg+xml", picture.svg) if picture.svg else ("png", picture.png)
    source = f"data:image/{kind};base64,{base64.b64encode(data).decode('ascii')}"
    yield (
        f'<figure><img src="{source}" alt="{_safe(picture.title)}. {_safe(picture.caption)}" '
        f'width="{picture.width:d}" height="{picture.height:d}"></figure>'
    )


def _safe(text: str) -> str:
    return html.escape(legible(text), quote=True)
