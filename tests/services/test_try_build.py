"""Builds of the engine tried in a process of their own; the real library under another name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.build_trials import Trial, remember, trial_of
from medsdesk.engine.builds import LIBRARIES_VARIABLE, add_wheel
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path
from medsdesk.services.choose_build import ChosenBuild
from medsdesk.services.list_builds import build_states
from medsdesk.services.try_build import ROUNDS, try_build
from tests.services.made_wheel import make_wheel

pytestmark = pytest.mark.gguf


@pytest.fixture(autouse=True)
def _user_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if demo_model_path() is None:
        pytest.skip("the demonstration model is not installed")
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path / "user"))
    monkeypatch.delenv(LIBRARIES_VARIABLE, raising=False)


def test_the_same_libraries_beside_the_installed_ones_pass(tmp_path: Path) -> None:
    build = add_wheel(make_wheel(tmp_path), "twin")
    rounds: list[int] = []
    trial = try_build(build, on_round=lambda done, _: rounds.append(done))
    assert trial.passed
    assert rounds == list(range(1, ROUNDS + 1))
    assert trial.prompt_ratio > 0 < trial.answer_ratio
    assert trial_of(build) == trial


def test_an_engine_computes_with_the_build_that_was_chosen(tmp_path: Path) -> None:
    build = add_wheel(make_wheel(tmp_path), "twin")
    remember(build, Trial(build.fingerprint, "", 2.0, 2.0))
    assert [state.in_use for state in build_states()] == [False, True]
    config = LoadConfig(str(demo_model_path()), context=256, threads=1)
    with Engine(libraries=ChosenBuild()) as engine:
        assert engine.load(config).build == "twin"
        prompt = Prompt((Message("user", "Hello."),), "test", 1, 0)
        assert engine.generate(prompt, GenerateConfig(max_new_tokens=4)).complete
    with Engine() as engine:
        assert engine.load(config).build == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the libraries' names are those of Linux")
def test_a_library_that_cannot_be_loaded_is_refused_in_words(tmp_path: Path) -> None:
    build = add_wheel(make_wheel(tmp_path, libggml_cpu=b"no library"), "broken")
    trial = try_build(build)
    assert not trial.passed
    assert trial.reason
    assert trial_of(build) == trial
    [_, state] = build_states()
    assert state.words.startswith("refused: ")
    assert not state.usable


def test_what_stops_a_trial_leaves_nothing(tmp_path: Path) -> None:
    build = add_wheel(make_wheel(tmp_path), "twin")
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        try_build(build, cancel=cancel)
    with pytest.raises(UserFacingError):
        try_build(build, tmp_path / "none.gguf")
    assert trial_of(build) is None
    (build.folder / "libllama.so").write_bytes(b"")
    with pytest.raises(UserFacingError, match="changed"):
        try_build(build)
