"""What the page Compare says, and the shapes its pictures are made of; no window is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.services.choose_ratings import RatingChoice
from medsdesk.services.comparison_pictures import (
    Compared,
    Looked,
    compare_chosen,
    look_at,
    read_ratings,
)
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.store.workspace import open_workspace
from medsdesk.ui import colours
from medsdesk.ui.compare import words
from medsdesk.ui.compare.all_scenes import all_scenes
from medsdesk.ui.compare.plots import SYMBOLS, Cell, Dot
from medsdesk.ui.compare.table import cell_text
from tests.compared_ratings import import_planted


def planted(folder: Path, **choice: str) -> tuple[Compared, Looked]:
    with open_workspace(folder / "workspace") as ws:
        import_planted(ws, folder, items=12)
        found = compare_chosen(
            read_ratings(ws), RatingChoice(**choice), CompareOptions(resamples=200)
        )
    looked = look_at(found, None, None)
    assert looked is not None
    return found, looked


def test_the_first_sentence_never_says_more_than_the_figures(tmp_path: Path) -> None:
    compared, looked = planted(tmp_path, protocol="strict")
    said, hint = words.headline(compared, looked)
    assert said.startswith("On “Useful” Near follows clinicians best (Kendall's tau-b 0.")
    assert "better than the next, Noise" in said
    assert "flatters" in hint
    leader = looked.leader
    assert leader is not None
    doubtful = replace(leader, ci95=(-0.1, 0.4))
    assert "no metric can be told from chance" in words.headline(
        compared, replace(looked, leader=doubtful)
    )[0]  # fmt: skip
    wrong = replace(leader, value=-0.2, ci95=(-0.4, -0.1))
    said = words.headline(compared, replace(looked, leader=wrong))[0]
    assert "no metric follows clinicians" in said
    assert "−0.20" in said
    assert looked.rival is not None
    close = replace(looked, rival=replace(looked.rival, p_holm=0.4))
    assert "cannot be told from the next, Noise" in words.headline(compared, close)[0]
    none = replace(looked, leader=None, strengths=())
    assert words.headline(compared, none) == (
        f"Nothing can be said of which metric follows clinicians on “Useful”. {words.NO_SCORES}",
        words.NEXT,
    )
    assert words.headline(compared, None) == (words.NO_FIT, words.NO_FIT_HINT)


def test_every_row_of_a_table_stands_in_its_picture_and_back(tmp_path: Path) -> None:
    compared, looked = planted(tmp_path)
    scenes = all_scenes(looked, compared)
    assert len({scene.name for scene in scenes}) == len(scenes) == 8
    for scene in scenes:
        assert scene.plot is not None
        assert all(len(row) == len(scene.table.header) for row in scene.table.rows)
        drawn = {
            shape.row
            for shape in scene.plot.shapes
            if isinstance(shape, Dot | Cell) and shape.row is not None
        }
        assert drawn <= set(range(len(scene.table.rows)))
        if scene.name not in ("compare-roc", "compare-intervals"):  # a curve; rows without figure
            assert drawn == set(range(len(scene.table.rows)))
        (left, right), (low, high) = scene.plot.x_range, scene.plot.y_range
        for shape in scene.plot.shapes:
            if isinstance(shape, Dot | Cell):
                assert left <= shape.x <= right
                assert low <= shape.y <= high
        assert "seed" in scene.caption or scene.name in ("compare-raters", "compare-ranking")
        if scene.table.outputs:
            assert len(scene.table.outputs) == len(scene.table.rows)


def test_jitter_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    compared, looked = planted(tmp_path)
    one, again = (all_scenes(looked, compared)[0].plot for _ in range(2))
    other = replace(compared, report=replace(compared.report, seed=1))
    assert one == again
    assert one != all_scenes(looked, other)[0].plot


def test_a_comparison_without_figures_has_sentences_in_place_of_pictures(tmp_path: Path) -> None:
    compared, looked = planted(tmp_path, model="zebra-8b", rater="A")
    gaps = {scene.name: scene.gap for scene in all_scenes(looked, compared)}
    assert gaps["compare-intervals"]
    assert gaps["compare-raters"]
    assert gaps["compare-ranking"]
    assert gaps["compare-scatter"] is None  # there are answers, though no order by item


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("strict.bleu4", "BLEU-4"),
        ("medsbench.rouge", "ROUGE (paper)"),
        ("postedit.rate", "Corrections: rate"),
        ("errors.per_100_words", "Errors marked: per 100 words"),
        ("somebody", "somebody"),
    ],
)
def test_metrics_have_names_for_people(name: str, label: str) -> None:
    assert words.metric_label(name) == label


def test_ids_are_shortened_and_names_are_not() -> None:
    assert words.short_id("0123456789abcdef" * 2) == "01234567"
    assert words.short_id("letter of a very long name that somebody gave") == (
        "letter of a very long name that somebody gave"
    )


def test_cells_are_read_alike() -> None:
    assert [cell_text(cell) for cell in (None, 0.123456, -2.0, 3, "word")] == [
        "–", "0.1235", "−2", "3", "word",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("surfaces", "series"),
    [
        ((colours.LIGHT.surface,), colours.SERIES_ON_LIGHT),
        ((colours.DARK.surface, colours.CONTRAST.surface), colours.SERIES_ON_DARK),
    ],
)
def test_kinds_are_seen_on_every_surface(
    surfaces: tuple[str, ...], series: tuple[str, ...]
) -> None:
    assert len(series) == len(SYMBOLS) == len(set(series))
    for surface in surfaces:
        assert min(colours.contrast(each, surface) for each in series) >= colours.AA_CONTROL
