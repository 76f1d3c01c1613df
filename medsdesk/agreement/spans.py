"""Do raters mark the same places of a text? Overlap by character, and alpha by character."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from medsdesk.agreement.alpha import alphas
from medsdesk.agreement.figures import Figure, defined, joined, ratio
from medsdesk.agreement.resampling import RESAMPLES, SEED, percentile, resampled

if TYPE_CHECKING:
    from medsdesk.agreement.figures import Floats

OVER_TEXTS = "bootstrap-percentile|over:texts|resamples:{resamples}|seed:{seed}"

ONE_RATER = "No text was looked at by two raters with this form, so marks cannot be compared."
TOO_FEW = "Only {n} texts were looked at by two raters; with fewer than {least} no figure is given."
NOTHING = "Nobody marked anything, so that there is nothing to agree on."
FEW = "Few texts ({n}): read the interval, not the number."
NO_INTERVAL = "The marks are too few or too alike for an interval."
BY_CHARACTER = (
    "Each character is a unit, with the types that cover it: neighbours are no independent units, "
    "and this is not Krippendorff's alpha-u for unitising."
)
SYMMETRIC = "Overlap is not corrected for chance."

LEAST_TEXTS, FEW_TEXTS = 3, 30


@dataclass(frozen=True, slots=True)
class Span:
    """A marked stretch.

    Attributes:
        start: First character, in code points from 0.
        end: One past the last character.
        type: What it was marked as.
    """

    start: int
    end: int
    type: str = ""


@dataclass(frozen=True, slots=True)
class MarkedText:
    """One text with everything that its raters marked.

    Attributes:
        length: Code points of the text.
        spans: By rater; an empty sequence is a rater who found nothing to mark.
    """

    length: int
    spans: Mapping[str, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many characters two raters marked.

    Attributes:
        both: Marked by both.
        first: By the first rater.
        second: By the second.
    """

    both: int
    first: int
    second: int

    @property
    def precision(self) -> float | None:
        """Part of the second rater's characters that the first marked; None without any."""
        return self.both / self.second if self.second else None

    @property
    def recall(self) -> float | None:
        """Part of the first rater's characters that the second marked; None without any."""
        return self.both / self.first if self.first else None

    @property
    def f1(self) -> float | None:
        """2 both / (first + second), the same whoever is first; None where nothing is marked."""
        marked = self.first + self.second
        return 2 * self.both / marked if marked else None


def overlap(
    first: Sequence[Span], second: Sequence[Span], length: int, *, by_type: bool = False
) -> Overlap:
    """Compare the characters that two raters marked in one text.

    P = both / second, R = both / first and F1 = 2 P R / (P + R) over characters, the first rater
    as the reference (van Rijsbergen, Information Retrieval, 1979, ch. 7; for spans of text by
    several people Hripcsak and Rothschild, J Am Med Inform Assoc 2005). Marks of one rater that
    overlap count once.

    Args:
        first: Of the first rater.
        second: Of the second.
        length: Code points of the text; what reaches beyond is cut.
        by_type: Count a character once for each type, and only the same type as the same.
    """
    text = MarkedText(length, {"first": first, "second": second})
    both, one, other = _overlaps(text, "first", "second", by_type=by_type)
    return Overlap(both, one, other)


def character_alpha(texts: Sequence[MarkedText]) -> float:
    """Return Krippendorff's alpha of all characters of texts, nominal.

    Every code point of every text is a unit, and its value is the set of types that a rater
    marked it with, none among them; formula and source are those of ``agreement.alpha`` with
    nominal distances. This is not alpha-u, which takes whole stretches and the gaps between them
    as units and compares their lengths (Krippendorff, Sociological Methodology 1995).

    Returns:
        NaN where it is not defined: no text has two raters, or all characters have one value.
    """
    import numpy as np

    make, n = _alphas(texts)
    return float(make(np.ones((1, n)))[0])


def span_agreement(
    texts: Sequence[MarkedText], resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[Figure, ...]:
    """Return how far raters mark the same places: F1 of any mark and by type, and alpha.

    F1 is over all characters of all texts and all pairs of raters who share a text. Intervals
    resample texts, not characters, which are not independent of their neighbours.

    Args:
        texts: Texts; those with fewer than two raters are left out.
        resamples: Of the bootstrap.
        seed: Of the bootstrap.
    """
    names = ("f1_characters", "f1_characters_by_type", "krippendorff_alpha_characters_nominal")
    shared = [text for text in texts if len(text.spans) >= 2 and text.length > 0]
    raters = len({rater for text in shared for rater in text.spans})
    refusal = _refusal(shared)
    if refusal is not None:
        return tuple(Figure(name, None, None, len(shared), raters, note=refusal) for name in names)
    makes = (
        (_f1s(shared, by_type=False), SYMMETRIC),
        (_f1s(shared, by_type=True), SYMMETRIC),
        (_alphas(shared)[0], BY_CHARACTER),
    )
    how = OVER_TEXTS.format(resamples=resamples, seed=seed)
    return tuple(
        _figure(name, make, len(shared), raters, joined(note, _few(len(shared))), how,
                resampled(len(shared), make, resamples, seed))
        for name, (make, note) in zip(names, makes, strict=True)
    )  # fmt: skip


def _figure(
    name: str,
    make: Callable[[Floats], Floats],
    n: int,
    raters: int,
    note: str | None,
    how: str,
    figures: Floats,
) -> Figure:
    import numpy as np

    value = defined(float(make(np.ones((1, n)))[0]))
    interval = percentile(figures, n) if value is not None else None
    if interval is None:
        return Figure(name, value, None, n, raters, note=joined(note, NO_INTERVAL))
    return Figure(name, value, interval, n, raters, interval=how, note=note)


def _few(n: int) -> str | None:
    return FEW.format(n=n) if n < FEW_TEXTS else None


def _refusal(shared: Sequence[MarkedText]) -> str | None:
    if not shared:
        return ONE_RATER
    if len(shared) < LEAST_TEXTS:
        return TOO_FEW.format(n=len(shared), least=LEAST_TEXTS)
    marked = any(spans for text in shared for spans in text.spans.values())
    return None if marked else NOTHING


def _f1s(texts: Sequence[MarkedText], *, by_type: bool) -> Callable[[Floats], Floats]:
    """Return the function that makes F1, shape (rows,), of draws of texts, (rows, texts)."""
    import numpy as np

    counts = np.array(
        [
            np.sum(
                [_overlaps(text, *pair, by_type=by_type) for pair in combinations(text.spans, 2)],
                axis=0,
            )
            for text in texts
        ],
        dtype=np.float64,
    )
    return lambda draws: ratio(2 * (draws @ counts[:, 0]), draws @ counts[:, 1:].sum(axis=1))


def _overlaps(text: MarkedText, first: str, second: str, *, by_type: bool) -> tuple[int, int, int]:
    """Return the characters marked by both, by the first and by the second rater."""
    sums = (0, 0, 0)
    for length, types in _pieces(text):
        one, other = types[first], types[second]
        if by_type:
            found = len(one & other), len(one), len(other)
        else:
            found = int(bool(one and other)), int(bool(one)), int(bool(other))
        sums = (
            sums[0] + length * found[0],
            sums[1] + length * found[1],
            sums[2] + length * found[2],
        )
    return sums


def _alphas(texts: Sequence[MarkedText]) -> tuple[Callable[[Floats], Floats], int]:
    """Return the function that makes alphas of draws of texts, and how many texts there are.

    Characters between two ends of marks have the same values: they are one unit that was drawn
    as many times as it is long.
    """
    import numpy as np

    shared = [text for text in texts if len(text.spans) >= 2]
    raters = {r: n for n, r in enumerate(dict.fromkeys(r for t in shared for r in t.spans))}
    values: dict[frozenset[str], int] = {}
    rows, lengths, of_text = [], [], []
    for place, text in enumerate(shared):
        for length, types in _pieces(text):
            row = np.full(len(raters), np.nan)
            for rater, found in types.items():
                row[raters[rater]] = values.setdefault(found, len(values))
            rows.append(row)
            lengths.append(float(length))
            of_text.append(place)
    table = np.array(rows) if rows else np.empty((0, len(raters)))
    make = alphas(table, "nominal")
    sizes, places = np.array(lengths), np.array(of_text, dtype=np.intp)
    return (lambda draws: make(draws[:, places] * sizes)), len(shared)


def _pieces(text: MarkedText) -> list[tuple[int, dict[str, frozenset[str]]]]:
    """Return the stretches between ends of marks: their length, and each rater's types there."""
    clipped = {
        rater: [(max(0, s.start), min(s.end, text.length), s.type) for s in spans]
        for rater, spans in text.spans.items()
    }
    ends = {0, text.length} | {end for spans in clipped.values() for s in spans for end in s[:2]}
    bounds = sorted(end for end in ends if 0 <= end <= text.length)
    return [
        (
            high - low,
            {
                rater: frozenset(kind for start, end, kind in spans if start <= low and high <= end)
                for rater, spans in clipped.items()
            },
        )
        for low, high in pairwise(bounds)
    ]
