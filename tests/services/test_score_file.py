"""Result files of every kind: the authors' real ones, and what people really hand in."""

from __future__ import annotations

import csv
import io
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.engine.client import Engine
from medsdesk.services.evaluate import RunRequest, run_once
from medsdesk.services.export import export_run
from medsdesk.services.score_file import (
    NO_ID,
    OTHER_ENCODING,
    FileScores,
    RowFault,
    references_in,
    score_file,
)
from medsdesk.store.workspace import Workspace

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
HEADER = ("task_id", "input", "GT", "output")
GOOD = ("task57", "q", "The right answer is B: rest", "The right answer is B: rest")
Row = tuple[str, ...]


def csv_text(*rows: Row, header: Row = HEADER, delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue()


def scored(folder: Path, content: str | bytes, *protocols: str) -> FileScores:
    path = folder / "results.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return score_file(path, protocols) if protocols else score_file(path)


@pytest.mark.skipif(not SHARED.exists(), reason="shared/data is not beside this checkout")
@pytest.mark.parametrize("name", ["authors_results_rationale_zh_en_ru", "corrupted_predictions"])
def test_figures_equal_the_authors(name: str) -> None:
    expected = json.loads((SHARED / f"{name}.expected.json").read_text(encoding="utf-8"))
    found = score_file(SHARED / f"{name}.csv", ("medsbench",))
    tasks = found.protocols["medsbench"]
    assert tasks.keys() == expected["scores"].keys()
    for task_id, figures in expected["scores"].items():
        assert (tasks[task_id].n, tasks[task_id].unscored) == (expected["n"][task_id], 0)
        for metric, value in figures.items():
            figure = tasks[task_id].scores[metric.replace("f1_score", "f1")]
            assert figure.value == pytest.approx(value, abs=1e-4)
            assert figure.ci95 is not None
            assert figure.ci95[0] <= value <= figure.ci95[1]
    assert found.complete
    assert found.rows == sum(expected["n"].values())
    assert (found.disagreements, found.other_language, found.empty_outputs) == ({}, {}, {})


@pytest.mark.skipif(not SHARED.exists(), reason="shared/data is not beside this checkout")
def test_disagreements_on_the_real_file() -> None:
    found = score_file(SHARED / "corrupted_predictions.csv")
    strict = found.protocols["strict"]["task58"].scores["accuracy"]
    # The authors' rule calls every Chinese answer wrong; strict reads 34 of 38 as right, and two
    # that have the right letter and the text of another question as neither.
    assert strict.value == pytest.approx(100 * 34 / 38)
    assert found.protocols["strict"]["task58"].unparsed == 2
    assert found.disagreements["task58"] == 34
    assert not {"task18", "task126", "task106"} & found.disagreements.keys()


def test_disagreements_are_items_that_only_one_protocol_calls_right(tmp_path: Path) -> None:
    rows = [
        ("task61", "q", "Правильные ответ: A: да", "Правильные ответ: A: да"),  # strict alone
        ("task16", "q", "0", "10"),  # the authors alone: 0 is in 10
        ("task16", "q", "0", "0"),
        ("task16", "q", "0", "2"),
        ("task57", "q", "A", ""),  # unread under strict, wrong under the authors: none is right
    ]
    found = scored(tmp_path, csv_text(*rows))
    assert found.disagreements == {"task61": 1, "task16": 1, "task57": 0}
    assert scored(tmp_path, csv_text(*rows), "strict").disagreements == {}


def test_empty_outputs_are_counted_and_the_reason_is_told(tmp_path: Path) -> None:
    rows = [GOOD, (*GOOD[:3], ""), ("task46", "q", "A disease", ""), ("task46", "q", "A b", "A b")]
    found = scored(tmp_path, csv_text(*rows), "medsbench")
    choice, text = (found.protocols["medsbench"][task] for task in ("task57", "task46"))
    assert (choice.n, choice.unscored, choice.scores["accuracy"].value) == (2, 0, 50.0)
    assert choice.reasons == {"empty output, counted as wrong": 1}
    assert (text.n, text.unscored) == (1, 1)
    assert found.empty_outputs == {"task57": 1, "task46": 1}
    strict = scored(tmp_path, csv_text(*rows), "strict").protocols["strict"]["task57"]
    assert (strict.n, strict.unscored, strict.scores["accuracy"].value) == (1, 1, 100.0)


def test_unknown_tasks_are_listed_and_the_rest_is_scored(tmp_path: Path) -> None:
    text = "Patient with a cough"
    rows = [GOOD, ("task999", "q", "a", "b"), ("task999", "q", "a", "b"), (text, "q", "a", "b")]
    found = scored(tmp_path, csv_text(*rows))
    # What is no id may be a patient's text, and is not repeated.
    assert found.unknown_tasks == {"task999": 2, NO_ID: 1}
    assert found.protocols["medsbench"]["task57"].n == 1
    assert (found.rows, found.complete) == (4, False)


def test_task_without_a_rule_of_the_authors_is_unscored(tmp_path: Path) -> None:
    found = scored(tmp_path, csv_text(("task26", "q", "aspirin", "aspirin")))
    authors = found.protocols["medsbench"]["task26"]
    assert (authors.n, authors.unscored) == (0, 1)
    assert {figure.ci95 for figure in authors.scores.values()} == {None}
    assert found.protocols["strict"]["task26"].n == 1


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\r\ntask_id;input;GT;output\r\ntask57;q;B;B\r\n",
        "\ufeffsep=;\ntask_id;input;GT;output\ntask57;q;B;B\n",
        "\n\ntask_id,input,GT,output\ntask57,q,B,B\n",
        "task_id,input,GT,output\ntask57,q,B,B,,\n",
    ],
)
def test_what_spreadsheets_add_does_not_matter(tmp_path: Path, text: str) -> None:
    found = scored(tmp_path, text)
    assert (found.rows, found.malformed) == (1, ())
    assert found.protocols["strict"]["task57"].scores["accuracy"].value == 100.0


def test_a_file_of_malformed_rows_says_what_is_wrong_with_the_first(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"can be scored \(row 2: it has 2 cells and"):
        scored(tmp_path, "task_id,input,GT,output\ntask57,q\ntask57,B\n")


def test_malformed_rows_are_told_by_number(tmp_path: Path) -> None:
    good = ",".join(GOOD)
    text = f'task_id,input,GT,output\n{good}\ntask57,q,B\n\n{good},more\n{good}\ntask57,"q"x,B,B\n'
    found = scored(tmp_path, text)
    assert [fault.row for fault in found.malformed] == [3, 5, 7]
    assert found.malformed[0] == RowFault(3, "it has 3 cells and the first row has 4")
    assert "double quote" in found.malformed[2].reason
    assert (found.rows, found.complete) == (2, False)


def test_a_quote_left_open_is_told(tmp_path: Path) -> None:
    found = scored(tmp_path, f'{csv_text(GOOD)}task57,"q,B,B\nmore')
    assert [fault.row for fault in found.malformed] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    answer = "Правильный ответ: кашель и температура держатся три дня, поэтому A."
    found = scored(tmp_path, csv_text(("task55", "вопрос", answer, answer)).encode(encoding))
    scores = found.protocols["strict"]["task55"].scores
    assert scores["rouge_l_f"].value == pytest.approx(100.0)
    assert found.encoding == ("utf-16-le" if encoding == "utf-16" else encoding)
    assert found.other_language == {}


def test_rows_in_another_encoding_are_told_and_the_rest_is_scored(tmp_path: Path) -> None:
    lines = [f"task53,q,été {n},été {n}".encode() for n in range(3)]
    broken = "task53,q,été,été".encode("cp1252")
    content = b"\n".join([b"task_id,input,GT,output", lines[0], broken, *lines[1:]])
    found = scored(tmp_path, content)
    assert found.malformed == (RowFault(3, OTHER_ENCODING),)
    assert found.protocols["medsbench"]["task53"].n == 3


def test_a_replacement_sign_in_the_data_is_data(tmp_path: Path) -> None:
    assert scored(tmp_path, csv_text(("task18", "q", "a \ufffd b", "a \ufffd b"))).complete


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_separators_column_order_and_case(tmp_path: Path, delimiter: str) -> None:
    header = ("Output", "gt", "more", " Task_ID ", "input")
    row = ("The right answer is B", "B", "x", "TASK57", "a,b;c\td")
    found = scored(tmp_path, csv_text(row, header=header, delimiter=delimiter))
    assert found.protocols["medsbench"]["task57"].scores["accuracy"].value == 100.0


def test_cells_of_200000_characters(tmp_path: Path) -> None:
    words = " ".join(f"word{number % 701}." for number in range(24_000))
    assert len(words) > 200_000
    found = scored(tmp_path, csv_text(("task112", words, words, words[::-1])), "medsbench")
    assert found.protocols["medsbench"]["task112"].n == 1


def test_long_cells_under_strict(tmp_path: Path) -> None:
    words = " ".join(f"word{number % 701}" for number in range(24_000))
    found = scored(tmp_path, csv_text(("task112", words, words, words)), "strict")
    assert found.protocols["strict"]["task112"].scores["rouge_l_f"].value == pytest.approx(100)


def test_references_in_the_script_of_another_language_are_counted(tmp_path: Path) -> None:
    english = "The patient should rest and drink"
    rows = [
        ("task51", "q", english, "咳嗽三天"),
        ("task51", "q", "B", "B"),
        ("task52", "q", "咳嗽三天伴发热两天请多休息喝水", english),
        ("task52", "q", english, english),
    ]
    found = scored(tmp_path, csv_text(*rows), "strict")
    assert found.other_language == {"task51": 1, "task52": 1}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('["a", "b"]', ("a", "b")),
        ("['a']", ("['a']",)),
        ('["a", 1]', ('["a", 1]',)),
        ('["a', ('["a',)),
        ("a", ("a",)),
    ],
)
def test_references_of_a_cell(cell: str, expected: tuple[str, ...]) -> None:
    assert references_in(cell) == expected


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("task_id,input,output\na,b,c\n", "lacks the column GT"),
        ("a,b\n1,2\n", "lacks the columns task_id, input, GT, output"),
        ('"task_id,input\n', "lacks the columns"),
        ("", "is empty"),
        ("task_id,input,GT,output\n", "no row"),
        (b"%PDF-1.7 x", "PDF"),
        (b"\x00\x01\x02\x00", "zero bytes"),
    ],
)
def test_what_is_no_result_file_is_refused_in_two_sentences(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    with pytest.raises(UserFacingError, match=words) as caught:
        scored(tmp_path, content)
    assert caught.value.message.endswith(".")
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize("references", [("No acute disease.",), ("None seen.", "Lungs clear.")])
def test_an_exported_run_scores_as_it_was_stored(
    ws: Workspace,
    engine: Engine,
    make_request: Callable[..., RunRequest],
    tmp_path: Path,
    references: tuple[str, ...],
) -> None:
    reply = {"text": "No acute disease, lungs are clear."}
    result = run_once(
        ws, engine, make_request(reply, references=references), lambda _: None, CancelToken()
    )
    path = tmp_path / "run.csv"
    export_run(ws, result.run_id, path, "medsbench-csv")
    found = score_file(path)
    again = {
        f"{protocol}.{metric}": figure.value
        for protocol, tasks in found.protocols.items()
        for metric, figure in tasks["task112"].scores.items()
    }
    assert again == {score.name: score.value for score in result.scores}
    assert {"medsbench.bleu1", "medsbench.rouge", "strict.bleu4"} <= again.keys()


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="cannot be read"):
        score_file(tmp_path / "none.csv")


def test_it_can_be_stopped(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    path.write_text(csv_text(GOOD), encoding="utf-8")
    cancel = CancelToken()
    assert score_file(path, cancel=cancel).rows == 1
    cancel.cancel()
    with pytest.raises(CancelledError):
        score_file(path, cancel=cancel)


def test_the_log_has_counts_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scored(tmp_path, csv_text(("task18", "ZebraText", "ZebraGold", "ZebraOutput")))
    assert "scored 1 rows" in caplog.text
    assert "Zebra" not in caplog.text
