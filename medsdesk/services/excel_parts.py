"""The parts of an Excel workbook around its sheets, after ECMA-376 (Office Open XML)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from medsdesk.services.excel_cells import MOST_DECIMALS

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_OFFICE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

PLAIN, GUARDED = 0, 1
"""Styles: a plain cell; a text that stays one also where somebody edits it."""
_FIRST_FORMAT = 164  # the numbers below belong to formats that every program knows

SHEET_HEAD = (
    f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)
"""The beginning of a sheet whose first row stays in sight."""
SHEET_TAIL = "</sheetData></worksheet>"


def sheet_part(number: int) -> str:
    """Return the name of the part of a sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def style_of(shown_as: str) -> int:
    """Return the style of a number format: ``General``, or one such as ``0.00``."""
    return PLAIN if shown_as == "General" else GUARDED + len(shown_as) - len("0.")


def other_parts(names: Sequence[str]) -> dict[str, str]:
    """Return the parts of a workbook with sheets of these names, by their own names."""
    numbers = range(1, len(names) + 1)
    types = "".join(
        f'<Override PartName="/{sheet_part(n)}" ContentType="{_OFFICE}.worksheet+xml"/>'
        for n in numbers
    )
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    return {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_OFFICE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_OFFICE}.styles+xml"/>'
            f"{types}</Types>"
        ),
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_DOCUMENT}">'
            f"<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": _links(links + _link(len(names) + 1, "styles", "styles.xml")),
        "xl/styles.xml": _styles(),
    }


def _styles() -> str:
    """Return the styles: plain, guarded, and a format for each number of decimals."""
    decimals = range(1, MOST_DECIMALS + 1)
    formats = "".join(
        f'<numFmt numFmtId="{_FIRST_FORMAT + n}" formatCode="0.{"0" * n}"/>' for n in decimals
    )
    common = 'fontId="0" fillId="0" borderId="0"'
    cells = "".join(
        f'<xf numFmtId="{_FIRST_FORMAT + n}" {common} xfId="0" applyNumberFormat="1"/>'
        for n in decimals
    )
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(decimals)}">{formats}</numFmts>'
        '<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1"><xf numFmtId="0" {common}/></cellStyleXfs>'
        f'<cellXfs count="{len(decimals) + 2}"><xf numFmtId="0" {common} xfId="0"/>'
        f'<xf numFmtId="0" {common} xfId="0" quotePrefix="1"/>{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _links(links: str) -> str:
    return f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_DOCUMENT}/{kind}" Target="{target}"/>'
