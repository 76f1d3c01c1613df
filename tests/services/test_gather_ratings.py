"""What an export speaks of, for each profile, in one place."""

from __future__ import annotations

from pathlib import Path

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.gather_ratings import gather_ratings
from medsdesk.services.import_ratings import import_ratings
from medsdesk.services.lock_study import lock_study
from medsdesk.store.workspace import Workspace
from tests.rated_studies import made_study, rate_all


def _filled(ws: Workspace, folder: Path) -> None:
    """Make a rated and locked study, and import a rating from elsewhere."""
    made = made_study(ws, form="workbench", n_items=4, repeat_share=0, attention_share=0)
    for rater in ("Dr Roy", "Dr Sato"):
        rate_all(ws, made.id, rater)
    lock_study(ws, made.id, "", "Dr Owner")
    path = folder / "foreign.csv"
    path.write_text(
        "study,item,rater,criterion,value,metric:bleu\nPilot,i1,Bo,fluency,4,0.50\n",
        encoding="utf-8",
    )
    import_ratings(ws, path)


def test_a_full_set_has_everything(ws: Workspace, tmp_path: Path) -> None:
    _filled(ws, tmp_path)
    found = gather_ratings(ws, "full")
    assert len(found.rows) == 4 * 2 * 6 + 1
    assert list(found.forms) == [("workbench", "1")]
    header, body = found.table("long")
    assert tuple(header) == (*RATING_COLUMNS, "metric:bleu", "metric:strict.bleu4")
    assert len(list(body)) == len(found.rows)
    assert found.left_out is None
    assert found.rewriting is None


def test_a_deidentified_set_has_the_same_figures_under_other_names(
    ws: Workspace, tmp_path: Path
) -> None:
    _filled(ws, tmp_path)
    full, other = gather_ratings(ws, "full"), gather_ratings(ws, "deidentified")
    assert [row.text("value") for row in other.rows] == [row.text("value") for row in full.rows]
    assert [row.scores for row in other.rows] == [row.scores for row in full.rows]
    header, _ = other.table("long")
    assert "comment" not in header
    for column in ("study", "item", "rater", "output"):
        made = {
            (a.text(column), b.text(column)) for a, b in zip(full.rows, other.rows, strict=True)
        }
        assert len(made) == len({a for a, _ in made}) == len({b for _, b in made})
    assert gather_ratings(ws, "deidentified").rows == other.rows
    assert {row.text("model") for row in other.rows}.isdisjoint({"zebra", "okapi"})
    assert {row.text("task") for row in other.rows} == {"task112", "task131", ""}
    assert found_dates(other.rows).isdisjoint(found_dates(full.rows))


def found_dates(rows: object) -> set[str]:
    assert isinstance(rows, tuple)
    return {row.text("rated_at")[:10] for row in rows} - {""}
