"""A file is replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.files import replacing
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
