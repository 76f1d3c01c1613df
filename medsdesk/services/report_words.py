"""Numbers, intervals and names as a report writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

NONE = "–"
# What no document may hold, and what turns the direction of the words around it.
_REFUSED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_MINUS = "\N{MINUS SIGN}"
_INTERVALS = {
    "bootstrap-bca": "bias-corrected and accelerated bootstrap",
    "bootstrap-percentile": "expanded percentile bootstrap",
    "f-distribution": "F distribution",
    "normal": "normal approximation",
    "student-t": "Student's t distribution",
}
_HOW = {"wald": "Wald", "sandwich-over": "with errors clustered by"}
_STATUSES = {
    "cannot_judge": "answered with 'cannot judge'",
    "withdrawn": "taken back",
    "decided": "decided by an adjudicator",
    "left_standing": "left standing by an adjudicator",
    "rated": "rated",
}


def number(value: float | None) -> str:
    """Return a figure with two decimals, or fewer where it is large."""
    if value is None:
        return NONE
    size = abs(value)
    text = f"{value:,.{2 if size < 10 else 1 if size < 1000 else 0}f}"
    return "0.00" if text == "-0.00" else text.replace("-", _MINUS)


def p_value(value: float | None) -> str:
    """Return a p-value with three decimals; what is smaller is told so."""
    if value is None:
        return NONE
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def interval(bounds: tuple[float, float] | None) -> str:
    """Return the bounds of an interval."""
    return NONE if bounds is None else f"{number(bounds[0])} to {number(bounds[1])}"


def count(n: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun, such as ``1 item`` or ``1,234 items``."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}"


def listed(names: Iterable[str]) -> str:
    """Return names as a list in words: ``a, b and c``."""
    found = list(names)
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def statuses(counts: Mapping[str, int]) -> str:
    """Return in words how many ratings have which status."""
    told = (f"{n:,} {_STATUSES.get(name, name)}" for name, n in sorted(counts.items()) if n)
    return listed(told)


def interval_method(how: str) -> str:
    """Return in words how an interval was made; what is not known stands as it is."""
    kind, *parts = how.split("|")
    told = dict(part.partition(":")[::2] for part in parts)
    words = [_INTERVALS.get(kind, kind)]
    words += [f"{_HOW[name]} {told.pop(name)}".strip() for name in list(told) if name in _HOW]
    if over := told.pop("over", ""):
        words.append("over items and models" if over == "both" else f"over {over}")
    text = " ".join(words)
    if resamples := told.pop("resamples", ""):
        text += f", {int(resamples):,} resamples" if resamples.isdigit() else f", {resamples}"
    return text + "".join(f", {name} {value}" for name, value in told.items())


def moment(at: str | None) -> str:
    """Return a time of day to the minute, as it is stored."""
    if not at:
        return NONE
    return re.sub(r"^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}).*?([+-]\d{2}:\d{2}|Z)?$", r"\1 \2 \3", at)


def legible(text: str) -> str:
    """Return a text with a sign in place of each character that no document may hold.

    Nothing is left out unseen: who reads it sees that something was there.
    """
    return _REFUSED.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def plain(name: str) -> str:
    """Return a name with spaces for people: ``harm_extent`` as ``Harm extent``."""
    text = name.replace("_", " ").strip()
    return text[:1].upper() + text[1:]
