"""A backend that follows a script instead of a model: for trials, training and tests.

The script is JSON, in a file that ``LoadConfig.path`` names or behind ``fake:`` in the path
itself. ``Script`` says what it may hold. A "model" of it reads one word as one token.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.core.generation import Prompt
from medsdesk.core.identity import text_sha256
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.engine.backend import (
    Attend,
    Event,
    Job,
    JobEnded,
    JobFailed,
    LoadCancelledError,
    NewToken,
    Tokenised,
)
from medsdesk.engine.devices import DeviceInfo, EngineInfo
from medsdesk.engine.machine import memory_bytes
from medsdesk.engine.platform_calls import Death, die

PREFIX = "fake:"
_ENGINE = "scripted 1"
_NAP = 0.01
_WORD = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Reply:
    """How prompts of one kind are answered.

    Attributes:
        when: Regular expression searched for in the messages; empty for every prompt.
        text: The answer; each word is a token.
        tell: Instead of ``text``: the names of the modules in the process (``modules``) or
            the prompt itself (``prompt``).
        pieces: Instead of ``text``: tokens as hexadecimal bytes, which need not be UTF-8.
        prompt_seconds: Time to read the prompt.
        token_seconds: Time before each token.
        ignore_cancel: Whether a stop is ignored, as by native code that hangs.
        fail_after: Report a failure after this many tokens.
        raise_after: Raise an unexpected exception after this many tokens.
        die_after: End the process after this many tokens...
        die: ...by killing it, an illegal instruction, an abort, or with an exit code.
    """

    when: str = ""
    text: str = ""
    tell: Literal["", "modules", "prompt"] = ""
    pieces: tuple[str, ...] = ()
    prompt_seconds: float = 0.0
    token_seconds: float = 0.0
    ignore_cancel: bool = False
    fail_after: int | None = None
    raise_after: int | None = None
    die_after: int | None = None
    die: Death | int = "kill"


@dataclass(frozen=True, slots=True)
class Script:
    """What the scripted backend does.

    Attributes:
        replies: The first whose ``when`` is found answers; none found gives an empty answer.
        slots: How many prompts are answered at the same time.
        load_seconds: Time to load.
        load_ignores_cancel: Whether a stop is ignored while loading.
        load_fails: Message and hint of a failure to load.
        load_dies: End the process while loading.
        self_test_dies: End the process in the self-test of a loaded script.
    """

    replies: tuple[Reply, ...] = ()
    slots: int = 1
    load_seconds: float = 0.0
    load_ignores_cancel: bool = False
    load_fails: tuple[str, str] | None = None
    load_dies: Death | int | None = None
    self_test_dies: Death | int | None = None


def create() -> ScriptedBackend:
    """Return the backend."""
    return ScriptedBackend()


@dataclass(slots=True)
class _Slot:
    job: Job
    reply: Reply
    pieces: tuple[bytes, ...]
    read: bool = False
    given: int = 0


@dataclass(slots=True)
class ScriptedBackend:
    """Answers by the rules of a script."""

    script: Script = field(default_factory=Script)
    active: dict[int, _Slot] = field(default_factory=dict)
    asked_slots: int = 1

    @property
    def slots(self) -> int:
        """Slots of the script, or more where more are asked for at the load."""
        return max(self.script.slots, self.asked_slots)

    def describe(self) -> EngineInfo:
        """Return this machine's processor memory under the scripted engine's name."""
        device = DeviceInfo("scripted", "cpu", *memory_bytes())
        return EngineInfo(_ENGINE, "", "", (device,))

    def self_test(self) -> None:
        """Die where the script says so."""
        if self.script.self_test_dies is not None:
            _end_process(self.script.self_test_dies)

    def load(self, config: LoadConfig, attend: Attend) -> LoadedModel:
        """Read the script and do what it says of loading."""
        began = time.monotonic()
        script = _read_script(config.path)
        stopped = _pause(script.load_seconds, _deaf if script.load_ignores_cancel else attend)
        if stopped:
            raise LoadCancelledError
        if script.load_dies is not None:
            _end_process(script.load_dies)
        if script.load_fails is not None:
            raise UserFacingError(*script.load_fails)
        self.script, self.asked_slots = script, config.slots
        return LoadedModel(
            context=config.context,
            chat_template="plain",
            chat_template_sha256=text_sha256(""),
            devices=("scripted",),
            offloaded_layers=0,
            total_layers=1,
            engine=_ENGINE,
            seconds=time.monotonic() - began,
        )

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """Return a number for each word, behind one that stands for BOS."""
        words = _WORD.findall(_text(prompt))
        return Tokenised((0, *range(1, len(words) + 1)), keep=1)

    def start(self, job: Job) -> None:
        """Find the reply to a prompt."""
        text = _text(job.prompt)
        rules = (rule for rule in self.script.replies if re.search(rule.when, text))
        reply = next(rules, Reply())
        self.active[job.request] = _Slot(job, reply, _pieces(reply, text))

    def step(self, attend: Attend) -> Sequence[Event]:
        """Read every new prompt, and give one token of each other answer."""
        events: list[Event] = []
        for slot in tuple(self.active.values()):
            listen = _deaf if slot.reply.ignore_cancel else attend
            pause = slot.reply.token_seconds if slot.read else slot.reply.prompt_seconds
            if _pause(pause, listen):
                break
            if slot.read:
                events.append(self._next(slot))
            slot.read = True
        for event in events:
            if not isinstance(event, NewToken):
                self.drop(event.request)
        return events

    def _next(self, slot: _Slot) -> Event:
        reply, given, request = slot.reply, slot.given, slot.job.request
        if reply.die_after is not None and given >= reply.die_after:
            _end_process(reply.die)
        if reply.raise_after is not None and given >= reply.raise_after:
            raise RuntimeError(_text(slot.job.prompt))
        if reply.fail_after is not None and given >= reply.fail_after:
            return JobFailed(request, "The script says that this answer fails.", "Try another.")
        if given >= len(slot.pieces):
            return JobEnded(request, "stop")
        if given >= slot.job.config.max_new_tokens:
            return JobEnded(request, "length")
        slot.given += 1
        return NewToken(request, slot.pieces[given])

    def drop(self, request: int) -> None:
        """Forget an answer."""
        del self.active[request]

    def close(self) -> None:
        """Nothing to free."""


def _read_script(path: str) -> Script:
    try:
        text = path.removeprefix(PREFIX)
        data = text if path.startswith(PREFIX) else Path(path).read_bytes()
        return msgspec.json.decode(data, type=Script)
    except (OSError, msgspec.MsgspecError) as fault:
        raise UserFacingError(
            f"The script for the scripted engine cannot be read ({type(fault).__name__}).",
            "Give the path of a JSON script, or the script itself behind 'fake:'.",
        ) from fault


def _text(prompt: Prompt) -> str:
    return "\n".join(message.content for message in prompt.messages)


def _pieces(reply: Reply, prompt: str) -> tuple[bytes, ...]:
    told: Mapping[str, Callable[[], str]] = {
        "modules": lambda: " ".join(sorted(sys.modules)),
        "prompt": lambda: prompt,
        "": lambda: reply.text,
    }
    if reply.pieces:
        return tuple(bytes.fromhex(piece) for piece in reply.pieces)
    return tuple(word.encode() for word in _WORD.findall(told[reply.tell]()))


def _deaf() -> bool:
    return False


def _pause(seconds: float, attend: Attend) -> bool:
    """Wait, serving the pipe all the while; return whether to stop."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if attend():
            return True
        time.sleep(min(left, _NAP))
    return False


def _end_process(how: Death | int) -> None:
    if isinstance(how, int):
        os._exit(how)
    die(how)
