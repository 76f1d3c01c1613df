"""The parent's side of one engine process: its pipe, its two threads, and how it ended."""

from __future__ import annotations

import logging
import multiprocessing
import queue
import threading
import time
from dataclasses import dataclass
from typing import Literal

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.messages import Shutdown, ToClient, ToWorker, decode_for_client, encode
from medsdesk.engine.platform_calls import interrupts_held
from medsdesk.engine.worker import main as worker_main

_log = logging.getLogger(__name__)
_REAP_SECONDS = 5.0
_SURROGATE = (
    "The text holds half a character, which no encoding can carry.",
    "Remove the broken character, or paste or open the text again.",
)

StopReason = Literal["closed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Died:
    """The process has ended; put into every open inbox.

    Attributes:
        exit_code: Negative for a signal, None when not known.
        stopped: Why the parent ended it; None where it died by itself.
    """

    exit_code: int | None
    stopped: StopReason | None


Inbox = queue.SimpleQueue[ToClient | Died | None]
"""Messages of one request, and None to wake who waits for them."""


class Child:
    """A running engine process.

    Sending never blocks, whatever the process does: a thread writes, another reads and
    puts each message into the inbox of its request.
    """

    def __init__(self, backend: str, libraries: str = "") -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=worker_main,
            args=(theirs, backend, libraries),
            name="medsdesk-engine",
            daemon=True,
        )
        try:
            with interrupts_held():
                self._process.start()
        except OSError as fault:
            self._pipe.close()
            raise UserFacingError(
                f"The engine process cannot be started ({fault.strerror}).",
                "Close other programs and try again.",
            ) from fault
        finally:
            theirs.close()
        self.pid, self.backend, self.libraries = self._process.pid, backend, libraries
        self._lock = threading.Lock()
        self._inboxes: dict[int, Inbox] = {}
        self._died: Died | None = None
        self._stopped: StopReason | None = None
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._ended = threading.Event()
        self._threads = (
            threading.Thread(target=self._read, name="engine-reader", daemon=True),
            threading.Thread(target=self._write, name="engine-writer", daemon=True),
        )
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether the process was not seen to have ended, nor told to."""
        return not self._ended.is_set() and self._stopped is None

    @property
    def death(self) -> int | None:
        """The exit code of a process that died by itself; None for any other."""
        died = self._died
        return died.exit_code if died is not None and died.stopped is None else None

    def open(self, request: int) -> Inbox:
        """Return a new inbox for a request; the news of a death lies in it already."""
        inbox: Inbox = queue.SimpleQueue()
        with self._lock:
            self._inboxes[request] = inbox
            if self._died is not None:
                inbox.put(self._died)
        return inbox

    def forget(self, request: int) -> None:
        """Drop the inbox of a request."""
        with self._lock:
            self._inboxes.pop(request, None)

    def send(self, message: ToWorker) -> None:
        """Send a message; to a dead process, it goes nowhere.

        Raises:
            UserFacingError: A text in it cannot be encoded.
        """
        try:
            self._outbox.put(encode(message))
        except UnicodeEncodeError:
            # Without the cause, which quotes the text.
            raise UserFacingError(*_SURROGATE) from None

    def kill(self, reason: StopReason) -> None:
        """End the process at once and wait until it is gone."""
        self._stopped = self._stopped or reason
        self._kill()
        self._finish()

    def shut_down(self, grace_seconds: float) -> None:
        """Ask the process to end; end it where it does not, and wait until it is gone."""
        self._stopped = self._stopped or "closed"
        self.send(Shutdown(0))
        if not self._ended.wait(grace_seconds):
            _log.info("engine process %s did not shut down in time", self.pid)
            self._kill()
        self._finish()

    def _kill(self) -> None:
        with self._lock:
            if self._died is None:
                self._process.kill()

    def _finish(self) -> None:
        for thread in self._threads:
            thread.join()

    def _read(self) -> None:
        try:
            while True:
                message = decode_for_client(self._pipe.recv_bytes())
                with self._lock:
                    inbox = self._inboxes.get(message.request)
                if inbox is not None:
                    inbox.put(message)
        except (EOFError, OSError):
            pass  # the process has ended or is about to
        finally:
            self._reap()

    def _reap(self) -> None:
        exit_code = self._exit_code()
        _log.info("engine process %s ended with code %s", self.pid, exit_code)
        with self._lock:
            self._died = Died(exit_code, self._stopped)
            for inbox in self._inboxes.values():
                inbox.put(self._died)
            if exit_code is not None:
                self._process.close()
        self._ended.set()
        self._outbox.put(None)

    def _exit_code(self) -> int | None:
        self._process.join(_REAP_SECONDS)
        if self._process.is_alive():  # it closed its pipe, but hangs
            self._process.kill()
            self._process.join(_REAP_SECONDS)
        # Another thread that starts a process may be reaping this one at this moment.
        end = time.monotonic() + 1.0
        while self._process.exitcode is None and time.monotonic() < end:
            time.sleep(0.01)
        return self._process.exitcode

    def _write(self) -> None:
        while (data := self._outbox.get()) is not None:
            try:
                self._pipe.send_bytes(data)
            except OSError:
                continue  # the reader sees the end of the process and says so
        self._pipe.close()
