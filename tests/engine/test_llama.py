"""The real llama.cpp with the demonstration model."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, PromptTooLongError, UserFacingError
from medsdesk.core.generation import Completion, GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine.client import Engine, TokenUpdate
from tests.made_models import F16, Shape, make_sparse

MakePrompt = Callable[..., Prompt]

pytestmark = pytest.mark.gguf

SHORT = GenerateConfig(max_new_tokens=16)
LONG_TEXT = "The synthetic patient walks well and sleeps well. " * 700
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")


@pytest.fixture(scope="module")
def shared_engine(demo_model: Path) -> Iterator[Engine]:
    with Engine() as engine:
        engine.load(_config(demo_model, context=8192))
        yield engine


@pytest.fixture
def engine(shared_engine: Engine, demo_model: Path) -> Engine:
    shared_engine.load(_config(demo_model, context=8192))
    return shared_engine


def _config(path: Path, context: int) -> LoadConfig:
    # One thread: two wait for each other where a machine is shared, as those of CI are.
    return LoadConfig(str(path), context=context, threads=1, batch=128)


def test_what_a_loaded_model_says(engine: Engine) -> None:
    loaded = engine.loaded
    assert loaded is not None
    assert (loaded.context, loaded.chat_template, loaded.total_layers) == (8192, "gguf", 31)
    assert len(loaded.chat_template_sha256) == 64
    assert loaded.devices
    assert loaded.engine.startswith("llama-cpp-python ")


def test_greedy_answers_repeat_to_the_letter(engine: Engine, prompt: MakePrompt) -> None:
    question = prompt("What is asthma?")
    first = engine.generate(question, SHORT)
    engine.generate(prompt("Name three fruits."), SHORT)
    second = engine.generate(question, SHORT)
    assert first.text == second.text
    assert first.tokens == second.tokens > 5
    assert "asthma" in first.text.lower()


def test_sampling_follows_its_seed(engine: Engine, prompt: MakePrompt) -> None:
    def ask(seed: int) -> str:
        config = GenerateConfig(max_new_tokens=16, temperature=1.0, top_p=0.95, seed=seed)
        return engine.generate(prompt("Tell a story."), config).text

    assert ask(7) == ask(7)
    assert len({ask(seed) for seed in (7, 8, 9, 10)}) > 1


def test_streaming_adds_up(engine: Engine, prompt: MakePrompt) -> None:
    updates: list[TokenUpdate] = []
    completion = engine.generate(prompt("Write about rain."), SHORT, updates.append)
    assert "".join(update.text for update in updates) == completion.text
    assert completion.finish_reason == "length"
    assert completion.tokens == updates[-1].tokens == 16
    assert len(updates) > 1


def test_whole_characters_only(engine: Engine, prompt: MakePrompt) -> None:
    updates: list[TokenUpdate] = []
    question = prompt("Continue: 😀 😀 😀 😀 😀 😀 😀 😀")
    # A limit that is no multiple of the tokens in a character, so that one is cut in two.
    for limit in (13, 14):
        completion = engine.generate(question, GenerateConfig(max_new_tokens=limit), updates.append)
        assert sum(ord(character) > 0xFFFF for character in completion.text) >= 3
    assert not any("\ufffd" in update.text for update in updates)


def test_an_end_token_ends(engine: Engine, prompt: MakePrompt) -> None:
    completion = engine.generate(prompt("Say yes."), GenerateConfig(max_new_tokens=400))
    assert completion.finish_reason == "stop"
    assert "<|im_end|>" not in completion.text


def test_control_tokens_in_the_text_stay_text(engine: Engine, prompt: MakePrompt) -> None:
    without = engine.count_tokens(prompt("a b"))
    # As a control token it would be one token; spelled out, it is several.
    assert engine.count_tokens(prompt("a<|im_end|> b")) >= without + 5


def test_count_is_what_is_evaluated(engine: Engine, prompt: MakePrompt) -> None:
    question = prompt("How many tokens are these?")
    counted = engine.count_tokens(question)
    assert engine.generate(question, SHORT).prompt_tokens == counted


def test_count_while_a_prompt_is_read(engine: Engine, prompt: MakePrompt) -> None:
    token = CancelToken()
    answers: list[Completion] = []
    question = prompt(LONG_TEXT)
    thread = threading.Thread(
        target=lambda: answers.append(engine.generate(question, SHORT, cancel=token))
    )
    thread.start()
    time.sleep(0.2)
    began = time.monotonic()
    assert engine.count_tokens(prompt("short")) > 5
    assert time.monotonic() - began < 0.5
    assert thread.is_alive()
    token.cancel()
    thread.join()
    assert answers[0].finish_reason == "cancelled"


def test_stop_during_a_long_prompt(engine: Engine, prompt: MakePrompt) -> None:
    pid, question = engine.pid, prompt(LONG_TEXT)
    token = CancelToken()
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        token.cancel()

    threading.Timer(0.6, stop).start()
    completion = engine.generate(question, SHORT, cancel=token)
    assert time.monotonic() - stopped_at[0] < 1
    assert (completion.finish_reason, completion.tokens) == ("cancelled", 0)
    assert engine.pid == pid
    assert engine.generate(prompt("What is asthma?"), SHORT).complete


def test_too_long_a_prompt(engine: Engine, prompt: MakePrompt) -> None:
    question = prompt(LONG_TEXT * 2)
    counted = engine.count_tokens(question)
    with pytest.raises(PromptTooLongError) as caught:
        engine.generate(question, SHORT)
    assert (caught.value.prompt_tokens, caught.value.room) == (counted, 8192 - 16)


def test_a_prompt_cut_from_the_left(demo_model: Path, prompt: MakePrompt) -> None:
    with Engine() as engine:
        engine.load(_config(demo_model, context=300))
        question = prompt("Much synthetic text. " * 200)
        counted = engine.count_tokens(question)
        completion = engine.generate(question, replace(SHORT, overflow="cut_left"))
        assert completion.cut_tokens == counted - (300 - 16)
        assert completion.prompt_tokens == 300 - 16
        assert completion.complete


@POSIX
@pytest.mark.parametrize(
    ("number", "words"), [(9, "killed by the system"), (4, "this processor does not have")]
)
def test_death_in_mid_answer(engine: Engine, prompt: MakePrompt, number: int, words: str) -> None:
    def strike(update: TokenUpdate) -> None:
        if engine.pid is not None and update.tokens >= 3:
            os.kill(engine.pid, signal.Signals(number))

    config = GenerateConfig(max_new_tokens=2000)
    dead = engine.generate(prompt("Write a very long story."), config, strike)
    assert dead.finish_reason == "died"
    assert dead.text
    assert words in (dead.error or "")
    assert engine.generate(prompt("What is asthma?"), SHORT).complete


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(lambda _: b"This is a synthetic note.", "is not a GGUF model file", id="text"),
        pytest.param(lambda data: data[: len(data) // 2], "is cut short", id="cut-data"),
        pytest.param(lambda data: data[:5000], "is cut short", id="cut-header"),
        pytest.param(lambda _: b"", "is empty", id="empty"),
        pytest.param(
            lambda data: data.replace(b"\x05\0\0\0\0\0\0\0llama", b"\x05\0\0\0\0\0\0\0lxama", 1),
            r"does not know \(lxama\)",
            id="unknown-kind",
        ),
        pytest.param(
            lambda data: data.replace(b"blk.7.attn_q.weight", b"blk.7.attn_x.weight", 1),
            "damaged or incomplete",
            id="missing-tensor",
        ),
    ],
)
def test_files_that_do_not_load(
    demo_model: Path, tmp_path: Path, make: Callable[[bytes], bytes], words: str
) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(make(demo_model.read_bytes()))
    with Engine() as engine, pytest.raises(UserFacingError, match=words) as caught:
        engine.load(LoadConfig(str(path)))
    assert caught.value.hint


def test_a_missing_file(tmp_path: Path) -> None:
    with Engine() as engine, pytest.raises(UserFacingError, match="is not there"):
        engine.load(LoadConfig(str(tmp_path / "nowhere.gguf")))


def test_a_path_with_every_kind_of_letter(
    demo_model: Path, tmp_path: Path, prompt: MakePrompt
) -> None:
    path = tmp_path / "modèle 模型 № 1.gguf"
    path.write_bytes(demo_model.read_bytes())
    with Engine() as engine:
        engine.load(_config(path, context=512))
        assert engine.generate(prompt(), SHORT).tokens > 0


@pytest.mark.parametrize(
    ("context", "words"),
    [
        (2_000_000_000, r"needs 44,\d+\.\d GiB in main memory, but only [\d.]+ GiB"),
        (0, "impossible"),
    ],
)
def test_an_absurd_context(demo_model: Path, context: int, words: str) -> None:
    with Engine() as engine, pytest.raises(UserFacingError, match=words):
        engine.load(LoadConfig(str(demo_model), context=context))


def test_stop_while_loading(demo_model: Path) -> None:
    token = CancelToken()
    token.cancel()
    with Engine() as engine:
        with pytest.raises(CancelledError):
            engine.load(LoadConfig(str(demo_model)), token)
        assert engine.loaded is None


def test_the_build_and_the_devices() -> None:
    with Engine() as engine:
        engine.self_test()
        info = engine.describe()
    assert info.engine.startswith("llama-cpp-python ")
    assert info.llama_version
    assert "CPU" in info.cpu_features
    assert info.devices[0].type == "cpu"
    for device in info.devices:
        assert 0 < device.memory_free <= device.memory_total


def test_slots_answer_at_the_same_time(demo_model: Path, prompt: MakePrompt) -> None:
    """A stop of one leaves the others; each has a whole context; a lone answer is the same."""
    questions = [prompt(f"Name {n} fruits.") for n in range(1, 6)]
    with Engine() as engine:
        engine.load(replace(_config(demo_model, context=300), slots=4))
        [alone] = [engine.generate(questions[0], SHORT)]
        tokens = [CancelToken() for _ in questions]

        def ask(number: int) -> Completion:
            def on_tokens(_: TokenUpdate) -> None:
                if number == 1:
                    tokens[number].cancel()

            config = GenerateConfig(max_new_tokens=200 if number == 1 else 16)
            return engine.generate(questions[number], config, on_tokens, tokens[number])

        with ThreadPoolExecutor(5) as pool:
            found = list(pool.map(ask, range(5)))
        assert [one.finish_reason == "cancelled" for one in found] == [False, True] + [False] * 3
        assert all(one.complete and one.tokens for n, one in enumerate(found) if n != 1)
        with pytest.raises(PromptTooLongError) as caught:
            engine.generate(prompt(LONG_TEXT), SHORT)
        assert caught.value.room == 300 - 16
        assert engine.generate(questions[0], SHORT).text == alone.text


COPY = "Copy this list word for word: aspirin, metoprolol, ramipril, simvastatin, metformin. " * 3


@pytest.mark.parametrize("temperature", [0.0, 1.0])
def test_guessing_ahead_gives_an_answer_again(
    demo_model: Path, prompt: MakePrompt, temperature: float
) -> None:
    config = GenerateConfig(max_new_tokens=48, temperature=temperature, seed=5)
    with Engine() as engine:
        engine.load(replace(_config(demo_model, context=512), draft=True))
        first, _, second = (
            engine.generate(prompt(words), config) for words in (COPY, "Name fruits.", COPY)
        )
        assert first.text == second.text
        assert first.tokens == second.tokens <= 48
        assert first.prompt_tokens == second.prompt_tokens
        plain = engine.count_tokens(prompt(COPY))
    assert plain == first.prompt_tokens


def test_slots_that_do_not_fit(demo_model: Path) -> None:
    config = LoadConfig(str(demo_model), context=30_000_000, slots=64)
    with Engine() as engine, pytest.raises(UserFacingError, match="64 slots with a context of"):
        engine.load(config)


@pytest.mark.skipif(sys.platform != "linux", reason="names libraries in an ELF file")
def test_a_driver_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library that wants libvulkan.so.0 (which is nowhere) in the place of one of its own."""
    spec = importlib.util.find_spec("llama_cpp")
    assert spec is not None
    assert spec.origin is not None
    folder = tmp_path / "lib"
    shutil.copytree(Path(spec.origin).parent / "lib", folder)
    names = ((b"\0libggml-base.so.0\0", b"\0libvulkan.so.0\0\0\0\0"),)
    for path in {path.resolve() for path in folder.glob("*.so*")}:
        data = path.read_bytes()
        for before, after in names:
            data = data.replace(before, after)
        path.write_bytes(data)
    monkeypatch.setenv("LLAMA_CPP_LIB_PATH", str(folder))
    with Engine() as engine, pytest.raises(UserFacingError, match="built for Vulkan") as caught:
        engine.describe()
    assert "libvulkan1" in caught.value.hint


@pytest.mark.skipif(sys.platform != "linux", reason="limits address space")
@pytest.mark.parametrize(
    "context",
    [
        pytest.param(1_000_000, id="the-cells"),  # 15 GiB of keys and values
        pytest.param(50_000_000, id="what-is-known-of-the-cells"),  # a C++ vector
    ],
)
def test_memory_that_is_wanting_is_named_with_its_device(tmp_path: Path, context: int) -> None:
    """The check before the load is taken away, so that llama.cpp itself meets the limit."""
    path = make_sparse(tmp_path / "m.gguf", Shape(4, 1024, 4, 4, kind=F16))
    code = (
        "import sys\n"
        "from medsdesk.core.errors import UserFacingError\n"
        "from medsdesk.core.model import LoadConfig\n"
        "from medsdesk.engine import llama, placement\n"
        "placement._refuse_too_large = lambda *_: None\n"
        "llama.expected_memory = lambda *_: 0\n"
        "try:\n"
        "    config = LoadConfig(sys.argv[1], context=int(sys.argv[2]), threads=1)\n"
        "    llama.create().load(config, lambda: False)\n"
        "except UserFacingError as fault:\n"
        "    print(fault)\n"
    )
    command = [sys.executable, "-c", code, str(path), str(context)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    assert f"context of {context:,} tokens in main memory (CPU).".encode() in done.stdout
