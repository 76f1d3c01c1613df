"""The engine process: a scheduler between the pipe and a backend.

Between two steps of the backend, and inside its long calls, the pipe is served: a token
count or a stop never waits for an answer to end.
"""

from __future__ import annotations

import codecs
import importlib
import math
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection

from medsdesk.core.errors import KeyWantedError, PromptTooLongError, UserFacingError
from medsdesk.engine.backend import (
    ONSITE,
    Attend,
    Backend,
    Event,
    Job,
    JobEnded,
    JobTooLong,
    LoadCancelledError,
    NewToken,
    ServerBackend,
)
from medsdesk.engine.fitting import fit
from medsdesk.engine.load_failures import library_error
from medsdesk.engine.messages import (
    Cancel,
    Completed,
    Count,
    Counted,
    Describe,
    Described,
    Failed,
    FailureKind,
    Generate,
    ListServed,
    Load,
    Loaded,
    Served,
    Shutdown,
    Started,
    ToClient,
    Tokens,
    decode_for_worker,
    encode,
)
from medsdesk.engine.process_setup import set_up_process

_MORE_SECONDS = 2.0
"""How long a request that is said to follow is waited for; a client that is gone sends none."""


def main(pipe: Connection, backend_name: str, libraries: str = "") -> None:
    """Run the engine process until the client shuts it down or is gone.

    Args:
        pipe: The worker's end; its other end closing means that the parent has ended.
        backend_name: Dotted name of the module whose ``create()`` makes the backend.
        libraries: Folder of the native libraries, where they are not those installed.
    """
    set_up_process(network=backend_name == ONSITE, libraries=libraries)
    Worker(pipe, backend_name).run()


_NEWS_SECONDS = 0.05
"""How often the client is told of new text, all answers together, once there are several: it has
the same processor, and being woken for each token of each answer costs the engine its own time."""

_NO_MEMORY = (
    "The engine ran out of memory.",
    "Choose a smaller context or model, or close other programs; check the file's SHA-256.",
)


@dataclass(slots=True)
class _Running:
    """An answer in progress: its character decoder and its count.

    Attributes:
        tokens: Tokens so far.
        untold: Text that the client does not have yet.
        told: When it was told last; a clock of its own kind.
        decoder: Makes characters of bytes.
    """

    tokens: int = 0
    untold: list[str] = field(default_factory=list)
    told: float = -math.inf
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def take(self, data: bytes) -> None:
        """Add a token's bytes."""
        self.tokens += 1
        self.untold.append(self.decoder.decode(data))

    def news(self, request: int) -> Iterator[Tokens]:
        """Yield what the client does not have yet, in one piece; nothing where it has all."""
        if self.untold:
            yield Tokens(request, "".join(self.untold), self.tokens)
            self.untold.clear()
            self.told = time.monotonic()


class Worker:
    """Serves requests in their order, as many at a time as the backend has slots."""

    def __init__(self, pipe: Connection, backend_name: str) -> None:
        self._pipe = pipe
        self._backend_name = backend_name
        self._made: Backend | None = None
        self._context = 0
        self._closing = False
        self._queue: deque[Generate] = deque()
        self._more = False
        self._later: deque[Load | ListServed | Describe] = deque()
        self._running: dict[int, _Running] = {}
        self._unwanted: set[int] = set()
        self._loading: int | None = None

    def run(self) -> None:
        """Serve until told to shut down or until the parent is gone."""
        while not self._closing:
            self._attend(wait=self._idle)
            self._await_more()
            self._serve_later()
            self._drop_unwanted()
            self._fill_slots()
            if self._running and not self._closing:
                self._step()
        if self._made is not None:
            self._made.close()

    @property
    def _idle(self) -> bool:
        return not (self._running or self._queue or self._later)

    def _attend(self, *, wait: bool) -> bool:
        """Serve what lies in the pipe; return whether a long call should stop now."""
        try:
            while not self._closing and (wait or self._pipe.poll(0)):
                wait = False
                self._receive()
        except (EOFError, OSError):
            self._closing = True
        return self._closing or not self._unwanted.isdisjoint((*self._running, self._loading))

    def _await_more(self) -> None:
        """Wait for the request that is said to follow, so that both are begun together."""
        while self._more and not self._closing:
            try:
                self._more = self._pipe.poll(_MORE_SECONDS)
            except OSError:
                self._closing = True
            if self._more:
                self._attend(wait=True)

    def _receive(self) -> None:
        message = decode_for_worker(self._pipe.recv_bytes())
        match message:
            case Shutdown():
                self._closing = True
            case Cancel():
                self._unwanted.add(message.request)
            case Count():
                self._attempt(message.request, partial(self._count, message))
            case Generate():
                self._queue.append(message)
                self._more = message.more
            case Load() | ListServed() | Describe():
                self._later.append(message)

    def _send(self, message: ToClient) -> None:
        try:
            self._pipe.send_bytes(encode(message))
        except (BrokenPipeError, ConnectionError):
            self._closing = True

    @property
    def _backend(self) -> Backend:
        # Made on the first request, so that a backend that cannot be imported is an answer.
        if self._made is None:
            try:
                backend = importlib.import_module(self._backend_name)
            except (ImportError, OSError, RuntimeError) as fault:  # RuntimeError is the binding's
                if getattr(fault, "name", None) == self._backend_name:
                    raise  # a module of ours that is not there
                raise library_error(fault) from fault
            made: Backend = backend.create()
            self._made = made
        return self._made

    def _attempt(self, request: int, work: Callable[[], ToClient]) -> None:
        """Send what ``work`` returns, or what went wrong in it."""
        try:
            answer = work()
        except Exception as fault:  # noqa: BLE001 - every fault is told to the client
            answer = _failed(request, fault)
        self._send(answer)

    def _serve_later(self) -> None:
        while self._later and not self._closing:
            message = self._later.popleft()
            self._attempt(message.request, partial(self._answer_later, message))

    def _answer_later(self, message: Load | ListServed | Describe) -> ToClient:
        if isinstance(message, Describe):
            return self._describe(message)
        self._loading = message.request
        try:
            if isinstance(message, Load):
                return self._load(message)
            return _served(message, self._backend, partial(self._attend, wait=False))
        finally:
            self._loading = None
            self._unwanted.discard(message.request)

    def _load(self, message: Load) -> ToClient:
        backend = self._backend
        if isinstance(backend, ServerBackend):
            backend.sign_in(message.key)
        loaded = backend.load(message.config, partial(self._attend, wait=False))
        self._context = loaded.context
        return Loaded(message.request, loaded)

    def _describe(self, message: Describe) -> ToClient:
        if message.self_test:
            self._backend.self_test()
        return Described(message.request, self._backend.describe())

    def _count(self, message: Count) -> ToClient:
        return Counted(message.request, len(self._backend.tokenise(message.prompt).tokens))

    def _drop_unwanted(self) -> None:
        for request in self._unwanted & self._running.keys():
            self._backend.drop(request)
            self._end(request, Completed(request, "cancelled", self._running[request].tokens))
        for message in [m for m in self._queue if m.request in self._unwanted]:
            self._queue.remove(message)
            self._send(Completed(message.request, "cancelled", 0))
        # What is left had ended before its cancel arrived.
        self._unwanted.clear()

    def _fill_slots(self) -> None:
        while self._queue and len(self._running) < self._backend.slots and not self._closing:
            message = self._queue.popleft()
            self._attempt(message.request, partial(self._start, message))

    def _start(self, message: Generate) -> ToClient:
        tokenised = self._backend.tokenise(message.prompt)
        fitting, cut = fit(tokenised, self._context, message.config)
        request, tokens = message.request, fitting.tokens
        job = Job(request, message.prompt, tokens, message.config, fitting.shared, message.choices)
        self._backend.start(job)
        self._running[request] = _Running()
        return Started(request, len(tokens), cut)

    def _step(self) -> None:
        try:
            events = self._backend.step(partial(self._attend, wait=False))
        except Exception as fault:  # noqa: BLE001 - every fault is told to the client
            for request in tuple(self._running):
                self._backend.drop(request)
                self._end(request, _failed(request, fault))
            return
        for event in events:
            self._pass_on(event)

    def _pass_on(self, event: Event) -> None:
        running = self._running[event.request]
        if isinstance(event, NewToken):
            running.take(event.data)
            if time.monotonic() - running.told >= _NEWS_SECONDS * (len(self._running) - 1):
                for news in running.news(event.request):
                    self._send(news)
        elif isinstance(event, JobEnded):
            # Bytes of a character that the token limit cut in two are left out.
            tokens = event.tokens or running.tokens
            counts = (tokens, event.prompt_tokens)
            ended = Completed(event.request, event.reason, *counts, event.likelihoods)
            self._end(event.request, ended)
        elif isinstance(event, JobTooLong):
            fault = PromptTooLongError(event.prompt_tokens, event.room, event.hint)
            self._end(event.request, _failed(event.request, fault))
        else:
            self._end(event.request, Failed(event.request, "user", event.message, event.hint))

    def _end(self, request: int, message: Completed | Failed) -> None:
        for news in (*self._running.pop(request).news(request), message):
            self._send(news)


def _served(message: ListServed, backend: Backend, attend: Attend) -> Served:
    if not isinstance(backend, ServerBackend):
        raise TypeError("this backend has no server")
    backend.sign_in(message.key)
    return Served(message.request, backend.list_served(message.address, attend))


def _failed(request: int, fault: Exception) -> Failed:
    if isinstance(fault, PromptTooLongError):
        counts = (fault.prompt_tokens, fault.room)
        return Failed(request, "too_long", fault.message, fault.hint, *counts)
    if isinstance(fault, UserFacingError):
        kind: FailureKind = "key" if isinstance(fault, KeyWantedError) else "user"
        return Failed(request, kind, fault.message, fault.hint)
    if isinstance(fault, LoadCancelledError):
        return Failed(request, "cancelled", "")
    if isinstance(fault, MemoryError):
        return Failed(request, "user", *_NO_MEMORY)
    # The exception's own text is left out: it might quote clinical text.
    last = traceback.extract_tb(fault.__traceback__)[-1]
    return Failed(request, "bug", f"{type(fault).__name__} in {last.name}, line {last.lineno}")
