"""ROUGE-L as the package ``rouge`` 1.0.1 computes it, without its recursion and its tables.

That package asks Python for one level of recursion per token and keeps one dictionary entry per
pair of tokens: a text of some thousand words stops it or fills the memory. Here the table of
common subsequences is a bit vector per row (Hyyrö, AWOCA 2004), and only pairs of sentences
that can still add a word are compared. The result is the same, token for token; tests hold it
against the package itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

# Rows kept at a time. Longer texts keep every 256th and make the rows between again.
_BLOCK = 256
_SMOOTHING = 1e-8


def rouge_l(answer: str, reference: str) -> float | None:
    """Return the summary-level ROUGE-L F in percent, over words counted once.

    F = 2 P R / (P + R + 1e-8) with P = u / a and R = u / r. a and r are the numbers of different
    words of answer and reference; u is the number of different words in the union of the longest
    common subsequences of every sentence of one with every sentence of the other (Lin, 2004,
    section 3.2; here, as in the package, repeats count once). A sentence ends at each full
    stop, also inside ``0.5``, and words are parted by white space.

    Returns:
        None where a text has nothing but full stops, on which the package gives up.
    """
    answer_sentences, reference_sentences = _sentences(answer), _sentences(reference)
    if not answer_sentences or not reference_sentences:
        return None
    shared = len(_union(reference_sentences, answer_sentences))
    precision = shared / len({word for sentence in answer_sentences for word in sentence})
    recall = shared / len({word for sentence in reference_sentences for word in sentence})
    return 100.0 * 2.0 * (precision * recall / (precision + recall + _SMOOTHING))


def _sentences(text: str) -> list[list[str]]:
    # White space between two full stops is a sentence of one empty word, and counts as one.
    return [part.split() or [""] for part in text.split(".") if part]


def _union(references: Sequence[list[str]], answers: Sequence[list[str]]) -> set[str]:
    """Return the words in any longest common subsequence of a reference and an answer sentence."""
    holding: dict[str, list[int]] = defaultdict(list)
    for number, sentence in enumerate(answers):
        for word in set(sentence):
            holding[word].append(number)
    union: set[str] = set()
    for sentence in references:
        # A subsequence can only bring words that both sentences have.
        compared: set[int] = set()
        for word in dict.fromkeys(sentence):
            for number in holding.get(word, ()):
                if word in union:
                    break
                if number not in compared:
                    compared.add(number)
                    union.update(common_words(sentence, answers[number]))
    return union


def common_words(first: Sequence[str], second: Sequence[str]) -> set[str]:
    """Return the words of one longest common subsequence of two sequences.

    Of several the one is taken that is found from the end: equal words are matched, else the
    shorter second sequence is preferred, as in the package.
    """
    first, second, found = _without_common_end(first, second)
    known = set(first)
    # Words that the first lacks are passed over on every way; leaving them out changes nothing.
    second = [word for word in second if word in known]
    places, full = _places(second)
    starts = _block_starts(first, places, full)
    column = len(second) - 1
    row = len(first) - 1
    for start in range((row // _BLOCK) * _BLOCK, -1, -_BLOCK):
        rows = list(_rows(first[start : row + 1], places, full, starts[start // _BLOCK]))
        while row >= start and column >= 0:
            if first[row] == second[column]:
                found.add(first[row])
                row -= 1
                column -= 1
            elif rows[row - start] >> column & 1:
                column -= 1  # the table does not grow at this column
            else:
                row -= 1
        if column < 0:
            break
    return found


def common_length(first: Sequence[str], second: Sequence[str]) -> int:
    """Return the length of the longest common subsequence of two sequences."""
    places, full = _places(second)
    last = full
    for row in _rows(first, places, full, full):
        last = row
    return len(second) - last.bit_count()


def _places(words: Sequence[str]) -> tuple[Mapping[str, int], int]:
    """Return the bits of the places where each word stands, and the bits of all places."""
    places: dict[str, int] = defaultdict(int)
    for at, word in enumerate(words):
        places[word] |= 1 << at
    return places, (1 << len(words)) - 1


def _without_common_end(
    first: Sequence[str], second: Sequence[str]
) -> tuple[Sequence[str], Sequence[str], set[str]]:
    """Take off the words at the end that are equal; every way back begins with them."""
    same = 0
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other:
            break
        same += 1
    ends = len(first) - same, len(second) - same
    return first[: ends[0]], second[: ends[1]], set(first[ends[0] :])


def _rows(words: Sequence[str], places: Mapping[str, int], full: int, before: int) -> Iterator[int]:
    """Yield for each word the bits of the table's row: 0 where it is one more than to the left."""
    row = before
    for word in words:
        at = places.get(word, 0)
        matches = row & at
        row = ((row + matches) | (row & ~at)) & full
        yield row


def _block_starts(words: Sequence[str], places: Mapping[str, int], full: int) -> list[int]:
    """Return the row before each block of rows; before the first one nothing is shared."""
    starts = [full]
    if len(words) <= _BLOCK:
        return starts
    for number, row in enumerate(_rows(words, places, full, full), 1):
        if number % _BLOCK == 0:
            starts.append(row)
    return starts
