"""The clinical text, and the reference answer folded under it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from medsdesk.ui.rating.marked_text import MarkedText
from medsdesk.ui.theme import SMALL
from medsdesk.ui.widgets.labels import buddy
from medsdesk.ui.widgets.reading_text import ReadingText


class SourcePanel(QWidget):
    """Shows what the output was made from."""

    def __init__(self) -> None:
        super().__init__()
        self.text = MarkedText("Text", lines=5)
        self.fold = QToolButton()
        self.fold.setObjectName("fold")
        self.fold.setText("Reference answer (R)")
        self.fold.setAccessibleName("Show the reference answer")
        self.fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.fold.setCheckable(True)
        self.fold.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.fold.toggled.connect(lambda on: self._show(shown=on))
        self.reference = ReadingText("Reference answer", lines=3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addWidget(buddy("Text", self.text, "heading"))
        layout.addWidget(self.text, 3)
        layout.addWidget(self.fold)
        layout.addWidget(self.reference, 1)
        self.show_item("", None)

    def show_item(self, source: str, reference: str | None) -> None:
        """Show a text; the reference is offered only where the study shows it."""
        self.text.show_text(source)
        self.fold.setVisible(reference is not None)
        if self.reference.given != (reference or ""):
            self.reference.put(reference or "")
        self._show(shown=self.fold.isChecked() and reference is not None)

    def toggle_reference(self) -> None:
        """Fold the reference answer out or in."""
        if not self.fold.isHidden():
            self.fold.toggle()

    def _show(self, *, shown: bool) -> None:
        self.fold.setArrowType(Qt.ArrowType.DownArrow if shown else Qt.ArrowType.RightArrow)
        self.reference.setVisible(shown)
