"""Plan and key of a study as text: canonical JSON, so that a fingerprint tells every change.

Canonical means: keys sorted, no white space, UTF-8, numbers in their shortest form. A text that
would be written differently was not written by MedsDesk and is refused.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TypeVar

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.study import KeyedPresentation, StudyKey, StudyPlan

T = TypeVar("T")

PLAN_FORMAT = 1

OUTPUTS = {"single": 1, "pair": 2}
"""How many outputs an item of each kind has."""
_HINT = "Ask whoever made the study for the file again, and take it as it comes."


def write_plan(plan: StudyPlan) -> str:
    """Return a plan as canonical JSON.

    Raises:
        UserFacingError: It does not hold together, or a text in it is no Unicode.
    """
    _check(plan)
    return _as_read(plan, "plan")


def read_plan(text: str | bytes, sha256: str | None = None) -> StudyPlan:
    """Return the plan that a text holds.

    Args:
        text: Canonical JSON.
        sha256: The fingerprint it must have; None where none is known.

    Raises:
        UserFacingError: It is damaged, newer, incomplete, changed by hand, or does not hold
            together.
    """
    plan = _read(text, StudyPlan, "plan")
    _check_unchanged(text, plan, sha256, "plan")
    _check(plan)
    return plan


def write_key(key: StudyKey) -> str:
    """Return a key as canonical JSON.

    Raises:
        UserFacingError: A number or a text in it is none that a file can carry.
    """
    return _as_read(key, "key")


def read_key(text: str | bytes, sha256: str | None = None) -> StudyKey:
    """Return the key that a text holds.

    Args:
        text: Canonical JSON.
        sha256: The fingerprint it must have, which stands in the plan; None for any.

    Raises:
        UserFacingError: It is damaged, incomplete, or changed by hand.
    """
    key = _read(text, StudyKey, "key")
    _check_unchanged(text, key, sha256, "key")
    return key


def read_presentations(text: str | bytes) -> tuple[KeyedPresentation, ...]:
    """Return what presentations are there for, from that part of a key alone.

    Raises:
        UserFacingError: It is damaged.
    """
    return _read(text, tuple[KeyedPresentation, ...], "key")


def fingerprint(text: str | bytes) -> str:
    """Return the SHA-256 of a text's UTF-8 bytes as 64 hexadecimal digits."""
    return hashlib.sha256(_bytes(text)).hexdigest()


def _bytes(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text


def _as_read(value: StudyPlan | StudyKey, what: str) -> str:
    """Return what is written of a value once it was read.

    A whole number in place of a fraction, 0 for 0.0, would else be written differently later.
    """
    return _canonical(_read(_canonical(value), type(value), what))


def _canonical(value: StudyPlan | StudyKey) -> str:
    try:
        return msgspec.json.encode(value, order="sorted").decode("utf-8")
    except UnicodeEncodeError as fault:
        raise UserFacingError(
            "A text of the study holds half a character, which no file can carry.",
            "Correct that text, and make the study again.",
        ) from fault


def _read(text: str | bytes, kind: type[T], what: str) -> T:
    data = _bytes(text)
    try:
        value = msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as fault:
        _refuse_newer(_format_of(data), what)
        raise UserFacingError(
            f"The {what} of the study is not as MedsDesk writes it: {fault}.", _HINT
        ) from fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
        raise UserFacingError(
            f"The {what} of the study is damaged or cut off: it is no JSON.", _HINT
        ) from fault
    if isinstance(value, StudyPlan):
        _refuse_newer(value.format, what)
    return value


def _format_of(data: bytes) -> object:
    """Return what stands as format in a plan that may have another shape altogether."""
    try:
        loose: object = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return loose.get("format") if isinstance(loose, dict) else None


def _refuse_newer(found: object, what: str) -> None:
    if isinstance(found, int) and found > PLAN_FORMAT:
        raise UserFacingError(
            f"The {what} of the study was made by a newer MedsDesk (format {found}; this one "
            f"reads {PLAN_FORMAT}).",
            "Install that version of MedsDesk, then open it again.",
        )


def _check_unchanged(
    text: str | bytes, value: StudyPlan | StudyKey, sha256: str | None, what: str
) -> None:
    changed = sha256 is not None and fingerprint(text) != sha256
    if changed or _bytes(text) != _canonical(value).encode("utf-8"):
        raise UserFacingError(
            f"The {what} of the study was changed after it was frozen: its fingerprint differs.",
            _HINT,
        )


def _check(plan: StudyPlan) -> None:
    fault = _fault(plan)
    if fault is not None:
        raise UserFacingError(f"The plan of the study does not hold together: {fault}.", _HINT)


def _fault(plan: StudyPlan) -> str | None:
    """Return what does not hold together in a plan."""
    if plan.format != PLAN_FORMAT:
        return f"its format is {plan.format}"
    return _fault_of_names(plan) or _fault_of_items(plan) or _fault_of_presentations(plan)


def _fault_of_names(plan: StudyPlan) -> str | None:
    shown = [each for assignment in plan.assignments for each in assignment.presentations]
    for what, names in (
        ("form", [form.id for form in plan.forms]),
        ("item", [item.id for item in plan.items]),
        ("rater", [assignment.rater.casefold() for assignment in plan.assignments]),
        ("presentation", [each.id for each in shown]),
    ):
        if not all(names):
            return f"a {what} has no name"
        for name, times in Counter(names).items():
            if times > 1:
                return f"the {what} '{name}' stands in it twice"
    return None


def _fault_of_items(plan: StudyPlan) -> str | None:
    forms = {form.id for form in plan.forms}
    for item in plan.items:
        if item.form not in forms:
            return f"the form '{item.form}' is not in it"
        if len(item.outputs) != OUTPUTS[plan.kind]:
            return f"an item has {len(item.outputs)} outputs instead of {OUTPUTS[plan.kind]}"
    return None


def _fault_of_presentations(plan: StudyPlan) -> str | None:
    items = {item.id for item in plan.items}
    places = list(range(OUTPUTS[plan.kind]))
    for assignment in plan.assignments:
        for each in assignment.presentations:
            if each.item_id not in items:
                return "a presentation is of an item that is not in it"
            if sorted(each.order) != places:
                return "a presentation shows the outputs in an order that is none"
    return None
