"""Opens the dialog that makes a task file, and puts what comes of it on the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.evaluate.file_control import FileControl
    from medsdesk.ui.evaluate.file_panel import FilePanel
    from medsdesk.ui.own_texts.dialog import OwnTextsDialog


class Adding(QObject):
    """Ways to task files besides choosing them; each has one dialog at most."""

    def __init__(self, desk: Desk, panel: FilePanel, files: FileControl, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._files = files
        self._window = window
        self.own_texts: OwnTextsDialog | None = None
        panel.own_texts_wanted.connect(self.add_own_texts)

    def add_own_texts(self) -> None:
        """Show the dialog for own texts; one that is open comes to the front."""
        from medsdesk.ui.own_texts.dialog import OwnTextsDialog

        if self.own_texts is not None and self.own_texts.isVisible():
            self.own_texts.raise_()
            self.own_texts.activateWindow()
            return
        if self.own_texts is not None:
            self.own_texts.deleteLater()
        self.own_texts = OwnTextsDialog(self._desk, self._window)
        self.own_texts.made.connect(self._files.add_ticked)
        self.own_texts.show()
