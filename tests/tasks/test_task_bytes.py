"""Any encoding a task file comes in is found, and characters lead back to bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import task_bytes
from medsdesk.tasks.task_bytes import Places, TextPieces, fingerprint, mend

FRENCH = '{"Definition": "Le patient a-t-il été hospitalisé à l\'hôpital près de chez lui ?"}'
JAPANESE = '{"Definition": "次の文章を読んで、患者の病名を一つ答えてください。表と能も書く。"}'


def _file(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "task1_x.json"
    path.write_bytes(data)
    return path


def _read(path: Path, codec: str, size: int = 3) -> str:
    with TextPieces(path, codec) as pieces:
        return "".join(iter(lambda: pieces.read(size), ""))


@pytest.mark.parametrize(
    ("encoding", "codec", "text"),
    [
        ("ascii", "utf-8", '{"Definition": "x"}'),
        ("utf-8", "utf-8", JAPANESE),
        ("utf-8-sig", "utf-8-sig", FRENCH),
        ("utf-16", "utf-16", FRENCH),
        ("utf-16-le", "utf-16-le", FRENCH),
        ("utf-16-be", "utf-16-be", JAPANESE),
        ("utf-32", "utf-32", JAPANESE),
        ("cp1252", "cp1252", FRENCH),
        ("cp932", "cp932", JAPANESE),
    ],
)
def test_the_encoding_is_found_and_read(
    tmp_path: Path, encoding: str, codec: str, text: str
) -> None:
    data = text.encode(encoding)
    path = _file(tmp_path, data)
    known = fingerprint(path)
    assert known.codec == codec
    assert known.guessed is (codec in ("cp1252", "cp932"))
    assert not known.mixed
    assert (known.sha256, known.size_bytes) == (hashlib.sha256(data).hexdigest(), len(data))
    assert _read(path, codec) == text
    places = Places(path, codec)
    assert places.byte_of(len(text)) == len(data)
    at = text.index("D")
    assert places.byte_of(at) == len(data) - len(text[at:].encode(_bare(encoding)))
    places.close()


def _bare(encoding: str) -> str:
    """Return the encoding without the mark at the start."""
    if encoding in ("utf-16", "utf-32"):
        return f"{encoding}-le"
    return encoding.removesuffix("-sig")


def test_single_foreign_bytes_among_utf8_are_kept_apart_and_mended(tmp_path: Path) -> None:
    data = JAPANESE.encode() + b" caf\xe9 na\xefve"
    path = _file(tmp_path, data)
    known = fingerprint(path)
    assert (known.codec, known.mixed) == ("utf-8", True)
    text = _read(path, "utf-8")
    assert text.endswith("caf\udce9 na\udcefve")
    assert mend(text).endswith(" café naïve")
    places = Places(path, "utf-8")
    assert places.byte_of(len(text)) == len(data)
    places.close()


def test_what_no_detector_knows_is_read_as_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_bytes, "guess_text", lambda data: None)
    assert fingerprint(_file(tmp_path, b'{"a": "\xe9\xe9"}')).codec == "cp1252"


def test_foreign_bytes_in_several_blocks_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(task_bytes, "_BLOCK", 16)
    monkeypatch.setattr(task_bytes, "_SAMPLE", 16)
    path = _file(tmp_path, FRENCH.encode("cp1252") * 4)
    assert fingerprint(path).guessed


def test_broken_utf16_is_read_to_its_end(tmp_path: Path) -> None:
    data = b"\xff\xfe{\x00\x00\xd8x\x00}"
    text = _read(_file(tmp_path, data), "utf-16")
    assert text.startswith("{")
    assert text[2:3] == "\udcd8"
    assert text.endswith("\udc7d")


def test_the_stand_in_for_foreign_bytes_is_for_reading_alone() -> None:
    with pytest.raises(UnicodeEncodeError):
        "\ud800".encode("utf-8", "medsdesk.escape")


def test_places_can_be_asked_in_any_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_bytes, "_BLOCK", 4)
    places = Places(_file(tmp_path, "aéaéaé".encode()), "utf-8")
    assert [places.byte_of(n) for n in (0, 2, 3, 6, 1, 5, 99)] == [0, 3, 4, 9, 1, 7, 9]
    places.close()
    Places(tmp_path / "never opened", "utf-8").close()


@given(st.text(), st.integers(1, 9))
def test_text_in_pieces_is_the_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, size: int
) -> None:
    path = _file(tmp_path_factory.getbasetemp(), text.encode())
    assert _read(path, "utf-8", size) == text


@pytest.mark.parametrize("name", ["missing.json", "."])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserFacingError):
        fingerprint(tmp_path / name)


def test_what_the_machine_does_not_let_us_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, b"{}")
    pieces = TextPieces(path, "utf-8")
    pieces._file.close()

    class Failing:
        """A file on a drive that was pulled out."""

        def read(self, size: int) -> bytes:
            raise OSError(5, "Input/output error")

        def close(self) -> None:
            pass

    monkeypatch.setattr(pieces, "_file", Failing())
    with pytest.raises(UserFacingError, match="Input/output error"):
        pieces.read(1)
    pieces.close()

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    for call in (lambda: TextPieces(path, "utf-8"), lambda: fingerprint(path)):
        with pytest.raises(UserFacingError, match="Permission denied"):
            call()
