"""Which names are everybody's, and which could be a site's own."""

from __future__ import annotations

import pytest

from medsdesk.core.imported_rating import RATING_COLUMNS
from medsdesk.services.instruments import workbench_form
from medsdesk.services.public_words import is_public_model, public_words
from medsdesk.services.rating_rows import RatingRow


@pytest.mark.parametrize(
    ("name", "public"),
    [
        ("mmedins-llama-3-8b", True),
        ("mmeds-llama-3-8b.q4_k_m", True),
        ("MMedS-Llama-3-8B-Q4_K_M", True),
        ("MMedS-Llama-3-8B.i1-Q4_K_S", False),
        ("meditron-7b-f16-2", True),
        ("demo", True),
        ("ward-3-tuned", False),
        ("meditron-7b-ward-3", False),
        ("smith_john_q4_k_m", False),
        ("", False),
    ],
)
def test_a_model_is_public_where_the_catalogue_has_it(name: str, public: bool) -> None:
    assert is_public_model(name) == public


def test_words_come_by_column() -> None:
    cells = tuple("ward-3" if name == "model" else "" for name in RATING_COLUMNS)
    words = public_words([RatingRow(cells, {})], [workbench_form()])
    assert set(words["model"]) == set()
    assert "task112" in words["task"]
    assert "Text Summarization" in words["category"]
    assert set(words["instrument"]) == {"workbench"}
