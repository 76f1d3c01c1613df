"""The dialog for a fault of MedsDesk itself; a start without one does not load it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)


class CrashDialog(QDialog):
    """Says that MedsDesk is at fault, with details to copy; the program goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A fault in MedsDesk")
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, on=False)
        words = QLabel(
            "Something went wrong in MedsDesk itself. Answers and ratings that were saved are "
            "safe, and you can go on working. The details below say where it happened; they hold "
            "none of your texts."
        )
        words.setWordWrap(True)
        self._details = QPlainTextEdit()
        self._details.setReadOnly(True)
        self._details.setAccessibleName("Details of the fault")
        self._details.setTabChangesFocus(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = buttons.addButton("&Copy details", QDialogButtonBox.ButtonRole.ActionRole)
        copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (words, self._details, buttons):
            layout.addWidget(part)
        self.resize(self.fontMetrics().averageCharWidth() * 80, self.fontMetrics().height() * 22)

    @property
    def details(self) -> str:
        """All faults shown since the dialog was opened."""
        return self._details.toPlainText()

    def tell(self, text: str) -> None:
        """Show a fault; a second one is added below the first."""
        if not self.isVisible():
            self._details.clear()
        self._details.appendPlainText(text if not self.details else f"\n{text}")
        self.show()

    def _copy(self) -> None:
        QApplication.clipboard().setText(self.details)
