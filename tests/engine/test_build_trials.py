"""What is remembered of trials of builds."""

from __future__ import annotations

import platform
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.engine.build_trials import Trial, machine_key, remember, trial_of
from medsdesk.engine.builds import Build, builds_dir


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return a build; its files are not looked at here."""
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path))
    builds_dir().mkdir()
    return Build("x", builds_dir() / "x", "1", (("a.so", "0" * 64),))


def test_a_trial_is_remembered_for_the_build_as_it_is(build: Build) -> None:
    assert trial_of(build) is None
    trial = Trial(build.fingerprint, "", 2.0, 0.5)
    remember(build, trial)
    assert trial_of(build) == trial
    assert trial.gain == 1.0
    assert trial_of(replace(build, name="y")) is None
    assert trial_of(replace(build, libraries=(("a.so", "1" * 64),))) is None


def test_another_machine_knows_nothing_of_it(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(build, Trial(build.fingerprint))
    before = machine_key()
    monkeypatch.setattr(platform, "machine", lambda: "another")
    assert machine_key() != before
    assert trial_of(build) is None
    remember(build, Trial(build.fingerprint, "no"))
    monkeypatch.undo()


def test_a_latest_trial_counts(build: Build) -> None:
    for reason in ("", "It died."):
        remember(build, Trial(build.fingerprint, reason))
        assert trial_of(build) == Trial(build.fingerprint, reason)


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', "{}"])
def test_a_file_that_cannot_be_read_holds_nothing(build: Build, text: str) -> None:
    file = builds_dir() / "trials.json"
    file.write_text(text)
    assert trial_of(build) is None
    remember(build, Trial(build.fingerprint))
    assert trial_of(build) is not None


def test_words_of_another_kind_hold_nothing(build: Build) -> None:
    (builds_dir() / "trials.json").write_text(f'{{"{machine_key()}": {{"x": {{"other": 1}}}}}}')
    assert trial_of(build) is None


def test_the_key_tells_nothing_of_the_machine() -> None:
    assert len(machine_key()) == 16
    assert machine_key() == machine_key()
