"""Reads the text of a Word document (DOCX) in the order in which it stands on the page."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.office_zip import check_office_zip

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

# Elements that are to the text as if they were not there; of two versions of the same, as
# old and new programs want it, ``Choice`` is the one for new programs.
_CLEAR = frozenset(
    (
        "r", "ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdt", "sdtContent",
        "fldSimple", "dir", "bdo", "ruby", "rubyBase", "AlternateContent", "Choice", "oMath",
        "oMathPara", "f", "num", "den", "e", "sup", "sub", "sSup", "sSub", "rad", "deg", "d",
        "nary", "sSubSup",
    )
)  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Symbols of the font Wingdings that forms are ticked with.
_TICKS = {
    "F0FE": "\u2612", "F078": "\u2612", "F0FD": "\u2612", "F0FC": "\u2713", "F0A8": "\u2610",
    "F06F": "\u2610", "F0A3": "\u2610", "F052": "\u2611",
}  # fmt: skip
_NO_SYMBOL = "\u25a1"
_PICTURES = frozenset(("drawing", "pict", "object"))
_REMARKS = {
    "del": "deletions that are tracked were left out",
    "moveFrom": "text that was moved stands only where it is now",
    "hidden": "hidden text was left out",
    "picture": "pictures are not read",
    "symbol": f"symbols of a picture font stand as {_NO_SYMBOL}",
    "altChunk": "a document within the document was left out",
    "commentReference": "comments were left out",
}
_HINT = "Open it in Word and save it again as .docx, or paste the text."


class _Element(Protocol):
    """What is asked of an element of lxml, which has no types of its own."""

    @property
    def tag(self) -> object:
        """Its name with the namespace; no text for comments and the like."""

    @property
    def text(self) -> str | None:
        """The text before its first child."""

    def get(self, key: str) -> str | None:
        """Return an attribute."""

    def iter(self, *tags: str) -> Iterator[_Element]:
        """Return the elements below, at any depth."""

    def __iter__(self) -> Iterator[_Element]: ...


def read_word(data: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """Return the text of a document, and what was left out of it in a few words each.

    Paragraphs and tables in their order, a table's row on a line with cells kept apart by
    `` | ``; text boxes after the paragraph they hang on; foot- and endnotes at the end.
    Headers and footers, comments and tracked deletions are left out and told.

    Args:
        data: The whole file.
        name: What to call it in an error, such as ``The file a.docx``.

    Raises:
        UserFacingError: It is broken, too large, protected, or no Word document.
    """
    file = io.BytesIO(data)
    check_office_zip(file, name)
    document = _open(file, name)
    reader = _Reader()
    try:
        body: _Element = document.element.body
        lines = [*reader.blocks(body), *_notes(document, reader)]
        if _has_margins(document):
            reader.left_out["margin"] += 1
    except Exception as error:
        raise UserFacingError(f"{name} is damaged inside.", _HINT) from error
    return "\n".join(lines).strip("\n"), reader.remarks()


def _open(file: io.BytesIO, name: str) -> WordDocument:
    try:
        # Seldom wanted, and slow to import.
        import docx

        return docx.Document(file)
    except Exception as error:
        raise UserFacingError(f"{name} cannot be read as a Word document.", _HINT) from error


class _Reader:
    """Walks through the elements of a document and counts what it leaves out."""

    def __init__(self) -> None:
        self.left_out: Counter[str] = Counter()
        self._boxes: list[_Element] = []

    def blocks(self, parent: _Element) -> Iterator[str]:
        """Yield the lines of paragraphs and tables below an element."""
        for element in parent:
            name = _name(element)
            if name == "p":
                yield from self._paragraph(element)
            elif name == "tbl":
                for row in _rows(element):
                    yield from self._row(row)
            elif name in _CLEAR:
                yield from self.blocks(element)
            elif name in _REMARKS:
                self.left_out[name] += 1

    def remarks(self) -> tuple[str, ...]:
        """Return what was left out, in a few words each."""
        named = {"margin": "the header and footer were left out", **_REMARKS}
        return tuple(words for key, words in named.items() if self.left_out[key])

    def _paragraph(self, paragraph: _Element) -> Iterator[str]:
        mark = "- " if _is_listed(paragraph) else ""
        text = "".join(self._inline(paragraph))
        yield f"{mark}{text}" if text.strip() else text
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self.blocks(box)

    def _row(self, row: _Element) -> Iterator[str]:
        if _find(row, "trPr", "del"):
            self.left_out["del"] += 1
            return
        cells = (" ".join(" ".join(self.blocks(cell)).split()) for cell in _cells(row))
        if (line := " | ".join(cells)).strip(" |"):
            yield line

    def _inline(self, parent: _Element) -> Iterator[str]:
        for element in parent:
            name = _name(element)
            if name == "t":
                yield element.text or ""
            elif name in _SIGNS:
                yield _SIGNS[name]
            elif name == "sym":
                yield self._symbol(element)
            elif name == "r" and _find(element, "rPr", "vanish"):
                self.left_out["hidden"] += 1
            elif name in _CLEAR:
                yield from self._inline(element)
            elif name in ("footnoteReference", "endnoteReference"):
                yield f"[{name[:-9]} {element.get(_W + 'id')}]"
            elif name in _PICTURES:
                self._picture(element)
            elif name in _REMARKS:
                self.left_out[name] += 1

    def _picture(self, element: _Element) -> None:
        boxes = tuple(_outermost(element, "txbxContent"))
        self._boxes += boxes
        self.left_out["picture"] += not boxes

    def _symbol(self, element: _Element) -> str:
        tick = _TICKS.get((element.get(_W + "char") or "").upper())
        if tick and (element.get(_W + "font") or "").casefold() == "wingdings":
            return tick
        self.left_out["symbol"] += 1
        return _NO_SYMBOL


def _notes(document: WordDocument, reader: _Reader) -> Iterator[str]:
    """Yield foot- and endnotes with the marks that stand for them in the text."""
    from docx.oxml import parse_xml

    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2].removesuffix("s")
        if relation.is_external or kind not in ("footnote", "endnote"):
            continue
        notes: _Element = parse_xml(relation.target_part.blob)
        for note in notes:
            # Those with a type are the lines that part notes from text.
            if note.get(_W + "type") is None:
                text = " ".join(" ".join(reader.blocks(note)).split())
                yield f"[{kind} {note.get(_W + 'id')}] {text}"


def _has_margins(document: WordDocument) -> bool:
    """Return whether a header or footer has text."""
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in ("header", "footer") and not relation.is_external:
            element: _Element = relation.target_part.element
            if any((one.text or "").strip() for one in element.iter(_W + "t")):
                return True
    return False


def _name(element: _Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _find(parent: _Element, group: str, wanted: str) -> bool:
    """Return whether an element's properties have one that is not switched off."""
    off = ("0", "false", "off")
    return any(
        _name(one) == wanted and one.get(_W + "val") not in off
        for properties in parent
        if _name(properties) == group
        for one in properties
    )


def _is_listed(paragraph: _Element) -> bool:
    for properties in paragraph:
        if _name(properties) == "pPr":
            for one in properties:
                style = (one.get(_W + "val") or "") if _name(one) == "pStyle" else ""
                if style.startswith(("ListBullet", "ListNumber")) or _name(one) == "numPr":
                    return True
    return False


def _rows(table: _Element) -> Iterator[_Element]:
    return _through(table, "tr")


def _cells(row: _Element) -> Iterator[_Element]:
    return _through(row, "tc")


def _through(parent: _Element, wanted: str) -> Iterator[_Element]:
    """Yield elements of a name, also within elements that are as if they were not there."""
    for element in parent:
        if _name(element) == wanted:
            yield element
        elif _name(element) in _CLEAR:
            yield from _through(element, wanted)


def _outermost(parent: _Element, wanted: str) -> Iterable[_Element]:
    """Yield elements of a name at any depth, but none within another one."""
    for element in parent:
        if _name(element) == wanted:
            yield element
        elif _name(element) != "Fallback":
            yield from _outermost(element, wanted)
