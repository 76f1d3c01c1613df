"""The messages between client and worker, and their form on the pipe.

Each message names the request it belongs to. On the pipe it is a plain dictionary in
MessagePack: no pickles, so a child that a hostile model file has taken over can send text
and numbers, but no code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeVar

import msgspec

from medsdesk.core.generation import FinishReason, GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.server import ServerOffer
from medsdesk.engine.devices import EngineInfo

PROTOCOL = 1

FailureKind = Literal["user", "too_long", "key", "cancelled", "bug"]


@dataclass(frozen=True, slots=True)
class Load:
    """Load a model; the first request that needs one.

    Attributes:
        request: The request.
        config: What to load, and how.
        key: Of the server; in no message but this and the next, and never in words.
    """

    request: int
    config: LoadConfig
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class ListServed:
    """Say which models a server has; ``key`` as for a load."""

    request: int
    address: str
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Generate:
    """Answer a prompt.

    Attributes:
        request: Its number.
        prompt: The prompt.
        config: Sampling and limits.
        more: Whether another follows at once, and is to be begun with this one.
        choices: Answers whose likelihood is to be told when this one has ended.
    """

    request: int
    prompt: Prompt
    config: GenerateConfig
    more: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """Count the tokens of a prompt in the model's chat form."""

    request: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Describe:
    """Say which build and devices there are, after a computation that proves the build."""

    request: int
    self_test: bool


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop the named request, queued or running."""

    request: int


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the process."""

    request: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """The model is loaded."""

    request: int
    model: LoadedModel


@dataclass(frozen=True, slots=True)
class Served:
    """The server's word on itself that was asked for."""

    request: int
    offer: ServerOffer


@dataclass(frozen=True, slots=True)
class Counted:
    """The token count asked for; 0 where a server does not tell it."""

    request: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Described:
    """The build and the devices asked for."""

    request: int
    info: EngineInfo


@dataclass(frozen=True, slots=True)
class Started:
    """A queued prompt has its slot and is being read."""

    request: int
    prompt_tokens: int
    cut_tokens: int


@dataclass(frozen=True, slots=True)
class Tokens:
    """One more token, or several of an answer among others.

    Attributes:
        request: The request.
        text: The new piece; empty while a character is not whole.
        tokens: Tokens so far.
    """

    request: int
    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Completed:
    """The answer is over.

    Attributes:
        request: The request.
        finish_reason: What ended it.
        tokens: Generated.
        prompt_tokens: A server's own count, or 0.
        likelihoods: Of the choices asked for, as natural logarithms; None where one cannot be
            told.
    """

    request: int
    finish_reason: FinishReason
    tokens: int
    prompt_tokens: int = 0
    likelihoods: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The request could not be served.

    Attributes:
        request: The request.
        kind: ``user`` becomes a UserFacingError, ``too_long`` a PromptTooLongError, ``key`` a
            KeyWantedError, ``cancelled`` is a load that was stopped, ``bug`` is a fault of ours.
        message: What is wrong; for a bug the exception's type and place, never its text.
        hint: What to do.
        prompt_tokens: Of a prompt that is too long.
        room: Tokens that a prompt may have.
    """

    request: int
    kind: FailureKind
    message: str
    hint: str = ""
    prompt_tokens: int = 0
    room: int = 0


ToWorker = Load | ListServed | Generate | Count | Describe | Cancel | Shutdown
ToClient = Loaded | Served | Counted | Described | Started | Tokens | Completed | Failed
Wire = ToWorker | ToClient

_TO_WORKER: dict[str, type[ToWorker]] = {
    kind.__name__: kind for kind in (Load, ListServed, Generate, Count, Describe, Cancel, Shutdown)
}
_TO_CLIENT: dict[str, type[ToClient]] = {
    kind.__name__: kind
    for kind in (Loaded, Served, Counted, Described, Started, Tokens, Completed, Failed)
}


_T = TypeVar("_T", bound=Wire)


class ProtocolError(ValueError):
    """Bytes on the pipe that are no message of this protocol."""


def encode(message: Wire) -> bytes:
    """Return a message as the bytes that cross the pipe.

    Raises:
        UnicodeEncodeError: A text holds a lone surrogate.
    """
    body = {"protocol": PROTOCOL, "kind": type(message).__name__, "message": message}
    return msgspec.msgpack.encode(body)


def decode_for_worker(data: bytes) -> ToWorker:
    """Return the message that the client sent.

    Raises:
        ProtocolError: It is none.
    """
    kind, body = _open(data)
    if kind not in _TO_WORKER:
        raise ProtocolError("unknown kind")
    return _build(body, _TO_WORKER[kind])


def decode_for_client(data: bytes) -> ToClient:
    """Return the message that the worker sent.

    Raises:
        ProtocolError: It is none.
    """
    kind, body = _open(data)
    if kind not in _TO_CLIENT:
        raise ProtocolError("unknown kind")
    return _build(body, _TO_CLIENT[kind])


def _open(data: bytes) -> tuple[str, object]:
    try:
        wire: dict[str, Any] = msgspec.msgpack.decode(data, type=dict[str, Any])
    except msgspec.MsgspecError as fault:
        raise ProtocolError("not a message") from fault
    if wire.get("protocol") != PROTOCOL:
        raise ProtocolError("another protocol version")
    return str(wire.get("kind")), wire.get("message")


def _build(body: object, kind: type[_T]) -> _T:
    try:
        return msgspec.convert(body, kind)
    except msgspec.ValidationError as fault:
        # The fault's own text may quote a value, which may be clinical text.
        raise ProtocolError(f"a malformed {kind.__name__}") from fault
