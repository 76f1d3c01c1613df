"""The dialogs for rating forms, with one of them chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from medsdesk.services.instruments import LANGUAGES
from medsdesk.ui.app import App
from medsdesk.ui.forms.dialog import FormsDialog
from tests.waiting import wait


def forms_dialog(app: App, name: str = "summary", language: str = "en") -> FormsDialog:
    """Show the dialog, choose a form and the language it is read in."""
    app.window.forms.show()
    dialog = app.window.forms.dialog
    assert dialog is not None
    wait(lambda: dialog.chosen is not None)
    dialog.choose(name)
    place = LANGUAGES.index(language)
    dialog.language.setCurrentIndex(place)
    dialog.language.activated.emit(place)
    wait(lambda: _shown(dialog) == (name, language))
    return dialog


def _builder(app: App) -> QWidget:
    dialog = forms_dialog(app)
    dialog.change()
    assert dialog.builder is not None
    dialog.builder.title.setText("Ward summary")
    dialog.builder.title.textEdited.emit("Ward summary")
    wait(dialog.builder.save_button.isEnabled)
    return dialog.builder


def _new(app: App) -> QWidget:
    dialog = forms_dialog(app)
    dialog.make_new()
    assert dialog.builder is not None
    return dialog.builder


def _shown(dialog: FormsDialog) -> tuple[str, str]:
    form = dialog.preview.form
    return (form.id, form.language) if form else ("", "")


FORM_SCENES: dict[str, Callable[[App], QWidget]] = {
    "forms": forms_dialog,
    "forms-japanese": lambda app: forms_dialog(app, language="ja"),
    "form-builder": _builder,
    "form-new": _new,
}
