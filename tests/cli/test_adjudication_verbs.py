"""Disagreements by the command line: listed blind, decided, taken back, and every refusal."""

from __future__ import annotations

import pytest

from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.made_runs import MODELS
from tests.rated_studies import made_study, rate_all


@pytest.fixture
def study(ws: Workspace) -> str:
    made = made_study(ws, n_items=2, form="summary", repeat_share=0, attention_share=0)
    rate_all(ws, made.id, "Dr Roy", lambda *_: 1)
    rate_all(ws, made.id, "Dr Sato", lambda *_: 5)
    return made.id


def test_disagreements_are_listed_and_decided(cli: Cli, study: str) -> None:
    found = cli.json("study", "adjudicate", "Letters")
    assert (len(found["rows"]), found["compared"], found["locked"]) == (10, 2, False)
    item, asked = found["rows"][0]["item"], found["rows"][0]["criterion"]
    assert {each["value"] for each in found["rows"][0]["answers"]} == {1, 5}
    words = ("study", "decide", "Letters", item[:8], asked)
    code, out, err = cli(*words, "2", "--as", "Dr Ada", "--why", "A made-up reason")
    assert (code, err) == (0, "")
    assert "decided: 2 (Dr Ada)" in out
    code, out, _ = cli("study", "adjudicate", "Letters")
    assert "10 disagreements, 1 decided" in out
    assert "2 (Dr Ada)" in out
    assert not any(name in out for name in ("Dr Roy", "Dr Sato", *MODELS))
    told = cli.json(*words, "cannot_judge", "--as", "Dr Ada")
    assert told["decision"]["value"] == "cannot_judge"
    code, out, _ = cli(*words, "withdraw", "--as", "Dr Ada")
    assert "taken back" in out
    assert cli.json("study", "adjudicate", "Letters")["rows"][0]["decision"] is None


def test_a_rater_is_told_that_own_items_are_left_out(cli: Cli, study: str) -> None:
    code, out, err = cli("study", "adjudicate", "Letters", "--as", "Dr Roy")
    assert code == 0
    assert "0 disagreements" in out
    assert "2 items that Dr Roy rates are left out" in err


def test_names_are_told_after_the_lock(cli: Cli, study: str) -> None:
    assert cli("study", "lock", "Letters")[0] == 0
    code, out, _ = cli("study", "adjudicate", "Letters", "--points", "4")
    assert code == 0
    assert "Dr Roy: 1" in out
    assert "Dr Sato: 5" in out


@pytest.mark.parametrize(
    ("value", "name", "told"),
    [
        ("good", "Dr Ada", "'good' is no answer"),
        ("7", "Dr Ada", "has no point 7"),
        ("2", "Dr Roy", "Dr Roy is one of the raters of this item"),
        ("withdraw", "Dr Ada", "no decision"),
    ],
)
def test_what_cannot_be_decided_is_said(
    cli: Cli, study: str, value: str, name: str, told: str
) -> None:
    item = cli.json("study", "adjudicate", "Letters")["rows"][0]["item"]
    code, out, err = cli("study", "decide", "Letters", item, "accurate", value, "--as", name)
    assert (code, out) == (1, "")
    assert told in err
    assert len(err.strip().splitlines()) == 2
