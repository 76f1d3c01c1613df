"""A replaced file is the old one or the new one, never half of one."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.files import replacing
from medsdesk.core.errors import UserFacingError


def test_the_new_content_takes_the_old_ones_place(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("old", encoding="utf-8")
    with replacing(path) as file:
        file.write("größer\r\n𝄞")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_bytes() == "größer\r\n𝄞".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_another_encoding_can_be_asked_for(tmp_path: Path) -> None:
    with replacing(tmp_path / "f", "utf-8-sig") as file:
        file.write("a")
    assert (tmp_path / "f").read_bytes() == b"\xef\xbb\xbfa"


def test_a_fault_in_the_block_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), replacing(path) as file:
        file.writelines(str(1 // n) for n in (1, 0))
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    path = tmp_path / "none" / "f.txt"
    with pytest.raises(UserFacingError, match="cannot be written") as caught, replacing(path):
        pytest.fail("the block must not run")
    assert str(path) in caught.value.message


def test_a_folder_in_the_files_place_is_said(tmp_path: Path) -> None:
    path = tmp_path / "f.txt"
    path.mkdir()
    with pytest.raises(UserFacingError, match="cannot be written"), replacing(path) as file:
        file.write("x")
    assert list(tmp_path.iterdir()) == [path]
