"""Which mark the note in the field belongs to, also while marks come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from medsdesk.ui.rating import marking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.core.study_rating import Mark
    from medsdesk.ui.rating.mark_panel import MarkPanel


class MarkNote:
    """The note of the mark that is current in the list.

    Args:
        panel: Has the list and the field.
    """

    def __init__(self, panel: MarkPanel) -> None:
        self._panel = panel
        self._mark: Mark | None = None

    def follow(self, marks: Sequence[Mark]) -> None:
        """Belong to the current mark of the list, unless words are being typed."""
        row = self._panel.list.currentRow()
        if not self._panel.note.hasFocus():
            self._mark = marks[row] if 0 <= row < len(marks) else None

    def show(self, mark: Mark) -> None:
        """Show the note of a mark."""
        self._mark = mark
        self._panel.show_note(mark.note)

    def write(self, number: int) -> None:
        """Let words be written on the mark of a number in the list."""
        self._panel.list.setCurrentRow(number)
        self._panel.note.setFocus(Qt.FocusReason.OtherFocusReason)

    def changed(self, marks: tuple[Mark, ...]) -> tuple[Mark, ...]:
        """Return marks with the words in the field on the mark they belong to."""
        number = marking.number_of(marks, self._mark)
        words = self._panel.note.text().strip()
        if number is None or marks[number].note == words:
            return marks
        return marking.with_note(marks, number, words)
