"""Words in a table of ratings that are known to everybody, and so tell nothing of a site."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from medsdesk.hub.catalogue import catalogue
from medsdesk.services.model_files import DEMO_ID
from medsdesk.tasks.registry import all_tasks

if TYPE_CHECKING:
    from medsdesk.core.rating import Instrument
    from medsdesk.services.rating_rows import RatingRow

# What is added to a model's name for its form, and by us where two files have one name.
_FORM = re.compile(r"[-_.](?:i?q\d\w*|f16|f32|bf16|gguf)(?:[-_.]\w{1,2})*$|-\d$", re.IGNORECASE)
_NO_SIGNS = re.compile(r"[\W_]+")


def public_words(
    rows: Iterable[RatingRow], forms: Iterable[Instrument]
) -> Mapping[str, Collection[str]]:
    """Return the public words that stand in ratings, by column.

    Tasks and categories are those of the registry. A model has a public name where it is one of
    the catalogue, the demonstration model, or one of these in another form; any other name may
    be that of a file. Forms are those that this workspace knows.
    """
    tasks = all_tasks()
    models = {row.text("model") for row in rows}
    return {
        "task": {task.id for task in tasks},
        "category": {task.category for task in tasks},
        "model": {model for model in models if is_public_model(model)},
        "instrument": {form.id for form in forms},
    }


def is_public_model(name: str) -> bool:
    """Say whether a model's name is that of a model everybody knows."""
    plain = name.strip()
    while (shorter := _FORM.sub("", plain)) != plain:
        plain = shorter
    known = {DEMO_ID}
    for model in catalogue():
        tail = model.repository.rpartition("/")[2]
        known |= {model.id, model.name, model.repository, tail, _FORM.sub("", tail)}
    return _plain(plain) in {_plain(word) for word in known if word}


def _plain(name: str) -> str:
    return _NO_SIGNS.sub("", name).casefold()
