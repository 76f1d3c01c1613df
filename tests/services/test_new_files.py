"""A large file is there whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.services.new_files import check_room, new_file


def test_it_takes_its_name_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"
    with new_file(target) as part:
        part.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [target]


def _write(target: Path, data: bytes, then: Callable[[], object]) -> None:
    with new_file(target) as part:
        part.write_bytes(data)
        then()


@pytest.mark.parametrize("fault", [KeyboardInterrupt, ValueError])
def test_nothing_stays_of_a_half(tmp_path: Path, fault: type[BaseException]) -> None:
    def fail() -> None:
        raise fault

    with pytest.raises(fault):
        _write(tmp_path / "x.gguf", b"half", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "x.gguf"
    with pytest.raises(UserFacingError, match="in the meantime"):
        _write(target, b"ours", lambda: target.write_bytes(b"theirs"))
    with pytest.raises(UserFacingError, match="already"):
        _write(target, b"ours", lambda: None)
    assert target.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [target]


def test_disks_are_told_of_in_words(tmp_path: Path) -> None:
    def fill() -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(UserFacingError, match="cannot be written: No space"):
        _write(tmp_path / "x.gguf", b"half", fill)
    with pytest.raises(UserFacingError, match="GiB free"):
        check_room(tmp_path / "x.gguf", 1 << 60)
    check_room(tmp_path / "x.gguf", 1)
    check_room(tmp_path / "none" / "x.gguf", 1 << 60)  # told of when the file is made
