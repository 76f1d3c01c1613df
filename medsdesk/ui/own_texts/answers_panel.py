"""Right answers for own texts, and how the texts are named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.command_words import ANSWER_COLUMN, NAME_COLUMN, TEXT_COLUMN
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.files import TABLES, ask_open
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.tasks.table_texts import Columns

_ABOUT = (
    "Without a right answer a text is run, and its answer is not scored. Found by themselves: "
    "letter1.ref.txt beside letter1.docx, and a column 'reference' in a table of texts."
)
_FOUND = "Found by its name; give it only if you are asked to."


class AnswersPanel(QWidget):
    """All that is not needed.

    Signals:
        changed: Something was chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.table = QLineEdit()
        self.table.setPlaceholderText("None")
        self.table.setClearButtonEnabled(True)
        self.table.setAccessibleDescription(
            "A table with the columns file and reference: the name of a text, its right answer."
        )
        self.table.textChanged.connect(lambda _: self.changed.emit())
        self.choose = button("C&hoose…", self._ask, tip="A table of file and reference.")
        self.conclusions = QCheckBox("FHIR reports: the conclusion is the right answer")
        self.numbered = QCheckBox("Number the texts, do not keep their names")
        self.numbered.setToolTip("Where the names of files or the ids are those of patients.")
        self.numbered.toggled.connect(lambda _: self.changed.emit())
        self.text_column, self.answer_column, self.name_column = (QLineEdit() for _ in range(3))
        self._build()

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(SMALL)
        grid.addWidget(buddy("Table of ans&wers", self.table), 0, 0)
        grid.addWidget(self.table, 0, 1)
        grid.addWidget(self.choose, 0, 2)
        columns = (
            (TEXT_COLUMN, self.text_column),
            (ANSWER_COLUMN, self.answer_column),
            (NAME_COLUMN, self.name_column),
        )
        for row, (name, field) in enumerate(columns, 1):
            grid.addWidget(buddy(name, field), row, 0)
            grid.addWidget(field, row, 1, 1, 2)
            field.setPlaceholderText("Found by its name")
            field.setToolTip(_FOUND)
            field.setAccessibleDescription(_FOUND)
        grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(label("3  Right answers, if there are any", "heading"))
        layout.addWidget(label(_ABOUT, "quiet", wrap=True))
        layout.addLayout(grid)
        layout.addWidget(self.conclusions)
        layout.addWidget(self.numbered)
        layout.addStretch(1)

    @property
    def references(self) -> Path | None:
        """The table of right answers; None where there is none."""
        told = self.table.text().strip()
        return Path(told) if told else None

    def columns(self) -> Columns:
        """Return which columns of tables hold what."""
        from medsdesk.tasks.table_texts import Columns

        return Columns(
            self.text_column.text().strip(),
            self.answer_column.text().strip(),
            self.name_column.text().strip(),
        )

    def _ask(self) -> None:
        path = ask_open(self, "Table of right answers", TABLES)
        if path is not None:
            self.table.setText(str(path))
