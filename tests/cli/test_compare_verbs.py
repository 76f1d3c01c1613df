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


def _study(folder: Path) -> str:
    rows = [
        f"Pilot,i{i},{rater},quality,{(i * 7 + m * 3) % 5 + 1},m{m},{(i * 5 + m * 2) % 7}"
        for i in range(12)
        for m in range(3)
        for rater in ("Ann", "Bo")
    ]
    return _file(folder, "\n".join(["study,item,rater,criterion,value,model,metric:bleu", *rows]))


def test_the_document_is_the_promised_one(cli: Cli, tmp_path: Path) -> None:
    cli.json("ratings", "import", _study(tmp_path))
    document = cli.json("compare", "--study", "Pilot")
    first = document["agreement"][0]
    assert (first["study"], first["criterion"]) == ("Pilot", "quality")
    assert first["statistic"] == "krippendorff_alpha_ordinal"
    assert (first["n_items"], first["n_raters"]) == (36, 2)
    tau = document["human_vs_metric"][0]
    assert (tau["category"], tau["metric"]) == ("all", "bleu")
    assert tau["statistic"] == "kendall_tau_b_by_item"
    assert (tau["n_items"], tau["n_models"], tau["n_raters"]) == (12, 3, 2)
    assert tau["ci95"][0] < tau["value"] < tau["ci95"][1]
    assert (document["seed"], document["resamples"], document["over"]) == (20240822, 1000, "items")


def test_people_get_tables_and_each_note_once(cli: Cli, tmp_path: Path) -> None:
    cli.json("ratings", "import", _study(tmp_path))
    code, out, err = cli("compare", "--acceptable", "3", "--over", "both", "--seed", "1")
    assert (code, err) == (0, "")
    assert "krippendorff_alpha_ordinal" in out
    assert "auc_unacceptable" in out
    assert out.count("Mixes differences between inputs") == 1
    assert out.rstrip().endswith("seed 1")


def test_nothing_to_compare_and_wrong_words_are_refused(cli: Cli, tmp_path: Path) -> None:
    code, out, err = cli("compare")
    assert (code, out) == (1, "")
    assert err.startswith("There are no ratings in this workspace yet.")
    cli.json("ratings", "import", _study(tmp_path))
    assert cli("compare", "--study", "Other")[0] == 1
    assert cli("compare", "--acceptable", "good")[0] == 2
    assert cli("compare", "--acceptable", "nan")[0] == 2
    for share in ("0", "1.01", "nan", "most"):
        code, _, err = cli("compare", "--sensitivity", share)
        assert code == 2
        assert "no share above 0 and up to 1" in err


def test_many_notes_are_not_all_printed(cli: Cli, tmp_path: Path) -> None:
    rows = [
        f"Pilot,i{i},Ann,c{c},{(i * 7 + c) % 5 + 1},m{i % 2},{i * c}.5"
        for c in range(1, 26)
        for i in range(c + 4)
    ]
    path = _file(tmp_path, "\n".join(["study,item,rater,criterion,value,model,metric:m", *rows]))
    cli.json("ratings", "import", path)
    out = cli("compare")[1]
    assert "more notes: --json has each beside its figure." in out
