"""The verb score."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from medsdesk.metrics import medsbench, tokenizers
from tests.cli.conftest import Cli

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
HEAD = "task_id,input,GT,output\n"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    path = tmp_path / "results.csv"
    path.write_text(
        f"{HEAD}task61,q,Правильные ответ: A,Правильные ответ: A\ntask18,q,Rest helps,Rest helps\n",
        encoding="utf-8",
    )
    return path


def test_document_has_both_protocols_with_intervals_and_signatures(cli: Cli, results: Path) -> None:
    found = cli.json("score", str(results))
    assert found["rows"] == 2
    assert found["disagreements"] == {"task61": 1}
    one = found["protocols"]["medsbench"]["task61"]
    assert (one["n"], one["unscored"]) == (1, 0)
    assert one["scores"]["accuracy"]["value"] == 0.0
    assert one["scores"]["accuracy"]["ci95"] == pytest.approx([0.0, 79.3], abs=0.1)
    assert "protocol:medsbench" in one["scores"]["accuracy"]["signature"]
    assert found["protocols"]["medsbench"]["task18"]["scores"].keys() == {"bleu1", "rouge"}
    assert found["protocols"]["strict"]["task61"]["scores"]["accuracy"]["value"] == 100.0


def test_one_protocol_can_be_chosen(cli: Cli, results: Path) -> None:
    found = cli.json("score", str(results), "--protocol", "strict")
    assert found["protocols"].keys() == {"strict"}
    assert found["disagreements"] == {}
    assert cli("score", str(results), "--protocol", "other")[0] == 2


def test_table_for_people(cli: Cli, results: Path) -> None:
    code, out, err = cli("score", str(results))
    assert (code, err) == (0, "")
    assert "medsbench\n" in out
    assert "Right under one protocol only, items: task61 1" in out
    text = next(line for line in out.splitlines() if line.split()[:2] == ["task18", "bleu1"])
    assert text.split() == ["task18", "bleu1", "100.00", "-", "1", "0", "0"]


def test_unparsed_answers_are_counted_apart_with_their_reasons(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "unparsed.csv"
    rows = ("task57,q,B,B", "task57,q,B,A or B", "task57,q,B,", "task57,q,,B")
    path.write_text("\n".join(("task_id,input,GT,output", *rows)), encoding="utf-8")
    task = cli.json("score", str(path))["protocols"]["strict"]["task57"]
    assert (task["n"], task["unscored"], task["unparsed"]) == (1, 3, 2)
    assert task["scores"]["accuracy"]["value"] == 100.0
    assert task["reasons"] == {
        "names more than one option": 1,
        "empty output": 1,
        "no reference given": 1,
    }
    _, out, _ = cli("score", str(path), "--protocol", "strict")
    line = next(line for line in out.splitlines() if line.startswith("task57"))
    assert line.split()[-3:] == ["1", "2", "3"]
    assert "task57: names more than one option (1)" in out


def test_figures_of_a_stand_in_are_marked(
    cli: Cli, results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clear() -> None:
        tokenizers._tokenizer.cache_clear()
        medsbench._signed_by_id.cache_clear()

    with monkeypatch.context() as blocked:
        clear()
        blocked.setitem(sys.modules, "nltk.tokenize.punkt", None)
        code, out, err = cli("score", str(results), "--protocol", "medsbench")
        found = cli.json("score", str(results), "--protocol", "medsbench")
    clear()
    assert code == 0
    lines = [line.split() for line in out.splitlines()]
    assert ["task18", "bleu1", "100.00~", "-", "1", "0", "0"] in lines
    assert ["task18", "rouge", "100.00", "-", "1", "0", "0"] in lines  # words parted by spaces
    assert "extra 'paper'" in err
    scores = found["protocols"]["medsbench"]["task18"]["scores"]
    assert "|tok:regex~approximate|" in scores["bleu1"]["signature"]
    assert "approximate" not in scores["rouge"]["signature"]


def test_what_was_not_scored_is_told_and_ends_with_three(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    lines = [f"task{9000 + n},q,a,b\n" for n in range(25)]
    lines += ["task57,q,B\n", "task57,q,B,\n", "task58,q,the reference is English,B\n"]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    code, out, err = cli("score", str(path), "--protocol", "medsbench")
    assert code == 3
    assert "task9019 (1) and 5 more" in err
    assert "row 27: it has 3 cells" in err
    assert "Empty outputs: task57 (1)." in err
    assert "not in the script of the task's language: task58 (1)." in err
    assert "task57" in out


def test_a_file_with_missing_columns_is_refused(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text("task_id,output\n", encoding="utf-8")
    code, out, err = cli("score", str(path))
    assert (code, out) == (1, "")
    assert "lacks the columns input, GT." in err


@pytest.mark.skipif(not SHARED.exists(), reason="shared/data is not beside this checkout")
def test_the_authors_file_gives_the_authors_figures(cli: Cli) -> None:
    path = SHARED / "authors_results_rationale_zh_en_ru.csv"
    found = cli.json("score", str(path), "--protocol", "medsbench")["protocols"]["medsbench"]
    figures = {task: round(one["scores"]["rouge"]["value"], 2) for task, one in found.items()}
    # arXiv 2408.12547v1, table 5, row MMedIns-Llama 3
    assert figures == {"task51": 35.35, "task52": 38.22, "task55": 23.71}
