"""Studies by the command line: made, carried, merged, locked, and every refusal in two lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from medsdesk.store.workspace import Workspace, open_workspace
from tests.cli.conftest import Cli
from tests.made_runs import MODELS, made_runs
from tests.rated_studies import rate_all


@pytest.fixture
def runs(ws: Workspace) -> list[str]:
    return made_runs(ws, 20)


def _create(cli: Cli, runs: list[str], *words: str) -> tuple[int, str, str]:
    named = [word for run in runs for word in ("--run", run[:8])]
    return cli(
        "study", "create", "--name", "Letters", *named, "--rater", "Dr Roy", "--rater", "Dr Sato",
        "--items", "6", *words,
    )  # fmt: skip


def test_from_the_answers_to_the_report_on_two_machines(
    cli: Cli, ws: Workspace, runs: list[str], tmp_path: Path
) -> None:
    code, out, err = _create(cli, runs, "--form", "workbench")
    assert code == 0, err
    assert "6 items are too few to show a correlation" in out
    assert "about 1 item twice" in out
    status = cli.json("study", "status", "Letters")
    assert status["checks"] is None
    assert [rater["complete"] for rater in status["status"]["raters"]] == [0, 0]
    lists = cli.json("study", "assign", "Letters")
    assert len(lists["rows"]) == sum(r["presentations"] for r in status["status"]["raters"])
    bundle = cli.json("study", "bundle", "Letters", "--rater", "all", "--out", str(tmp_path / "b"))
    backs = []
    for rater in ("Dr Roy", "Dr Sato"):
        other = str(tmp_path / rater)
        taken = cli.json("--workspace", other, "study", "import", bundle["file"])
        assert taken["new"]
        assert taken["plan_sha256"] == status["status"]["plan_sha256"]
        with open_workspace(Path(other)) as there:
            rate_all(there, "Letters", rater)
        back = str(tmp_path / f"{rater}.medsratings")
        code, out, err = cli(
            "--workspace", other, "study", "bundle", "Letters", "--ratings", "--out", back
        )
        assert code == 0, err
        backs.append(back)
    merged = cli.json("study", "merge", *backs)
    assert [file["new"] > 0 for file in merged] == [True, True]
    assert [file["new"] for file in cli.json("study", "merge", *backs)] == [0, 0]
    code, out, err = cli("study", "lock", "Letters", "--by", "Dr Owner")
    assert code == 0, err
    assert all(model in out for model in MODELS)
    checked = cli.json("study", "status", "Letters")
    assert {row["result"] for row in checked["checks"]["attention"]} == {"passed"}
    report = cli.json("compare", "--study", "Letters")
    assert {row["study"] for row in report["agreement"]} == {"Letters"}
    assert report["human_vs_metric"][0]["n_raters"] == 2
    table = tmp_path / "ratings.csv"
    assert cli.json("ratings", "export", "--out", str(table))["ratings"] == 6 * 2 * 6


def test_a_locked_study_shows_its_key_once_more(cli: Cli, runs: list[str], ws: Workspace) -> None:
    _create(cli, runs)
    code, _, err = cli("study", "lock", "Letters")
    assert (code, "Answers are still missing" in err, "--incomplete" in err) == (1, True, True)
    first = cli.json("study", "lock", "Letters", "--incomplete", "--reason", "a test")
    again = cli.json("study", "lock", "Letters", "--incomplete")
    assert (first["locked"]["new"], again["locked"]["new"]) == (True, False)
    assert first["key"] == again["key"]
    assert {each["model_name"] for each in first["key"]["outputs"]} <= set(MODELS)


def test_closing_one_set_tells_no_key(cli: Cli, runs: list[str], ws: Workspace) -> None:
    _create(cli, runs)
    told = cli.json("study", "lock", "Letters", "--rater", "dr roy", "--incomplete")
    assert (told["locked"]["rater"], told["key"]) == ("Dr Roy", None)
    code, out, _ = cli("study", "status")
    assert code == 0
    assert "closed" in out


def test_files_for_create(cli: Cli, runs: list[str], ws: Workspace, tmp_path: Path) -> None:
    output = ws.db.execute("SELECT id FROM outputs LIMIT 1").fetchone()[0]
    agreed, words = tmp_path / "agreed.json", tmp_path / "words.txt"
    agreed.write_text(json.dumps([{"outputs": [output], "points": {"accurate": 3}}]))
    words.write_text("Lisez d’abord le texte.", encoding="utf-8")
    code, out, err = _create(
        cli, runs, "--agreed", str(agreed), "--instructions", str(words), "--seed", "0f" * 32,
        "--form", "summary", "--json",
    )  # fmt: skip
    assert code == 0, err
    assert json.loads(out)["forms"] == ["summary"]
    lists = cli.json("study", "assign", "Letters", "--rater", "Dr Roy")
    assert lists["rows"][0]["practice"]
    code, out, _ = cli("study", "assign", "Letters", "--out", str(tmp_path / "lists.csv"))
    assert "rows written" in out
    assert (tmp_path / "lists.csv").exists()
    code, out, err = cli("study", "assign", "Letters")
    assert "nobody can be added" in err


def test_a_conflict_is_listed_and_told_by_the_exit_code(
    cli: Cli, runs: list[str], ws: Workspace, tmp_path: Path
) -> None:
    from dataclasses import replace

    from medsdesk.services.bundle_study import study_with_plan
    from medsdesk.store.study_ratings import ratings_of_study
    from medsdesk.studies.bundle_file import write_ratings

    _create(cli, runs)
    rate_all(ws, "Letters", "Dr Roy")
    study, plan = study_with_plan(ws, "Letters")
    rows = [replace(ratings_of_study(ws, study.id)[0], seconds=77.0)]
    file = tmp_path / "forged.medsratings"
    file.write_bytes(write_ratings(plan, study.plan_sha256, rows, [], [], "0"))
    code, _, err = cli("study", "merge", str(file))
    assert code == 3
    assert rows[0].id in err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("status", "nowhere"), "no study 'nowhere'"),
        (("bundle", "nowhere", "--out", "x"), "no study 'nowhere'"),
        (("import", "nowhere"), "no file"),
        (("merge", "nowhere"), "no file"),
        (("lock", "nowhere"), "no study 'nowhere'"),
        (("bundle", "x", "--ratings", "--rater", "A", "--out", "x"), "all ratings"),
        (("create", "--name", "N", "--run", "12345678", "--rater", "A"), "no run '12345678'"),
    ],
)
def test_refusals_are_two_lines(
    cli: Cli, ws: Workspace, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = cli("study", *words)
    assert (code, out) == (1, "")
    assert sentence in err
    assert len(err.strip().splitlines()) == 2


def test_an_empty_workspace_says_what_to_do(cli: Cli, ws: Workspace) -> None:
    code, _, err = cli("study", "status")
    assert code == 0
    assert "medsdesk study create" in err
    assert cli.json("study", "status") == []
