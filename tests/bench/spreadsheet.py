"""Whether a spreadsheet runs a cell of ours: ``python -m tests.bench.spreadsheet [CELLS]``.

Stores ratings with fuzzed texts in a temporary workspace, exports them as CSV and as a workbook,
has LibreOffice (``soffice``) turn both into a form in which formulas show, and counts these; the
same cells written raw show that it would find some. Then both exports are taken into empty
workspaces, whose exports must be the same to the byte. Where pandas is installed, it reads the
long file of a package with the types of the codebook.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import importlib
import importlib.util
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from medsdesk.core.identity import utc_now
from medsdesk.core.imported_rating import (
    NUMBER_COLUMNS,
    RATING_COLUMNS,
    ImportedFile,
    ImportedRating,
)
from medsdesk.services.csv_tables import write_rows
from medsdesk.services.export_ratings import export_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.services.package_ratings import package_ratings
from medsdesk.services.rating_rows import imported_row, long_table
from medsdesk.store.imported_ratings import add_imported
from medsdesk.store.workspace import open_workspace
from tests.rated_studies import made_study, rate_all

_FIXED = {*NUMBER_COLUMNS, "scale", "status", "rated_at"}
_TEXTS = tuple(name for name in RATING_COLUMNS if name not in _FIXED)
_BEFORE = ("", "", " ", "\u00a0", "\u200b", "\ufeff", "\u3000", "\t", "\r", "\n", "\r\n", "'")
_FIRST = (*"=+-@|%\t\r\n\0＝＋－＠｜％'", "", "", "_x003D_", "#")
_MIDDLE = (
    "1+1", "cmd|' /C calc'!A0", 'HYPERLINK("x")', "SUM(A1:A9)", "N/A", "2", "-5", "1e3", "0.50",
    "WEBSERVICE(A1)", "{1;2}", "A1", "12/03/2026", "TRUE", "正常", "",
)  # fmt: skip
_AFTER = ("", "", ";", ",x", '"', "\n=2", "\r\n@x", "\x01", "_x0041_", "😀", " ")
_SEPARATOR = "CSV:44,34,76,1"  # comma, double quote, UTF-8, from line 1
_FORMULA = re.compile(rb'table:formula="')


def main() -> int:
    """Measure and print; return 1 where anything was run or lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cells", nargs="?", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rows = list(fuzzed(args.cells // len(_TEXTS) + 1, random.Random(args.seed)))
    print(f"{len(rows) * len(_TEXTS):,} fuzzed cells in {len(rows):,} ratings, seed {args.seed}")
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, book = _exports(folder, rows)
        bad += _formulas(folder, table, book, rows)
        bad += _back(folder, table, book)
        bad += _pandas(folder)
    print("all good" if not bad else f"{bad:,} faults")
    return int(bad > 0)


def fuzzed(count: int, rng: random.Random) -> Iterator[ImportedRating]:
    """Yield ratings whose texts try to be formulas, or to be lost."""
    for number in range(count):
        cells = dict.fromkeys(RATING_COLUMNS, "")
        for column in _TEXTS:
            pieces = (_BEFORE, _FIRST, _MIDDLE, _AFTER)
            cells[column] = "".join(rng.choice(piece) for piece in pieces)
            if rng.random() < 0.2:
                cells[column] += "".join(chr(rng.randrange(1, 0x2FF)) for _ in range(6))
        for column in ("item", "rater", "criterion"):
            cells[column] += f"x{number}"  # never empty, and never twice
        cells |= {"scale": "ordinal", "status": "rated", "rated_at": "2026-01-31T08:00:00Z"}
        cells |= {"value": rng.choice(("3", "-2", "0.50", "1e-05", "007", "-0.125"))}
        if number % 1000 == 0:
            cells["comment"] += "long " * 8000
        yield ImportedRating(tuple(cells.values()), {"bleu": rng.choice(("0.50", "-1", "31.25"))})


def _exports(folder: Path, rows: list[ImportedRating]) -> tuple[Path, Path]:
    table, book = folder / "table.csv", folder / "book.xlsx"
    with open_workspace(folder / "first") as ws:
        add_imported(ws, ImportedFile("f", "f", "0" * 64, ("bleu",), utc_now()), rows)
        for path, form in ((table, "csv"), (book, "xlsx")):
            started = time.process_time()
            found = export_ratings(ws, path, form=form)  # type: ignore[arg-type] # both are forms
            seconds = time.process_time() - started
            print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB in {seconds:.1f} s", end=" ")
            print(*found.notes)
    return table, book


def _formulas(folder: Path, table: Path, book: Path, rows: list[ImportedRating]) -> int:
    """Count the formulas that LibreOffice finds."""
    if shutil.which("soffice") is None:
        print("no soffice here: formulas were not counted")
        return 0
    raw = folder / "raw.csv"
    with raw.open("w", encoding="utf-8", newline="") as file:
        write_rows(file, *long_table([imported_row(row) for row in rows], ("bleu",)), raw=True)
    found = {path.name: _in_libreoffice(folder, path) for path in (raw, table, book)}
    print(", ".join(f"{name}: {count:,} formulas" for name, count in found.items()))
    if not found["raw.csv"]:
        print("the raw file has none: this counts nothing")
        return 1
    return found["table.csv"] + found["book.xlsx"]


def _in_libreoffice(folder: Path, path: Path) -> int:
    out = folder / "flat"
    command = [
        "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless",
        *([f"--infilter={_SEPARATOR}"] if path.suffix == ".csv" else []),
        "--convert-to", "fods", "--outdir", str(out), str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=1800)
    data = (out / f"{path.stem}.fods").read_bytes()
    rows = data.count(b"<table:table-row")
    print(f"LibreOffice read {path.name}: {rows:,} rows")
    return len(_FORMULA.findall(data))


def _back(folder: Path, table: Path, book: Path) -> int:
    """Take both exports in, and compare what then goes out."""
    wanted = hashlib.sha256(table.read_bytes()).hexdigest()
    bad = 0
    for path in (table, book):
        again = folder / f"again-{path.stem}.csv"
        with open_workspace(folder / f"from-{path.stem}") as ws:
            found = import_ratings(ws, path)
            export_ratings(ws, again)
        same = hashlib.sha256(again.read_bytes()).hexdigest() == wanted
        print(f"{path.name} taken in, {found.imported:,} ratings: {'same' if same else 'OTHER'}")
        bad += not same
    return bad


def _pandas(folder: Path) -> int:
    """Read a package with pandas under the types of its codebook."""
    if importlib.util.find_spec("pandas") is None:
        print("no pandas here: run with 'uv run --with pandas'")
        return 0
    with open_workspace(folder / "study") as ws:
        made = made_study(ws, form="workbench", n_items=12)
        for rater in ("Dr Roy", "Dr Sato"):
            rate_all(ws, made.id, rater)
        lock_study(ws, made.id, "", "Dr Owner")
        package = folder / "package"
        found = package_ratings(ws, package)
    pandas: Any = importlib.import_module("pandas")
    with (package / "codebook.csv").open(encoding="utf-8", newline="") as file:
        book = [r for r in csv.DictReader(file) if r["file"] == "ratings-long.csv"]
    types = {row["column"]: row["type"] for row in book if not row["criterion"]}
    kinds = {"integer": "Int64", "number": "Float64", "category": "category", "text": "string"}
    frame = pandas.read_csv(
        package / "ratings-long.csv",
        dtype={name: kinds[kind] for name, kind in types.items() if kind != "time"},
        parse_dates=[name for name, kind in types.items() if kind == "time"],
        keep_default_na=False, na_values=[""],
    )  # fmt: skip
    print(f"pandas {pandas.__version__}: {len(frame):,} rows of {len(types)} columns", end=", ")
    print(f"mean value {frame['value'].mean():.3f}, times of {frame['rated_at'].dtype}")
    whole = len(frame) == found.ratings and set(frame.columns) == set(types)
    return int(not whole or "datetime" not in str(frame["rated_at"].dtype))


if __name__ == "__main__":
    sys.exit(main())
