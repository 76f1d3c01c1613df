"""The verb ``tasks make``: the short way, the long way, and what is said when it cannot be done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from medsdesk.core.model import ModelFile
from tests.cli.conftest import Cli
from tests.made_documents import pdf, word

Scripted = Callable[..., ModelFile]


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """A folder of two made-up letters, one with its reference."""
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "a.txt").write_text("Made-up letter a.", encoding="utf-8")
    (folder / "a.ref.txt").write_text("Impression a.", encoding="utf-8")
    (folder / "b.docx").write_bytes(word("Made-up letter b."))
    return folder


def _document(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_the_short_way_makes_a_file_that_checks_and_runs(
    cli: Cli, letters: Path, scripted: Scripted
) -> None:
    out = letters.parent / "task112_my_letters.json"
    code, said, err = cli(
        "tasks", "make", "--task", "112", "--from", str(letters), "--out", str(out)
    )
    assert (code, err) == (0, "")
    assert "2 texts, 1 with a reference." in said
    assert "Task task112 (Chest X-ray: impression), scored as text." in said
    assert f'medsdesk eval "{out}"' in said
    code, said, _ = cli("tasks", "check", str(out))
    assert code == 3
    assert "item 2: it has no output; MedS-Ins wants one" in said
    scripted({"text": "A made-up answer."})
    code, said, err = cli("eval", str(out), "--model", "scripted", "--json")
    assert code == 0, err
    result = json.loads(said)
    assert (result["items"], result["completed"], result["failed"]) == (2, 2, 0)
    assert "1 item has no reference; such answers are kept without a score." in err


def test_the_document_says_what_was_and_was_not_taken(cli: Cli, letters: Path) -> None:
    (letters / "scan.pdf").write_bytes(pdf(""))
    words = ("tasks", "make", "--task", "task112", "--from", str(letters), "--json")
    code, said, err = cli(*words, "--out", str(letters.parent))
    assert code == 3
    made = json.loads(said)
    path = letters.parent / "task112_letters.json"
    assert (made["file"], made["task"], made["metric"]) == (str(path), "task112", "text")
    assert (made["items"], made["with_reference"]) == (2, 1)
    assert len(made["sha256"]) == 64
    [left_out] = made["left_out"]
    assert left_out["where"] == "scan.pdf"
    assert "may be a scan" in left_out["reason"]
    assert "1 thing was left out:" in err
    assert "  scan.pdf: it has no text in it" in err


def test_the_long_way_makes_a_task_to_contribute(cli: Cli, tmp_path: Path) -> None:
    table, cases, definition = (tmp_path / n for n in ("t.csv", "cases.csv", "words.txt"))
    table.write_text("Nr;Befund;Urteil\n7;Fieber.;Grippe\n", encoding="utf-8")
    cases.write_text("input,output\nHusten.,Erkältung\n", encoding="utf-8")
    definition.write_text("Name the disease.\n", encoding="utf-8")
    out = tmp_path / "own-diseases.json"
    made = cli.json(
        "tasks", "make", "--from", str(table), "--out", str(out), "--definition", str(definition),
        "--cases", str(cases), "--category", "diagnosis", "--language", "de",
        "--output-language", "German", "--instruction-language", "en",
        "--text-column", "Befund", "--reference-column", "Urteil", "--id-column", "Nr",
        "--contributor", "Dr Made-up", "--contributor", "Dr Other", "--source", "Our ward",
        "--url", "https://example.org", "--domain", "Clinical Text",
    )  # fmt: skip
    assert made["task"] == "own-diseases"
    assert made["title"] == "diseases"
    assert _document(out) == {
        "Contributors": ["Dr Made-up", "Dr Other"],
        "Source": ["Our ward"],
        "URL": ["https://example.org"],
        "Categories": ["Diagnosis"],
        "Reasoning": [],
        "Definition": ["Name the disease."],
        "Input_language": ["German"],
        "Output_language": ["German"],
        "Instruction_language": ["English"],
        "Domains": ["Clinical Text"],
        "Positive Examples": [{"input": "Husten.", "output": "Erkältung"}],
        "Negative Examples": [],
        "Instances": [{"id": "7", "input": "Fieber.", "output": "Grippe"}],
    }
    assert cli.json("tasks", "check", str(out))["files"][0]["faults"] == []


def test_fhir_conclusions_can_be_the_references(cli: Cli, tmp_path: Path) -> None:
    report = {
        "resourceType": "DiagnosticReport", "id": "r", "conclusion": "Normal.",
        "text": {"div": "<div>Lungs are clear.</div>"},
    }  # fmt: skip
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps({"resourceType": "Bundle", "entry": [{"resource": report}]}))
    cli.json(
        "tasks", "make", "--task", "112", "--from", str(bundle), "--out", str(tmp_path),
        "--name", "Chest", "--conclusion-as-reference", "--number",
    )  # fmt: skip
    assert _document(tmp_path / "task112_chest.json")["Instances"] == [
        {"id": "1", "input": "Lungs are clear.", "output": "Normal."}
    ]


def test_an_instruction_can_be_typed(cli: Cli, letters: Path) -> None:
    words = ("tasks", "make", "--from", str(letters / "a.txt"), "--instruction", "Sum it up.")
    made = cli.json(*words, "--out", str(letters.parent / "own-mine"))
    assert _document(Path(made["file"]))["Definition"] == ["Sum it up."]


def test_references_come_from_a_table(cli: Cli, letters: Path) -> None:
    table = letters.parent / "references.csv"
    table.write_text("file,reference\nb,Impression b.\n", encoding="utf-8")
    made = cli.json(
        "tasks", "make", "--task", "112", "--from", str(letters), "--references", str(table),
        "--out", str(letters.parent),
    )  # fmt: skip
    assert made["with_reference"] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "mine.json", "--task", "112"), "would not be known as one of task112"),
        (("--out", "mine.json"), "There is no instruction"),
        (("--out", "task7.json", "--instruction", "x"), "would be taken for task7 of MedS-Ins"),
        (("--out", "mine.json", "--definition", "none.txt"), "There is no file none.txt"),
        (("--out", "no/such/own-x.json", "--instruction", "x"), "cannot be written"),
        (("--out", "own-x.json", "--instruction", "x", "--language", "xx"), "'xx' is not known"),
    ],
)
def test_what_cannot_be_done_is_refused(
    cli: Cli, letters: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(letters.parent)
    code, out, err = cli("tasks", "make", "--from", str(letters), *words)
    assert (code, out) == (1, "")
    assert said in err
    assert [path.name for path in letters.parent.glob("*.json")] == []


def test_nothing_usable_is_refused_with_the_reasons(cli: Cli, tmp_path: Path) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(pdf(""))
    out = str(tmp_path)
    code, said, err = cli("tasks", "make", "--task", "112", "--from", str(scan), "--out", out)
    assert (code, said) == (1, "")
    assert err.index("scan.pdf: it has no text in it") < err.index("There is no text that can be")


def test_a_file_that_is_there_needs_a_word_to_be_replaced(cli: Cli, letters: Path) -> None:
    words = ("tasks", "make", "--task", "112", "--from", str(letters), "--out", str(letters.parent))
    assert cli(*words)[0] == 0
    code, _, err = cli(*words)
    assert code == 1
    assert "is there already" in err
    assert cli(*words, "--replace")[0] == 0


def test_a_definition_of_many_rows_is_refused(cli: Cli, letters: Path) -> None:
    rows = letters.parent / "rows.csv"
    rows.write_text("text\na\nb\n", encoding="utf-8")
    code, _, err = cli(
        "tasks", "make", "--from", str(letters), "--out", "own-x.json", "--definition", str(rows)
    )
    assert code == 1
    assert "has 2 rows, not one instruction" in err


def test_two_instructions_are_wrong_usage(cli: Cli) -> None:
    code, _, err = cli(
        "tasks", "make", "--from", "x", "--out", "y", "--instruction", "a", "--definition", "b"
    )
    assert code == 2
    assert "not allowed with" in err
