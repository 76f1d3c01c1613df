"""Own forms: kept by version, never under a name of ours, and whole in a study."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import text_sha256
from medsdesk.core.study import StudyForm
from medsdesk.services.instruments import LANGUAGES, form_file, form_names, load_instrument
from medsdesk.services.own_forms import (
    add_own_form,
    export_form,
    find_form,
    known_forms,
    own_forms,
    read_form_file,
    read_study_form,
)
from medsdesk.store.audit import list_entries
from medsdesk.store.workspace import Workspace
from tests.made_studies import made_plan, store_plan

WARD = form_file("label").text.replace('id = "label"', 'id = "ward"')
WARD_2 = WARD.replace("version = 1", "version = 2").replace("Label wrong", "Label false")


def test_an_own_form_is_kept_once_and_its_latest_version_is_used(ws: Workspace) -> None:
    form, new = add_own_form(ws, WARD, "'ward.toml'")
    assert (form.id, form.version, new) == ("ward", 1, True)
    assert add_own_form(ws, WARD.replace("\n", "\r\n"), "'ward.toml'") == (form, False)
    later, new = add_own_form(ws, WARD_2, "'ward.toml'")
    assert new
    assert own_forms(ws) == (later,)
    assert read_study_form(find_form(ws, "ward")) == later
    assert add_own_form(ws, WARD, "'ward.toml'") == (form, False)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (WARD.replace("version = 1", "version = 0"), "the version of the form is not between"),
        (form_file("label").text, "has the id of a form that comes with MedsDesk: 'label'"),
        (WARD_2.replace("Label false", "Label odd"), "is there with another text"),
        (WARD.replace("Unsure", "Undecided"), "is version 1, but version 2 of 'ward' is here"),
    ],
)
def test_what_would_confuse_is_refused_and_nothing_changes(
    ws: Workspace, text: str, told: str
) -> None:
    add_own_form(ws, WARD_2, "'ward.toml'")
    before = own_forms(ws)
    with pytest.raises(UserFacingError, match=told):
        add_own_form(ws, text, "'ward.toml'")
    assert own_forms(ws) == before


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_of_ours_travels_whole_in_any_language(ws: Workspace, language: str) -> None:
    for name in form_names():
        carried = find_form(ws, name, language)
        assert bool(carried.translation) == (language != "en")
        assert read_study_form(carried) == load_instrument(name, language)


def test_an_own_form_is_in_its_own_language_whatever_is_wanted(ws: Workspace) -> None:
    add_own_form(ws, WARD.replace("\n[[", 'language = "fr"\n\n[[', 1), "'ward.toml'")
    assert find_form(ws, "ward", "ru").language == "fr"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"toml": WARD}, "is not the one it was made with"),
        ({"version": 2}, "has another id, version or language inside"),
        ({"language": "fr"}, "has another id, version or language inside"),
        ({"translation": "title = 5"}, "The translation 'ja' of the rating form 'label'"),
    ],
)
def test_a_carried_form_that_was_changed_is_refused(
    ws: Workspace, change: dict[str, Any], told: str
) -> None:
    carried = find_form(ws, "label", "ja")
    with pytest.raises(UserFacingError, match=told):
        read_study_form(replace(carried, **change))


def test_a_form_that_is_not_there_is_told_with_those_that_are(ws: Workspace) -> None:
    add_own_form(ws, WARD, "'ward.toml'")
    with pytest.raises(UserFacingError, match="no rating form named 'nonsense'") as told:
        find_form(ws, "nonsense")
    assert told.value.hint.endswith("workbench, ward.")


def test_a_form_is_shared_as_a_file(ws: Workspace, tmp_path: Path) -> None:
    add_own_form(ws, WARD, "'ward.toml'")
    target = tmp_path / "shared.toml"
    form = export_form(ws, "ward", target)
    assert read_form_file(target) == WARD == form.toml
    with pytest.raises(UserFacingError, match="There is a file"):
        export_form(ws, "ward", target)


def test_a_file_that_is_no_text_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "form.toml"
    path.write_bytes(b'id = "a"\ntitle = "\xe9t\xe9"\n')
    with pytest.raises(UserFacingError, match=r"The file form.toml is not UTF-8 text in line 2"):
        read_form_file(path)
    path.write_bytes(b"#" * 300_000)
    with pytest.raises(UserFacingError, match=r"form\.toml"):
        read_form_file(path)
    with pytest.raises(UserFacingError, match=r"none\.toml"):
        read_form_file(tmp_path / "none.toml")


def test_the_carried_form_needs_no_translation_of_its_own_language(ws: Workspace) -> None:
    carried = replace(find_form(ws, "pair", "es"), language="en", translation="")
    assert read_study_form(carried) == load_instrument("pair")


def test_adding_and_writing_a_form_each_leave_one_row_of_the_trail(
    ws: Workspace, tmp_path: Path
) -> None:
    form, _ = add_own_form(ws, WARD, "'ward.toml'", "Dr Owner")
    add_own_form(ws, WARD, "'ward.toml'", "Dr Owner")  # nothing is changed by it
    export_form(ws, "ward", tmp_path / "ward.toml", "Dr Owner")
    with pytest.raises(UserFacingError):
        export_form(ws, "ward", tmp_path / "ward.toml", "Dr Owner")
    added, written = list_entries(ws)
    assert (added.action, added.subject, added.actor) == ("create", "ward", "Dr Owner")
    assert (written.action, written.subject, written.study_id) == ("export", "ward", "")
    assert form.sha256 in added.after
    assert form.sha256 in written.after


def test_every_version_of_an_own_form_is_known_also_where_only_a_study_carries_it(
    ws: Workspace,
) -> None:
    add_own_form(ws, WARD, "'ward.toml'")
    add_own_form(ws, WARD_2, "'ward.toml'")
    carried = form_file("summary").text.replace('id = "summary"', 'id = "visit"')
    form = StudyForm("visit", 1, text_sha256(carried), "en", carried)
    plan = made_plan(2)
    items = tuple(replace(item, form="visit") for item in plan.items)
    store_plan(ws, replace(plan, forms=(form,), items=items))
    known = {(each.id, each.version) for each in known_forms(ws)}
    assert known == {("ward", 1), ("ward", 2), ("visit", 1)}
