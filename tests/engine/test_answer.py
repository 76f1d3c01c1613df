"""An answer as it grows."""

from __future__ import annotations

import time

from medsdesk.engine.answer import Answer
from medsdesk.engine.messages import Started, Tokens

News = tuple[str, int, float, float]


def test_reports_are_held_back_and_the_last_is_not() -> None:
    heard: list[News] = []
    answer = Answer(lambda *news: heard.append(news))
    for number, text in enumerate(("a", "", "b", "c"), start=1):
        answer.take(Tokens(1, text, number))
        answer.report()
    assert [news[:2] for news in heard] == [("a", 1)]
    answer.report(last=True)
    answer.report(last=True)
    assert [news[:2] for news in heard] == [("a", 1), ("bc", 4)]


def test_speed_leaves_the_prompt_out() -> None:
    heard: list[News] = []
    answer = Answer(lambda *news: heard.append(news))
    time.sleep(0.2)
    answer.take(Tokens(1, "a", 1))
    answer.report()
    time.sleep(0.1)
    answer.take(Tokens(1, "b", 2))
    answer.report(last=True)
    assert heard[0][3] == 0
    assert 2 < heard[1][3] <= 10.1
    completion = answer.completion("stop")
    assert 0.2 <= completion.prompt_seconds < completion.seconds - 0.09


def test_counts() -> None:
    answer = Answer(None)
    before = answer.started
    answer.take(Started(1, 30, 12))
    answer.take(Tokens(1, "x", 1))
    answer.report(last=True)
    completion = answer.completion("died", "why")
    assert (before, answer.started) == (False, True)
    assert (completion.text, completion.tokens, completion.error) == ("x", 1, "why")
    assert (completion.prompt_tokens, completion.cut_tokens) == (30, 12)
