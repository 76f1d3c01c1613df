"""The verb leaderboard."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from medsdesk.cli import leaderboard
from medsdesk.services.leaderboard import RUNS
from medsdesk.store.workspace import open_workspace
from medsdesk.tasks.published_results import VERSIONS
from tests.cli.conftest import Cli
from tests.services.boards import RIGHT, WRONG, Made, store_run


@pytest.fixture
def run_id() -> str:
    with open_workspace(Path(os.environ["MEDSDESK_WORKSPACE"])) as ws:
        made = Made({"task57": [RIGHT, WRONG], "task23": [("Hola.", "Hola.")]}, quantisation="Q8_0")
        return store_run(ws, made)


def test_the_words_of_the_grammar_are_those_of_the_services() -> None:
    assert leaderboard.VERSIONS == VERSIONS
    assert leaderboard.RUNS == RUNS


def test_without_own_runs_the_tables_are_shown_with_the_way_to_add_one(cli: Cli) -> None:
    code, out, err = cli("leaderboard", "--category", "MCQA")
    assert (code, err) == (0, "")
    row = next(line for line in out.splitlines() if line.startswith("MMedIns-Llama 3"))
    assert " ".join(row.split()[2:]) == "63.6 57.1 78.2 78.6 54.3 46.0 72.3 61.2 63.9"
    assert "No own run is here yet" in out
    assert "medsdesk eval" in out


def test_own_rows_stand_between_with_both_rules_and_what_parts_them(cli: Cli, run_id: str) -> None:
    code, out, _ = cli("leaderboard", "--category", "MCQA", "--sort", "medqa")
    assert code == 0
    rows = [
        line for line in out.splitlines() if line.startswith(f"> made-up-8b, Q8_0 ({run_id[:8]})  ")
    ]
    assert [row.split()[4] for row in rows[:2]] == ["medsbench", "strict"]
    assert "50.00 [9.5-90.5] n=2*" in rows[0]
    assert "* The model is quantised (Q8_0)" in out
    assert "Average of acc: The mean of 1 of the 8 columns: MedQA." in out
    assert "Own tasks without a published number: task23." in out
    names = [line.split("  ")[0] for line in out.splitlines() if " 6" in line]
    assert names


def test_own_runs_of_other_tasks_are_not_called_none(cli: Cli, run_id: str) -> None:
    assert "No own run has one of these tasks yet." in cli("leaderboard", "--category", "NER")[1]


def test_one_protocol_is_one_line(cli: Cli, run_id: str) -> None:
    words = ("leaderboard", "--task", "task57", "--protocol", "strict")
    _, out, _ = cli(*words)
    own = [line for line in out.splitlines() if line.startswith("> made-up") and "n=" in line]
    assert len(own) == 1
    assert "strict" in own[0]
    assert "do not compare them" in out
    document = cli.json(*words)
    cells = [r["cells"]["medqa.accuracy"] for r in document["tables"][0]["rows"] if r["own"]]
    assert [("strict" in cell, "medsbench" in cell) for cell in cells] == [(True, False)]


def test_the_document_says_all_of_each_figure(cli: Cli, run_id: str) -> None:
    document = cli.json("leaderboard", "--version", "arxiv-v1", "--category", "MCQA")
    [table] = document["tables"]
    assert (document["version"], document["without_published_number"]) == ("arxiv-v1", ["task23"])
    column = table["columns"][0]
    assert (column["key"], column["n"], column["shots"]) == ("medqa.accuracy", 1273, 0)
    assert column["tasks"] == {"task57": 1273}
    rows = {row["name"]: row for row in table["rows"]}
    own = rows["made-up-8b"]["cells"]["medqa.accuracy"]
    assert own["runs"] == [run_id]
    assert own["medsbench"]["ci95"] == pytest.approx([9.5, 90.5], abs=0.1)
    assert own["strict"]["signature"].startswith("accuracy|protocol:strict")
    assert {caveat["kind"] for caveat in own["caveats"]} == {"differs", "unknown"}
    published = rows["GPT-4"]["cells"]["medqa.accuracy"]
    assert published["printed"] == "85.8"
    assert published["medsbench"]["interval"] == "wilson|from the published value and n"
    assert "strict" not in published
    assert published["source"].endswith("Table 1")


@pytest.mark.parametrize("columns", [60, 100, 300])
def test_no_line_of_a_table_is_wider_than_the_terminal(
    cli: Cli, run_id: str, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    monkeypatch.setattr(leaderboard, "_width", lambda: columns)
    _, out, _ = cli("leaderboard")
    assert max(map(len, out.splitlines())) <= columns
    assert f"({run_id[:8]})" in out


@pytest.mark.parametrize(
    "words",
    [["--category", "Surgery"], ["--sort", "nothing"], ["--task", "task23"], ["--task", "xyzzy"]],
)
def test_wrong_names_are_refused_in_two_sentences(cli: Cli, words: list[str]) -> None:
    code, out, err = cli("leaderboard", *words)
    assert (code, out) == (1, "")
    assert len(err.strip().splitlines()) == 2


def test_wrong_choices_are_wrong_usage(cli: Cli) -> None:
    for words in (["--version", "v2"], ["--protocol", "x"], ["--runs", "x"]):
        assert cli("leaderboard", *words)[0] == 2
