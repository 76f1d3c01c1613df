"""Asks for whom ratings are exported, and says what each choice leaves out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QDialog, QRadioButton, QVBoxLayout

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.boxes import combo
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.core.rating_export import RatingFormat, RatingProfile, RatingShape

_WIDTH = 76  # letters


@dataclass(frozen=True, slots=True)
class ExportKind:
    """One thing that ratings are exported as.

    Attributes:
        name: For people.
        words: What it is.
        form: Of the files.
        shape: Of the table.
        package: Whether it is a folder.
    """

    name: str
    words: str
    form: RatingFormat
    shape: RatingShape = "long"
    package: bool = False


KINDS = (
    ExportKind(
        "Table, a line for each rating (CSV)",
        "One file that R, SPSS, Stata and Python read, and that MedsDesk takes back.",
        "csv",
    ),
    ExportKind(
        "Table, a line for each answer and rater (CSV)",
        "One file with the questions side by side.",
        "csv",
        "wide",
    ),
    ExportKind(
        "Excel workbook",
        "The ratings line by line, with sheets that explain the columns and say where the "
        "ratings come from. MedsDesk takes it back too.",
        "xlsx",
    ),
    ExportKind(
        "Folder for a statistician",
        "A new folder with both tables, a codebook that explains every column, a record of forms "
        "and study plans, and checksums by which it can be seen that nothing was changed.",
        "csv",
        package=True,
    ),
    ExportKind(
        "Folder for REDCap",
        "A new folder with a data dictionary, and the records to import once REDCap has it.",
        "redcap",
        package=True,
    ),
)
FULL = (
    "Names of raters, their comments, corrected answers and marks, and dates go out as they are; "
    "comments may name patients. Clinical texts, references and the models' own answers are not "
    "in it."
)
HIDDEN = (
    "Names of raters, studies and own models become codes, the same in every export from here. "
    "Comments, corrections and marks are left out. Dates are moved, by the same for all of one "
    "text, so that the time between them stays true. Look through it before you pass it on: "
    "names of questions and scores stay."
)


class ExportDialog(QDialog):
    """The choices of an export.

    Signals:
        chosen: An ``ExportKind`` and a ``RatingProfile``.
    """

    chosen = Signal(object, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export ratings")
        self.kind = combo(tuple((kind, kind.name) for kind in KINDS))
        self.kind.currentIndexChanged.connect(lambda _: self._show())
        self.what = label("", wrap=True)
        self.what.setAccessibleName("What is written")
        self.full = QRadioButton("&Everything")
        self.hidden = QRadioButton("&De-identified")
        profiles = QButtonGroup(self)
        for choice in (self.full, self.hidden):
            profiles.addButton(choice)
            choice.toggled.connect(lambda _: self._show())
        self.left_out = label("", wrap=True)
        self.left_out.setAccessibleName("What goes out")
        self.place_button = button("&Choose where…", self._choose, "primary")
        self.place_button.setDefault(True)
        self._build()
        self.full.setChecked(True)

    @property
    def profile(self) -> RatingProfile:
        """What is to be left out."""
        return "deidentified" if self.hidden.isChecked() else "full"

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        self.setMinimumWidth(_WIDTH * self.fontMetrics().averageCharWidth())
        layout.addWidget(buddy("&What to write:", self.kind))
        layout.addWidget(self.kind)
        layout.addWidget(self.what)
        layout.addSpacing(SMALL)
        layout.addWidget(label("What goes out:"))
        layout.addWidget(self.full)
        layout.addWidget(self.hidden)
        layout.addWidget(self.left_out)
        layout.addStretch(1)
        layout.addLayout(closing(button("Cancel", self.reject), self.place_button))

    def _show(self) -> None:
        self.what.setText(self.kind.currentData().words)
        self.left_out.setText(HIDDEN if self.hidden.isChecked() else FULL)

    def _choose(self) -> None:
        self.accept()
        self.chosen.emit(self.kind.currentData(), self.profile)
