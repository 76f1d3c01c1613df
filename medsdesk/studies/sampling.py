"""Draw the items of a study from the answers of models: whole texts, every category, every model.

A text on which all models answered tells more than texts with one answer each: only there can it
be asked whether clinicians and a metric put the answers into the same order. So texts with many
answers come first, and all their answers are drawn together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

from medsdesk.core.study import StudyKind
from medsdesk.studies.drawing import Draw

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Candidate:
    """An answer that may be drawn.

    Attributes:
        output_id: The stored answer.
        run_id: Its run.
        model_name: Its model.
        system: What is compared: the model, or the run where one model stands in several.
        text_id: The text under its task; answers to the same text have the same.
        category: Category of the task.
        title: Title of the task, for people.
        language: ISO 639-1 code of the expected answer.
        form: Id of the form it is rated with.
        source: The clinical text.
        reference: The reference answer, if there is one.
        text: The answer, formatting made alike.
    """

    output_id: str
    run_id: str
    model_name: str
    system: str
    text_id: str
    category: str
    title: str
    language: str
    form: str
    source: str
    reference: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Answers to one text that were drawn together.

    Attributes:
        category: Category of the task.
        items: What is rated: one answer each, or two of different systems for a pair.
    """

    category: str
    items: tuple[tuple[Candidate, ...], ...]


@dataclass(frozen=True, slots=True)
class Sampling:
    """What was drawn.

    Attributes:
        groups: Text by text, in the order drawn.
        notes: What could not be done as asked, in sentences.
    """

    groups: tuple[Group, ...]
    notes: tuple[str, ...]

    @property
    def n_items(self) -> int:
        """How many items were drawn."""
        return sum(len(group.items) for group in self.groups)


def draw_items(candidates: Iterable[Candidate], kind: StudyKind, n: int, seed: str) -> Sampling:
    """Draw n items, as evenly over categories and systems as the answers allow.

    Each category gives the same number; what one lacks the others give. Within a category texts
    with more systems come first, then in an order drawn by lot; the last text gives only as many
    answers as are still wanted, of the systems drawn least. A pair is made of the two systems
    that were paired least; a text gives a second pair only when every text has given one. Pairs
    of equal answers are left out. Where a system has several answers to a text, one is drawn.

    Args:
        candidates: The answers.
        kind: What an item is.
        n: How many items.
        seed: The study's seed.
    """
    texts, notes = _texts(candidates, kind, seed)
    left = {category: _most(found, kind) for category, found in texts.items()}
    wanted = _shares(left, n)
    counts: Counter[tuple[str, ...]] = Counter()
    groups: list[Group] = []
    for category in sorted(texts):
        stratum = _Stratum(category, texts[category], counts, seed)
        take = stratum.pairs if kind == "pair" else stratum.singles
        groups += take(wanted[category])
    total = sum(wanted.values())
    if total < n:
        notes.append(
            f"Only {total:,} of {n:,} items could be drawn: there are no more answers that fit."
        )
    order = Draw(seed, "texts").shuffled(groups)
    return Sampling(tuple(order), tuple(notes))


_Text = Mapping[str, Candidate]  # by system


def _texts(
    candidates: Iterable[Candidate], kind: StudyKind, seed: str
) -> tuple[dict[str, list[_Text]], list[str]]:
    """Return the texts of each category, in an order that depends on the seed alone."""
    found: defaultdict[tuple[str, str], defaultdict[str, list[Candidate]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for each in sorted(candidates, key=lambda c: c.output_id):
        found[each.category, each.text_id][each.system].append(each)
    texts: defaultdict[str, list[_Text]] = defaultdict(list)
    equal = 0
    for (category, text_id), systems in sorted(found.items()):
        chosen = {
            system: answers[Draw(seed, "answer", text_id, system).below(len(answers))]
            for system, answers in sorted(systems.items())
        }
        if kind == "single" or _pairs(chosen):
            texts[category].append(chosen)
        elif len(chosen) > 1:
            equal += 1
    notes = (
        [f"Texts to which all models gave the same answer were left out: {equal:,}."]
        if equal
        else []
    )
    return {
        category: Draw(seed, "category", category).shuffled(found)
        for category, found in texts.items()
    }, notes


def _pairs(text: _Text) -> list[tuple[str, str]]:
    """Return the pairs of systems whose answers to a text differ."""
    return [(a, b) for a, b in combinations(sorted(text), 2) if text[a].text != text[b].text]


def _most(texts: Sequence[_Text], kind: StudyKind) -> int:
    return sum(len(_pairs(text)) if kind == "pair" else len(text) for text in texts)


def _shares(most: Mapping[str, int], n: int) -> dict[str, int]:
    """Return how many items each category gives: the same number, or all that it has."""
    shares: dict[str, int] = {}
    left = n
    in_order = sorted(most, key=lambda category: (most[category], category))
    for place, category in enumerate(in_order):
        # The smallest first, so that what it lacks is shared among those that have more.
        shares[category] = min(most[category], left // (len(in_order) - place))
        left -= shares[category]
    return shares


class _Stratum:
    """The texts of one category, of which items are taken one after the other."""

    def __init__(
        self, category: str, texts: Sequence[_Text], counts: Counter[tuple[str, ...]], seed: str
    ) -> None:
        self._category = category
        self._counts = counts
        self._draw = Draw(seed, "balance", category)
        # Texts with the same systems wait in one line, so that choosing stays quick.
        self._lines: defaultdict[tuple[str, ...], list[_Text]] = defaultdict(list)
        for text in reversed(texts):
            self._lines[tuple(sorted(text))].append(text)

    def singles(self, n: int) -> list[Group]:
        """Return texts with n answers together."""
        groups = []
        while n > 0:
            most = max(len(systems) for systems, line in self._lines.items() if line)
            able = [s for s, line in self._lines.items() if line and len(s) == most]
            line = self._least([(systems,) for systems in able], self._burden)[0]
            text = self._lines[line].pop()
            systems = self._few(line, n)
            self._counts.update((system,) for system in systems)
            groups.append(Group(self._category, tuple((text[system],) for system in systems)))
            n -= len(systems)
        return groups

    def pairs(self, n: int) -> list[Group]:
        """Return texts with n pairs together, one pair of each text first."""
        waiting = [text for line in self._lines.values() for text in line]
        waiting = sorted(self._draw.shuffled(waiting), key=lambda text: -len(text))
        left = [(text, _pairs(text)) for text in waiting]
        taken: list[list[tuple[Candidate, ...]]] = [[] for _ in left]
        while n > 0:
            for items, (text, pairs) in zip(taken, left, strict=True):
                if n <= 0 or not pairs:
                    continue
                pair = self._least(pairs, lambda pair: self._counts[pair])
                pairs.remove(pair)
                self._counts[pair] += 1
                items.append((text[pair[0]], text[pair[1]]))
                n -= 1
        return [Group(self._category, tuple(items)) for items in taken if items]

    def _least(self, options: Sequence[T], cost: Callable[[T], int]) -> T:
        """Return the option with the least cost, by lot among equals."""
        costs = [cost(option) for option in options]
        least = [option for option, each in zip(options, costs, strict=True) if each == min(costs)]
        return least[self._draw.below(len(least))]

    def _burden(self, line: tuple[tuple[str, ...]]) -> int:
        return sum(self._counts[system,] for system in line[0])

    def _few(self, systems: tuple[str, ...], n: int) -> list[str]:
        """Return n of the systems at the most, those drawn least, in an order of their own."""
        drawn = self._draw.shuffled(systems)
        return sorted(sorted(drawn, key=lambda system: self._counts[system,])[:n])
