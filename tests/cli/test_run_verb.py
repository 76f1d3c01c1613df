"""The verb run on a real workspace, with a scripted engine."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.cli import main
from medsdesk.core.model import ModelFile
from medsdesk.services.history import answers
from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.made_documents import word

Scripted = Callable[..., ModelFile]
FINDINGS = "Heart size normal. Lungs clear. No effusion."


def test_run_streams_stores_and_scores(cli: Cli, scripted: Scripted, findings: str) -> None:
    scripted({"text": "No acute process."})
    code, out, err = cli("run", "task112", "--text", findings, "--model", "scripted")
    assert code == 0
    assert "No acute process." in out
    assert "unscored: no reference" in out
    assert "tokens in a context of" in err


def test_run_answers_with_the_contracts_document(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    scripted({"text": "No acute process."})
    (tmp_path / "ref.txt").write_text("No acute process.", encoding="utf-8")
    document = cli.json(
        "run", "task112", "--text", findings, "--reference", str(tmp_path / "ref.txt"),
        "--model", "scripted", "--shots", "0", "--max-new-tokens", "50", "--seed", "7",
    )  # fmt: skip
    assert document["task"] == "task112"
    assert document["output"] == "No acute process."
    assert document["finish_reason"] == "stop"
    assert document["tokens"] == 3
    assert document["prompt_tokens"] > 0
    assert document["scores"]["strict.rouge_l_f"]["value"] == pytest.approx(100)
    [row] = answers(ws)
    assert (document["run_id"], document["sample_id"]) == (row.output.run_id, row.sample.id)
    assert row.sample.origin == "file"


def test_run_reads_standard_input(
    cli: Cli, ws: Workspace, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted({"text": "Clear."})
    stdin = io.TextIOWrapper(io.BytesIO("Befund: unauffällig".encode()), encoding="ascii")
    monkeypatch.setattr("sys.stdin", stdin)
    cli.json("run", "task112", "--text", "-", "--model", "scripted")
    assert answers(ws)[0].sample.input == "Befund: unauffällig"


def test_a_file_of_many_texts_is_refused_and_nothing_dropped(
    cli: Cli, ws: Workspace, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    (tmp_path / "rows.csv").write_text("text\nfirst\nsecond\n", encoding="utf-8")
    code, _, err = cli(
        "run", "task112", "--text", str(tmp_path / "rows.csv"), "--model", "scripted"
    )
    assert code == 1
    assert "2 texts" in err
    assert answers(ws) == ()


def test_when_the_engine_dies_the_run_ends_with_three_and_the_answer_is_kept(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str
) -> None:
    scripted({"text": "one two three", "die_after": 2, "die": "kill"})
    code, out, err = cli("run", "task112", "--text", findings, "--model", "scripted")
    assert code == 3
    assert "one two" in out
    assert "incomplete" in err
    assert answers(ws)[0].output.completion.finish_reason == "died"


def test_output_that_cannot_be_written_costs_no_answer(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripted({"text": "one two three"})

    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("sys.stdout", Full())
        patch.setattr("os.dup2", lambda *_: None)
        patch.setattr(Full, "fileno", lambda _: 1)
        code = main.run(("run", "task112", "--text", findings, "--model", "scripted"), _no_window)
    assert code == 1
    assert answers(ws)[0].output.completion.text == "one two three"


def test_a_second_text_and_an_empty_reference_are_refused(
    cli: Cli, ws: Workspace, scripted: Scripted, findings: str, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    run = ("run", "task112", "--model", "scripted")
    both = cli(*run, "--text", "-", "--reference", "-")
    empty = cli(*run, "--text", findings, "--reference", str(tmp_path / "empty.txt"))
    assert (both[0], empty[0]) == (1, 1)
    assert "both" in both[2]
    assert answers(ws) == ()


def test_the_reference_of_a_table_counts(
    cli: Cli, ws: Workspace, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    path = tmp_path / "one.csv"
    path.write_text("text,reference\nLungs clear.,Clear.\n", encoding="utf-8")
    document = cli.json("run", "task112", "--text", str(path), "--model", "scripted")
    assert document["scores"]["strict.rouge_l_f"]["value"] == pytest.approx(100)
    assert answers(ws)[0].sample.targets == ("Clear.",)


def test_a_cut_is_told(cli: Cli, scripted: Scripted, findings: str) -> None:
    scripted({"text": "Clear."})
    code, out, _ = cli(
        "run", "task112", "--text", findings, "--model", "scripted", "--context", "100",
        "--max-new-tokens", "50", "--cut-left",
    )  # fmt: skip
    assert code == 0
    assert "tokens were cut from the left" in out


def test_a_context_longer_than_the_training_is_told(
    cli: Cli, scripted: Scripted, findings: str
) -> None:
    scripted({"text": "Clear."})
    run = ("run", "task112", "--text", findings, "--model", "scripted")
    assert "trained on" in cli(*run, "--context", "4000")[2]
    assert "trained on" not in cli(*run, "--context", "2000")[2]


def _no_window(workspace: Path, *, demo: bool) -> int:
    raise AssertionError(f"no window was asked for ({workspace}, {demo})")


def test_a_guessed_encoding_is_told(
    cli: Cli, ws: Workspace, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    path = tmp_path / "old.txt"
    path.write_bytes("Paracetamol 500 µg, 37 °C, Sjögren".encode("cp1252"))
    code, _, err = cli("run", "task112", "--text", str(path), "--model", "scripted")
    assert code == 0
    assert "a guess" in err
    assert "500 µg, 37 °C, Sjögren" in answers(ws)[0].sample.input


def test_what_of_a_document_is_not_read_is_told(
    cli: Cli, scripted: Scripted, tmp_path: Path
) -> None:
    scripted({"text": "Clear."})
    letter = tmp_path / "letter.docx"
    letter.write_bytes(word("Lungs are clear.", header="Ward 3"))
    code, _, err = cli("run", "task112", "--text", str(letter), "--model", "scripted")
    assert code == 0
    assert "was read, but the header and footer were left out." in err
