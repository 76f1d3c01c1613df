"""The connection to one server: the only module of the engine that uses the network.

Requests go straight to the server: no proxy, no redirect, no other host. Its key goes there and
nowhere else, and only where nobody on the way can read it. Nothing of what is sent or answered is
ever put into the words of a fault.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from medsdesk.config.certificates import certificates
from medsdesk.core.identity import utc_now
from medsdesk.core.server import ServerAddress
from medsdesk.engine.onsite_faults import ServerError, ServerFaults, TooLongServerError
from medsdesk.engine.onsite_patience import ServerPatience
from medsdesk.engine.onsite_refusals import too_long

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractAsyncContextManager

    import httpx2

_MOST_BODY = 8 * 1024 * 1024
_MOST_LINE = 1024 * 1024
_MOST_WORDS = 64 * 1024  # of a refusal
# How OpenSSL numbers what is wrong with a certificate; other systems have numbers of their own.
_EXPIRED, _OTHER_NAMES = 10, (62, 64)


class Connection:
    """Asks one server.

    Args:
        address: The server.
        patience: How long it is waited for.
        most: Requests that may be under way at the same time.
        key: That it wants; empty for none.

    Raises:
        ServerError: There is a key, and others could read it on the way.
    """

    def __init__(
        self, address: ServerAddress, patience: ServerPatience, most: int, key: str = ""
    ) -> None:
        import httpx2

        self.faults = ServerFaults(address.host, signed=bool(key))
        if key and not address.sealed:
            raise self.faults.in_the_open()
        self._patience = patience
        self._origin, self._key = address.origin, key
        self._client = httpx2.AsyncClient(
            verify=certificates() if address.origin.startswith("https:") else False,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx2.Timeout(None, connect=patience.connect),
            # One more for the count of a prompt beside the answers.
            limits=httpx2.Limits(max_connections=most + 1, max_keepalive_connections=most + 1),
            headers={"user-agent": "MedsDesk", "accept-encoding": "identity"},
        )

    async def close(self) -> None:
        """Close what is open."""
        await self._client.aclose()

    async def ask(self, url: str, body: object = None) -> object:
        """Return the JSON that a server answers to a question; None where it has no such address.

        Raises:
            ServerError: It does not answer, or with something else.
        """
        with self._faults():
            async with self._request(url, body) as response:
                if response.status_code in (404, 405, 501):
                    return None
                if response.status_code != 200:
                    raise self.faults.status(response.status_code, _wait(response))
                data = await self._whole(response, _MOST_BODY)
        try:
            told: object = json.loads(data)
        except (ValueError, RecursionError):
            raise self.faults.unreadable() from None
        return told

    @asynccontextmanager
    async def stream(self, url: str, body: object) -> AsyncIterator[AsyncIterator[bytes]]:
        """Send a request and give the lines of its answer as they come.

        Raises:
            ServerError: Refused, broken off, or no stream of events.
            TooLongServerError: The prompt does not fit.
        """
        with self._faults():
            async with self._request(url, body) as response:
                if response.status_code != 200:
                    raise await self._refusal(response)
                kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                if kind != "text/event-stream":
                    raise self.faults.unreadable()
                # Closed here, whatever ends the reading: the collector would do it in any thread.
                async with aclosing(self._lines(response)) as lines:
                    yield lines

    def _request(self, url: str, body: object) -> AbstractAsyncContextManager[httpx2.Response]:
        # With each request and not with the client, so that no other origin can have it.
        own = self._key and url.startswith(f"{self._origin}/")
        headers = {"authorization": f"Bearer {self._key}"} if own else None
        if body is None:
            return self._client.stream("GET", url, headers=headers)
        return self._client.stream("POST", url, json=body, headers=headers)

    async def _refusal(self, response: httpx2.Response) -> ServerError:
        status = response.status_code
        if status in (400, 413, 422):
            words = await self._whole(response, _MOST_WORDS)
            if (counts := too_long(words)) is not None or status == 413:
                return TooLongServerError(self.faults.server, *(counts or (0, 0)))
        return self.faults.status(status, _wait(response))

    async def _whole(self, response: httpx2.Response, most: int) -> bytes:
        data = bytearray()
        async with aclosing(response.aiter_bytes()) as parts:
            async for part in parts:
                data += part
                if len(data) > most:
                    raise self.faults.unreadable()
        return bytes(data)

    async def _lines(self, response: httpx2.Response) -> AsyncGenerator[bytes, None]:
        """Yield whole lines; what a broken connection cut short is left out."""
        rest = bytearray()
        async with aclosing(response.aiter_bytes()) as parts:
            async for part in parts:
                rest += part
                while (end := rest.find(b"\n")) >= 0:
                    line = bytes(rest[:end])
                    del rest[: end + 1]
                    yield line.rstrip(b"\r")
                if len(rest) > _MOST_LINE:
                    raise self.faults.unreadable()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """Turn what a connection may raise into faults, without its own words."""
        import httpx2

        try:
            yield
        except httpx2.ConnectTimeout:
            raise self.faults.no_way(f"no answer in {self._patience.connect:g} seconds") from None
        except httpx2.ConnectError as error:
            raise self._no_connection(error) from None
        except (httpx2.TransportError, OSError):
            raise self.faults.cut() from None
        except httpx2.RequestError:
            raise self.faults.unreadable() from None

    def _no_connection(self, error: BaseException) -> ServerError:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return self._bad_certificate(cause.verify_code)
            if isinstance(cause, ssl.SSLError):
                return self.faults.not_encrypted()
            if isinstance(cause, socket.gaierror):
                return self.faults.no_name()
            if isinstance(cause, ConnectionRefusedError):
                return self.faults.no_way("nothing listens there")
            cause = cause.__cause__ or cause.__context__
        return self.faults.no_way("no connection can be made")

    def _bad_certificate(self, code: int) -> ServerError:
        if code in _OTHER_NAMES:
            return self.faults.other_name()
        return self.faults.out_of_date() if code == _EXPIRED else self.faults.untrusted()


def _wait(response: httpx2.Response) -> float | None:
    """Return the seconds that a server asks to wait, given as such or as a date."""
    named = response.headers.get("retry-after", "").strip()
    if named.isdecimal():
        return float(named[:9])
    try:
        at = parsedate_to_datetime(named)
    except ValueError:
        return None
    from datetime import datetime

    if at.tzinfo is None:
        return None
    return max(0.0, (at - datetime.fromisoformat(utc_now())).total_seconds())
