"""Fingerprints are SHA-256, and of a file that nobody writes to meanwhile."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.services.fingerprint_files import CHUNK, file_sha256, mark_of, steady_sha256


def test_a_fingerprint_is_the_sha256_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"abc")
    assert file_sha256(tmp_path / "f", None, None) == hashlib.sha256(b"abc").hexdigest()


def test_progress_is_told_in_bytes_and_stopping_stops(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(bytes(2 * CHUNK + 1))
    told: list[tuple[int, int]] = []
    cancel = CancelToken()

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        cancel.cancel()

    with pytest.raises(CancelledError):
        file_sha256(path, stop, cancel)
    assert told == [(CHUNK, 2 * CHUNK + 1)]


def test_marks_tell_a_file_from_the_one_that_took_its_place(tmp_path: Path) -> None:
    path, other = tmp_path / "f", tmp_path / "g"
    path.write_bytes(b"one")
    other.write_bytes(b"two")
    before = mark_of(path)
    os.utime(other, ns=(before.modified_ns, before.modified_ns))
    other.replace(path)
    after = mark_of(path)
    assert (after.size, after.modified_ns) == (before.size, before.modified_ns)
    assert after != before


def test_a_file_that_is_written_to_meanwhile_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abc")
    assert steady_sha256(path, None, None) == (
        hashlib.sha256(b"abc").hexdigest(),
        mark_of(path),
    )

    def write(*_: int) -> None:
        path.write_bytes(b"abcd")

    with pytest.raises(UserFacingError, match="written to while it was read"):
        steady_sha256(path, write, None)


def test_a_file_that_grows_for_ever_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"abc")

    def grow(*_: int) -> None:
        with path.open("ab") as file:
            file.write(b"x")

    with pytest.raises(UserFacingError, match="written to while it was read"):
        steady_sha256(path, grow, None)


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read"):
        steady_sha256(tmp_path / "none", None, None)
