"""Every column of an export is told of, with a type that fits its cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.core.rating import Criterion
from medsdesk.core.rating_export import RATING_SHAPES
from medsdesk.services.codebook import CODEBOOK_COLUMNS, codebook, type_of, values_of
from medsdesk.services.gather_ratings import gather_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.instruments import workbench_form
from medsdesk.services.lock_study import lock_study
from medsdesk.services.spreadsheet import Cell, Verbatim
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ([], "integer"),
        ([None, ""], "integer"),
        ([1, "-2", Verbatim("3")], "integer"),
        ([1, 0.5], "number"),
        (["1" * 30], "number"),
        ([1, "A"], "text"),
    ],
)
def test_a_type_fits_every_cell(cells: list[Cell], kind: str) -> None:
    assert type_of(cells) == kind


def test_values_come_with_their_labels() -> None:
    accuracy = workbench_form().criteria[0]
    assert values_of(accuracy).startswith("1 = Wrong | 2 = Poor | ")
    assert values_of(Criterion("n", "N", "How many?", "ratio", ())) == "0 or more"


def test_columns_and_questions_are_told_of(ws: Workspace, tmp_path: Path) -> None:
    made = made_study(ws, form="workbench", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")
    path = tmp_path / "foreign.csv"
    path.write_text(
        "study,item,rater,criterion,scale,value\nPilot,i1,Bo,tone,nominal,kind\n", encoding="utf-8"
    )
    import_ratings(ws, path)
    found = gather_ratings(ws, "full")
    tables: dict[str, tuple[Sequence[str], list[Sequence[Cell]]]] = {}
    for shape in RATING_SHAPES:
        header, rows = found.table(shape)
        tables[shape] = (header, list(rows))
    told = [
        dict(zip(CODEBOOK_COLUMNS, row, strict=True))
        for row in codebook(found, tables, {"strict.bleu4": ("made up",)})
    ]
    for file, (header, _) in tables.items():
        named = [row["column"] for row in told if row["file"] == file and not row["form"]]
        assert named == list(header)
    by_column = {row["column"]: row for row in told if row["file"] == "long" and not row["form"]}
    assert set(RATING_COLUMNS) < set(by_column)
    assert by_column["value"]["type"] == "text"  # on a nominal scale from elsewhere
    assert by_column["metric:strict.bleu4"]["signature"] == "made up"
    assert by_column["metric:strict.bleu4"]["unit"] == "percent"
    of_accuracy = [r for r in told if r["criterion"] == "accuracy" and r["form"]]
    assert {r["column"] for r in of_accuracy} == {"value", "accuracy"}
    for row in of_accuracy:
        assert row["form_sha256"] == workbench_form().sha256
        assert row["values"] == values_of(workbench_form().criteria[0])
