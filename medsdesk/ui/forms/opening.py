"""Opens the dialog for rating forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.forms.dialog import FormsDialog


class FormsOpening:
    """Makes the dialog when it is first wanted, and shows it.

    Args:
        desk: Job threads.
        window: Over which it stands.
    """

    def __init__(self, desk: Desk, window: QWidget) -> None:
        self._desk = desk
        self._window = window
        self.dialog: FormsDialog | None = None

    def show(self) -> None:
        """Show the dialog, with the forms that are there now."""
        from medsdesk.ui.forms.dialog import FormsDialog

        if self.dialog is None:
            self.dialog = FormsDialog(self._desk, self._window)
        else:
            self.dialog.control.refresh()
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
