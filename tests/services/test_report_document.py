"""A report is sections with headings in order."""

from __future__ import annotations

from medsdesk.services.report_document import Paragraph, ReportDocument, Section, facts


def test_headings_come_in_order_with_their_level() -> None:
    inner = (Section("B1", ()), Section("B2", (Paragraph("x"),)))
    document = ReportDocument("T", (), "", (Section("A", ()), Section("B", (), inner)))
    assert list(document.headings()) == [(2, "A"), (2, "B"), (3, "B1"), (3, "B2")]


def test_facts_are_a_table_of_two_columns() -> None:
    grid = facts("Design", (("Items", "40"),))
    assert [column.name for column in grid.columns] == ["What", "Value"]
    assert grid.rows == (("Items", "40"),)
