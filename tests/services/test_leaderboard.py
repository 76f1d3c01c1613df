"""Own runs beside the published tables: which run stands where, and what it is compared with."""

from __future__ import annotations

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.metrics.intervals import wilson
from medsdesk.services.board import Board, Cell, Row
from medsdesk.services.leaderboard import (
    RUNS,
    Wanted,
    category_named,
    leaderboard,
    sorted_board,
)
from medsdesk.services.own_figures import OwnFigures
from medsdesk.store import evaluations
from medsdesk.store.workspace import Workspace
from medsdesk.tasks.published_results import VERSIONS, paper_version
from tests.services.boards import RIGHT, WRONG, Made, store_run

MCQA = "Multi-choice QA"


def _own(board: Board, category: str = MCQA) -> list[Row]:
    table = next(table for table in board.tables if table.category == category)
    return [row for row in table.rows if row.own]


def _cell(board: Board, row: Row, column: str) -> Cell | None:
    table = next(table for table in board.tables if row in table.rows)
    place = table.column(column)
    assert place is not None
    return row.cells[place]


def _published(board: Board, model: str, column: str) -> Cell:
    [row] = [row for row in board.tables[0].rows if row.name == model and not row.own]
    cell = _cell(board, row, column)
    assert cell is not None
    return cell


@pytest.mark.parametrize("version", VERSIONS)
def test_without_own_runs_the_published_tables_stand_alone(ws: Workspace, version: str) -> None:
    board = leaderboard(ws, Wanted(version))
    paper = paper_version(version)
    assert not board.has_own
    assert [table.category for table in board.tables] == list(paper.categories())
    shown = {
        (table.category, column.key, row.name): cell.printed
        for table in board.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
        if cell is not None
    }
    assert shown == {
        (column.category, column.key, model): value
        for column in paper.columns
        for model, value in column.values.items()
    }


def test_own_figures_stand_under_both_protocols_with_n_and_interval(ws: Workspace) -> None:
    run = store_run(ws, Made({"task57": [RIGHT, RIGHT, WRONG, ("No idea.", "A")]}))
    board = leaderboard(ws, Wanted(category="mcqa"))
    [row] = _own(board)
    cell = _cell(board, row, "task57")
    assert cell is not None
    assert (cell.medsbench.value, cell.medsbench.n, cell.medsbench.unscored) == (50.0, 4, 0)
    assert cell.medsbench.ci95 == wilson(2, 4)
    assert cell.medsbench.signature.startswith("accuracy|protocol:medsbench")
    assert cell.strict is not None
    assert cell.strict.n == 3  # one answer states no choice
    assert cell.strict.unscored == 1
    assert (cell.runs, row.runs, row.label) == ((run,), (run,), f"made-up-8b, BF16 ({run[:8]})")
    assert _cell(board, row, "MedMCQA") is None


def test_a_published_accuracy_has_the_interval_of_its_value_and_n_and_says_whose(
    ws: Workspace,
) -> None:
    board = leaderboard(ws, Wanted(category=MCQA))
    known = _published(board, "MMedIns-Llama 3", "MedQA").medsbench
    assert known.ci95 == wilson(810, 1273)
    assert known.interval.endswith("from the published value and n")
    odd = _published(board, "GPT-3.5", "MMedBench JA")
    assert odd.medsbench.ci95 is None
    assert "No number of right answers out of 199" in odd.caveats[0].text
    text = leaderboard(ws, Wanted(category="Rationale"))
    bleu = _published(text, "MMedIns-Llama 3", "task51.bleu1").medsbench
    assert (bleu.ci95, bleu.reason) == (None, "an interval is not published")


def test_a_printed_average_that_is_no_mean_of_its_columns_says_so(ws: Workspace) -> None:
    board = leaderboard(ws, Wanted("arxiv-v1", MCQA))
    assert "59.62" in _published(board, "Mistral", "average").caveats[0].text
    assert _published(board, "MMedIns-Llama 3", "average").caveats == ()


def test_the_latest_whole_file_goes_first_then_the_run_with_the_most_answers(
    ws: Workspace,
) -> None:
    def stored(day: int, *pairs: tuple[str, str] | None, items: int | None = None) -> str:
        file = {} if items is None else {"items": items}
        time = f"2026-01-{day:02}T10:00:00Z"
        return store_run(ws, Made({"task57": pairs}, created_at=time, file=file))

    def shown() -> str:
        board = leaderboard(ws, Wanted(category=MCQA))
        [row] = _own(board)
        cell = _cell(board, row, "task57")
        assert cell is not None
        return cell.runs[0]

    unfinished = stored(1, RIGHT, None)
    assert shown() == unfinished
    sample = stored(2, RIGHT, WRONG, items=50)
    stored(3, RIGHT, None)
    stored(3, RIGHT, items=50)
    assert shown() == sample
    as_many_and_later = stored(3, RIGHT, WRONG, None)
    assert shown() == as_many_and_later
    stored(4, RIGHT, WRONG)
    whole = stored(5, RIGHT, RIGHT)
    assert shown() == whole
    stored(6, WRONG, items=50)
    stored(7, WRONG, None)
    assert shown() == whole
    apart = _own(leaderboard(ws, Wanted(category=MCQA, runs="all")))
    assert len(apart) == 9
    assert apart[0].runs != apart[1].runs
    assert all(len(row.runs) == 1 for row in apart)


def test_runs_put_together_in_one_row_say_so(ws: Workspace) -> None:
    first = store_run(ws, Made({"task57": [RIGHT]}))
    second = store_run(ws, Made({"task122": [WRONG]}, created_at="2026-02-01T10:00:00Z"))
    board = leaderboard(ws, Wanted(category=MCQA))
    [row] = _own(board)
    assert row.runs == (first, second)
    assert row.label.endswith("(2 runs)")
    average = _cell(board, row, "average")
    assert average is not None
    texts = [caveat.text for caveat in average.caveats]
    assert "Figures of 2 runs are put together." in texts
    assert texts[0] == "The mean of 2 of the 8 columns: MedQA, MedMCQA."


def test_an_average_covers_what_both_have_and_tells_the_published_mean_of_it(
    ws: Workspace,
) -> None:
    store_run(ws, Made({"task57": [RIGHT, WRONG], "task122": [RIGHT, RIGHT]}))
    board = leaderboard(ws, Wanted(category=MCQA))
    [row] = _own(board)
    average = _cell(board, row, "average")
    assert average is not None
    assert (average.medsbench.value, average.medsbench.n) == (75.0, 4)
    assert average.differs
    told = " ".join(caveat.text for caveat in average.caveats)
    assert "MMedIns-Llama 3 60.35" in told  # (63.6 + 57.1) / 2
    assert "Qwen 1.5 49.55" in told


def test_tasks_that_the_paper_averages_are_averaged_and_counted(ws: Workspace) -> None:
    answer = ("No acute bleeding.", "No acute bleeding is seen.")
    store_run(ws, Made({"task83": [answer, answer], "task85": [answer, answer]}))
    board = leaderboard(ws, Wanted("arxiv-v1", "Text Summarization"))
    [row] = _own(board, "Text Summarization")
    cell = _cell(board, row, "mimic-iv-ct.bleu1")
    assert cell is not None
    assert cell.medsbench.n == 4
    assert cell.medsbench.interval == "normal"
    assert cell.caveats[0].text == "The mean of 2 of the 6 tasks that the paper averages here."
    assert cell.strict is not None
    assert cell.strict.signature.startswith("bleu4")


def test_own_tasks_without_a_published_number_are_named(ws: Workspace) -> None:
    store_run(ws, Made({"task23": [("Hola.", "Hola.")], "task57": [RIGHT]}))
    board = leaderboard(ws, Wanted())
    assert board.left_out == ("task23",)
    assert board.has_own
    part = leaderboard(ws, Wanted(category="NER"))
    assert (part.has_own, part.evaluations) == (False, 1)
    assert part.categories == board.categories


def test_only_the_runs_that_are_shown_are_looked_into(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hundreds of older runs must not make the leaderboard slow."""
    for day in range(1, 7):
        time = f"2026-01-0{day}T10:00:00Z"
        store_run(ws, Made({"task57": [RIGHT], "task126": [RIGHT]}, created_at=time))
    asked: list[tuple[str, str]] = []
    scores = evaluations.scores_by_metric

    def counted(ws: Workspace, run_id: str, task_id: str) -> object:
        asked.append((run_id, task_id))
        return scores(ws, run_id, task_id)

    monkeypatch.setattr(evaluations, "scores_by_metric", counted)
    board = leaderboard(ws, Wanted(category=MCQA))
    [row] = _own(board)
    assert asked == [(row.runs[0], "task57")]


def test_one_task_shows_its_columns_alone(ws: Workspace) -> None:
    board = leaderboard(ws, Wanted(task="bc5chem_named_enetity_recognition"))
    assert [c.key for table in board.tables for c in table.columns] == ["bc5chem.f1"]
    with pytest.raises(UserFacingError, match="not in the paper's tables"):
        leaderboard(ws, Wanted(task="task23"))
    with pytest.raises(UserFacingError, match="not in 'NER'"):
        leaderboard(ws, Wanted(category="NER", task="task57"))


@pytest.mark.parametrize("name", ["MCQA", " multi-choice qa", "ner", "NLI", "Concept Explanation"])
def test_categories_have_the_papers_names_too(name: str) -> None:
    assert category_named(paper_version("npj-2025"), name)


def test_wrong_names_are_refused_with_the_right_ones(ws: Workspace) -> None:
    with pytest.raises(UserFacingError) as told:
        leaderboard(ws, Wanted(category="Surgery"))
    assert "Diagnosis" in told.value.hint
    with pytest.raises(UserFacingError, match="no version"):
        leaderboard(ws, Wanted("v2"))
    board = leaderboard(ws, Wanted(category="NER"))
    with pytest.raises(UserFacingError) as told:
        sorted_board(board, "MedQA")
    assert "bc4chem.f1" in told.value.hint


def test_tables_are_sorted_each_by_its_own_order_or_by_a_column(ws: Workspace) -> None:
    store_run(ws, Made({"task57": [RIGHT]}))
    board = leaderboard(ws, Wanted())
    plain = sorted_board(board, None)
    averages = [cell for row in plain.tables[0].rows if (cell := row.cells[-1]) is not None]
    values = [cell.medsbench.value or 0 for cell in averages if not cell.partial]
    assert values == sorted(values, reverse=True)
    assert [cell.partial for cell in averages] == [False] * len(values) + [True]
    by_task = sorted_board(board, "task57")
    assert by_task.tables[0].rows[0].own
    assert by_task.tables[1:] == plain.tables[1:]
    names = [row.label.casefold() for row in sorted_board(board, "Model").tables[0].rows]
    assert names == sorted(names)
    assert leaderboard(ws, Wanted()) == board
    assert RUNS == ("latest", "all")


def test_whoever_waits_no_more_stops_it_and_what_was_made_is_kept(ws: Workspace) -> None:
    for _ in range(2):
        store_run(ws, Made({"task57": [RIGHT, WRONG]}))
    wanted, figures = Wanted("npj-2025", runs="all"), OwnFigures()
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        leaderboard(ws, wanted, figures, cancel)
    assert len(_own(leaderboard(ws, wanted, figures, CancelToken()))) == 2
