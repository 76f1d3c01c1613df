"""Made-up letters, and the dialog that makes a task file of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from medsdesk.tasks.registry import find_task
from medsdesk.ui.app import App
from medsdesk.ui.evaluate.page import EvaluatePage
from medsdesk.ui.own_texts.dialog import OwnTextsDialog
from tests.made_documents import pdf, word
from tests.waiting import wait


def write_letters(folder: Path) -> Path:
    """Write three letters that can be read, one of them scored, and three files that cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "letter 1.txt").write_text("Made up: the cough is better.", encoding="utf-8")
    (folder / "letter 1.ref.txt").write_text("Cough, better.", encoding="utf-8")
    (folder / "letter 2.docx").write_bytes(word("Made up: the knee is swollen."))
    (folder / "letter 10.pdf").write_bytes(pdf("Made up: no new complaints."))
    (folder / "scan.pdf").write_bytes(pdf(""))
    (folder / "empty.txt").write_bytes(b"")
    (folder / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    return folder


def own_texts_dialog(app: App, base: Path, instruction: str = "") -> OwnTextsDialog:
    """Show the dialog with made-up letters, for a task of the benchmark or an own one."""
    app.window.show_page("evaluate")
    page = app.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    page.files.own_texts.click()
    dialog = page.adding.own_texts
    assert dialog is not None
    dialog.form.sources.add([write_letters(base / "letters")])
    purpose = dialog.form.purpose
    if instruction:
        purpose.own.click()
        purpose.instruction.setPlainText(instruction)
    else:
        purpose.tasks.chosen.emit(find_task("task114"))
    return dialog


def _ready(app: App, instruction: str = "") -> OwnTextsDialog:
    dialog = own_texts_dialog(app, app.desk.directory.parent, instruction)
    wait(dialog.make_button.isEnabled)
    return dialog


def _own(app: App) -> OwnTextsDialog:
    return _ready(app, "Name the main diagnosis.")


def _made(app: App) -> OwnTextsDialog:
    dialog = _ready(app)
    dialog.make()
    wait(lambda: not dialog.control.busy)
    return dialog


OWN_TEXTS_SCENES: dict[str, Callable[[App], OwnTextsDialog]] = {
    "own-texts": _ready,
    "own-texts-own": _own,
    "own-texts-made": _made,
}
