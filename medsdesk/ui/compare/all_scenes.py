"""All pictures of a comparison, in the order in which they are offered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from medsdesk.ui.compare import answer_scenes, metric_scenes

if TYPE_CHECKING:
    from medsdesk.core.picture import Picture
    from medsdesk.services.comparison_pictures import Compared, Looked
    from medsdesk.ui.compare.plots import Scene

_MAKERS = (
    answer_scenes.scatter,
    metric_scenes.heat_map,
    metric_scenes.forest,
    metric_scenes.raters,
    answer_scenes.limits,
    answer_scenes.roc,
    metric_scenes.ranking,
    answer_scenes.worst,
)


def all_scenes(looked: Looked, compared: Compared) -> tuple[Scene, ...]:
    """Return the eight pictures of what is looked at; one without figures says why."""
    return tuple(make(looked, compared) for make in _MAKERS)


def drawn(looked: Looked, compared: Compared) -> Iterator[Picture]:
    """Draw one picture after another of a comparison, for a document; each takes its time."""
    from medsdesk.ui.compare.saving import picture_of

    for make in _MAKERS:
        if (picture := picture_of(make(looked, compared))) is not None:
            yield picture
