"""What the window says and knows, without Qt: words, figures, form, colours, crash report."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Completion
from medsdesk.core.score import Score
from medsdesk.services.instruments import workbench_form
from medsdesk.ui import wording
from medsdesk.ui.colours import AA_CONTROL, AA_TEXT, CONTRAST, DARK, LIGHT, Colours, contrast
from medsdesk.ui.crash import report
from medsdesk.ui.workbench.draft import Draft
from medsdesk.ui.workbench.form_state import FormState, answer_for_key
from medsdesk.ui.workbench.room import Room, choices, describe
from medsdesk.ui.workbench.scores_table import grouped

FORM = workbench_form()
NAMED = {c.id: c for c in FORM.criteria}


@pytest.mark.parametrize("theme", [LIGHT, DARK, CONTRAST])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        *((f, b, AA_TEXT) for f in ("text", "quiet") for b in ("window", "surface", "raised")),
        ("text", "soft", AA_TEXT),
        ("on_accent", "accent", AA_TEXT),
        ("accent", "surface", AA_TEXT),
        ("danger", "danger_back", AA_TEXT),
        ("warn", "warn_back", AA_TEXT),
        ("good", "good_back", AA_TEXT),
        *((tone, "surface", AA_TEXT) for tone in ("danger", "warn", "good")),
        ("edge", "surface", AA_CONTROL),
        ("focus", "surface", AA_CONTROL),
    ],
)
def test_contrast_is_enough(theme: Colours, front: str, back: str, least: float) -> None:
    assert contrast(getattr(theme, front), getattr(theme, back)) >= least


def test_contrast_of_the_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
    assert all(re.fullmatch("#[0-9a-f]{6}", getattr(LIGHT, f.name)) for f in fields(LIGHT))


@pytest.mark.parametrize(
    ("criterion", "key", "answer"),
    [
        ("accuracy", "1", 1),
        ("accuracy", "5", 5),
        ("accuracy", "6", None),
        ("accuracy", "0", "cannot_judge"),
        ("accuracy", "c", "cannot_judge"),
        ("harm_extent", "0", 0),
        ("harm_extent", "2", 2),
        ("harm_extent", "3", None),
        ("harm_extent", "C", "cannot_judge"),
        ("accuracy", "x", None),
        ("accuracy", "", None),
        ("accuracy", "²", None),
    ],
)
def test_keys_answer_questions(criterion: str, key: str, answer: Any) -> None:
    assert answer_for_key(NAMED[criterion], key) == answer


def test_saved_is_said_only_after_the_last_commit() -> None:
    state = FormState(FORM)
    state.choose("accuracy", 3)
    state.choose("accuracy", 4)
    assert state.status == "Saving…"
    state.commit("accuracy", "2026-01-31T14:02:03.004Z")
    assert state.status == "Saving…"
    state.commit("accuracy", "2026-01-31T14:02:04.004Z")
    assert re.fullmatch(r"saved \d\d:\d\d", state.status)
    assert state.progress == "1 of 6 answered"


def test_a_failed_save_stays_until_it_is_saved() -> None:
    state = FormState(FORM)
    state.choose("clarity", 2)
    state.fail("clarity", UserFacingError("The disk is full.", "Free some space."))
    assert state.status == "Not saved. The disk is full."
    assert state.shown["clarity"] == 2
    state.choose("accuracy", 1)
    state.commit("accuracy", "2026-01-31T14:02:03.004Z")
    assert state.status.startswith("Not saved.")
    state.choose("clarity", 2)
    state.commit("clarity", "2026-01-31T14:02:03.004Z")
    assert state.status.startswith("saved")


@pytest.mark.parametrize(
    ("room", "state", "cut", "text", "tone"),
    [
        (None, "", False, "1,204 characters", "plain"),
        (None, "counting…", False, "1,204 characters · counting…", "plain"),
        (Room(900, 3896), "", False, "1,204 characters · 900 of 3,896 tokens", "plain"),
        (Room(3896, 3896), "", False, "1,204 characters · 3,896 of 3,896 tokens", "plain"),
        (Room(4000, 3896), "", False, "… 4,000 of 3,896 tokens: 104 too many", "danger"),
        (Room(4000, 3896), "", True, "… 104 will be cut from the left and recorded", "warn"),
    ],
)
def test_counter(room: Room | None, state: str, cut: bool, text: str, tone: str) -> None:
    view = describe(1204, room, state, cut_left=cut)
    assert view.tone == tone
    assert view.text == text or view.text.endswith(text.removeprefix("… "))


@pytest.mark.parametrize(
    ("tokens", "shots", "train", "offered"),
    [
        (3000, 3, 8192, []),
        (4000, 3, 8192, [("shots", 2), ("shots", 0), ("context", 8192), ("cut", 1)]),
        (4000, 1, 8192, [("shots", 0), ("context", 8192), ("cut", 1)]),
        (4000, 0, 4096, [("cut", 1)]),
        (14_000, 0, 16_384, [("context", 16_384), ("cut", 1)]),
    ],
)
def test_choices(tokens: int, shots: int, train: int, offered: list[tuple[str, int]]) -> None:
    found = choices(Room(tokens, 3896), shots, 4096, train)
    assert [(c.kind, c.value) for c in found] == offered


def completion(**changes: Any) -> Completion:
    whole: dict[str, Any] = {
        "text": "a",
        "finish_reason": "stop",
        "prompt_tokens": 10,
        "tokens": 20,
        "seconds": 3.0,
        "prompt_seconds": 1.0,
    }
    return Completion(**(whole | changes))


def test_figures() -> None:
    assert wording.speed(completion()) == "20 tokens · 10.0 tokens/s · 3.0 s"
    assert wording.speed(completion(seconds=1.0)) == "20 tokens · 1.0 s"
    assert wording.count(1, "token") == "1 token"
    assert [wording.file_size(n) for n in (12, 1234, 5_000_000, 4_900_000_000)] == [
        "12 bytes", "1 kB", "5 MB", "4.9 GB",
    ]  # fmt: skip
    assert {wording.ending(r)[1] for r in ("stop", "length", "died")} == {"good", "warn", "danger"}


def test_scores_in_words() -> None:
    one = Score("strict", "bleu4", 12.34, "s")
    none = [Score("strict", m, None, "s", reason="no reference given") for m in ("f1", "recall")]
    assert wording.score_value(one) == "12.3 %"
    assert wording.score_value(none[0]) == "unscored: no reference given"
    assert wording.score_line([one, *none]) == "BLEU-4 12.3"
    assert wording.score_line(none) == "unscored"
    assert grouped([one, *none]) == [[one], none]


def test_what_is_missing_is_said_in_order() -> None:
    assert Draft().missing == "Choose a task on the left."
    assert Draft(text=" ").missing == "Choose a task on the left."


def test_a_crash_report_has_places_and_no_values() -> None:
    def fail(text: str) -> None:
        raise ValueError(text)

    def wrap() -> None:
        try:
            fail("SECRET words of a patient")
        except ValueError as inner:
            raise KeyError("SECRET key") from inner

    with pytest.raises(KeyError) as caught:
        wrap()
    text = report(caught.value)
    assert "SECRET" not in text
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert re.search(r"test_words, line \d+, in fail", text)
