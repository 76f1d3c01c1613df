"""Folders give their files in one order, each with what lies beside it, and never in circles."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks.own_texts import Reading
from medsdesk.tasks.text_folders import Source, list_sources, order_of

needs_links = pytest.mark.skipif(
    sys.platform == "win32", reason="links need a right that users of Windows mostly lack"
)


def _fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("Fever.", encoding="utf-8")


def _ids(*paths: Path, skip: frozenset[Path] = frozenset()) -> tuple[list[str], Reading]:
    reading = Reading()
    return [source.id for source in list_sources(paths, reading, skip)], reading


def test_numbers_in_names_count_as_numbers(tmp_path: Path) -> None:
    _fill(tmp_path, "b.txt", "letter 10.txt", "Letter 2.txt", "a/letter 1.txt", "letter.pdf")
    ids = ["a/letter 1.txt", "b.txt", "Letter 2.txt", "letter 10.txt", "letter.pdf"]
    assert _ids(tmp_path)[0] == ids
    assert sorted(["x10", "x9", "x", "10", "9", "x1y2", "x1y10"], key=order_of) == [
        "9", "10", "x", "x1y2", "x1y10", "x9", "x10",
    ]  # fmt: skip


def test_what_is_no_document_is_passed_over(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt", ".hidden", ".git/b.txt", "~$a.docx", "Thumbs.db", "desktop.ini")
    assert _ids(tmp_path) == (["a.txt"], Reading())


def test_files_that_are_named_come_as_they_are_named_and_once(tmp_path: Path) -> None:
    _fill(tmp_path, "b.txt", "a.txt", "x/c.txt")
    paths = (tmp_path / "b.txt", tmp_path / "a.txt", tmp_path, tmp_path / "x")
    reading = Reading()
    found = list_sources(paths, reading)
    assert [(one.id, one.named) for one in found] == [
        ("b.txt", True), ("a.txt", True), ("x/c.txt", False),
    ]  # fmt: skip
    assert _ids(tmp_path, skip=frozenset([(tmp_path / "a.txt").resolve()]))[0] == [
        "b.txt", "x/c.txt",
    ]  # fmt: skip


def test_a_reference_lies_beside_its_text(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt", "a.REF.txt", "b.docx", "b.ref.txt", "x/a.txt", "lone.ref.txt")
    reading = Reading()
    found = {one.id: one.reference for one in list_sources([tmp_path], reading)}
    assert found == {
        "a.txt": tmp_path / "a.REF.txt", "b.docx": tmp_path / "b.ref.txt", "x/a.txt": None,
    }  # fmt: skip
    assert [(one.where, one.reason) for one in reading.left_out] == [
        ("lone.ref.txt", "it is a reference, and no text of its name lies beside it")
    ]


def test_a_reference_is_none_of_the_texts_also_where_all_are_named(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt", "a.ref.txt", "lone.ref.txt")
    reading = Reading()
    found = list_sources(sorted(tmp_path.iterdir()), reading)
    assert found == (Source(tmp_path / "a.txt", "a.txt", reference=tmp_path / "a.ref.txt"),)
    assert [one.where for one in reading.left_out] == ["lone.ref.txt"]
    assert list_sources([tmp_path / "a.txt"], Reading()) == found


def test_what_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="There is no file or folder"):
        _ids(tmp_path / "none")


@needs_links
def test_links_never_lead_in_circles(tmp_path: Path) -> None:
    _fill(tmp_path, "a.txt", "x/b.txt")
    (tmp_path / "x" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "x" / "self").symlink_to(tmp_path / "x" / "self")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing")
    (tmp_path / "again.txt").symlink_to(tmp_path / "a.txt")
    ids, reading = _ids(tmp_path)
    assert ids == ["a.txt", "x/b.txt"]
    assert {one.where: one.reason for one in reading.left_out} == {
        "x/up": "it is a link to a folder",
        "x/self": "it is no file, or leads nowhere",
        "gone.txt": "it is no file, or leads nowhere",
    }


def test_a_folder_that_cannot_be_opened_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fill(tmp_path, "a.txt", "x/b.txt")

    def walk(folder: Path, onerror: object) -> object:
        assert callable(onerror)
        onerror(PermissionError(13, "Permission denied", str(folder / "x")))
        yield str(folder), [], ["a.txt"]

    monkeypatch.setattr("medsdesk.tasks.text_folders.os.walk", walk)
    ids, reading = _ids(tmp_path)
    assert ids == ["a.txt"]
    assert [(one.where, one.reason) for one in reading.left_out] == [
        ("x", "it cannot be opened: Permission denied")
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="names elsewhere are always text")
def test_a_name_that_is_no_text_becomes_one(tmp_path: Path) -> None:
    import os

    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    with open(path, "wb") as file:  # noqa: PTH123 # a Path cannot be made of bytes
        file.write(b"Fever.")
    assert _ids(tmp_path)[0] == ["caf?.txt"]
