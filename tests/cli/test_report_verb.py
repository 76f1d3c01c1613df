"""A report is one option of the comparison, and tells where it is."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from medsdesk.store.workspace import Workspace
from tests.cli.conftest import Cli
from tests.services.reports import rated_study

FOREIGN = "study,item,rater,criterion,value,model,metric:m\n" + "".join(
    f"Pilot,i{i},{rater},quality,{(i * 7 + m * 3) % 5 + 1},m{m},{(i * 5 + m * 2) % 7}\n"
    for i in range(6)
    for m in range(3)
    for rater in ("Ann", "Bo")
)


def test_ratings_from_elsewhere_have_a_report(cli: Cli, tmp_path: Path) -> None:
    table, target = tmp_path / "ratings.csv", tmp_path / "report.html"
    table.write_text(FOREIGN, encoding="utf-8")
    cli.json("ratings", "import", str(table))
    code, out, err = cli("compare", "--report", str(target), "--json")
    assert code == 0
    assert err.splitlines()[0] == f"Report written to {target}."
    page = target.read_text(encoding="utf-8")
    assert hashlib.sha256(target.read_bytes()).hexdigest() in err
    assert hashlib.sha256(out.encode()).hexdigest() in page, "the checksum is the printed one"
    assert hashlib.sha256(table.read_bytes()).hexdigest() in page
    assert ">Ann<" not in page
    cli("compare", "--report", str(target), "--rater-names", "--by", "Dr Owner")
    assert json.loads(out)["ratings"] == 36


def test_before_the_lock_it_is_preliminary(cli: Cli, tmp_path: Path, ws: Workspace) -> None:
    rated_study(ws, locked=False)
    assert cli("compare", "--study", "Letters")[0] == 1
    target = tmp_path / "report.html"
    code, out, err = cli("compare", "--study", "Letters", "--report", str(target))
    assert (code, out) == (0, "")
    assert "Preliminary: the study 'Letters' is not locked yet." in err
    assert "Zebra" not in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--report", "report.pdf"), "a PDF comes from the window"),
        (("--report", "no/such/folder/report.html"), "There are no ratings"),
        (("--rater-names",), "Give --report"),
    ],
)
def test_what_cannot_be_is_refused_in_two_lines(
    cli: Cli, words: tuple[str, ...], told: str
) -> None:
    code, out, err = cli("compare", *words)
    assert (code, out) == (1, "")
    assert told in err
    assert len(err.strip().splitlines()) == 2
