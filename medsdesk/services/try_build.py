"""Try a build of the engine in a process of its own, beside the one installed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Final

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.build_trials import Trial, remember
from medsdesk.engine.builds import Build, check_build
from medsdesk.engine.client import Engine
from medsdesk.engine.demo import demo_model_path

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.generation import Completion

ROUNDS: Final = 3
"""Times that each build answers; the two take turns, and medians count."""

_QUESTIONS: Final = (
    "Name the organ that pumps the blood.",
    "Count from one to ten.",
    "What is the opposite of hot?",
    "Complete: A B C D",
)
_LONG: Final = "A synthetic note: the patient slept well, ate well and walked in the garden. " * 10
_CONTEXT: Final = 1024
_NEW_TOKENS: Final = 12
_SAME: Final = 12  # characters at the beginning of an answer
_MOST_OTHER: Final = 1  # rounding may turn one answer; nonsense turns all
_NONSENSE: Final = "It answers other things than the build that is installed."

OnRound = Callable[[int, int], None]
"""Told how many rounds are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """One folder of libraries, whatever the settings say."""

    path: Path | None

    def folder(self, build: str) -> Path | None:  # noqa: ARG002 - part of the protocol
        """Return it."""
        return self.path

    def failed(self, folder: Path, exit_code: int) -> None:
        """Do nothing; the trial sees it."""


def try_build(
    build: Build,
    model: Path | None = None,
    on_round: OnRound | None = None,
    cancel: CancelToken | None = None,
) -> Trial:
    """Return what comes of a build, and remember it for this machine.

    It multiplies matrices of every usual weight type, then answers four questions in the words
    of the build that is installed (rounding may turn one of them), then is timed against it. A
    process that dies, or answers other things, is a build that is never used.

    Args:
        build: The build.
        model: A model file to answer with; the demonstration model where left out.
        on_round: Told of each round of the timing.
        cancel: Stops it; nothing is remembered then.

    Raises:
        UserFacingError: Its files were changed, or there is no model to try it with, or the
            installed build itself cannot be used.
        CancelledError: Stopped.
    """
    check_build(build)
    model = model or demo_model_path()
    if model is None:
        raise UserFacingError(
            "There is no model to try the build with.",
            "Name one with --model, or install the demonstration model.",
        )
    # One thread: beside other programs, several wait for each other, and the timing tells nothing.
    config = LoadConfig(str(model), context=_CONTEXT, gpu_layers=0, threads=1)
    with Engine() as ours, Engine(libraries=_Fixed(build.folder)) as theirs:
        ours.load(config, cancel)
        told = [_ask(ours, words, cancel).text for words in _QUESTIONS]
        try:
            with _judged():
                theirs.self_test()
                theirs.load(config, cancel)
                found = [_ask(theirs, words, cancel).text for words in _QUESTIONS]
            _compare(told, found)
            trial = _timed(build, ours, theirs, on_round, cancel)
        except _RefusedError as refusal:
            trial = Trial(build.fingerprint, str(refusal))
    remember(build, trial)
    return trial


class _RefusedError(Exception):
    """The build under trial failed, and not the one installed."""


@contextlib.contextmanager
def _judged() -> Iterator[None]:
    """Take what goes wrong inside as the fault of the build under trial."""
    try:
        yield
    except UserFacingError as fault:
        raise _RefusedError(fault.message) from fault


def _compare(told: Sequence[str], found: Sequence[str]) -> None:
    """Refuse a build whose answers begin in other words than those of the one installed."""
    pairs = zip(told, found, strict=True)
    if sum(one[:_SAME] != other[:_SAME] for one, other in pairs) > _MOST_OTHER:
        raise _RefusedError(_NONSENSE)


def _timed(
    build: Build,
    ours: Engine,
    theirs: Engine,
    on_round: OnRound | None,
    cancel: CancelToken | None,
) -> Trial:
    prompts, answers = [], []
    for number in range(ROUNDS):
        words = f"{number}. {_LONG}"
        one = _ask(ours, words, cancel)
        with _judged():
            other = _ask(theirs, words, cancel)
        prompts.append(one.prompt_seconds / other.prompt_seconds)
        answers.append(_token_seconds(one) / _token_seconds(other))
        if on_round is not None:
            on_round(number + 1, ROUNDS)
    return Trial(build.fingerprint, "", round(median(prompts), 3), round(median(answers), 3))


def _ask(engine: Engine, words: str, cancel: CancelToken | None) -> Completion:
    prompt = Prompt((Message("user", words),), "trial", 1, 0)
    done = engine.generate(prompt, GenerateConfig(max_new_tokens=_NEW_TOKENS), cancel=cancel)
    if done.finish_reason == "died":
        raise UserFacingError(done.error or "The engine stopped.", "")
    return done


def _token_seconds(done: Completion) -> float:
    return (done.seconds - done.prompt_seconds) / max(done.tokens - 1, 1)
