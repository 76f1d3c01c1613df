"""Wheels with libraries of the engine, to stand beside the one that is installed."""

from __future__ import annotations

import zipfile
from importlib.metadata import files
from pathlib import Path

from medsdesk.engine.build_trials import Trial, remember
from medsdesk.engine.builds import Build, add_wheel, installed_version


def make_wheel(folder: Path, **replaced: bytes) -> Path:
    """Write a wheel with the installed libraries; ``libggml_cpu`` replaces that library."""
    path = folder / "llama_cpp_python.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"llama_cpp_python-{installed_version()}.dist-info/METADATA", "")
        for file in files("llama-cpp-python") or ():
            if file.parts[:2] == ("llama_cpp", "lib") and file.suffix not in ("", ".pc", ".cmake"):
                stem = file.name.split(".")[0].replace("-", "_")
                data = replaced.get(stem) or Path(str(file.locate())).read_bytes()
                archive.writestr("/".join(file.parts), data)
    return path


def add_build(tmp_path: Path, name: str, gain: float | None, *, passed: bool = True) -> Build:
    """Add a build that is never run; with a gain, its trial is remembered too."""
    path = tmp_path / f"{name}.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"llama_cpp_python-{installed_version()}.dist-info/METADATA", "")
        archive.writestr("llama_cpp/lib/libllama.so", name)
    build = add_wheel(path, name)
    if gain is not None:
        remember(build, Trial(build.fingerprint, "" if passed else "It died.", gain, gain))
    return build
