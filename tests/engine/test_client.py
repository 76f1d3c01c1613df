"""The client against the scripted backend: answers, stops, deaths, threads."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psutil
import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import (
    CancelledError,
    EngineDiedError,
    PromptTooLongError,
    UserFacingError,
)
from medsdesk.core.generation import Completion, GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine, TokenUpdate

MakePrompt = Callable[..., Prompt]
Scripted = Callable[..., Engine]
AsConfig = Callable[..., LoadConfig]

SYSTEM: Any = psutil  # carries no types
GREEDY = GenerateConfig()
SLOW = {"text": "one two three four five six seven eight", "token_seconds": 0.1}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


def cancel_after(seconds: float) -> CancelToken:
    token = CancelToken()
    threading.Timer(seconds, token.cancel).start()
    return token


def test_answers_by_the_rule_that_matches(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"when": "asthma", "text": "yes it is"}, {"text": "no"})
    first = engine.generate(prompt("Is it asthma?"), GREEDY)
    second = engine.generate(prompt("Is it gout?"), GREEDY)
    assert (first.text, first.finish_reason, first.tokens) == ("yes it is", "stop", 3)
    assert (second.text, second.complete, second.error) == ("no", True, None)


def test_updates_are_few_and_add_up(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "word " * 100, "token_seconds": 0.004})
    updates: list[TokenUpdate] = []
    completion = engine.generate(prompt(), GREEDY, updates.append)
    assert "".join(update.text for update in updates) == completion.text
    assert updates[-1].tokens == completion.tokens == 100
    assert len(updates) <= completion.seconds * 20 + 2
    assert updates[-1].tokens_per_second == pytest.approx(200, rel=0.6)
    assert 0 < completion.prompt_seconds <= completion.seconds


def test_limit_of_new_tokens(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "one two three"})
    completion = engine.generate(prompt(), GenerateConfig(max_new_tokens=2))
    assert (completion.text, completion.finish_reason) == ("one two", "length")


def test_loading_the_same_again_changes_nothing(scripted: Scripted, as_config: AsConfig) -> None:
    engine = scripted({"text": "same"})
    before = engine.pid
    engine.load(as_config({"text": "same"}))
    assert engine.pid == before


def test_another_model_gets_another_process(
    scripted: Scripted, as_config: AsConfig, prompt: MakePrompt
) -> None:
    engine = scripted({"text": "old"})
    before = engine.pid
    assert before is not None
    engine.load(as_config({"text": "new"}))
    assert engine.pid != before
    assert not SYSTEM.pid_exists(before)
    assert engine.generate(prompt(), GREEDY).text == "new"


def test_replacing_a_model_waits_for_its_answer(
    scripted: Scripted, as_config: AsConfig, prompt: MakePrompt
) -> None:
    engine = scripted(SLOW)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(engine.generate, prompt(), GREEDY)
        time.sleep(0.2)
        engine.load(as_config({"text": "new"}))
        assert answer.result().text == SLOW["text"]


@pytest.mark.parametrize(
    ("how", "exit_code", "words"),
    [
        pytest.param("kill", -9, "killed by the system", marks=POSIX),
        pytest.param("illegal", -4, "instructions this processor does not have", marks=POSIX),
        pytest.param("abort", -6, "gave up on a fault", marks=POSIX),
        pytest.param(7, 7, "exit code 7"),
        pytest.param(0, 0, "although its work was not done"),
    ],
)
def test_death_while_answering(
    scripted: Scripted, prompt: MakePrompt, how: str | int, exit_code: int, words: str
) -> None:
    engine = scripted(
        {"when": "die", "text": "one two three", "die_after": 2, "die": how}, {"text": "well"}
    )
    updates: list[TokenUpdate] = []
    dead = engine.generate(prompt("die"), GREEDY, updates.append)
    assert (dead.finish_reason, dead.text, dead.tokens) == ("died", "one two", 2)
    assert not dead.complete
    assert words in (dead.error or "")
    assert "".join(update.text for update in updates) == "one two"
    assert engine.pid is None
    assert engine.loaded is None
    again = engine.generate(prompt("live"), GREEDY)
    assert (again.text, again.finish_reason) == ("well", "stop")


@POSIX
def test_death_while_loading(as_config: AsConfig, prompt: MakePrompt) -> None:
    with Engine("medsdesk.engine.fake") as engine:
        with pytest.raises(EngineDiedError, match="processor does not have") as caught:
            engine.load(as_config(load_dies="illegal"))
        assert caught.value.exit_code == -4
        engine.load(as_config({"text": "well"}))
        assert engine.generate(prompt(), GREEDY).text == "well"


def test_death_in_the_self_test(scripted: Scripted) -> None:
    engine = scripted(self_test_dies=5)
    assert engine.describe().engine == "scripted 1"
    with pytest.raises(EngineDiedError, match="exit code 5"):
        engine.self_test()


def test_failure_to_load_is_told_in_its_own_words(as_config: AsConfig) -> None:
    with Engine("medsdesk.engine.fake") as engine:
        with pytest.raises(UserFacingError) as caught:
            engine.load(as_config(load_fails=["It is broken.", "Mend it."]))
        assert (caught.value.message, caught.value.hint) == ("It is broken.", "Mend it.")
        assert engine.loaded is None


def test_failure_in_mid_answer_keeps_what_came(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"when": "fail", "text": "one two", "fail_after": 1}, {"text": "well"})
    completion = engine.generate(prompt("fail"), GREEDY)
    assert (completion.finish_reason, completion.text) == ("died", "one")
    assert completion.error == "The script says that this answer fails. Try another."
    assert engine.generate(prompt(), GREEDY).text == "well"


def test_a_bug_is_raised_without_the_text(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"when": "secret", "text": "one two", "raise_after": 1}, {"text": "well"})
    with pytest.raises(RuntimeError, match="RuntimeError in _next") as caught:
        engine.generate(prompt("secret words"), GREEDY)
    assert "secret words" not in str(caught.value)
    assert engine.generate(prompt(), GREEDY).text == "well"


def test_bytes_that_are_no_text(scripted: Scripted, prompt: MakePrompt) -> None:
    pieces = ["e2", "82", "ac", "ff", "41", "e282"]
    completion = scripted({"pieces": pieces}).generate(prompt(), GREEDY)
    assert (completion.text, completion.tokens) == ("€\ufffdA", 6)


def test_stop_keeps_what_came_and_the_process(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(SLOW)
    pid = engine.pid
    completion = engine.generate(prompt(), GREEDY, cancel=cancel_after(0.25))
    assert completion.finish_reason == "cancelled"
    assert completion.text.startswith("one two")
    assert completion.seconds < 0.6
    assert engine.pid == pid


def test_stop_while_the_prompt_is_read(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "late", "prompt_seconds": 30})
    completion = engine.generate(prompt(), GREEDY, cancel=cancel_after(0.1))
    assert (completion.finish_reason, completion.tokens) == ("cancelled", 0)
    assert completion.seconds < 1


def test_a_process_that_ignores_the_stop_is_killed(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(
        {"when": "deaf", "text": "one two three", "token_seconds": 1, "ignore_cancel": True},
        {"text": "well"},
        grace=0.2,
    )
    pid = engine.pid
    assert pid is not None
    completion = engine.generate(prompt("deaf"), GREEDY, cancel=cancel_after(1.2))
    assert (completion.finish_reason, completion.text) == ("cancelled", "one")
    assert completion.seconds < 2.2
    assert not SYSTEM.pid_exists(pid)
    assert engine.generate(prompt(), GREEDY).text == "well"


@pytest.mark.parametrize("deaf", [False, True])
def test_stop_while_loading(as_config: AsConfig, deaf: bool) -> None:
    with Engine("medsdesk.engine.fake", grace_seconds=0.2) as engine:
        began = time.monotonic()
        with pytest.raises(CancelledError):
            engine.load(as_config(load_seconds=30, load_ignores_cancel=deaf), cancel_after(0.1))
        assert time.monotonic() - began < 2
        assert engine.loaded is None


def test_count_while_an_answer_runs(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(SLOW)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(engine.generate, prompt(), GREEDY)
        time.sleep(0.15)
        began = time.monotonic()
        assert engine.count_tokens(prompt("three more words", "one")) == 5
        assert time.monotonic() - began < 0.2
        assert not answer.done()
        assert answer.result().complete


def test_threads_take_their_turns(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"tell": "prompt", "token_seconds": 0.002})
    with ThreadPoolExecutor(8) as pool:
        texts = [f"number {index}" for index in range(16)]
        answers = list(pool.map(lambda text: engine.generate(prompt(text), GREEDY), texts))
    assert [answer.text.split("\n")[1] for answer in answers] == texts


def test_a_queued_request_can_be_stopped(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(SLOW)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(engine.generate, prompt(), GREEDY)
        time.sleep(0.1)
        second = engine.generate(prompt(), GREEDY, cancel=cancel_after(0.1))
        assert (second.finish_reason, second.prompt_tokens) == ("cancelled", 0)
        assert first.result().complete


def test_several_slots_answer_at_once(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "a b c d e", "token_seconds": 0.02}, slots=4)
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(engine.generate, prompt(), GREEDY) for _ in range(4)]
        answers: list[Completion] = [job.result() for job in jobs]
    assert {answer.text for answer in answers} == {"a b c d e"}
    # One after the other, the last would wait for the three before it.
    assert max(a.prompt_seconds for a in answers) < min(a.seconds for a in answers)


def test_too_long_a_prompt(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"tell": "prompt"}, context=20)
    config = GenerateConfig(max_new_tokens=10)
    with pytest.raises(PromptTooLongError) as caught:
        engine.generate(prompt("w " * 30), config)
    assert (caught.value.prompt_tokens, caught.value.room) == (33, 10)


def test_a_prompt_cut_from_the_left(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "x"}, context=20)
    config = GenerateConfig(max_new_tokens=10, overflow="cut_left")
    completion = engine.generate(prompt("w " * 30), config)
    assert (completion.cut_tokens, completion.prompt_tokens) == (23, 10)


def test_a_broken_character_is_refused(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"text": "x"})
    for ask in (engine.count_tokens, lambda p: engine.generate(p, GREEDY)):
        with pytest.raises(UserFacingError, match="half a character"):
            ask(prompt("broken \ud800 text"))


def test_without_a_model(prompt: MakePrompt) -> None:
    with Engine("medsdesk.engine.fake") as engine:
        with pytest.raises(UserFacingError, match="No model is loaded"):
            engine.generate(prompt(), GREEDY)
        with pytest.raises(UserFacingError, match="No model is loaded"):
            engine.count_tokens(prompt())
        assert engine.pid is None


def test_a_backend_that_does_not_exist(as_config: AsConfig) -> None:
    with (
        Engine("medsdesk.engine.nowhere") as engine,
        pytest.raises(RuntimeError, match="ModuleNotFoundError"),
    ):
        engine.load(as_config())


def test_the_callers_exception_stops_the_answer(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted({"when": "long", "text": "a " * 500, "token_seconds": 0.05}, {"text": "b"})

    def fail(_: TokenUpdate) -> None:
        raise KeyError("of the caller")

    with pytest.raises(KeyError):
        engine.generate(prompt("long"), GREEDY, fail)
    assert engine.generate(prompt(), GREEDY).seconds < 1


def test_closing_stops_what_runs(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(SLOW)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(engine.generate, prompt(), GREEDY)
        time.sleep(0.15)
        pid = engine.pid
        engine.close()
        assert answer.result().finish_reason == "cancelled"
    assert pid is not None
    assert not SYSTEM.pid_exists(pid)
    with pytest.raises(RuntimeError, match="closed"):
        engine.load(LoadConfig("fake:{}"))


def test_the_child_knows_nothing_of_the_house_above(scripted: Scripted, prompt: MakePrompt) -> None:
    config = GenerateConfig(max_new_tokens=5000)
    told = scripted({"tell": "modules"}, context=9000).generate(prompt(), config).text.split()
    assert "medsdesk.engine.fake" in told
    banned = (
        "PySide6",
        "sqlite",
        "llama_cpp",
        "medsdesk.ui",
        "medsdesk.services",
        "medsdesk.store",
    )
    assert [name for name in told if name.startswith(banned)] == []


@POSIX
def test_ctrl_c_is_left_to_the_parent(scripted: Scripted, prompt: MakePrompt) -> None:
    engine = scripted(SLOW)

    def interrupt(update: TokenUpdate) -> None:
        if update.tokens == 1:
            SYSTEM.Process(engine.pid).send_signal(2)

    assert engine.generate(prompt(), GREEDY, interrupt).text == SLOW["text"]


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for another process's limits")
def test_no_core_dump_of_clinical_text(scripted: Scripted) -> None:
    process = SYSTEM.Process(scripted().pid)
    assert process.rlimit(SYSTEM.RLIMIT_CORE) == (0, 0)
