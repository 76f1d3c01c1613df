"""Renew the pinned versions: ``uv run python packaging/lock.py [--upgrade]``.

Writes ``packaging/requirements.txt`` (every package of the program, its demonstration and its
tests with hashes, and no index address) and the same pins as constraints into
``pyproject.toml``, so that a plain ``uv run`` on a fresh clone installs what was tested.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "packaging" / "requirements.txt"
PYPROJECT = ROOT / "pyproject.toml"
HEAD = "# Made by packaging/lock.py: pip install --no-deps --require-hashes -r requirements.txt\n"
_BLOCK = re.compile(
    r"# Pins, made by packaging/lock\.py\.\nconstraint-dependencies = \[.*?\n\]\n", re.DOTALL
)


def pins(requirements: str) -> list[str]:
    """Return ``name==version ; marker`` for every package of a requirements text, in order."""
    lines = (line.split(" \\")[0].strip() for line in requirements.splitlines())
    return [line for line in lines if re.match(r"[a-z0-9]", line)]


def constraints_block(requirements: str) -> str:
    """Return the constraints of ``[tool.uv]`` for a requirements text."""
    body = "".join(f'  "{pin.replace(chr(34), chr(39))}",\n' for pin in pins(requirements))
    return f"# Pins, made by packaging/lock.py.\nconstraint-dependencies = [\n{body}]\n"


def _uv(*words: str) -> str:
    program = shutil.which("uv") or os.environ.get("UV") or "uv"
    done = subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def main(words: list[str]) -> int:
    """Renew both files; return the exit code."""
    text = PYPROJECT.read_text(encoding="utf-8")
    if "--upgrade" in words:
        PYPROJECT.write_text(
            _BLOCK.sub(lambda _: constraints_block(""), text), encoding="utf-8", newline="\n"
        )
    _uv("lock", *words)
    exported = _uv(
        "export", "--no-emit-project", "--all-groups", "--no-group", "oracles",
        "--no-header", "--no-annotate",
    )  # fmt: skip
    REQUIREMENTS.write_text(HEAD + exported, encoding="utf-8", newline="\n")
    text = PYPROJECT.read_text(encoding="utf-8")
    PYPROJECT.write_text(
        _BLOCK.sub(lambda _: constraints_block(exported), text), encoding="utf-8", newline="\n"
    )
    _uv("lock")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
