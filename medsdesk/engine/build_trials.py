"""What came of trying builds of the engine, remembered for this machine."""

from __future__ import annotations

import hashlib
import json
import math
import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from medsdesk.config.files import replacing
from medsdesk.engine.builds import Build, builds_dir

_FILE: Final = "trials.json"
_PROCESSOR: Final = Path("/proc/cpuinfo")  # where there is none, the system's own words count
_TELLING: Final = ("model name", "flags", "Features", "CPU part")


@dataclass(frozen=True, slots=True)
class Trial:
    """A build was tried in a process of its own.

    Attributes:
        fingerprint: Of the build.
        reason: Why it may not be used; empty where it has passed.
        prompt_ratio: Its speed of reading prompts, as a multiple of the installed build's.
        answer_ratio: Its speed of writing answers, likewise.
    """

    fingerprint: str
    reason: str = ""
    prompt_ratio: float = 0.0
    answer_ratio: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether it may be used."""
        return not self.reason

    @property
    def gain(self) -> float:
        """How much faster it is than the installed build, reading and writing alike."""
        return math.sqrt(self.prompt_ratio * self.answer_ratio)


def trial_of(build: Build) -> Trial | None:
    """Return what came of trying a build on this machine; None where it was not, or is changed."""
    told = _read().get(machine_key(), {}).get(build.name)
    try:
        trial = Trial(**told) if isinstance(told, dict) else None
    except TypeError:
        return None
    return trial if trial is not None and trial.fingerprint == build.fingerprint else None


def remember(build: Build, trial: Trial) -> None:
    """Keep what came of a trial.

    Raises:
        UserFacingError: The file cannot be written.
    """
    told = _read()
    told.setdefault(machine_key(), {})[build.name] = asdict(trial)
    with replacing(builds_dir() / _FILE) as file:
        file.write(json.dumps(told))


def machine_key() -> str:
    """Return a number that changes with the processor and its instruction sets, and tells neither.

    A folder that is carried to another machine, or shared by several, is tried anew on each.
    """
    words = [platform.system(), platform.machine(), platform.processor()]
    try:
        lines = _PROCESSOR.read_text(encoding="utf-8", errors="replace").splitlines()
        words += sorted({line for line in lines if line.startswith(_TELLING)})
    except OSError:
        pass
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _read() -> dict[str, Any]:
    try:
        told = json.loads((builds_dir() / _FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    good = isinstance(told, dict) and all(isinstance(one, dict) for one in told.values())
    return told if good else {}
