"""Opens the dialog that downloads MedS-Bench."""

from __future__ import annotations

from medsdesk.ui.app import App
from medsdesk.ui.download.dialog import DownloadDialog
from medsdesk.ui.evaluate.page import EvaluatePage


def download_dialog(app: App) -> DownloadDialog:
    """Press the button on the page Evaluate and return the dialog."""
    app.window.show_page("evaluate")
    page = app.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    page.files.download.click()
    dialog = page.adding.download
    assert dialog is not None
    return dialog
