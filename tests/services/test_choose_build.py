"""Which build of the engine is used."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.build_trials import trial_of
from medsdesk.engine.builds import LIBRARIES_VARIABLE
from medsdesk.services.choose_build import ChosenBuild, check_usable, chosen_build
from tests.services.made_wheel import add_build


@pytest.fixture(autouse=True)
def _user_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path / "user"))
    monkeypatch.delenv(LIBRARIES_VARIABLE, raising=False)


def _name() -> str:
    build = chosen_build()
    return build.name if build else ""


def test_the_fastest_that_has_passed_is_used(tmp_path: Path) -> None:
    assert _name() == ""
    assert ChosenBuild().folder("") is None
    add_build(tmp_path, "untried", None)
    add_build(tmp_path, "slower", 0.9)
    add_build(tmp_path, "refused", 9.0, passed=False)
    assert _name() == ""
    build = add_build(tmp_path, "fast", 1.3)
    assert _name() == "fast"
    add_build(tmp_path, "faster", 1.5)
    assert _name() == "faster"
    (tmp_path / "user" / "engines" / "faster" / "libllama.so").write_bytes(b"changed")
    assert ChosenBuild().folder("") == build.folder


def test_the_settings_have_the_first_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_build(tmp_path, "fast", 1.3)
    add_build(tmp_path, "faster", 1.5)
    for wanted, used in (("installed", ""), ("fast", "fast"), ("auto", "faster")):
        check_usable(wanted)
        save_settings(Settings(engine_build=wanted))
        assert _name() == used
    assert ChosenBuild().folder("installed") is None
    assert ChosenBuild().folder("fast") == tmp_path / "user" / "engines" / "fast"
    monkeypatch.setenv(LIBRARIES_VARIABLE, str(tmp_path))
    assert _name() == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("none", "no build 'none'"),
        ("untried", "was not tested on this machine"),
        ("refused", "has not passed its test on this machine: It died."),
        ("changed", "was changed"),
    ],
)
def test_a_build_that_cannot_be_used_is_refused(tmp_path: Path, name: str, told: str) -> None:
    add_build(tmp_path, "untried", None)
    add_build(tmp_path, "refused", 2.0, passed=False)
    (add_build(tmp_path, "changed", 2.0).folder / "libllama.so").write_bytes(b"x")
    save_settings(Settings(engine_build=name))
    for refuse in (chosen_build, lambda: check_usable(name)):
        with pytest.raises(UserFacingError, match=told):
            refuse()


def test_a_build_that_died_of_an_instruction_is_not_used_again(tmp_path: Path) -> None:
    build = add_build(tmp_path, "fast", 1.3)
    chosen = ChosenBuild()
    chosen.failed(build.folder, -9)
    chosen.failed(tmp_path / "elsewhere", -4)
    assert _name() == "fast"
    chosen.failed(build.folder, -4)
    assert _name() == ""
    trial = trial_of(build)
    assert trial is not None
    assert "does not have" in trial.reason
