"""JSON that a stranger wrote is an object without tricks, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.checkpoints.json_files import MalformedJsonError, parse_object, read_object
from medsdesk.core.errors import UserFacingError


@pytest.mark.parametrize(
    "data",
    [
        b"", b"[]", b"1", b'"x"', b"{", b'{"a": 1, "a": 2}', b'{"a": NaN}', b'{"a": Infinity}',
        b"\xff\xfe{}", b'{"a": {"b": 1, "b": 1}}', b"[" * 200_000, b'{"a":' + b"1" * 5000 + b"}",
    ],
)  # fmt: skip
def test_what_no_program_writes_is_refused(data: bytes) -> None:
    with pytest.raises(MalformedJsonError):
        parse_object(data)


def test_an_object_is_returned(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_bytes('{"name": "Größe", "n": [1, 2.5, null]}'.encode())
    assert read_object(path) == {"name": "Größe", "n": [1, 2.5, None]}


def test_a_missing_file_is_empty_and_others_are_told_of(tmp_path: Path) -> None:
    assert read_object(tmp_path / "config.json") == {}
    (tmp_path / "folder.json").mkdir()
    with pytest.raises(UserFacingError, match="is not a file"):
        read_object(tmp_path / "folder.json")
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate((1 << 20) + 1)
    with pytest.raises(UserFacingError, match="larger than 1 MiB"):
        read_object(large, largest_mib=1)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    with pytest.raises(UserFacingError, match="no JSON object"):
        read_object(tmp_path / "broken.json")
