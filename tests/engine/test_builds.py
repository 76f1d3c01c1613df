"""Builds of the engine beside the installed one: what is taken, and what is found changed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.builds import (
    add_wheel,
    builds_dir,
    check_build,
    find_build,
    installed_version,
    list_builds,
    remove_build,
)

FILES = {"libllama.so": b"llama", "libggml.so.0": b"ggml", "ggml-cpu.dll": b"cpu"}


@pytest.fixture(autouse=True)
def _user_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(tmp_path / "user"))


@pytest.fixture
def wheel(tmp_path: Path) -> Callable[..., Path]:
    """Make a wheel of a version with libraries and other files."""

    def make(number: str = "", files: dict[str, bytes] | None = None, folder: str = "lib") -> Path:
        path = tmp_path / "llama_cpp_python.whl"
        with zipfile.ZipFile(path, "w") as archive:
            number = number or installed_version()
            archive.writestr(f"llama_cpp_python-{number}.dist-info/METADATA", "Name: x")
            archive.writestr("llama_cpp/llama.py", "raise SystemExit")
            archive.writestr("llama_cpp/lib/pkgconfig/llama.pc", "")
            archive.writestr("../../evil.so", "")
            for name, data in (files or FILES).items():
                archive.writestr(f"llama_cpp/{folder}/{name}", data)
        return path

    return make


def test_only_libraries_are_unpacked(wheel: Callable[..., Path], tmp_path: Path) -> None:
    build = add_wheel(wheel(), "avx512")
    assert build == find_build("avx512") == list_builds()[0]
    assert {path.name for path in build.folder.iterdir()} == {*FILES, "build.json"}
    assert (build.folder / "libllama.so").read_bytes() == b"llama"
    assert not list(tmp_path.rglob("evil.so"))
    check_build(build)


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        (lambda f: (f / "libllama.so").write_bytes(b"other"), "libllama.so .* was changed"),
        (lambda f: (f / "libllama.so").unlink(), "are missing"),
        (lambda f: (f / "libplanted.so").write_bytes(b""), "put into its folder"),
    ],
)
def test_changed_files_are_found(
    wheel: Callable[..., Path], harm: Callable[[Path], object], told: str
) -> None:
    build = add_wheel(wheel(), "avx512")
    harm(build.folder)
    with pytest.raises(UserFacingError, match=told):
        check_build(build)


def test_another_version_is_refused(wheel: Callable[..., Path]) -> None:
    with pytest.raises(UserFacingError, match=r"is llama-cpp-python 0\.0\.1, and MedsDesk uses"):
        add_wheel(wheel("0.0.1"), "old")
    assert not list(builds_dir().iterdir())
    build = add_wheel(wheel(), "new")
    record = build.folder / "build.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "version": "0.0.1"}))
    with pytest.raises(UserFacingError, match=r"is of llama-cpp-python 0\.0\.1"):
        check_build(find_build("new"))


def test_what_is_no_wheel_is_refused(wheel: Callable[..., Path], tmp_path: Path) -> None:
    text = tmp_path / "text.whl"
    text.write_text("no archive")
    other = tmp_path / "other.whl"
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("other-1.dist-info/METADATA", "")
    cut = tmp_path / "cut.whl"
    cut.write_bytes(wheel().read_bytes()[:-30])
    for path in (text, other, cut, wheel(folder="elsewhere")):
        with pytest.raises(UserFacingError, match="is no wheel of llama-cpp-python"):
            add_wheel(path, "x")
    with pytest.raises(UserFacingError, match="cannot be added: No such file"):
        add_wheel(tmp_path / "none.whl", "x")
    assert list_builds() == ()


def test_damaged_data_in_a_wheel_is_refused(wheel: Callable[..., Path], tmp_path: Path) -> None:
    data = bytearray(wheel().read_bytes())
    data[data.index(b"ggml-cpu.dllcpu") + len("ggml-cpu.dll")] ^= 1
    harmed = tmp_path / "harmed.whl"
    harmed.write_bytes(data)
    with pytest.raises(UserFacingError, match="is no wheel"):
        add_wheel(harmed, "x")


def test_a_packed_library_that_is_damaged_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "packed.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"llama_cpp_python-{installed_version()}.dist-info/METADATA", "Name: x")
        archive.writestr("llama_cpp/lib/libllama.so", bytes(range(256)) * 40)
    data = bytearray(path.read_bytes())
    start = data.index(b"libllama.so") + len("libllama.so")
    data[start : start + 20] = b"\xff" * 20
    path.write_bytes(data)
    with pytest.raises(UserFacingError, match="is no wheel"):
        add_wheel(path, "x")
    assert list_builds() == ()


@pytest.mark.parametrize("name", ["", "auto", "installed", "Ä", "a/b", "..", "x" * 41])
def test_names_that_cannot_be_a_folder_are_refused(wheel: Callable[..., Path], name: str) -> None:
    with pytest.raises(UserFacingError, match="cannot be the name"):
        add_wheel(wheel(), name)
    with pytest.raises(UserFacingError, match="no build"):
        remove_build(name)


def test_a_name_is_taken_until_it_is_removed(wheel: Callable[..., Path]) -> None:
    first = add_wheel(wheel(), "x")
    with pytest.raises(UserFacingError, match="a build 'x' already"):
        add_wheel(wheel(), "x")
    remove_build("x")
    assert list_builds() == ()
    with pytest.raises(UserFacingError, match="no build"):
        find_build("x")
    second = add_wheel(wheel(files={"libllama.so": b"new"}), "x")
    assert first.fingerprint != second.fingerprint


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"version": 1, "libraries": []}'])
def test_a_record_that_cannot_be_read_is_no_build(record: str) -> None:
    folder = builds_dir() / "x"
    folder.mkdir(parents=True)
    (folder / "build.json").write_text(record)
    assert list_builds() == ()
