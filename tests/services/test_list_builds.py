"""The builds of the engine in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.settings import Settings, save_settings
from medsdesk.engine.build_trials import Trial, remember
from medsdesk.engine.builds import LIBRARIES_VARIABLE, Build
from medsdesk.services.list_builds import build_states
from tests.services.made_wheel import add_build


@pytest.fixture(autouse=True)
def _user_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path / "user"))
    monkeypatch.delenv(LIBRARIES_VARIABLE, raising=False)


def _words() -> dict[str, str]:
    return {state.name: state.words for state in build_states()}


def test_each_state_has_its_words(tmp_path: Path) -> None:
    build: Build = add_build(tmp_path, "fast", None)
    assert _words() == {"installed": "always works", "fast": "not tested on this machine"}
    remember(build, Trial(build.fingerprint, "", 1.5, 1.25))
    assert "prompts 1.50 times, answers 1.25 times as fast" in _words()["fast"]
    assert [state.in_use for state in build_states()] == [False, True]
    remember(build, Trial(build.fingerprint, "It died."))
    assert _words()["fast"] == "refused: It died."
    assert [state.in_use for state in build_states()] == [True, False]
    (build.folder / "libllama.so").unlink()
    assert "missing" in _words()["fast"]


def test_where_the_build_wanted_cannot_be_used_none_is_in_use(tmp_path: Path) -> None:
    add_build(tmp_path, "fast", None)
    save_settings(Settings(engine_build="fast"))
    assert not any(state.in_use for state in build_states())
