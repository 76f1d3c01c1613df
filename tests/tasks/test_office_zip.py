"""Office files that are broken, too large or made to do harm are refused before they are read."""

from __future__ import annotations

import io
import zipfile

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import office_zip
from medsdesk.tasks.encodings import OLE
from medsdesk.tasks.office_zip import check_office_zip
from tests.made_documents import excel, rewritten, word

NAME = "The file a.docx"


def _refusal(data: bytes) -> UserFacingError:
    with pytest.raises(UserFacingError) as caught:
        check_office_zip(io.BytesIO(data), NAME)
    assert caught.value.message.startswith(NAME)
    return caught.value


def _zip(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize("data", [word("Fever."), excel([["text"], ["Fever."]])])
def test_a_sound_file_is_left_at_its_start(data: bytes) -> None:
    file = io.BytesIO(data)
    file.seek(10)
    check_office_zip(file, NAME)
    assert file.tell() == 0
    assert not file.closed


@pytest.mark.parametrize("cut", [0, 4, 100, -30, -1])
def test_a_file_that_is_cut_short_is_refused(cut: int) -> None:
    assert "damaged or cut short" in _refusal(word("Fever.")[:cut]).message


def test_a_part_that_is_damaged_is_refused() -> None:
    data = bytearray(word("Fever."))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        place = archive.getinfo("word/document.xml").header_offset
    data[place + 60 : place + 120] = b"\0" * 60
    assert "damaged or cut short" in _refusal(bytes(data)).message


def test_a_protected_file_is_named_so() -> None:
    assert "protected with a password" in _refusal(OLE + bytes(600)).message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("before", ["", " " * (1 << 20), " " * ((1 << 20) - 4)])
def test_a_document_type_is_refused_wherever_it_stands(encoding: str, before: str) -> None:
    text = f'<?xml version="1.0"?>{before}<!DocType a [<!ENTITY b "{"ha" * 9}">]><a>&b;</a>'
    found = _refusal(_zip("word/document.xml", text.encode(encoding)))
    assert "declares a document type" in found.message


def test_a_word_about_document_types_in_the_text_is_no_harm() -> None:
    check_office_zip(io.BytesIO(word("<!DOCTYPE html> is how HTML begins.")), NAME)


def test_what_would_grow_too_large_is_refused_unread() -> None:
    megabytes = office_zip.MOST_BYTES // 3_000_000 + 1
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(megabytes):
            archive.writestr(f"word/{n}.xml", b"a" * 1_000_000)
    assert len(file.getvalue()) < 1_000_000
    assert "would unpack to 101,000,000 bytes" in _refusal(file.getvalue()).message


def test_too_many_parts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_zip, "MOST_PARTS", 3)
    assert "parts, which is too much" in _refusal(word("Fever.")).message


def test_a_size_that_lies_is_found_out() -> None:
    data = _zip("word/document.xml", b"a" * 5000)
    # The size in the directory of the archive, which is what is trusted at first.
    lie = data.replace((5000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert "damaged or cut short" in _refusal(lie).message


def test_other_parts_may_hold_anything() -> None:
    data = rewritten(word("Fever."), lambda _, old: old, **{"word/media/a.bin": "<!DOCTYPE x>"})
    check_office_zip(io.BytesIO(data), NAME)
