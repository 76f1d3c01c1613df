"""The backend that is a server on the site's own network; in the child process only.

All its connections live in one event loop, which runs while a step waits for news: the worker
calls everything from one thread, and dropping an answer closes its connection at once, so that
the server stops too. No address is asked that the site policy does not name.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from medsdesk.config.network import check_server_allowed
from medsdesk.core.generation import Prompt
from medsdesk.core.model import LoadConfig, LoadedModel
from medsdesk.core.server import ServerAddress, ServerOffer, read_address
from medsdesk.engine.backend import (
    Attend,
    Event,
    Job,
    JobEnded,
    JobFailed,
    JobTooLong,
    LoadCancelledError,
    NewToken,
    Tokenised,
)
from medsdesk.engine.devices import DeviceInfo, EngineInfo
from medsdesk.engine.machine import memory_bytes
from medsdesk.engine.onsite_connection import Connection
from medsdesk.engine.onsite_faults import ServerError, TooLongServerError
from medsdesk.engine.onsite_patience import ServerPatience
from medsdesk.engine.onsite_stream import AnswerStream
from medsdesk.engine.onsite_survey import Server, count, offer, survey

T = TypeVar("T")
_SLICE = 0.02  # seconds between two looks at the pipe
_DROP_SECONDS = 1.0
_SLACK = 16  # tokens by which a server may count a prompt otherwise


def create() -> OnsiteBackend:
    """Return the backend."""
    return OnsiteBackend()


class OnsiteBackend:
    """One model of one server, asked for as many answers at a time as there are slots.

    Args:
        patience: How long the server is waited for.
    """

    def __init__(self, patience: ServerPatience | None = None) -> None:
        self._patience = patience or ServerPatience()
        self._loop = asyncio.new_event_loop()
        self._made: tuple[Connection, Server] | None = None
        self._jobs: dict[int, asyncio.Task[None]] = {}
        self._events: deque[Event] = deque()
        self._news = asyncio.Event()
        self._bug: Exception | None = None
        self._key = ""
        self.slots = 1

    def describe(self) -> EngineInfo:
        """Return what answers, and of this machine the processor, which has no part in it."""
        build = self._made[1].build if self._made is not None else "a server"
        return EngineInfo(build, "", "", (DeviceInfo("processor", "cpu", *memory_bytes()),))

    def self_test(self) -> None:
        """Nothing is computed here."""

    def sign_in(self, key: str) -> None:
        """Know the key of the server that is asked next; empty for none."""
        self._key = key

    def list_served(self, address: str, attend: Attend) -> ServerOffer:
        """Ask a server for its models; no text is sent.

        Raises:
            UserFacingError: The policy does not name it, or it does not answer as it should.
            LoadCancelledError: Told to stop.
        """
        asked = read_address(address)
        connection = self._connect(asked, 1)
        try:
            work = self._patience.until_it_works(
                lambda: self._in_time(offer(connection, asked), connection)
            )
            return self._attending(work, attend)
        finally:
            self._run(connection.close())

    def load(self, config: LoadConfig, attend: Attend) -> LoadedModel:
        """Ask the server about itself and its model.

        Raises:
            UserFacingError: The policy does not name it, or it does not answer as it should.
            LoadCancelledError: Told to stop.
        """
        began = time.monotonic()
        address = read_address(config.path)
        connection = self._connect(address, config.slots)
        asked = self._patience.until_it_works(
            lambda: self._in_time(survey(connection, address), connection)
        )
        server = self._attending(asked, attend)
        self._made, self.slots = (connection, server), config.slots
        return LoadedModel(
            context=server.context,
            chat_template="server",
            chat_template_sha256=server.template_sha256,
            devices=(address.host,),
            offloaded_layers=0,
            total_layers=0,
            engine=server.build,
            seconds=time.monotonic() - began,
            served=server.address.model,
        )

    def tokenise(self, prompt: Prompt) -> Tokenised:
        """Return the prompt's tokens as the server has them; not known where it does not tell."""
        connection, server = self._server
        tokens = None
        if server.counts:
            with suppress(ServerError, TimeoutError):
                asked = count(connection, server, prompt.messages)
                tokens = self._run(asyncio.wait_for(asked, self._patience.count))
        if tokens is None:
            return Tokenised((), keep=0)
        # The server makes its prompt itself, so none of it can be cut here.
        return Tokenised(tokens, keep=len(tokens))

    def start(self, job: Job) -> None:
        """Send a job to the server."""
        self._jobs[job.request] = self._loop.create_task(self._answer(job))

    def step(self, attend: Attend) -> Sequence[Event]:
        """Return what has come of all answers, waiting for the first piece of any."""
        while not self._events and self._jobs and self._bug is None:
            self._run(self._wait_for_news())
            if attend():
                break
        if self._bug is not None:
            bug, self._bug = self._bug, None
            raise bug
        events = tuple(self._events)
        self._events.clear()
        return events

    def drop(self, request: int) -> None:
        """Close the connection of a job, so that the server stops as well."""
        task = self._jobs.pop(request, None)
        if task is not None:
            task.cancel()
            self._run(asyncio.wait({task}, timeout=_DROP_SECONDS))
        self._events = deque(event for event in self._events if event.request != request)

    def close(self) -> None:
        """Close all connections."""
        for request in tuple(self._jobs):
            self.drop(request)
        if self._made is not None:
            self._run(self._made[0].close())
        self._run(self._loop.shutdown_asyncgens())
        self._loop.close()

    @property
    def _server(self) -> tuple[Connection, Server]:
        if self._made is None:
            raise RuntimeError("no model is loaded")
        return self._made

    def _connect(self, address: ServerAddress, most: int) -> Connection:
        check_server_allowed(address)
        return Connection(address, self._patience, most, self._key)

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def _attending(self, work: Coroutine[Any, Any, T], attend: Attend) -> T:
        task = self._loop.create_task(work)
        while not task.done():
            self._run(asyncio.wait({task}, timeout=_SLICE))
            if attend():
                task.cancel()
                self._run(asyncio.wait({task}, timeout=_DROP_SECONDS))
                raise LoadCancelledError
        return task.result()

    async def _in_time(self, work: Coroutine[Any, Any, T], connection: Connection) -> T:
        try:
            return await asyncio.wait_for(work, self._patience.question)
        except TimeoutError:
            raise connection.faults.silent(self._patience.question, "nothing") from None

    async def _wait_for_news(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _SLICE)
        self._news.clear()

    def _tell(self, event: Event) -> None:
        self._events.append(event)
        self._news.set()

    async def _answer(self, job: Job) -> None:
        """Take one answer to its end, and tell what end that is."""
        request = job.request
        try:
            ended = await self._patience.until_it_works(lambda: self._converse(job))
            self._tell(ended)
        except TooLongServerError as fault:
            room = max(0, fault.context - job.config.max_new_tokens)
            self._tell(JobTooLong(request, fault.prompt_tokens, room, fault.hint))
        except ServerError as fault:
            self._tell(JobFailed(request, fault.message, fault.hint))
        except Exception as bug:  # noqa: BLE001 - the worker tells of it, from its own thread
            self._bug = bug
            self._news.set()
        finally:
            if self._jobs.get(request) is asyncio.current_task():
                del self._jobs[request]

    async def _converse(self, job: Job) -> JobEnded:
        connection, server = self._server
        stream, given = AnswerStream(connection.faults), 0
        waited, what = self._patience.first, "no answer"
        try:
            async with asyncio.timeout(waited) as limit:
                url = f"{server.address.base}/chat/completions"
                async with connection.stream(url, _body(job, server)) as lines:
                    async for line in lines:
                        text = stream.take(line)
                        if text is not None:
                            given += 1
                            self._tell(NewToken(job.request, text.encode("utf-8", "replace")))
                            waited, what = self._patience.between, "no more of its answer"
                            limit.reschedule(self._loop.time() + waited)
                        if given > 2 * job.config.max_new_tokens + _SLACK:
                            raise connection.faults.endless()
                        if stream.reason is not None:
                            limit.reschedule(self._loop.time() + self._patience.end)
        except TimeoutError:
            if stream.reason is None:
                raise connection.faults.silent(waited, what) from None
        except ServerError as fault:
            if stream.reason is None:
                # What has been given once cannot be taken back and asked for again.
                fault.passing = fault.passing and not given
                raise
        return _ended(job, stream, connection)


def _ended(job: Job, stream: AnswerStream, connection: Connection) -> JobEnded:
    if stream.reason is None:
        raise connection.faults.ended_early()
    sent = len(job.tokens)
    if 0 < stream.prompt_tokens < sent - _SLACK:
        raise connection.faults.cut_prompt(stream.prompt_tokens, sent)
    return JobEnded(job.request, stream.reason, stream.tokens, stream.prompt_tokens)


def _body(job: Job, server: Server) -> dict[str, object]:
    config = job.config
    return {
        "model": server.address.model,
        "messages": [{"role": m.role, "content": m.content} for m in job.prompt.messages],
        "max_tokens": config.max_new_tokens,
        "temperature": config.temperature,
        "top_p": config.top_p,
        "seed": config.seed,
        "n": 1,
        "stream": True,
        "stream_options": {"include_usage": True},
        **server.sampling,
    }
