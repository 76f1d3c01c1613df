"""How far the reading of own texts is, then what was taken and what was left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QProgressBar, QVBoxLayout, QWidget

from medsdesk.ui.command_words import in_window
from medsdesk.ui.own_texts.left_out_table import LeftOutTable
from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.labels import label, show_line
from medsdesk.ui.widgets.tables import LowTableView, dress
from medsdesk.ui.widgets.text_box import AnswerBox
from medsdesk.ui.wording import count

if TYPE_CHECKING:
    from medsdesk.services.make_task import MadeTask, MakeProgress
    from medsdesk.tasks.own_texts import LeftOut
    from medsdesk.ui.theme import Tone

_COLUMNS = (0.3, 0.4, 0.3)
_LINES = 6
_NONE = "Nothing was taken, so no file was written. The reasons stand below."


class OutcomePanel(QWidget):
    """Progress first, then the result."""

    def __init__(self) -> None:
        super().__init__()
        self.badge = label("", "badge")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Files read")
        self.figures = label("", wrap=True)
        self.path = label("", "quiet", wrap=True)
        self.title = label("", "strong", wrap=True)
        self.rows = LeftOutTable(self)
        self.table = LowTableView(_LINES, _COLUMNS)
        self.table.setModel(self.rows)
        dress(self.table, stretched=1)
        self.table.setAccessibleName("What was left out")
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_row())
        self.row = label("", wrap=True)
        self.copy = button("Cop&y the list", self._copy, "quiet", "With tabs, for a table.")
        self.notes_title = label("Worth knowing", "strong")
        self.notes = AnswerBox("Worth knowing", lines=4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(self.badge, 0, Qt.AlignmentFlag.AlignLeft)
        for part in (self.bar, self.figures, self.path, self.title):
            layout.addWidget(part)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.row)
        layout.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.notes_title)
        layout.addWidget(self.notes, 1)
        layout.addStretch(0)

    def begin(self) -> None:
        """Show that the reading begins."""
        self._badge("Reading the texts…", "plain")
        self.bar.setRange(0, 0)
        self.bar.show()
        show_line(self.figures, "")
        show_line(self.path, "")
        self._show_left_out(())
        self._show_notes(())

    def show_stopping(self) -> None:
        """Show that it was told to stop."""
        self._badge("Stopping after the text in hand…", "warn")

    def show_progress(self, progress: MakeProgress) -> None:
        """Show how far it is."""
        self.bar.setRange(0, progress.of)
        self.bar.setValue(progress.done)
        left_out = f", {progress.left_out:,} left out" if progress.left_out else ""
        taken = f"{count(progress.items, 'text')} taken{left_out}"
        show_line(self.figures, f"{progress.done:,} of {count(progress.of, 'file')} read · {taken}")

    def show_made(self, made: MadeTask) -> None:
        """Show what was taken and where it is."""
        self._badge("Saved, with things left out" if made.left_out else "Saved",
                    "warn" if made.left_out else "good")  # fmt: skip
        self.bar.hide()
        taken = f"{count(made.items, 'text')} taken, {made.referenced:,} with a right answer"
        where = "The file stands ticked in the list of the page Evaluate."
        show_line(self.figures, f"{taken}. {where}")
        show_line(self.path, str(made.path))
        self._show_left_out(made.left_out)
        self._show_notes(made.notes)

    def show_nothing(self, left_out: Sequence[LeftOut]) -> None:
        """Show why there is nothing."""
        self._badge("Nothing was taken", "danger")
        self.bar.hide()
        show_line(self.figures, _NONE)
        self._show_left_out(left_out)
        self._show_notes(())

    def _badge(self, words: str, tone: Tone) -> None:
        self.badge.setText(words)
        self.badge.setAccessibleName(words)
        set_tone(self.badge, tone)

    def _show_left_out(self, left_out: Sequence[LeftOut]) -> None:
        self.rows.show_rows(left_out)
        self.table.fit()
        for part in (self.table, self.row, self.copy):
            part.setVisible(bool(left_out))
        show_line(self.title, f"{count(len(left_out), 'thing')} left out" if left_out else "")
        if left_out:
            self.table.selectRow(0)
            self._show_row()

    def _show_notes(self, notes: Sequence[str]) -> None:
        self.notes.setPlainText("\n\n".join(in_window(note) for note in notes))
        self.notes.setVisible(bool(notes))
        self.notes_title.setVisible(bool(notes))

    def _show_row(self) -> None:
        show_line(self.row, self.rows.sentence(self.table.currentIndex().row()))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.rows.lines())
