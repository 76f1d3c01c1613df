"""What is guessed of an answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from medsdesk.engine.drafting import LONGEST, Draft

_PROMPT = (1, 2, 3, 4, 5, 6, 7, 8, 9)


def _after(*answer: int, most: int = LONGEST) -> Draft:
    draft = Draft(_PROMPT, most)
    for token in answer:
        draft.add(token)
    return draft


def test_what_followed_the_same_three_tokens_is_guessed() -> None:
    assert _after(2, 3, 4).guess(LONGEST) == (5, 6, 7, 8)
    assert _after(9, 9, 2, 3, 4).guess(2) == (5, 6)


def test_nothing_is_guessed_where_nothing_is_alike() -> None:
    assert _after().guess(LONGEST) == ()
    assert _after(3, 4).guess(LONGEST) == ()
    assert _after(4, 3, 2).guess(LONGEST) == ()
    assert Draft((), LONGEST).guess(LONGEST) == ()


def test_the_latest_place_counts() -> None:
    assert _after(2, 3, 4, 0, 2, 3, 4).guess(1) == (0,)


def test_an_answer_in_circles_is_guessed_to_go_on_so() -> None:
    assert _after(0, 5, 0, 5, 0).guess(3) == (5, 0, 5)


def test_right_guesses_grow_and_wrong_ones_shrink() -> None:
    draft = _after(1, 2, 3)
    for length in (4, 6):
        assert len(draft.guess(6)) == length
        draft.judge(length, length)
    draft.judge(8, 3)
    assert len(draft.guess(LONGEST)) == 8
    for _ in range(9):
        draft.judge(8, 1)
    assert len(draft.guess(LONGEST)) == 1


def test_no_guess_is_made_for_a_while_after_one_that_was_all_wrong() -> None:
    draft = _after(1, 2, 3)
    draft.judge(4, 0)
    assert draft.guess(LONGEST) == ()
    for _ in range(3):
        for token in (1, 2, 3):
            draft.add(token)
    assert draft.guess(LONGEST)


def test_without_room_nothing_is_guessed() -> None:
    assert _after(2, 3, 4, most=0).guess(LONGEST) == ()
    assert _after(2, 3, 4).guess(0) == ()


@given(st.lists(st.integers(0, 3), max_size=40), st.lists(st.integers(0, 3), max_size=40))
def test_a_guess_goes_on_from_a_place_that_is_alike(prompt: list[int], answer: list[int]) -> None:
    draft = Draft(prompt, LONGEST)
    for token in answer:
        draft.add(token)
    whole, guess = prompt + answer, draft.guess(LONGEST)
    if guess:
        last = whole[-3:]
        found = [n for n in range(3, len(whole)) if whole[n - 3 : n] == last]
        assert guess[0] == whole[found[-1]]
    assert len(guess) <= LONGEST
