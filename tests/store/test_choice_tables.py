"""What is kept of answers that a model could have given."""

from __future__ import annotations

from dataclasses import replace

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Choice
from medsdesk.store.outputs import add_output, choices_of, get_output
from medsdesk.store.workspace import Workspace
from tests.store.conftest import Maker


def test_likelihoods_come_back_in_their_order(ws: Workspace, make: Maker) -> None:
    first = make.stored_output(ws)
    assert choices_of(ws, first.id) == ()
    asked = (Choice("B", -0.25), Choice("A", None))
    completion = replace(first.completion, choices=asked)
    add_output(ws, replace(first, id="other", completion=completion))
    assert choices_of(ws, "other") == asked
    assert get_output(ws, "other").completion == first.completion


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE choices SET log_likelihood = 0",
        "DELETE FROM choices",
        "INSERT OR REPLACE INTO choices SELECT output_id, place, text, 0 FROM choices",
    ],
)
def test_no_likelihood_is_changed_or_goes(ws: Workspace, make: Maker, change: str) -> None:
    first = make.stored_output(ws)
    completion = replace(first.completion, choices=(Choice("B", -0.25),))
    add_output(ws, replace(first, id="other", completion=completion))
    with pytest.raises((UserFacingError, Exception), match=r"choices (never|are not)"):
        ws.db.execute(change)
    assert choices_of(ws, "other") == (Choice("B", -0.25),)
