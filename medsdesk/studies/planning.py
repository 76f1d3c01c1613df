"""A plan and its key, made of an owner's choices and the answers that models gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import (
    KeyedOutput,
    StudyDesign,
    StudyForm,
    StudyItem,
    StudyKey,
    StudyPlan,
)
from medsdesk.studies.assignment import Assigned, Copy, ItemGroup, Material, assign
from medsdesk.studies.damage import damage
from medsdesk.studies.drawing import Draw, token
from medsdesk.studies.formatting import alike, whole
from medsdesk.studies.plan_format import PLAN_FORMAT, fingerprint, write_key, write_plan
from medsdesk.studies.sample_size import statement
from medsdesk.studies.sampling import Candidate, Sampling, draw_items


@dataclass(frozen=True, slots=True)
class Agreed:
    """What is agreed beforehand of an item for practice.

    Attributes:
        outputs: Ids of the stored answers: one, or the two of a pair.
        points: Points by question; for a pair negative ones are for the first answer named.
    """

    outputs: tuple[str, ...]
    points: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Origin:
    """Of which making a plan is.

    Attributes:
        study_id: UUID of the study.
        created_at: UTC time.
        version: MedsDesk's version.
    """

    study_id: str
    created_at: str
    version: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A study that can be rated.

    Attributes:
        plan: What may travel.
        plan_text: The plan as canonical JSON, whose fingerprint freezes it.
        key: What stays with the owner.
        key_text: The key as canonical JSON.
        notes: What could not be done as asked, in sentences.
    """

    plan: StudyPlan
    plan_text: str
    key: StudyKey
    key_text: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Made:
    """An item with where its outputs came from, and where the one that was named first stands."""

    item: StudyItem
    keyed: tuple[KeyedOutput, ...]
    parts: tuple[Candidate, ...]
    first: int
    fault: str


def draw_plan(
    design: StudyDesign,
    candidates: Iterable[Candidate],
    forms: Sequence[StudyForm],
    agreed: Sequence[Agreed],
    origin: Origin,
) -> Planned:
    """Draw everything a study needs; the same choices and answers give the same study.

    Items for practice are those with agreed points, then as many more as are asked for, drawn
    from other texts than those that count.

    Args:
        design: The owner's choices.
        candidates: The answers that may be drawn.
        forms: The forms they name.
        agreed: Points agreed on beforehand.
        origin: Of which making it is.

    Raises:
        UserFacingError: There is nothing to rate, or what was agreed on does not fit.
    """
    able = {c.output_id: _alike(c) for c in candidates}
    practice = [_practice(design, able, each) for each in agreed]
    further, notes = _further(design, _without(able.values(), practice), len(practice))
    practice += further
    drawn = draw_items(_without(able.values(), practice), design.kind, design.n_items, design.seed)
    if not drawn.n_items:
        raise UserFacingError(
            "There is nothing to rate: no answer of these runs fits the study.",
            "A pair needs answers of two models, or of two runs, to the same text.",
        )
    design = replace(design, n_items=drawn.n_items, n_calibration=len(practice))
    items, groups = _items(design, drawn)
    copies = _copies(design, items)
    assigned = assign(design, _material(groups, practice, items, copies))
    used = {each.item_id for a in assigned.assignments for each in a.presentations}
    everything = [*practice, *items, *(copy for copy in copies.values() if copy.item.id in used)]
    return _planned(design, everything, assigned, forms, origin, (*notes, *drawn.notes))


def _planned(
    design: StudyDesign,
    made: Sequence[_Made],
    assigned: Assigned,
    forms: Sequence[StudyForm],
    origin: Origin,
    notes: tuple[str, ...],
) -> Planned:
    # In the order of their ids, which are drawn: the order tells nothing.
    made = sorted(made, key=lambda each: each.item.id)
    key = StudyKey(
        study_id=origin.study_id,
        design=design,
        outputs=tuple(keyed for each in made for keyed in each.keyed),
        presentations=assigned.keyed,
    )
    key_text = write_key(key)
    named = {each.item.form for each in made}
    plan = StudyPlan(
        format=PLAN_FORMAT,
        id=origin.study_id,
        name=design.name,
        kind=design.kind,
        created_at=origin.created_at,
        version=origin.version,
        instructions=design.instructions,
        show_reference=design.show_reference,
        primary=design.primary,
        statement=statement(design),
        forms=tuple(form for form in forms if form.id in named),
        items=tuple(each.item for each in made),
        assignments=assigned.assignments,
        key_sha256=fingerprint(key_text),
    )
    return Planned(plan, write_plan(plan), key, key_text, (*notes, *assigned.notes))


def _alike(candidate: Candidate) -> Candidate:
    reference = candidate.reference
    return replace(
        candidate,
        text=alike(candidate.text),
        source=whole(candidate.source),
        reference=None if reference is None else whole(reference),
    )


def _without(candidates: Iterable[Candidate], practice: Sequence[_Made]) -> list[Candidate]:
    """Return the answers to texts that are not shown for practice."""
    texts = {part.text_id for each in practice for part in each.parts}
    return [candidate for candidate in candidates if candidate.text_id not in texts]


def _practice(design: StudyDesign, able: Mapping[str, Candidate], agreed: Agreed) -> _Made:
    """Return an item with agreed points, turned to the order its outputs are shown in."""
    missing = [output for output in agreed.outputs if output not in able]
    if missing:
        raise UserFacingError(
            f"The answer {missing[0]} with agreed points is not in the runs of the study.",
            "Name answers of these runs; 'medsdesk runs items RUN --json' lists their ids.",
        )
    parts = tuple(able[output] for output in agreed.outputs)
    if len({part.text_id for part in parts}) != 1 or len(parts) != 1 + (design.kind == "pair"):
        raise UserFacingError(
            "Agreed points are for one answer each, or in pairs for two answers to one text.",
            "Correct the file with the agreed points.",
        )
    made = _made(design, parts)
    turned = made.keyed[0].output_id != agreed.outputs[0]
    points = sorted(agreed.points.items())
    told = tuple((name, -point if turned else point) for name, point in points)
    return replace(made, item=replace(made.item, agreed=told))


def _further(
    design: StudyDesign, able: Sequence[Candidate], agreed: int
) -> tuple[list[_Made], list[str]]:
    """Return items for practice without agreed points, as many as are still wanted."""
    wanted = design.n_calibration - agreed
    if wanted <= 0:
        return [], []
    seed = token(design.seed, "calibration") * 2
    drawn = draw_items(able, design.kind, wanted, seed)
    note = (
        f"For {wanted} practice item{'s' * (wanted > 1)} no points are agreed on: raters get no "
        "feedback on them."
    )
    made = [_made(design, parts) for group in drawn.groups for parts in group.items]
    return made, [note]


def _items(design: StudyDesign, drawn: Sampling) -> tuple[list[_Made], list[ItemGroup]]:
    items: list[_Made] = []
    groups = []
    for group in drawn.groups:
        made = [_made(design, parts) for parts in group.items]
        items += made
        groups.append(ItemGroup(group.category, tuple(each.item.id for each in made)))
    return items, groups


def _made(design: StudyDesign, parts: Sequence[Candidate], fault: str = "") -> _Made:
    """Return an item of answers, in an order drawn for it alone."""
    names = [part.output_id for part in parts]
    id_ = token(design.seed, "item", fault, *names)
    shown = Draw(design.seed, "places", fault, *names).shuffled(parts)
    first = shown[0]
    item = StudyItem(
        id=id_,
        category=first.category,
        title=first.title,
        language=first.language,
        form=first.form,
        source=first.source,
        reference=first.reference if design.show_reference else None,
        outputs=tuple(part.text for part in shown),
    )
    keyed = tuple(
        KeyedOutput(id_, place, part.output_id, part.run_id, part.model_name)
        for place, part in enumerate(shown)
    )
    return _Made(item, keyed, tuple(shown), shown.index(parts[0]), fault)


def _copies(design: StudyDesign, items: Sequence[_Made]) -> dict[str, _Made]:
    """Return damaged copies by item, in an order drawn by lot; for pairs beside the original."""
    copies: dict[str, _Made] = {}
    # Each rater has a part of the items at the least; so many leave every one enough to take.
    enough = len(design.raters) * (20 + round(4 * design.attention_share * len(items)))
    if not design.attention_share:
        return copies
    for each in Draw(design.seed, "copies").shuffled(items):
        place = Draw(design.seed, "copied", each.item.id).below(len(each.parts))
        part = each.parts[place]
        found = damage(part.text, part.language, Draw(design.seed, "damage", each.item.id))
        if found is not None:
            worse = replace(part, text=found.text)
            shown = (part, worse) if design.kind == "pair" else (worse,)
            copies[each.item.id] = _made(design, shown, found.fault)
        if len(copies) >= enough:
            break
    return copies


def _material(
    groups: Sequence[ItemGroup],
    practice: Sequence[_Made],
    items: Sequence[_Made],
    copies: Mapping[str, _Made],
) -> Material:
    return Material(
        groups=tuple(groups),
        calibration=tuple(each.item.id for each in practice),
        copies={item: Copy(copy.item.id, copy.fault) for item, copy in copies.items()},
        # Pairs are drawn with the system first whose name comes first, copies with the original.
        first={each.item.id: each.first for each in (*items, *copies.values())},
    )
