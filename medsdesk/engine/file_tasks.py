"""The tasks on model files that are done in a process of their own, and what it reports.

On the pipe each is a plain dictionary in MessagePack, as the engine's other messages are: a
child that a hostile model file has taken over can send text and numbers, but no code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import msgspec

from medsdesk.core.model import KvCache
from medsdesk.engine.messages import PROTOCOL, ProtocolError


@dataclass(frozen=True, slots=True)
class TokeniseTexts:
    """Say which tokens a model file makes of texts, after a dry load of all of it.

    Attributes:
        path: The GGUF file.
        plain: Texts whose special tokens, if any, are read as text, with nothing put around.
        framed: Texts whose special tokens count, with what the file puts around a text.
    """

    path: str
    plain: tuple[str, ...]
    framed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuantiseFile:
    """Write a model file once more with smaller weights.

    Attributes:
        source: The GGUF file.
        target: The file to write.
        kind: Such as ``Q4_K_M``.
        again: Whether a source that is quantised already may be used.
        threads: Threads to compute with; 0 for as many as there are cores.
        spare_bytes: What must stay free on the disk.
    """

    source: str
    target: str
    kind: str
    again: bool
    threads: int = 0
    spare_bytes: int = 0


@dataclass(frozen=True, slots=True)
class CompareFiles:
    """Say how two model files of one model differ in what they expect of a text.

    Attributes:
        model: The GGUF file that is measured.
        reference: The one it is measured against.
        passages: Texts, each read by itself.
        scratch: A folder with room for the reference's figures, which go with the process.
        threads: Threads to compute with; 0 for as many as there are cores.
        gpu_layers: Layers to offload; -1 for all.
        kv_cache: How the measured model keeps its context; the reference keeps it as F16.
    """

    model: str
    reference: str
    passages: tuple[str, ...]
    scratch: str
    threads: int = 0
    gpu_layers: int = -1
    kv_cache: KvCache = "f16"


@dataclass(frozen=True, slots=True)
class Advanced:
    """How far the task is, in steps of its own."""

    done: int
    of: int


@dataclass(frozen=True, slots=True)
class TokenisedTexts:
    """Tokens of each text, in the order of the task."""

    plain: tuple[tuple[int, ...], ...]
    framed: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class QuantisedFile:
    """The file is written.

    Attributes:
        size_bytes: Of the file.
        tensors: In it.
        fallbacks: Tensors whose shape did not suit the kind and that got a larger one.
    """

    size_bytes: int
    tensors: int
    fallbacks: int


@dataclass(frozen=True, slots=True)
class ComparedFiles:
    """Figures of each token that was foretold, passage after passage; equally long columns.

    Attributes:
        passages: Number of the passage, from 0.
        losses: Negative natural logarithm of what the model gave the token that came.
        reference_losses: The same of the reference.
        divergences: Kullback-Leibler divergence of the model's distribution from the
            reference's, in nats.
        same_top: Whether both held the same token for the likeliest.
    """

    passages: tuple[int, ...]
    losses: tuple[float, ...]
    reference_losses: tuple[float, ...]
    divergences: tuple[float, ...]
    same_top: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class NotDone:
    """The task could not be done.

    Attributes:
        kind: ``user`` becomes a UserFacingError, ``bug`` is a fault of ours.
        message: What is wrong; for a bug the exception's type and place, never its text.
        hint: What to do.
    """

    kind: Literal["user", "bug"]
    message: str
    hint: str = ""


Task = TokeniseTexts | QuantiseFile | CompareFiles
Outcome = TokenisedTexts | QuantisedFile | ComparedFiles
Report = Advanced | Outcome | NotDone

_TASKS: dict[str, type[Task]] = {
    kind.__name__: kind for kind in (TokeniseTexts, QuantiseFile, CompareFiles)
}
_REPORTS: dict[str, type[Report]] = {
    kind.__name__: kind
    for kind in (Advanced, TokenisedTexts, QuantisedFile, ComparedFiles, NotDone)
}
_T = TypeVar("_T")


def encode(message: Task | Report) -> bytes:
    """Return a message as the bytes that cross the pipe."""
    body = {"protocol": PROTOCOL, "kind": type(message).__name__, "message": message}
    return msgspec.msgpack.encode(body)


def decode_task(data: bytes) -> Task:
    """Return the task that the parent sent.

    Raises:
        ProtocolError: It is none.
    """
    return _decode(data, _TASKS)


def decode_report(data: bytes) -> Report:
    """Return what the child reported.

    Raises:
        ProtocolError: It is no report.
    """
    return _decode(data, _REPORTS)


def _decode(data: bytes, kinds: dict[str, type[_T]]) -> _T:
    try:
        wire: dict[str, Any] = msgspec.msgpack.decode(data, type=dict[str, Any])
        kind = kinds[str(wire.get("kind"))]
        if wire.get("protocol") != PROTOCOL:
            raise ProtocolError("another protocol version")
        return msgspec.convert(wire.get("message"), kind)
    except (msgspec.MsgspecError, KeyError) as fault:
        raise ProtocolError("not a message of this protocol") from fault
