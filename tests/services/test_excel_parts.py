"""The parts of a workbook are well-formed, and each style is where it is looked for."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from medsdesk.services.excel_cells import MOST_DECIMALS
from medsdesk.services.excel_parts import GUARDED, MAIN, PLAIN, other_parts, sheet_part, style_of


def test_every_part_is_well_formed_and_names_the_sheets() -> None:
    made = other_parts(["ratings", 'a & "b" <c>'])
    for text in made.values():
        ET.fromstring(text.encode())
    book = ET.fromstring(made["xl/workbook.xml"].encode())
    names = [each.get("name") for each in book.iter(f"{{{MAIN}}}sheet")]
    assert names == ["ratings", 'a & "b" <c>']
    assert all(sheet_part(n) in made["[Content_Types].xml"] for n in (1, 2))


def test_a_style_is_the_one_of_its_format() -> None:
    styles = ET.fromstring(other_parts(["ratings"])["xl/styles.xml"].encode())
    cells = list(next(styles.iter(f"{{{MAIN}}}cellXfs")))
    codes = {e.get("numFmtId"): e.get("formatCode") for e in styles.iter(f"{{{MAIN}}}numFmt")}
    assert style_of("General") == PLAIN
    assert cells[GUARDED].get("quotePrefix") == "1"
    for decimals in range(1, MOST_DECIMALS + 1):
        shown_as = f"0.{'0' * decimals}"
        assert codes[cells[style_of(shown_as)].get("numFmtId")] == shown_as
