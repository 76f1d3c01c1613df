"""Opens the dialogs that make or fetch task files, and puts what comes of them on the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from PySide6.QtWidgets import QDialog, QWidget

    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.download.dialog import DownloadDialog
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
        self.download: DownloadDialog | None = None
        panel.own_texts_wanted.connect(self.add_own_texts)
        panel.download_wanted.connect(self.ask_download)

    def add_own_texts(self) -> None:
        """Show the dialog for own texts; one that is open comes to the front."""
        from medsdesk.ui.own_texts.dialog import OwnTextsDialog

        if _is_open(self.own_texts):
            return
        if self.own_texts is not None:
            self.own_texts.deleteLater()
        self.own_texts = OwnTextsDialog(self._desk, self._window)
        self.own_texts.made.connect(self._files.add_ticked)
        self.own_texts.show()

    def ask_download(self) -> None:
        """Show the dialog for a download; one that is open comes to the front."""
        from medsdesk.ui.download.dialog import DownloadDialog

        if _is_open(self.download):
            return
        if self.download is not None:
            self.download.deleteLater()
        self.download = DownloadDialog(self._desk, self._window)
        self.download.came.connect(lambda folder: self._files.add([folder]))
        self.download.show()


def _is_open(dialog: QDialog | None) -> bool:
    """Return whether a dialog is open; it then comes to the front."""
    if dialog is None or not dialog.isVisible():
        return False
    dialog.raise_()
    dialog.activateWindow()
    return True
