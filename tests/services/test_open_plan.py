"""A study is opened for one of its raters, with its forms as its plan has them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import Assignment, StudyForm
from medsdesk.services.instruments import form_file, load_instrument, translation_file
from medsdesk.services.open_plan import open_plan
from medsdesk.services.own_forms import read_study_form
from medsdesk.store.studies import add_study
from medsdesk.store.workspace import Workspace
from tests.made_studies import entry, made_plan, record, store_plan

FILE = form_file("summary")
FORM = StudyForm("summary", load_instrument("summary").version, FILE.sha256, "en", FILE.text)


@pytest.mark.parametrize("name", ["Dr Ada", " dr ada\n", "DR ADA"])
def test_a_rater_is_known_by_name(ws: Workspace, name: str) -> None:
    plan = made_plan()
    opened = open_plan(ws, store_plan(ws, plan), name)
    assert opened.rater == "Dr Ada"
    assert opened.presentations == plan.assignments[0].presentations
    assert opened.forms == {"summary": load_instrument("summary")}
    assert opened.instructions == "Read all of it first."


def test_outputs_are_in_the_order_of_the_presentation(ws: Workspace) -> None:
    store_plan(ws, made_plan(form="pair"))
    for rater, sides in (("Dr Ada", ("0", "1")), ("Dr Bo", ("1", "0"))):
        opened = open_plan(ws, "Made-up study", rater)
        shown = opened.presentations[2]
        assert opened.outputs_of(shown) == tuple(f"Output 2 at place {s}: cough." for s in sides)
        assert opened.item_of(shown).id == "i2"
        assert opened.form_of(shown).kind == "pair"


@pytest.mark.parametrize(
    ("name", "told"), [("", "no rater's name"), (" ", "no rater's name"), ("Dr Cy", "no rater")]
)
def test_who_is_not_in_the_study(ws: Workspace, name: str, told: str) -> None:
    store_plan(ws, made_plan())
    with pytest.raises(UserFacingError, match=told):
        open_plan(ws, "Made-up study", name)


def test_a_rater_with_nothing_to_rate(ws: Workspace) -> None:
    plan = replace(made_plan(), assignments=(Assignment("Dr Ada", ()),))
    with pytest.raises(UserFacingError, match="nothing for Dr Ada"):
        open_plan(ws, store_plan(ws, plan), "Dr Ada")


def test_no_such_study(ws: Workspace) -> None:
    with pytest.raises(UserFacingError, match="no study"):
        open_plan(ws, "Made-up study", "Dr Ada")


@pytest.mark.parametrize(
    ("plan", "told"),
    [('{"format": 99}', "newer MedsDesk"), ("{", "damaged or cut off"), ("{}", "not as MedsDesk")],
)
def test_a_plan_that_cannot_be_read(ws: Workspace, plan: str, told: str) -> None:
    add_study(ws, record(), plan, entry(ws))
    with pytest.raises(UserFacingError, match=told):
        open_plan(ws, "Made-up study", "Dr Ada")


def test_a_form_is_shown_in_the_language_of_the_study() -> None:
    words = translation_file("summary", "fr").text if _has_french() else ""
    if not words:
        pytest.skip("there are no French words for the form yet")
    shown = read_study_form(replace(FORM, language="fr", translation=words))
    assert shown.language == "fr"
    assert shown.sha256 == FILE.sha256


def _has_french() -> bool:
    try:
        translation_file("summary", "fr")
    except UserFacingError:
        return False
    return True


@pytest.mark.parametrize(
    "changed",
    [{"version": 99}, {"id": "other"}, {"sha256": "0" * 64}, {"toml": FILE.text + "# note\n"}],
    ids=lambda fields: next(iter(fields)),
)
def test_a_form_that_the_plan_does_not_name_is_refused(changed: dict[str, object]) -> None:
    assert read_study_form(FORM) == load_instrument("summary")
    with pytest.raises(UserFacingError, match=r"not the one it was made with|another id, version"):
        read_study_form(replace(FORM, **changed))  # type: ignore[arg-type]  # a table of fields
