"""Asks for whom a study file is, and what is to be locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QVBoxLayout, QWidget

from medsdesk.ui.studies.words import missing_words
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.services.study_status import StudyStatus

_WIDTH = 56  # letters


class BundleDialog(QDialog):
    """Offers all raters, or one of them.

    Signals:
        chosen: Names of raters; none for all.
    """

    chosen = Signal(object)

    def __init__(self, study: StudyStatus, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save study file")
        self.who = QComboBox()
        self.who.addItem("All raters", ())
        for rater in study.raters:
            self.who.addItem(rater.rater, (rater.rater,))
        save = button("&Save…", self._save, "primary")
        save.setDefault(True)
        layout = _column(self)
        layout.addWidget(
            label(
                "The file holds the forms, the texts and the answers to rate, and nothing that "
                "says which model wrote what. It has patients' texts in it if yours have: carry "
                "it as you would carry those.",
                wrap=True,
            )
        )
        layout.addWidget(buddy("&For:", self.who))
        layout.addWidget(self.who)
        layout.addStretch(1)
        layout.addLayout(closing(button("Cancel", self.reject), save))

    def _save(self) -> None:
        self.accept()
        self.chosen.emit(tuple(self.who.currentData()))


class LockDialog(QDialog):
    """Asks what is locked, whether it may lack answers, and why.

    Signals:
        chosen: Rater, or nothing for the whole study; whether answers may be missing; a reason.
    """

    chosen = Signal(str, bool, str)

    def __init__(self, study: StudyStatus, rater: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Lock")
        self._study = study
        self.what = QComboBox()
        if study.owned:
            self.what.addItem("The whole study", "")
        for each in study.raters:
            if not each.closed:
                self.what.addItem(f"The set of {each.rater}", each.rater)
        if not study.owned:
            self.what.setCurrentIndex(max(0, self.what.findData(rater)))
        self.what.currentIndexChanged.connect(lambda _: self._show())
        self.missing = label("", wrap=True)
        set_tone(self.missing, "warn")
        self.incomplete = QCheckBox("Lock it &although answers are missing")
        self.incomplete.toggled.connect(lambda _: self._show())
        self.why = QLineEdit()
        self.why.setPlaceholderText("Optional; it is kept in the record of who did what")
        self.lock_button = button("&Lock for good", self._lock, "primary")
        layout = _column(self)
        layout.addWidget(
            label(
                "What is locked can be read and never be changed any more. When the whole study "
                "is locked, its owner is told which model wrote what.",
                wrap=True,
            )
        )
        layout.addWidget(buddy("&What:", self.what))
        layout.addWidget(self.what)
        layout.addWidget(self.missing)
        layout.addWidget(self.incomplete)
        layout.addWidget(buddy("&Reason:", self.why))
        layout.addWidget(self.why)
        layout.addStretch(1)
        layout.addLayout(closing(button("Cancel", self.reject), self.lock_button))
        self._show()

    def _show(self) -> None:
        words = missing_words(self._study, str(self.what.currentData() or ""))
        self.missing.setText(words)
        self.missing.setVisible(bool(words))
        self.incomplete.setVisible(bool(words))
        ready = self.what.count() > 0 and (not words or self.incomplete.isChecked())
        self.lock_button.setEnabled(ready)

    def _lock(self) -> None:
        self.accept()
        allowed = self.incomplete.isChecked() and not self.incomplete.isHidden()
        self.chosen.emit(str(self.what.currentData() or ""), allowed, self.why.text().strip())


def _column(dialog: QDialog) -> QVBoxLayout:
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
    layout.setSpacing(SMALL)
    dialog.setMinimumWidth(_WIDTH * dialog.fontMetrics().averageCharWidth())
    return layout
