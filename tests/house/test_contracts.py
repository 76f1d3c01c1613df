"""The import contracts hold, and nothing heavy or graphical is imported where it must not be."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

ROOMS = (
    "medsdesk.cli.main",
    "medsdesk.cli.verbs",
    "medsdesk.services.evaluate",
    "medsdesk.services.export",
    "medsdesk.services.convert_model",
    "medsdesk.services.measure_fidelity",
    "medsdesk.services.demonstrate",
    "medsdesk.services.download_models",
    "medsdesk.services.download_tasks",
    "medsdesk.services.diagnose",
    "medsdesk.services.rate",
    "medsdesk.services.rate_study",
)
# Not numpy: sqlite-utils imports it where it is installed, and the scorers bring it along.
HEAVY = (
    "gguf", "llama_cpp", "transformers", "torch", "nltk", "scipy", "pandas", "jinja2",
    "huggingface_hub", "httpx2", "truststore", "filelock", "keyring",
)  # fmt: skip


def _imported_after(code: str) -> set[str]:
    """Return the top-level modules a fresh interpreter holds after running the code."""
    script = f"{code}\nimport json, sys; print(json.dumps([m.split('.')[0] for m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_linter_keeps_every_contract() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("module", ROOMS)
def test_logic_needs_no_qt_and_loads_nothing_heavy(module: str) -> None:
    loaded = _imported_after(f"import {module}")
    assert not loaded & {"PySide6", "shiboken6", *HEAVY}


def test_entry_module_imports_nothing_of_ours() -> None:
    """The engine's child imports it again at every start."""
    script = (
        "import sys, medsdesk.__main__; "
        "print([m for m in sys.modules if m.startswith('medsdesk.') and m != 'medsdesk.__main__'])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"
