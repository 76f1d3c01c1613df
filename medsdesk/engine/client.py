"""The engine as the rest of the program sees it: blocking calls, safe from any thread."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, EngineDiedError, UserFacingError
from medsdesk.core.generation import Completion, GenerateConfig, Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.server import is_address
from medsdesk.engine.answer import Answer
from medsdesk.engine.asking import POLL_SECONDS, Stop, Turn, ask, check, converse, expect
from medsdesk.engine.backend import LLAMA, ONSITE
from medsdesk.engine.child import Child
from medsdesk.engine.containment import Guard, limits_of
from medsdesk.engine.devices import EngineInfo
from medsdesk.engine.libraries import Libraries, LibraryChoice
from medsdesk.engine.messages import Count, Counted, Describe, Described, Generate, Load, Loaded
from medsdesk.engine.sign_in import KeyOf, SignIn


@dataclass(frozen=True, slots=True)
class TokenUpdate:
    """What has been generated since the last update.

    Attributes:
        text: The new piece only.
        tokens: Tokens generated so far.
        seconds: Since the request.
        tokens_per_second: Of generation, the reading of the prompt left out; 0 until two
            tokens have come.
    """

    text: str
    tokens: int
    seconds: float
    tokens_per_second: float


OnTokens = Callable[[TokenUpdate], None]


class Engine:
    """One engine process at a time, started when it is needed.

    A model whose path is the address of a server is asked through a process of its own kind,
    which alone uses the network.

    Each loaded model has a process of its own. A process that died or had to be killed is
    replaced by the next call.

    Args:
        backend: Dotted name of the module of the backend for files; imported in the child only.
        grace_seconds: How long a request that is told to stop may take before the process
            is killed.
        libraries: Chooses the build of llama.cpp; that installed where left out.
        key_of: Returns the key of a server, for the servers that want one.
    """

    def __init__(
        self,
        backend: str = LLAMA,
        grace_seconds: float = 3.0,
        libraries: Libraries | None = None,
        key_of: KeyOf | None = None,
    ) -> None:
        self._backend = backend
        self._grace = grace_seconds
        self._libraries = LibraryChoice(libraries)
        self._sign_in = SignIn(key_of)
        self._numbers = itertools.count(1)
        # Held while a process is started or a model loaded; never while one answers.
        self._gate = threading.Lock()
        self._idle = threading.Condition()
        self._users = 0
        self._child: Child | None = None
        self._config: LoadConfig | None = None
        self._loaded: LoadedModel | None = None
        self._closed = threading.Event()

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def loaded(self) -> LoadedModel | None:
        """The model in the living process."""
        child = self._child
        return self._loaded if child is not None and child.alive else None

    @property
    def pid(self) -> int | None:
        """Process number of the living process."""
        child = self._child
        return child.pid if child is not None and child.alive else None

    def load(
        self,
        config: LoadConfig,
        cancel: CancelToken | None = None,
        before: Callable[[], None] | None = None,
    ) -> LoadedModel:
        """Load a model, in place of the one before; nothing happens where it is loaded already.

        Waits for answers in progress before it replaces their model.

        Args:
            config: What to load, and how.
            cancel: Stops it.
            before: Called where it has to be loaded, before anything is done; what it raises
                leaves the model before in place.

        Raises:
            UserFacingError: The model cannot be loaded; with the true cause.
            EngineDiedError: The process died of it.
            CancelledError: Told to stop.
        """
        with self._passing(cancel):
            self._sign_in.look_up(config.path)
            return self._ensure(config, cancel, before)

    def count_tokens(self, prompt: Prompt) -> int:
        """Return the tokens of a prompt in the model's chat form, also while it answers.

        0 where a server does not tell.

        Raises:
            UserFacingError: No model was ever loaded.
            EngineDiedError: The process died.
        """
        with self._using_model(None) as child:
            answer = ask(child, Count(next(self._numbers), prompt), self._stop(child))
            return expect(answer, Counted).tokens

    def generate(
        self,
        prompt: Prompt,
        config: GenerateConfig,
        on_tokens: OnTokens | None = None,
        cancel: CancelToken | None = None,
        turn: Turn | None = None,
        choices: Sequence[str] = (),
    ) -> Completion:
        """Answer a prompt; requests of several threads wait for their turn.

        Which thread comes first is chance; ``turn`` tells a caller when the next may be asked.

        A death of the process gives an answer that says so (``died``), with what had come.
        ``on_tokens`` is called from this thread, at most 20 times a second. ``choices`` are
        answers whose likelihood is told beside the answer, by a model that was loaded so.

        Raises:
            PromptTooLongError: Nothing was generated.
            UserFacingError: No model was ever loaded, or it cannot be loaded again.
        """
        turn = turn or Turn()
        report = None if on_tokens is None else lambda *news: on_tokens(TokenUpdate(*news))
        answer = Answer(report, choices)
        try:
            with self._using_model(cancel) as child:
                wanted = (config, turn.more, tuple(choices))
                message = Generate(next(self._numbers), prompt, *wanted)
                return converse(child, message, self._stop(child, cancel), answer, turn.sent)
        except CancelledError:
            return answer.completion("cancelled")
        except EngineDiedError as fault:
            return answer.completion("died", str(fault))

    def describe(self) -> EngineInfo:
        """Return the engine's build and its devices; needs no model.

        Raises:
            UserFacingError: The backend cannot be used at all.
            EngineDiedError: The process died.
        """
        return self._describe(self_test=False)

    def self_test(self) -> None:
        """Let the engine compute something small; needs no model.

        Raises:
            UserFacingError: The backend cannot be used at all.
            EngineDiedError: The build does not suit the processor, or another death.
        """
        self._describe(self_test=True)

    def close(self) -> None:
        """End the process, and with it what is in progress; the engine is of no use after."""
        self._closed.set()
        child = self._child
        if child is not None:
            child.shut_down(self._grace)

    def _describe(self, *, self_test: bool) -> EngineInfo:
        with self._passing(None):
            child = self._any_child()
            self._enter()
        with self._leaving():
            answer = ask(child, Describe(next(self._numbers), self_test), self._stop(child))
            return expect(answer, Described).info

    @contextmanager
    def _passing(self, cancel: CancelToken | None) -> Iterator[None]:
        while not self._gate.acquire(timeout=POLL_SECONDS):
            check(cancel)
        try:
            yield
        finally:
            self._gate.release()

    @contextmanager
    def _using_model(self, cancel: CancelToken | None) -> Iterator[Child]:
        """Keep a loaded process from being replaced while it is in use."""
        with self._passing(cancel):
            if self._config is None:
                raise UserFacingError("No model is loaded.", "Choose a model first.")
            self._ensure(self._config, cancel)
            child = self._any_child()
            self._enter()
        with self._leaving():
            yield child

    def _enter(self) -> None:
        with self._idle:
            self._users += 1

    @contextmanager
    def _leaving(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._idle:
                self._users -= 1
                self._idle.notify_all()

    def _any_child(self, backend: str | None = None, build: str = "") -> Child:
        if self._closed.is_set():
            raise RuntimeError("the engine is closed")
        if self._child is None or not self._child.alive:
            self._loaded = None
            self._libraries.tell_death(self._child)
            backend = backend or self._backend
            self._child = Child(backend, self._libraries.folder(backend, build))
            if self._closed.is_set():  # by another thread, just now
                self._child.kill("closed")
        return self._child

    def _stop(self, child: Child, cancel: CancelToken | None = None) -> Stop:
        return Stop(child, cancel, self._grace)

    def _ensure(
        self,
        config: LoadConfig,
        cancel: CancelToken | None,
        before: Callable[[], None] | None = None,
    ) -> LoadedModel:
        loaded = self.loaded
        if loaded is not None and config == self._config and not self._sign_in.changed(config.path):
            return loaded
        if before is not None:
            before()
        backend = ONSITE if is_address(config.path) else self._backend
        child = self._child
        if loaded is not None or (
            child is not None and not self._libraries.suit(child, backend, config)
        ):
            self._retire(cancel)
        child = self._any_child(backend, config.build)
        try:
            describe = Describe(next(self._numbers), self_test=False)
            guard = _guard(child, config, describe, self._stop(child, cancel))
            message = Load(next(self._numbers), config, self._sign_in.key(config.path))
            answer = ask(child, message, self._stop(child, cancel), guard)
            self._loaded = expect(answer, Loaded).model
        except BaseException as fault:
            # A process in which a load went wrong is not used again.
            child.kill("cancelled")
            self._sign_in.explain(fault)
            raise
        self._config = config
        self._sign_in.keep_used()
        check(cancel)
        return self._loaded

    def _retire(self, cancel: CancelToken | None) -> None:
        with self._idle:
            while self._users:
                check(cancel)
                self._idle.wait(POLL_SECONDS)
        self._loaded = None
        if self._child is not None:
            self._child.shut_down(self._grace)


def _guard(child: Child, config: LoadConfig, describe: Describe, stop: Stop) -> Guard | None:
    """Return who watches a load; the libraries are there before its time begins."""
    limits = limits_of(config)
    if limits is None or child.pid is None:
        return None
    ask(child, describe, stop)
    return Guard(child.pid, limits)
