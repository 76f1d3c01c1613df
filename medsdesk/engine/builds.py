"""Builds of llama.cpp that lie beside the one installed, and whether their files are still theirs.

Each has a folder of its own below the user's folder. It holds the shared libraries out of a wheel
of llama-cpp-python, and a file with the fingerprint of each. The bindings stay those installed,
so only a wheel of the very same version is taken.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Final

from medsdesk.config.paths import user_dir
from medsdesk.core.errors import UserFacingError

LIBRARIES_VARIABLE: Final = "LLAMA_CPP_LIB_PATH"
"""The environment variable by which the bindings are told where their libraries are."""

INSTALLED: Final = "installed"
"""The name of the build that is installed with the bindings; it always works."""

_PACKAGE: Final = "llama-cpp-python"
_RECORD: Final = "build.json"
_LIBRARY: Final = re.compile(r"\.(dll|dylib|so(\.[0-9]+)*)$")
_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_INSIDE: Final = PurePosixPath("llama_cpp/lib")
_MOST_BYTES: Final = 4 << 30
_MOST_FILES: Final = 200
_AGAIN: Final = "Remove it with 'medsdesk engine remove {name}' and add its wheel again."


@dataclass(frozen=True, slots=True)
class Build:
    """One build beside the installed one.

    Attributes:
        name: Its folder's name.
        folder: With its libraries.
        version: Of llama-cpp-python.
        libraries: Name and SHA-256 of each file.
    """

    name: str
    folder: Path
    version: str
    libraries: tuple[tuple[str, str], ...]

    @property
    def fingerprint(self) -> str:
        """SHA-256 of names and fingerprints of all files."""
        return hashlib.sha256(json.dumps([self.version, self.libraries]).encode()).hexdigest()


def builds_dir() -> Path:
    """Return the folder of all builds; it may not exist."""
    return user_dir() / "engines"


def installed_version() -> str:
    """Return the version of the bindings; empty where there are none."""
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return ""


def list_builds() -> tuple[Build, ...]:
    """Return all builds by name; a folder whose record cannot be read is left out."""
    return tuple(_readable())


def find_build(name: str) -> Build:
    """Return a build.

    Raises:
        UserFacingError: There is none of that name.
    """
    for build in list_builds():
        if build.name == name:
            return build
    names = ", ".join(build.name for build in list_builds()) or "none"
    raise UserFacingError(
        f"There is no build '{name}' of the engine.", f"Those added are: {names}."
    )


def check_build(build: Build) -> None:
    """Compare a build's files with their fingerprints.

    Raises:
        UserFacingError: It is of another version than the bindings, a file is missing, changed,
            or lies there that was not added.
    """
    hint = _AGAIN.format(name=build.name)
    if build.version != installed_version():
        raise UserFacingError(
            f"The build '{build.name}' is of llama-cpp-python {build.version}, and MedsDesk uses "
            f"{installed_version() or 'none'}.",
            "Remove it, and add one of the same version.",
        )
    there = {path.name for path in build.folder.iterdir()} - {_RECORD}
    if there != {name for name, _ in build.libraries}:
        raise UserFacingError(
            f"Files of the build '{build.name}' are missing, or were put into its folder.", hint
        )
    for name, sha256 in build.libraries:
        if _sha256(build.folder / name) != sha256:
            raise UserFacingError(f"The file {name} of the build '{build.name}' was changed.", hint)


def add_wheel(wheel: Path, name: str) -> Build:
    """Unpack the libraries of a wheel into a folder of their own; nothing of it is run.

    Args:
        wheel: A wheel of llama-cpp-python, of the version that is installed.
        name: Small letters, digits, ``-`` and ``_``; at most 40.

    Raises:
        UserFacingError: The name is not allowed or taken, or the file is no such wheel.
    """
    if not _NAME.fullmatch(name) or name in (INSTALLED, "auto"):
        raise UserFacingError(
            f"'{name}' cannot be the name of a build.",
            "Take small letters and digits, such as avx512.",
        )
    target = builds_dir() / name
    if target.exists():
        raise UserFacingError(
            f"There is a build '{name}' already.",
            f"Choose another name, or remove it with 'medsdesk engine remove {name}'.",
        )
    part = target.with_name(f".{name}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir(parents=True, mode=0o700)
        record = _unpack(wheel, part)
        (part / _RECORD).write_text(json.dumps(record), encoding="utf-8")
        part.replace(target)
    except OSError as error:
        raise UserFacingError(
            f"The build cannot be added: {error.strerror or 'input/output error'}.",
            "Check that the file is there, that the disk has room and the folder can be written.",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return find_build(name)


def remove_build(name: str) -> None:
    """Delete a build's folder.

    Raises:
        UserFacingError: There is none, or its folder cannot be deleted.
    """
    folder = builds_dir() / name
    if not _NAME.fullmatch(name) or not folder.is_dir():
        find_build(name)
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise UserFacingError(
            f"The folder {folder} cannot be deleted: {error.strerror or 'input/output error'}.",
            "Close MedsDesk everywhere and try again.",
        ) from error


def _readable() -> Iterator[Build]:
    for record in sorted(builds_dir().glob(f"*/{_RECORD}")):
        try:
            told = json.loads(record.read_text(encoding="utf-8"))
            libraries = tuple((str(name), str(sha)) for name, sha in told["libraries"].items())
            build = Build(record.parent.name, record.parent, str(told["version"]), libraries)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
        if _NAME.fullmatch(build.name):
            yield build


def _unpack(wheel: Path, folder: Path) -> dict[str, object]:
    """Write the libraries of a wheel into a folder; return what to remember of them."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            found = _version_of(archive)
            if found != installed_version():
                raise UserFacingError(
                    f"{wheel.name} is llama-cpp-python {found}, and MedsDesk uses "
                    f"{installed_version() or 'none'}.",
                    f"Build it with llama-cpp-python=={installed_version()}.",
                )
            members = [info for info in archive.infolist() if _is_library(info)]
            if not members or len(members) > _MOST_FILES:
                raise _not_a_wheel(wheel)
            if sum(info.file_size for info in members) > _MOST_BYTES:
                raise _not_a_wheel(wheel)
            libraries = {}
            for info in members:
                path = folder / PurePosixPath(info.filename).name
                with archive.open(info) as source, path.open("xb") as target:
                    shutil.copyfileobj(source, target)
                libraries[path.name] = _sha256(path)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise _not_a_wheel(wheel) from error
    return {"version": found, "libraries": libraries}


def _is_library(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return path.parent == _INSIDE and _LIBRARY.search(path.name) is not None


def _version_of(archive: zipfile.ZipFile) -> str:
    """Return the version in a wheel's metadata; empty where it is no wheel of the bindings."""
    for name in archive.namelist():
        found = re.fullmatch(r"llama_cpp_python-([^/]+)\.dist-info/METADATA", name)
        if found:
            return found[1]
    raise zipfile.BadZipFile


def _not_a_wheel(wheel: Path) -> UserFacingError:
    return UserFacingError(
        f"{wheel.name} is no wheel of llama-cpp-python with libraries in it.",
        "Make one as the README's section on graphics cards and faster processors says.",
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
