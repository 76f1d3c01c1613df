"""Write a rating form as the text of its file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from medsdesk.config.toml_files import encode_flat
from medsdesk.core.rating import Criterion, Instrument, MarkType


def form_text(form: Instrument) -> str:
    """Return a form as TOML; read again it is the same form, whatever its fingerprint was.

    Raises:
        ValueError: A text holds half a surrogate pair, which no file can keep.
    """
    return "\n".join(_parts(form))


def _parts(form: Instrument) -> Iterator[str]:
    head: dict[str, str | int] = {
        "id": form.id,
        "version": form.version,
        "title": form.title,
        "source": form.source,
        "kind": form.kind,
        "edit": form.edit,
        "language": form.language,
    }
    categories = json.dumps(list(form.categories), ensure_ascii=False)
    yield f"{encode_flat(head)}categories = {categories}\n"
    for criterion in form.criteria:
        yield from _criterion(criterion)
    for mark in form.marks:
        yield f"[[marks]]\n{_mark(mark)}targets = {json.dumps(list(mark.targets))}\n"
    for severity in form.severities:
        yield f"[[severities]]\n{_mark(severity)}"


def _criterion(criterion: Criterion) -> Iterator[str]:
    words: dict[str, str | int] = {
        "id": criterion.id,
        "label": criterion.label,
        "question": criterion.question,
        "scale": criterion.scale,
    }
    yield f"[[criteria]]\n{encode_flat(words)}" + ("" if criterion.anchors else "anchors = []\n")
    for anchor in criterion.anchors:
        point: dict[str, str | int] = {
            "value": anchor.value,
            "label": anchor.label,
            "meaning": anchor.meaning,
        }
        yield f"[[criteria.anchors]]\n{encode_flat(point)}"


def _mark(mark: MarkType) -> str:
    return encode_flat({"id": mark.id, "label": mark.label, "meaning": mark.meaning})
