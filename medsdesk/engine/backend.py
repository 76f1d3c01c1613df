"""What a backend must offer to the worker: load, tokenise, and take one short step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from medsdesk.core.errors import MedsDeskError
from medsdesk.core.generation import GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.server import ServerOffer
from medsdesk.engine.devices import EngineInfo

LLAMA = "medsdesk.engine.llama"
"""The backend that loads model files, as it is named to the child."""
ONSITE = "medsdesk.engine.onsite"
"""The one backend whose process uses the network."""

Attend = Callable[[], bool]
"""Serves the pipe from inside a long call; returns True when that call should stop."""


class LoadCancelledError(MedsDeskError):
    """The load was stopped because ``attend`` said so."""


@dataclass(frozen=True, slots=True)
class Tokenised:
    """A prompt in the model's chat form.

    Attributes:
        tokens: All of them; empty where a server does not tell them.
        keep: How many at the front stay when the prompt is cut from the left (the BOS token).
        shared: How many at the front come before the last message: prompts with the same
            instruction and worked cases have them in common.
    """

    tokens: tuple[int, ...]
    keep: int
    shared: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """One prompt to answer, cut to fit already.

    Attributes:
        request: Number of the request.
        prompt: The messages, for a backend that answers by rules or asks a server.
        tokens: The prompt's tokens.
        config: Sampling and limits.
        shared: Tokens at the front that other prompts may have in common with it.
        choices: Answers whose likelihood is wanted; for a model loaded so.
    """

    request: int
    prompt: Prompt
    tokens: tuple[int, ...]
    config: GenerateConfig
    shared: int = 0
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NewToken:
    """One token was generated; its bytes may end inside a character.

    A server sends pieces, which most often are tokens.
    """

    request: int
    data: bytes


@dataclass(frozen=True, slots=True)
class JobEnded:
    """The model (``stop``) or the token limit (``length``) ended an answer.

    Attributes:
        request: The request.
        reason: Which of them.
        tokens: Generated, as a server counts them; 0 for those that were told of.
        prompt_tokens: Of the prompt, as a server counts them; 0 for those at the start.
        likelihoods: Natural logarithms of the choices' probabilities, None where one cannot be
            told; empty where none were asked for.
    """

    request: int
    reason: Literal["stop", "length"]
    tokens: int = 0
    prompt_tokens: int = 0
    likelihoods: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class JobFailed:
    """An answer cannot go on, though the process can."""

    request: int
    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class JobTooLong:
    """A server refused a prompt that does not fit; a number that it does not tell is 0."""

    request: int
    prompt_tokens: int
    room: int
    hint: str


Event = NewToken | JobEnded | JobFailed | JobTooLong


class Backend(Protocol):
    """One model in one process, with one or more slots that answer at the same time.

    The worker calls everything from one thread. A module that is a backend has a function
    ``create() -> Backend``.
    """

    @property
    def slots(self) -> int:
        """How many jobs may be started before one has ended."""
        ...

    def describe(self) -> EngineInfo:
        """Return the build and the devices; needs no model."""
        ...

    def self_test(self) -> None:
        """Compute something small; a build that does not suit the processor dies of it."""
        ...

    def load(self, config: LoadConfig, attend: Attend) -> LoadedModel:
        """Load a model, calling ``attend`` while at it.

        Raises:
            UserFacingError: With the true cause.
            LoadCancelledError: ``attend`` returned True.
        """
        ...

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """Return the prompt's tokens; touches no slot, so it may be called inside a step."""
        ...

    def start(self, job: Job) -> None:
        """Take a job into a free slot."""
        ...

    def step(self, attend: Attend) -> Sequence[Event]:
        """Read one batch of prompt, or generate one token for every active slot.

        A step that takes long calls ``attend`` and stops early when that returns True: the
        worker then drops the job that is no longer wanted.
        """
        ...

    def drop(self, request: int) -> None:
        """Free the slot of a job, without another event for it."""
        ...

    def close(self) -> None:
        """Free the model."""
        ...


@runtime_checkable
class ServerBackend(Backend, Protocol):
    """A backend that asks a server, and may have to sign in there."""

    def sign_in(self, key: str) -> None:
        """Know the key of the server that is loaded or listed next; empty for none."""
        ...

    def list_served(self, address: str, attend: Attend) -> ServerOffer:
        """Return what a server says of itself; no text is sent.

        Raises:
            UserFacingError: With the true cause.
            LoadCancelledError: ``attend`` returned True.
        """
        ...
