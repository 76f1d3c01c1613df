"""Paths that may be kept, and fingerprints as the hub makes them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.hub.repository import Digest, Fingerprint, HubFile, is_safe


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../up.json", "a/../../b", "a//b", "./a", "a/.", "a/..", "C:/x.json",
        "a\\b.json", "nul", "MCQA/CON.json", "aux.tar.gz", "COM1", "a/b.", "a /b", "x\0y", "a\nb",
        "what?.json", "a/*", "\u202ejson.exe", "x" * 256, "...",
    ],
)  # fmt: skip
def test_unsafe_paths(path: str) -> None:
    assert not is_safe(path)


@pytest.mark.parametrize(
    "path",
    [
        "task57_x.json",
        "Fact_verication/task12.json",
        ".gitattributes",
        "病例/任务.json",
        "console.txt",
    ],
)
def test_safe_paths(path: str) -> None:
    assert is_safe(path)


@given(st.text())
def test_a_safe_path_stays_in_its_folder(path: str) -> None:
    if is_safe(path):
        root = Path("/folder").resolve()
        assert root in root.joinpath(*path.split("/")).resolve().parents


@given(st.lists(st.binary()))
def test_a_fingerprint_is_that_of_all_pieces(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    made = Fingerprint(HubFile("x", len(data), Digest("sha256", hashlib.sha256(data).hexdigest())))
    for piece in pieces:
        made.add(piece)
    assert made.fits
    assert made.sha256 == hashlib.sha256(data).hexdigest()
    made.add(b"!")
    assert not made.fits


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("data", [b"", b"made up\n", bytes(range(256)) * 300])
def test_a_small_file_has_the_fingerprint_that_git_gives_it(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "blob"
    path.write_bytes(data)
    done = subprocess.run(["git", "hash-object", str(path)], capture_output=True, check=True)
    made = Fingerprint(HubFile("x", len(data), Digest("git-sha1", done.stdout.decode().strip())))
    made.add(data)
    assert made.fits


def test_the_name_of_a_file() -> None:
    digest = Digest("sha256", "0" * 64)
    assert HubFile("MCQA/task57.json", 1, digest).name == "task57.json"
    assert HubFile("task57.json", 1, digest).name == "task57.json"
