"""A file is replaced whole or not at all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from medsdesk.config.files import new_folder, replaced, replacing
from medsdesk.core.errors import UserFacingError


def test_new_content_takes_the_old_files_place(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("old", encoding="utf-8")
    with replacing(path) as file:
        file.write("new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_in_the_middle_keeps_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "ratings.csv"
    path.write_text("old", encoding="utf-8")

    def write_half() -> None:
        with replacing(path) as file:
            file.write("half")
            raise ValueError("a bug of the caller")

    with pytest.raises(ValueError, match="a bug"):
        write_half()
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_told_in_words(tmp_path: Path) -> None:
    with (
        pytest.raises(UserFacingError, match="cannot be written") as caught,
        replacing(tmp_path / "nowhere" / "out.csv"),
    ):
        pass
    assert "folder" in caught.value.hint


def test_a_folder_in_the_files_place_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "out.csv").mkdir()
    with (
        pytest.raises(UserFacingError, match="no file that can be written"),
        replacing(tmp_path / "out.csv") as file,
    ):
        file.write("x")
    assert [p.name for p in tmp_path.iterdir()] == ["out.csv"]


def test_the_encoding_is_the_callers(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with replacing(path, "utf-8-sig") as file:
        file.write("é")
    assert path.read_bytes() == b"\xef\xbb\xbf\xc3\xa9"


def test_a_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "target.csv", tmp_path / "link.csv"
    target.write_text("old", encoding="utf-8")
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("this system makes no links for this user")
    with replacing(link) as file:
        file.write("new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="there are no device files here")
def test_a_device_is_never_replaced() -> None:
    with pytest.raises(UserFacingError, match="no file"), replacing(Path("/dev/null")) as file:
        file.write("x")
    assert not Path("/dev/null").is_file()


def test_bytes_take_the_old_files_place_too(tmp_path: Path) -> None:
    path = tmp_path / "ratings.xlsx"
    path.write_bytes(b"old")
    with replaced(path) as part:
        part.write_bytes(b"\0new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"\0new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "package"

    def write_half() -> None:
        with new_folder(path) as part:
            (part / "a.csv").write_text("a", encoding="utf-8")
            raise ValueError("a bug of the caller")

    with pytest.raises(ValueError, match="a bug"):
        write_half()
    assert list(tmp_path.iterdir()) == []
    with new_folder(path) as part:
        (part / "a.csv").write_text("a", encoding="utf-8")
        assert not path.exists()
    assert [p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")] == [
        "package", "package/a.csv",
    ]  # fmt: skip


def test_a_folder_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "package"
    path.mkdir()
    (path / "a.csv").write_text("old", encoding="utf-8")
    with pytest.raises(UserFacingError, match="already"), new_folder(path):
        pass
    with pytest.raises(UserFacingError, match="cannot be written"), new_folder(tmp_path / "x/y"):
        pass
    assert (path / "a.csv").read_text(encoding="utf-8") == "old"


_KILLED = """
import os, sys
from pathlib import Path
from medsdesk.config.files import new_folder, replaced
with {maker}(Path(sys.argv[1])) as part:
    (part / "a.csv" if part.is_dir() else part).write_text("half", encoding="utf-8")
    os._exit(9)
"""


@pytest.mark.parametrize("maker", ["replaced", "new_folder"])
def test_a_kill_in_the_middle_leaves_what_was_there(tmp_path: Path, maker: str) -> None:
    path = tmp_path / "out"
    if maker == "replaced":
        path.write_text("old", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _KILLED.format(maker=maker), str(path)], check=False, timeout=60
    )
    assert done.returncode == 9
    if maker == "replaced":
        assert path.read_text(encoding="utf-8") == "old"
    else:
        assert not path.exists()
        with new_folder(path) as part:  # what the killed one left is in nobody's way
            (part / "a.csv").write_text("whole", encoding="utf-8")
        assert (path / "a.csv").read_text(encoding="utf-8") == "whole"
