"""Every kind of file gives its texts, or is left out by name and reason; nothing stops the rest."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.tasks import text_sources
from medsdesk.tasks.own_texts import OwnText, Reading
from medsdesk.tasks.table_texts import Columns
from medsdesk.tasks.text_folders import Source
from medsdesk.tasks.text_sources import HowToRead, read_source
from tests.made_documents import encrypted_pdf, pdf, word

REPORT = {"resourceType": "DiagnosticReport", "id": "r", "conclusion": "Normal."}


def _read(
    path: Path, data: bytes | str, *, named: bool = True, how: HowToRead | None = None
) -> tuple[list[OwnText], Reading]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    reading = Reading()
    source = Source(path, f"x/{path.name}", named=named)
    return list(read_source(source, how or HowToRead(), reading)), reading


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"Fever."), ("a.MD", b"Fever."), ("a", b"Fever."), ("a.docx", word("Fever.")),
        ("a.pdf", pdf("Fever.")),
    ],
)  # fmt: skip
@pytest.mark.parametrize("named", [True, False])
def test_a_document_is_one_text(tmp_path: Path, name: str, data: bytes, named: bool) -> None:
    found, reading = _read(tmp_path / name, data, named=named)
    assert found == [OwnText(f"x/{name}", "Fever.")]
    assert reading == Reading()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"", "the text is empty"),
        ("a.txt", b"Zebra\0", "it is no text: it has zero bytes in it"),
        ("a.txt", b"x" * 4_000_001, "it has 4,000,001 bytes; the limit is 4,000,000"),
        ("a.txt", b"x" * 1_000_001, "the text has 1,000,001 characters; the limit is 1,000,000"),
        ("a.txt", "Fièvre, жар. ".encode() * 9 + b"\xe9", "it is UTF-8 for the most part"),
        ("a.docx", word("Fever.")[:700], "it is damaged or cut short"),
        ("a.docx", b"", "it is empty"),
        ("a.pdf", pdf(""), "it has no text in it, only pictures: it may be a scan"),
        ("a.pdf", encrypted_pdf("Fever.", "x"), "it is encrypted"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "files of the type .doc are not read"),
        ("a.jpg", b"\xff\xd8\xff", "files of the type .jpg are not read"),
        ("a.csv", b"text\nZebra\n", "it is a table"),
        ("a.xlsx", b"PK", "it is a table"),
        ("a.json", b'[{"text": "Zebra"}]', "it is no FHIR resource"),
        ("a.json", b'{"resourceType": "Zebra', "it is no FHIR resource, or broken JSON"),
        ("a.json", b"[" * 100_000, "it is no FHIR resource, or broken JSON"),
    ],
)
def test_in_a_folder_what_cannot_be_taken_is_told(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    found, reading = _read(tmp_path / name, data, named=False)
    assert found == []
    [left_out] = reading.left_out
    assert left_out.where == f"x/{name}"
    assert left_out.reason.startswith(reason)
    assert left_out.way_out
    assert "Zebra" not in str(left_out)


def test_a_table_that_is_named_is_read(tmp_path: Path) -> None:
    assert _read(tmp_path / "a.csv", "text\nFever.\n")[0] == [OwnText("a.csv #2", "Fever.")]
    _, reading = _read(tmp_path / "a.csv", "a,b\nFever.,x\n")
    assert "not clear which column" in reading.left_out[0].reason
    rows = json.dumps([{"text": "Fever.", "reference": "flu"}, {"text": " "}])
    found, reading = _read(tmp_path / "a.json", rows)
    assert found == [OwnText("x/a.json #1", "Fever.", ("flu",))]
    assert reading.left_out[0].where == "x/a.json #2"
    _, reading = _read(tmp_path / "a.json", rows, how=HowToRead(Columns(text="text")))
    assert reading.left_out[0].reason == "Columns can be named for CSV and Excel alone"
    _, reading = _read(tmp_path / "a.json", "Zebra")
    assert reading.left_out[0].reason == "it is broken JSON in line 1"


def test_fhir_is_read_named_or_not_and_also_line_by_line(tmp_path: Path) -> None:
    expected = OwnText("DiagnosticReport/r", "Conclusion: Normal.")
    for named in (True, False):
        assert _read(tmp_path / "a.json", json.dumps(REPORT), named=named)[0] == [expected]
    lines = ["\ufeff" + json.dumps(REPORT), "", '{"resourceType": "Zebra', "[" * 50_000, "7"]
    data = "\n".join(lines).encode() + b'\n"\xff"\n' + json.dumps(REPORT).encode()
    found, reading = _read(tmp_path / "a.ndjson", data, named=False)
    assert found == [expected, expected]
    assert [(one.where, one.reason) for one in reading.left_out] == [
        ("x/a.ndjson, line 3", "it is broken JSON"),
        ("x/a.ndjson, line 4", "it is broken JSON"),
        ("x/a.ndjson #2", "it is no FHIR resource"),
        ("x/a.ndjson, line 6", "it is not in UTF-8, as FHIR wants it"),
    ]
    how = HowToRead(conclusions=True)
    _, reading = _read(tmp_path / "a.json", json.dumps(REPORT), how=how)
    assert reading.left_out[0].reason == "it has no text"


def test_a_bundle_that_is_nested_without_end_is_told(tmp_path: Path) -> None:
    depth = 320
    text = '{"resourceType":"Bundle","entry":[{"resource":' * depth + "{}" + "}]}" * depth
    found, reading = _read(tmp_path / "a.json", text)
    assert found == []
    assert reading.left_out


def test_the_reference_is_the_tables_else_the_one_beside(tmp_path: Path) -> None:
    text, beside = tmp_path / "a.txt", tmp_path / "a.ref.txt"
    text.write_text("Fever.", encoding="utf-8")
    beside.write_text("flu", encoding="utf-8")
    source, reading = Source(text, "a.txt", reference=beside), Reading()
    [found] = read_source(source, HowToRead(), reading)
    assert found.references == ("flu",)
    [found] = read_source(source, HowToRead(references={"a.txt": ("cold", "flu")}), reading)
    assert found.references == ("cold", "flu")
    beside.write_bytes(b"\0")
    [found] = read_source(source, HowToRead(), reading)
    assert found.references == ()
    assert [one.where for one in reading.left_out] == ["a.ref.txt"]


def test_a_file_that_vanishes_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.txt", "a.docx", "a.json", "a.ndjson", "a.csv"):
        reading = Reading()
        assert list(read_source(Source(tmp_path / name, name), HowToRead(), reading)) == []
        [left_out] = reading.left_out
        assert "There is no file" in left_out.reason, name

    def fails(*_: object) -> bytes:
        raise UserFacingError("The file a.txt cannot be read: Input/output error.", "Try again.")

    monkeypatch.setattr(text_sources, "bytes_of", fails)
    assert _read(tmp_path / "a.txt", "x")[1].left_out[0].reason.startswith("it cannot be read")


def test_what_is_not_all_read_or_guessed_is_noted(tmp_path: Path) -> None:
    _, reading = _read(tmp_path / "a.docx", word("Fever.", header="Ward 3"))
    assert reading.notes == ["x/a.docx: the header and footer were left out."]
    _, reading = _read(tmp_path / "a.txt", "Fièvre à 38°C.".encode("cp1252"))
    assert reading.notes == ["x/a.txt was read as Windows-1252 (a guess)."]
