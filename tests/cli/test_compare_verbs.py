"""Ratings from elsewhere come in by the command line, with every fault by its row."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Cli

FOREIGN = """study,item,rater,criterion,value,ward
Pilot,i1,Ann,accuracy,4,x
Pilot,i1,Bo,accuracy,5,x
"""


def _file(folder: Path, text: str, encoding: str = "utf-8") -> str:
    path = folder / "ratings.csv"
    path.write_bytes(text.encode(encoding))
    return str(path)


def test_ratings_from_elsewhere_come_in_and_are_told(cli: Cli, tmp_path: Path) -> None:
    path = _file(tmp_path, FOREIGN)
    code, out, err = cli("ratings", "import", path)
    assert code == 0
    assert out.splitlines() == [
        "2 ratings imported, 0 there already, 0 rows without a value",
        "  Pilot: 2 ratings of 1 items by 2 raters",
    ]
    assert err == "Columns without a meaning here, left out: ward.\n"
    document = cli.json("ratings", "import", path)
    assert (document["imported"], document["already_there"]) == (0, 2)
    out_path = tmp_path / "wide.csv"
    written = cli.json("ratings", "export", "--shape", "wide", "--out", str(out_path))
    assert written["ratings"] == 2
    assert "accuracy:status" in out_path.read_text(encoding="utf-8")


def test_rows_left_out_end_with_three_and_are_named(cli: Cli, tmp_path: Path) -> None:
    bad = "".join(f"Pilot,i{n},Ann,accuracy,bad,\n" for n in range(30))
    twice = "Pilot,i1,Ann,accuracy,1,\n"
    code, _, err = cli("ratings", "import", _file(tmp_path, FOREIGN + twice + bad))
    assert code == 3
    assert (
        "row 4: it differs from the rating of the same answer, rater and question in row 2" in err
    )
    assert "Rows that could not be read: 30" in err
    assert "and 10 more" in err


def test_guesses_and_scores_without_a_number_are_told(cli: Cli, tmp_path: Path) -> None:
    rows = "".join(f"Étude,Réponse à évaluer {n},Zoé,clarté,4,NaN\n" for n in range(20))
    text = "study,item,rater,criterion,value,metric:m\n" + rows
    code, _, err = cli("ratings", "import", _file(tmp_path, text, "cp1252"))
    assert code == 0
    assert "(a guess)" in err
    assert "Scores that are no number, left empty: 20." in err


def test_what_is_no_table_is_refused_in_two_lines(cli: Cli, tmp_path: Path) -> None:
    for text in ("", "item,rater\n", "study,item,rater,criterion,value\n"):
        code, out, err = cli("ratings", "import", _file(tmp_path, text))
        assert (code, out) == (1, "")
        assert len(err.strip().splitlines()) == 2
    assert json.loads(cli("ratings", "import", _file(tmp_path, FOREIGN), "--json")[1])["rows"] == 2
