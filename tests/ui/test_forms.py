"""Rating forms in a real window: read in every language, made, changed, shared as files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from medsdesk.core.rating import Instrument
from medsdesk.services.form_faults import form_faults
from medsdesk.services.instruments import form_file, form_names, load_instrument
from medsdesk.services.own_forms import own_forms
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.forms.builder import FormBuilder
from medsdesk.ui.forms.dialog import FormsDialog
from medsdesk.ui.forms.draft import (
    DraftMark,
    DraftPoint,
    DraftQuestion,
    FormDraft,
    draft_fields,
    draft_of,
    new_question,
)
from tests.ui.forms import forms_dialog

Key = Qt.Key
OpenApp = Callable[..., Any]
USUAL = load_instrument("hallucination")


def stored(driver: Any) -> tuple[Instrument, ...]:
    with open_workspace(driver.app.desk.directory) as ws:
        return own_forms(ws)


def builder_of(dialog: FormsDialog) -> FormBuilder:
    assert dialog.builder is not None
    return dialog.builder


def put(line: Any, words: str) -> None:
    """Type words into a line, in place of what stands there."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, words)


def fill_cell(driver: Any, table: Any, row: int, column: int, words: str) -> None:
    """Type into a cell by keyboard."""

    def editors() -> list[QLineEdit]:
        return list(table.viewport().findChildren(QLineEdit))

    table.setFocus()
    table.setCurrentCell(row, column)
    QTest.keyClicks(table, words[0])
    driver.wait(lambda: len(editors()) == 1)
    QTest.keyClicks(editors()[0], words[1:])
    QTest.keyClick(editors()[0], Key.Key_Return)
    driver.wait(lambda: not editors())
    assert table.item(row, column).text() == words


def test_a_form_is_made_by_keyboard_and_kept(open_app: OpenApp) -> None:
    driver = open_app()
    driver.press(
        Key.Key_F, modifier=Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = driver.window.forms.dialog
    assert dialog is not None
    driver.wait(lambda: dialog.chosen is not None)
    dialog.new_button.click()
    builder = builder_of(dialog)
    assert not builder.save_button.isEnabled()
    assert builder.message.text() == "Not ready yet: the title of the form is empty. (3 more)"
    put(builder.title, "Ward letter")
    put(builder.question.label, "Tone")
    put(builder.question.question, "Is the tone right for the patient?")
    fill_cell(driver, builder.question.points, 0, 1, "Harsh")
    fill_cell(driver, builder.question.points, 0, 2, "It would hurt.")
    fill_cell(driver, builder.question.points, 4, 1, "Kind")
    fill_cell(driver, builder.question.points, 4, 2, "It would comfort.")
    fill_cell(driver, builder.marks, 0, 0, "Blunt")
    fill_cell(driver, builder.marks, 0, 1, "Words that should be softer.")
    driver.wait(builder.save_button.isEnabled)
    assert builder.questions.list.item(0).text() == "1. Tone"
    assert "It would comfort." in builder.preview.toPlainText()
    builder.save_button.click()
    driver.wait(lambda: not builder.isVisible())
    (form,) = stored(driver)
    assert (form.id, form.version, form.title) == ("ward_letter", 1, "Ward letter")
    assert [(c.id, c.scale) for c in form.criteria] == [("tone", "ordinal"), ("comment", "text")]
    assert [(a.value, a.label) for a in form.criteria[0].anchors] == [(1, "Harsh"), (5, "Kind")]
    assert [(mark.id, mark.targets) for mark in form.marks] == [("blunt", ("output",))]
    driver.wait(lambda: dialog.chosen is not None and dialog.chosen.id == "ward_letter")
    assert dialog.message.text() == "'Ward letter', version 1, is in the list now."


def test_an_own_form_is_changed_as_its_next_version(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app)
    path = tmp_path / "ward.toml"
    path.write_text(form_file("label").text.replace('id = "label"', 'id = "ward"'), "utf-8")
    dialog.add_file(path)
    driver.wait(lambda: dialog.chosen is not None and dialog.chosen.id == "ward")
    assert dialog.change_button.accessibleName() == "Change"
    assert not dialog.language.isEnabled()
    dialog.change_button.click()
    builder = builder_of(dialog)
    put(builder.question.label, "Label false")
    driver.wait(builder.save_button.isEnabled)
    builder.save_button.click()
    driver.wait(lambda: not builder.isVisible())
    (form,) = stored(driver)
    assert (form.id, form.version) == ("ward", 2)
    first = form.criteria[0]
    assert (first.id, first.label) == ("label_wrong", "Label false")
    target = tmp_path / "shared.toml"
    driver.wait(lambda: dialog.chosen is not None and dialog.chosen.version == 2)
    dialog.write_file(target)
    driver.wait(target.exists)
    dialog.add_file(target)
    driver.wait(lambda: dialog.message.text().endswith("was in the list already."))


def test_one_of_ours_is_the_beginning_of_an_own_one_in_its_language(open_app: OpenApp) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app, "extraction", "fr")
    assert dialog.change_button.accessibleName() == "Make my own of it"
    dialog.change_button.click()
    builder = builder_of(dialog)
    assert builder.title.text() == ""
    put(builder.title, "Extraction, service 3")
    driver.wait(builder.save_button.isEnabled)
    builder.save_button.click()
    driver.wait(lambda: not builder.isVisible())
    (form,) = stored(driver)
    french = load_instrument("extraction", "fr")
    assert form.id == "extraction_service_3"
    assert (form.language, form.criteria) == ("fr", french.criteria)
    assert (form.marks, form.severities) == (french.marks, french.severities)


def test_what_cannot_be_used_is_told_and_changes_nothing(open_app: OpenApp, tmp_path: Path) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app)
    path = tmp_path / "odd.toml"
    path.write_text('id = "odd"\n', encoding="utf-8")
    dialog.add_file(path)
    driver.wait(lambda: "The rating form 'odd.toml' cannot be used" in dialog.message.text())
    assert dialog.message.isVisible()
    assert stored(driver) == ()
    dialog.write_file(path)
    driver.wait(lambda: "There is a file" in dialog.message.text())
    assert path.read_text(encoding="utf-8") == 'id = "odd"\n'


def test_what_was_typed_is_not_dropped_without_a_word(open_app: OpenApp) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app)
    dialog.make_new()
    builder = builder_of(dialog)
    QTest.keyClick(builder, Key.Key_Escape)
    assert not builder.isVisible()
    dialog.make_new()
    builder = builder_of(dialog)
    put(builder.title, "Ward")
    QTest.keyClick(builder, Key.Key_Escape)
    assert builder.isVisible()
    assert "Press Cancel once more to drop it" in builder.message.text()
    builder.cancel_button.click()
    assert not builder.isVisible()
    assert stored(driver) == ()


def test_questions_are_put_into_order_and_taken_out(open_app: OpenApp) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app)
    dialog.change()
    builder = builder_of(dialog)
    questions = builder.questions
    ids = ["accurate", "thorough", "useful", "succinct", "synthesized"]
    assert [each.id for each in builder.draft.questions] == ids
    questions.down.click()
    assert [each.id for each in builder.draft.questions][:2] == ["thorough", "accurate"]
    assert questions.list.currentRow() == 1
    questions.up.click()
    assert not questions.up.isEnabled()
    questions.remove.click()
    assert builder.question.label.text() == "Thorough"
    questions.add.click()
    assert [each.id for each in builder.draft.questions] == [*ids[1:], ""]
    assert questions.list.currentRow() == 4
    builder.question.kind.setCurrentIndex(3)
    builder.question.kind.activated.emit(3)
    assert builder.draft.questions[-1].kind == "ratio"
    assert builder.question.points.isHidden()
    for _ in range(5):
        questions.remove.click()
    assert builder.draft.questions == []
    assert not builder.question.isEnabled()


@pytest.mark.parametrize("name", form_names())
def test_a_draft_of_any_form_is_that_form(name: str) -> None:
    form = load_instrument(name)
    fields = draft_fields(draft_of(form, own=True), form_names(), USUAL)
    assert form_faults(fields, "") == ()
    assert (fields["id"], fields["version"]) == (name, 2)
    fields |= {"version": 1, "sha256": form.sha256}
    import msgspec

    assert msgspec.convert(fields, Instrument) == form


def test_names_are_made_of_words_and_never_collide() -> None:
    words = ("Tone", "tone!", "Über-Länge", "语气", "42", "x" * 60, "Edit")
    points = [DraftPoint("0", "No", "It is not."), DraftPoint("1", "Yes", "It is.")]
    questions = [DraftQuestion("", each[:40], "Is it?", "ordinal", points) for each in words[:5]]
    marks = [DraftMark("", each[:40], "As it says.") for each in words]
    draft = FormDraft(title="Summary", questions=questions, marks=marks, weighed=True)
    fields = draft_fields(draft, form_names(), USUAL)
    assert fields["id"] == "summary_2"
    assert [each["id"] for each in fields["criteria"]] == [
        "tone", "tone_2", "uber_lange", "question", "question_2", "comment",
    ]  # fmt: skip
    assert [each["id"] for each in fields["marks"]][-2:] == ["x" * 32, "edit_2"]
    assert [each["id"] for each in fields["severities"]] == ["major", "minor"]
    assert form_faults(fields, "") == ()


def test_a_number_that_is_none_and_a_point_without_words_are_told_or_left_out() -> None:
    question = replace(new_question("pair"), label="Better", question="Which is better?")
    question.points[0] = DraftPoint("two", "A", "A is better.")
    question.points[4] = DraftPoint("2", "B", "B is better.")
    draft = FormDraft(title="Which", kind="pair", questions=[question])
    faults = form_faults(draft_fields(draft, (), USUAL), "")
    assert faults == ("the value of point 1 of question 1 is not a whole number",)
    question.points[0].value = " -2 "
    assert form_faults(draft_fields(draft, (), USUAL), "") == ()


def test_the_preview_follows_the_text_size(open_app: OpenApp) -> None:
    driver = open_app()
    dialog = forms_dialog(driver.app)
    before = dialog.preview.toPlainText()
    change = replace(driver.app.preferences.value, text_percent=200)
    driver.app.preferences.change(change)
    QApplication.sendPostedEvents(None, QEvent.Type.FontChange.value)
    assert dialog.preview.toPlainText() == before
    assert dialog.preview.document().defaultFont() == dialog.preview.font()
