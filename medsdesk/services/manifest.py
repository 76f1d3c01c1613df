"""Collect what a run's record must hold so that the run can be repeated."""

from __future__ import annotations

import importlib.metadata
import os
import platform

_PACKAGES = ("medsdesk", "llama-cpp-python", "sacrebleu", "rouge-score", "sqlite-utils")


def package_versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that can change an answer or a score."""
    versions = {"python": platform.python_version()}
    for name in _PACKAGES:
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def machine() -> dict[str, str]:
    """Return operating system, processor family and core count; nothing that names the machine."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "cores": str(os.cpu_count() or 0),
    }
