"""Choose the engine's build: the fastest that has passed its test on this machine."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Final

from medsdesk.config.settings import load_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.engine.build_trials import Trial, remember, trial_of
from medsdesk.engine.builds import (
    INSTALLED,
    LIBRARIES_VARIABLE,
    Build,
    check_build,
    find_build,
    list_builds,
)
from medsdesk.engine.outcomes import explain, is_illegal_instruction

AUTO: Final = "auto"
_WORTHWHILE: Final = 1.05  # less than that is noise of the timing
_log = logging.getLogger(__name__)


class ChosenBuild:
    """What an engine asks for the folder of its libraries, each time it starts a process."""

    def folder(self, build: str) -> Path | None:
        """Return the folder of a build, empty for that of the settings; None for the installed.

        Raises:
            UserFacingError: A build is named that is not there, was changed or has not passed
                its test on this machine.
        """
        found = _by_name(build) if build else chosen_build()
        return found.folder if found is not None else None

    def failed(self, folder: Path, exit_code: int) -> None:
        """Never use a build again that died of an instruction this processor does not have."""
        if not is_illegal_instruction(exit_code):
            return
        for build in list_builds():
            if build.folder == folder:
                _log.info("build %s died with code %d and is refused", build.name, exit_code)
                remember(build, Trial(build.fingerprint, explain(exit_code).message))


def chosen_build() -> Build | None:
    """Return the build that the settings ask for; None for the one installed.

    Left to us, it is the one with the greatest gain among those whose files are unchanged and
    that have passed, if it is clearly faster than the one installed. Where the environment names
    libraries for the bindings, those are used.

    Raises:
        UserFacingError: The settings name a build that cannot be used.
    """
    if os.environ.get(LIBRARIES_VARIABLE):
        return None
    wanted = load_settings().engine_build
    if wanted != AUTO:
        return _by_name(wanted)
    passed = [(trial.gain, build) for build in list_builds() if (trial := trial_of(build))
              and trial.passed and trial.gain >= _WORTHWHILE and _is_whole(build)]  # fmt: skip
    return max(passed, key=lambda pair: pair[0])[1] if passed else None


def check_usable(name: str) -> None:
    """Refuse a name that the engine could not be started with.

    Raises:
        UserFacingError: There is no such build, or it cannot be used.
    """
    if name != AUTO:
        _by_name(name)


def _by_name(name: str) -> Build | None:
    if name == INSTALLED:
        return None
    build = find_build(name)
    check_build(build)
    trial = trial_of(build)
    if trial is None:
        raise UserFacingError(
            f"The build '{name}' of the engine was not tested on this machine.",
            f"Test it with 'medsdesk engine test {name}', or choose another with 'medsdesk engine "
            "use auto'.",
        )
    if not trial.passed:
        raise UserFacingError(
            f"The build '{name}' of the engine has not passed its test on this machine: "
            f"{trial.reason}",
            "Choose another with 'medsdesk engine use auto'.",
        )
    return build


def _is_whole(build: Build) -> bool:
    try:
        check_build(build)
    except UserFacingError:
        return False
    return True
