"""List the builds of the engine, with what is known of each on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.build_trials import trial_of
from medsdesk.engine.builds import INSTALLED, Build, check_build, installed_version, list_builds
from medsdesk.services.choose_build import chosen_build


@dataclass(frozen=True, slots=True)
class BuildState:
    """A build, and whether it may be used.

    Attributes:
        name: Of the build.
        version: Of llama-cpp-python.
        in_use: Whether the engine computes with it.
        words: Its state in words.
        usable: Whether it has passed on this machine, and is unchanged.
    """

    name: str
    version: str
    in_use: bool
    words: str
    usable: bool = True


def build_states() -> tuple[BuildState, ...]:
    """Return the installed build, then those beside it by name."""
    try:
        chosen = chosen_build()
        name = chosen.name if chosen is not None else INSTALLED
    except UserFacingError:
        name = ""
    ours = BuildState(INSTALLED, installed_version(), name == INSTALLED, "always works")
    return (ours, *(_state(build, in_use=build.name == name) for build in list_builds()))


def _state(build: Build, *, in_use: bool) -> BuildState:
    try:
        check_build(build)
    except UserFacingError as fault:
        return BuildState(build.name, build.version, in_use, fault.message, usable=False)
    trial = trial_of(build)
    if trial is None:
        words = "not tested on this machine"
    elif trial.passed:
        words = (
            f"passed: prompts {trial.prompt_ratio:.2f} times, answers {trial.answer_ratio:.2f} "
            "times as fast as the installed build"
        )
    else:
        words = f"refused: {trial.reason}"
    usable = trial is not None and trial.passed
    return BuildState(build.name, build.version, in_use, words, usable=usable)
