"""Own forms: a version never changes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.store.study_forms import OwnForm, add_form, list_forms
from medsdesk.store.workspace import Workspace

FORM = OwnForm("a" * 64, "ward", 1, 'id = "ward"\nversion = 1\n', utc_now())


def test_forms_are_kept_by_version(ws: Workspace) -> None:
    newer = replace(FORM, sha256="b" * 64, version=2, toml="version = 2")
    other = replace(FORM, sha256="c" * 64, id="clinic")
    assert [add_form(ws, form) for form in (FORM, newer, other)] == [True] * 3
    assert list_forms(ws) == (other, newer, FORM)
    assert not add_form(ws, FORM)


def test_a_version_with_another_text_is_refused(ws: Workspace) -> None:
    add_form(ws, FORM)
    with pytest.raises(UserFacingError, match="another text") as told:
        add_form(ws, replace(FORM, sha256="b" * 64, toml="changed"))
    assert "Raise the form's version" in told.value.hint
    assert list_forms(ws) == (FORM,)
