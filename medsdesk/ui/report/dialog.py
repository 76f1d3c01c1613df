"""The dialog "Write a report": in which form, with or without names, and where."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout, QWidget

from medsdesk.ui.theme import MEDIUM, SMALL
from medsdesk.ui.widgets.buttons import button, closing
from medsdesk.ui.widgets.files import ask_save
from medsdesk.ui.widgets.labels import label

PAGE, PAPER = "Report (*.html)", "Report (*.pdf)"
_INTRO = (
    "What was found, with limits, methods, tables, pictures and checksums. No text of a case, an "
    "answer or a comment is in it. That it was written stands on the trail."
)
_NAMES = "Else they are Rater 1, Rater 2 and so on. Ask them first."


@dataclass(frozen=True, slots=True)
class ReportWish:
    """What is written where.

    Attributes:
        page: The HTML file; None for none.
        paper: The PDF file; None for none.
        named: Whether raters are told by name.
        shown: Whether to open it when it is written.
    """

    page: Path | None
    paper: Path | None
    named: bool
    shown: bool

    @property
    def files(self) -> tuple[Path, ...]:
        """The files in the order they are told."""
        return tuple(path for path in (self.page, self.paper) if path is not None)


class ReportDialog(QDialog):
    """Asks for the form of a report, then for its name.

    Args:
        parent: Over which it stands.
        name: Offered for the files, without an ending.

    Signals:
        chosen: A ``ReportWish``.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle("Write a report")
        self.setModal(True)
        self._name = name
        self.page = QCheckBox("&Web page (HTML)")
        self.paper = QCheckBox("&PDF")
        self.named = QCheckBox("Tell raters by &name")
        self.shown = QCheckBox("&Open it when it is written")
        for box in (self.page, self.paper, self.shown):
            box.setChecked(True)
        for box in (self.page, self.paper):
            box.toggled.connect(lambda _: self._show_state())
        self.write_button = button("Choose where to &write it…", self._ask, "primary")
        self.write_button.setDefault(True)
        self.cancel_button = button("Cancel", self.reject)
        self._build()
        self.resize(max(self.sizeHint().width(), round(parent.window().width() * 0.4)), 1)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.setSpacing(SMALL)
        layout.addWidget(label("Write a report", "title"))
        layout.addWidget(label(_INTRO, "quiet", wrap=True))
        layout.addWidget(self.page)
        layout.addWidget(self.paper)
        layout.addWidget(self.named)
        layout.addWidget(label(_NAMES, "quiet", wrap=True))
        layout.addWidget(self.shown)
        layout.addStretch(1)
        layout.addLayout(closing(self.cancel_button, self.write_button))

    def _show_state(self) -> None:
        self.write_button.setEnabled(self.page.isChecked() or self.paper.isChecked())

    def _ask(self) -> None:
        page = self.page.isChecked()
        name = f"{self._name}.{'html' if page else 'pdf'}"
        asked = ask_save(self, "Write a report", name, (PAGE if page else PAPER,))
        if asked is not None:
            self.accept()
            self.chosen.emit(self.wish(asked[0]))

    def wish(self, path: Path) -> ReportWish:
        """Return what is asked for at a place: both files have its name, each with its ending."""
        return ReportWish(
            page=path.with_suffix(".html") if self.page.isChecked() else None,
            paper=path.with_suffix(".pdf") if self.paper.isChecked() else None,
            named=self.named.isChecked(),
            shown=self.shown.isChecked(),
        )
