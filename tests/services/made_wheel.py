"""A wheel with the libraries of the engine that is installed, to stand beside it as a build."""

from __future__ import annotations

import zipfile
from importlib.metadata import files
from pathlib import Path

from medsdesk.engine.builds import installed_version

LIBRARIES = ("libllama.so", "libggml.so", "libggml-base.so", "libggml-cpu.so")


def make_wheel(folder: Path, **replaced: bytes) -> Path:
    """Write a wheel; a library named by its stem, with ``_`` for ``-``, is replaced."""
    path = folder / "llama_cpp_python.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"llama_cpp_python-{installed_version()}.dist-info/METADATA", "")
        for file in files("llama-cpp-python") or ():
            if file.parts[:2] == ("llama_cpp", "lib") and file.suffix not in ("", ".pc", ".cmake"):
                stem = file.name.split(".")[0].replace("-", "_")
                data = replaced.get(stem) or Path(str(file.locate())).read_bytes()
                archive.writestr("/".join(file.parts), data)
    return path
