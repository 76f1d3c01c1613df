"""Check everything that is not a behaviour: ``uv run python -m tests.check``.

Lint, format, types, import contracts, sizes and tree, and the lane without PySide6: a second
environment in ``.venv-headless`` in which everything but the window must pass its tests.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADLESS = ROOT / ".venv-headless"
NOT_INSTALLED = ("pyside6-essentials", "shiboken6", "pytest-qt")
PLACES = ("medsdesk", "tests", "packaging")


def _run(title: str, *command: str, env: dict[str, str] | None = None) -> bool:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, check=False)
    word = "ok" if done.returncode == 0 else f"FAILED ({done.returncode})"
    print(f"== {title}: {word}, {time.monotonic() - started:.0f} s", flush=True)
    return done.returncode == 0


def _module(title: str, *words: str) -> bool:
    return _run(title, sys.executable, "-m", *words)


def _headless_lane() -> bool:
    """Install everything but Qt beside the checkout, and run all tests but the window's."""
    uv = shutil.which("uv") or os.environ.get("UV")
    if uv is None:
        print("== headless lane: FAILED, uv is not on the path; run 'pip install uv' first")
        return False
    left_out = [word for name in NOT_INSTALLED for word in ("--no-install-package", name)]
    env = {"UV_PROJECT_ENVIRONMENT": str(HEADLESS), "VIRTUAL_ENV": str(HEADLESS)}
    python = HEADLESS / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    return _run("headless lane: environment", uv, "sync", "--quiet", *left_out, env=env) and _run(
        "headless lane: tests without PySide6",
        str(python),
        "-m",
        "pytest",
        "-q",
        "-m",
        "not gguf",
        "--ignore=tests/house",  # checked just before
        "tests",
    )


def main() -> int:
    """Run every check, all of them even when one fails; return 0 when all hold."""
    held = [
        _module("ruff check", "ruff", "check", *PLACES),
        _module("ruff format", "ruff", "format", "--check", *PLACES),
        _module("mypy", "mypy"),
        _module("house: contracts, sizes, tree", "pytest", "-q", "tests/house"),
        _headless_lane(),
    ]
    print(f"\n{held.count(True)} checks hold, {held.count(False)} fail")
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
