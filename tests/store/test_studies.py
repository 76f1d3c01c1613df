"""Studies: frozen, found by people, unblinded only when locked."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.audit import list_entries
from medsdesk.store.studies import (
    add_key,
    add_study,
    find_study,
    has_key,
    is_locked,
    keyed_presentations,
    list_studies,
    lock,
    locks,
    study_key,
    study_plan,
)
from medsdesk.store.workspace import Workspace
from tests.made_studies import STUDY, entry, record, stored_study


def test_a_study_is_kept_as_it_came(ws: Workspace) -> None:
    study = record(received=False, kind="pair", name="Étude 研究")
    assert add_study(ws, study, '{"a": "Made-up 文"}', entry(ws))
    assert list_studies(ws) == (study,)
    assert study_plan(ws, STUDY) == '{"a": "Made-up 文"}'
    assert not has_key(ws, STUDY)


def test_the_same_study_once_more_changes_nothing(ws: Workspace) -> None:
    stored_study(ws)
    assert not add_study(ws, record(), "{}", entry(ws))
    assert len(list_entries(ws)) == 1


def test_another_plan_of_the_same_study_is_refused(ws: Workspace) -> None:
    stored_study(ws)
    with pytest.raises(UserFacingError, match="with another plan"):
        add_study(ws, record(plan_sha256="e" * 64), "{ }", entry(ws))
    assert study_plan(ws, STUDY) == "{}"
    assert len(list_entries(ws)) == 1


def test_studies_are_found_by_name_id_and_beginning(ws: Workspace) -> None:
    first = stored_study(ws)
    second = stored_study(ws, id="56" + "0" * 30, name="dada")
    named = stored_study(ws, id="dada" + "0" * 28, name="Third")
    assert list_studies(ws) == (named, second, first)
    for wanted in (STUDY, "5555", " Made-up study "):
        assert find_study(ws, wanted) == first
    assert find_study(ws, "5600") == second
    assert find_study(ws, "dada") == second  # a name goes before the beginning of an id
    assert find_study(ws, "DADA0") == named


@pytest.mark.parametrize("wanted", ["", "555", "5556", "made-up study", "%", "5*55"])
def test_no_such_study(ws: Workspace, wanted: str) -> None:
    stored_study(ws)
    with pytest.raises(UserFacingError, match="no study"):
        find_study(ws, wanted)


def test_a_name_that_two_have_is_not_guessed(ws: Workspace) -> None:
    stored_study(ws)
    stored_study(ws, id="5556" + "0" * 28)
    with pytest.raises(UserFacingError, match="More than one"):
        find_study(ws, "Made-up study")
    stored_study(ws, id="5557" + "0" * 28, name="Third")
    stored_study(ws, id="5557" + "1" * 28, name="Fourth")
    with pytest.raises(UserFacingError, match="More than one"):
        find_study(ws, "5557")


def test_a_plan_that_is_not_there(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no study"):
        study_plan(ws, "none")


def test_the_key_is_shown_only_once_the_study_is_locked(ws: Workspace) -> None:
    stored_study(ws)
    with pytest.raises(UserFacingError, match="not in this workspace"):
        study_key(ws, STUDY)
    add_key(ws, STUDY, '{"model": "Small"}', "f" * 64)
    assert has_key(ws, STUDY)
    with pytest.raises(UserFacingError, match="not locked yet"):
        study_key(ws, STUDY)
    lock(ws, STUDY, "Dr Ada", entry(ws, action="lock"))
    with pytest.raises(UserFacingError, match="not locked yet"):
        study_key(ws, STUDY)
    lock(ws, STUDY, "", entry(ws, action="lock"))
    assert study_key(ws, STUDY) == '{"model": "Small"}'


def test_locks_are_for_good_and_on_the_trail(ws: Workspace) -> None:
    stored_study(ws)
    assert not is_locked(ws, STUDY)
    first = entry(ws, action="lock")
    assert lock(ws, STUDY, "Dr Ada", first)
    assert not lock(ws, STUDY, "Dr Ada", entry(ws, action="lock"))
    assert is_locked(ws, STUDY, "Dr Ada")
    assert not is_locked(ws, STUDY, "Dr Bo")
    assert not is_locked(ws, STUDY)
    assert lock(ws, STUDY, "", entry(ws, action="lock"))
    assert is_locked(ws, STUDY)
    assert is_locked(ws, STUDY, "Dr Bo")
    assert list(locks(ws, STUDY)) == ["", "Dr Ada"]
    assert locks(ws, STUDY)["Dr Ada"] == first.at
    assert [e.action for e in list_entries(ws)] == ["create", "lock", "lock"]


def test_locks_that_came_with_a_file_share_the_row_of_their_merge(ws: Workspace) -> None:
    stored_study(ws)
    merged = entry(ws, action="merge")
    assert lock(ws, STUDY, "Dr Ada", merged)
    assert lock(ws, STUDY, "Dr Bo", merged)
    assert len(list_entries(ws)) == 2


def test_before_the_lock_the_owner_is_told_of_checks_and_not_of_models(ws: Workspace) -> None:
    stored_study(ws, received=False)
    with pytest.raises(UserFacingError, match="key of this study is not in this workspace"):
        keyed_presentations(ws, STUDY)
    add_key(ws, STUDY, '{"outputs":["Zebra"],"presentations":[{"role":"repeat"}]}', "f" * 64)
    assert keyed_presentations(ws, STUDY) == '[{"role":"repeat"}]'
