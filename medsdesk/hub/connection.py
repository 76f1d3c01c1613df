"""The one module that speaks with the hub, through huggingface_hub, and only when asked to.

The library is told to ask for nothing but what is wanted here: it sends no token, no telemetry
and no list of packages, and it looks for no update. Proxy and certificates are the system's.
"""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from logging import ERROR
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from medsdesk.config.certificates import certificates
from medsdesk.core.errors import UserFacingError
from medsdesk.hub.faults import Faults, FileError, HubError
from medsdesk.hub.patience import Patience
from medsdesk.hub.repository import COMMIT, Digest, HubFile, Listing, Repository
from medsdesk.hub.route import (
    check_private,
    chosen_endpoint,
    origin_of,
    proxy_of,
    server_of,
)

if TYPE_CHECKING:
    import httpx2
    from httpx2._client import UseClientDefault
    from httpx2._types import AuthTypes
    from huggingface_hub import HfApi
    from huggingface_hub.hf_api import RepoFile

_RANGE = re.compile(r"bytes (\d+)-")


class RangeRefusedError(Exception):
    """The server does not have the bytes asked for (status 416)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of a file, as it comes.

    Attributes:
        start: Place of the first byte: as asked, or 0 where the server begins anew.
        chunks: The bytes; raises a HubError when the connection breaks.
    """

    start: int
    chunks: Iterator[bytes]


class Hub:
    """A repository on the hub, for the time of a ``with`` block.

    Args:
        repository: What is asked about.
        patience: How long an answer is waited for.
        token: Of an account; sent to the hub's own host alone. Empty for none.

    Raises:
        UserFacingError: The environment names an unusable address, proxy or certificate file, or
            the token would be sent where everybody can read it.
    """

    def __init__(self, repository: Repository, patience: Patience, token: str = "") -> None:
        self.repository = repository
        self.patience = patience
        self.reached = False
        self._endpoint = _endpoint()
        self._token = token
        if token:
            check_private(self._endpoint)
        self._faults = Faults(
            repository.id,
            repository.by_file,
            server_of(self._endpoint),
            proxy_of(self._endpoint),
            bool(token) if repository.kind == "model" else None,
        )
        self._api = _api(self._endpoint)

    def __enter__(self) -> Self:
        from huggingface_hub import set_client_factory

        make = _client_maker(self)
        make().close()  # a proxy or certificate file that cannot be used is told here
        set_client_factory(make)
        return self

    def __exit__(self, *_: object) -> None:
        from huggingface_hub import close_session

        close_session()

    @property
    def server(self) -> str:
        """The host that stands for the hub."""
        return self._faults.server

    def commit_of(self, revision: str) -> str:
        """Return the commit that a branch, a tag or a commit names now.

        Raises:
            UserFacingError: There is no such revision, or the hub does not answer.
        """
        with self._readable(), self._revision(revision):
            found = self._api.repo_info(
                self.repository.id, repo_type=self.repository.kind, revision=revision
            )
        commit = found.sha or ""
        if not COMMIT.fullmatch(commit):
            raise self._faults.unreadable()
        return commit

    def listing(self, commit: str) -> Listing:
        """Return the files at a commit, from as many pages as the hub makes of them.

        Raises:
            UserFacingError: There is no such commit, or the hub does not answer.
        """
        from huggingface_hub.hf_api import RepoFile

        with self._readable(), self._revision(commit):
            tree = self._api.list_repo_tree(
                self.repository.id,
                repo_type=self.repository.kind,
                revision=commit,
                recursive=True,
            )
            files = [_hub_file(entry) for entry in tree if isinstance(entry, RepoFile)]
        ordered = sorted(files, key=lambda file: file.path)
        return Listing(self.repository, commit, tuple(ordered))

    @contextlib.contextmanager
    def opened(self, file: HubFile, commit: str, start: int) -> Iterator[Answer]:
        """Ask for a file's content from a byte on.

        Raises:
            HubError: The hub does not answer, or breaks off.
            FileError: It has no such file, or another one.
            RangeRefusedError: It has not that many bytes.
        """
        from huggingface_hub import get_session, hf_hub_url

        url = hf_hub_url(
            self.repository.id,
            file.path,
            repo_type=self.repository.kind,
            revision=commit,
            endpoint=self._endpoint,
        )
        headers = {"Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        with (
            self._entry(),
            get_session().stream("GET", url, headers=headers) as response,
        ):
            self._check(response, file, commit)
            yield Answer(_first_byte(response), self._chunks(response))

    def broken_off(self) -> HubError:
        """Return what to tell of an answer that ends too early."""
        return self._faults.cut()

    def fault(self, error: httpx2.HTTPError | httpx2.InvalidURL) -> HubError:
        """Return what to tell of an error of the HTTP library.

        Where there was no answer at all yet, another try is not worth the wait.
        """
        told = self._fault(error)
        told.passing = told.passing and self.reached
        return told

    def _fault(self, error: httpx2.HTTPError | httpx2.InvalidURL) -> HubError:
        import httpx2

        causes = tuple(_causes(error))
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return self._faults.untrusted()
        if any(isinstance(cause, socket.gaierror) for cause in causes):
            return self._faults.no_name()
        kinds: tuple[tuple[type[Exception], Callable[[], HubError]], ...] = (
            (httpx2.ProxyError, self._faults.proxy_refuses),
            (httpx2.ConnectTimeout, lambda: self._faults.no_way("it takes too long to answer")),
            (httpx2.ConnectError, lambda: self._faults.no_way(_reason(causes))),
            (httpx2.TimeoutException, lambda: self._faults.silent(self.patience.silence)),
            (httpx2.TooManyRedirects, self._faults.loop),
            (httpx2.NetworkError, self._faults.cut),
            (httpx2.RemoteProtocolError, self._faults.cut),
            (Exception, self._faults.unreadable),
        )
        return next(told() for kind, told in kinds if isinstance(error, kind))

    def status_fault(self, response: httpx2.Response) -> Exception:
        """Return the error of an answer with a status from 400 on."""
        if response.status_code == 416:
            return RangeRefusedError()
        code = response.headers.get("X-Error-Code", "")
        if code == "EntryNotFound":
            return FileError("The hub has no such file at this revision.", _COMPLAIN)
        if code == "RevisionNotFound":
            return _RevisionMissingError()
        after = response.headers.get("Retry-After", "").strip()
        wait = float(after) if after.isdecimal() and len(after) < 10 else None
        return self._faults.status(response.status_code, code, wait)

    def insecure(self, url: str) -> HubError | None:
        """Return what to tell of an address that is less safe than the hub's own."""
        plain = urlsplit(self._endpoint).scheme == "https" and urlsplit(url).scheme != "https"
        return self._faults.insecure() if plain else None

    def sign(self, request: httpx2.Request) -> None:
        """Put the token into a request to the hub's own host; take it out of any other."""
        if not self._token:
            return
        if origin_of(str(request.url)) == origin_of(self._endpoint):
            request.headers["authorization"] = f"Bearer {self._token}"
        else:
            request.headers.pop("authorization", None)

    def _chunks(self, response: httpx2.Response) -> Iterator[bytes]:
        import httpx2

        try:
            yield from response.iter_bytes()
        except httpx2.HTTPError as error:
            raise self.fault(error) from error

    def _check(self, response: httpx2.Response, file: HubFile, commit: str) -> None:
        """Refuse content that the hub itself says is not what was listed."""
        own = (*response.history, response)[0].headers
        if own.get("X-Repo-Commit", commit) != commit:
            raise FileError("The hub answers with another revision than was asked for.", _COMPLAIN)
        tag: str = own.get("X-Linked-Etag") or own.get("ETag") or ""
        tag = tag.removeprefix("W/").strip('"')
        digest = file.digest.hex
        if re.fullmatch(r"[0-9a-f]+", tag) and len(tag) == len(digest) and tag != digest:
            raise FileError("The hub now has another content than it lists.", _COMPLAIN)

    @contextlib.contextmanager
    def _readable(self) -> Iterator[None]:
        """Turn an answer that is none of a hub's into words; the library stumbles over it."""
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._faults.unreadable() from error

    @contextlib.contextmanager
    def _revision(self, revision: str) -> Iterator[None]:
        try:
            yield
        except _RevisionMissingError as error:
            raise self._faults.no_revision(revision) from error

    @contextlib.contextmanager
    def _entry(self) -> Iterator[None]:
        try:
            yield
        except _RevisionMissingError as error:
            raise FileError("The hub has no such revision any more.", _COMPLAIN) from error


_COMPLAIN = "Fetch another revision with --revision, or tell the owners of the repository."


class _RevisionMissingError(Exception):
    """The hub says that it has no such revision."""


def _api(endpoint: str) -> HfApi:
    from huggingface_hub import HfApi, constants
    from huggingface_hub.utils import logging

    # Read at every request: no list of installed packages, no look-up of who started this.
    constants.HF_HUB_DISABLE_TELEMETRY = True
    logging.set_verbosity(ERROR)  # what matters of its warnings is told in our own words
    return HfApi(endpoint=endpoint, token=False, headers={"user-agent": _agent()})


def _client_maker(hub: Hub) -> Callable[[], httpx2.Client]:
    """Return what makes the library's HTTP client."""
    import httpx2

    kind, trusted = _client_class(hub), certificates()

    def stay_safe(request: httpx2.Request) -> None:
        if (fault := hub.insecure(str(request.url))) is not None:
            raise fault
        hub.sign(request)

    def make() -> httpx2.Client:
        try:
            return kind(
                verify=trusted,
                follow_redirects=True,
                event_hooks={"request": [stay_safe]},
                headers={"user-agent": _agent()},
            )
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            # The library's own words may hold a password.
            socks = isinstance(error, ImportError)
            named = "a SOCKS proxy, which MedsDesk cannot use" if socks else "no usable address"
            raise UserFacingError(
                f"The proxy setting of this computer names {named}.",
                "Correct HTTPS_PROXY, ALL_PROXY or NO_PROXY, or the system's proxy settings.",
            ) from error

    return make


def _client_class(hub: Hub) -> type[httpx2.Client]:
    import httpx2

    times = httpx2.Timeout(hub.patience.silence, connect=hub.patience.connect)

    class Client(httpx2.Client):
        """Raises our errors, so that the library neither hides them nor waits on its own."""

        def send(
            self,
            request: httpx2.Request,
            *,
            stream: bool = False,
            auth: AuthTypes | UseClientDefault | None = httpx2.USE_CLIENT_DEFAULT,
            follow_redirects: bool | UseClientDefault = httpx2.USE_CLIENT_DEFAULT,
        ) -> httpx2.Response:
            """Send a request within our times, whatever the library asks for."""
            request.extensions = {**request.extensions, "timeout": times.as_dict()}
            try:
                response = super().send(
                    request, stream=stream, auth=auth, follow_redirects=follow_redirects
                )
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise hub.fault(error) from error
            hub.reached = True
            if response.status_code < 400:
                return response
            response.close()
            raise hub.status_fault(response)

    return Client


def _endpoint() -> str:
    from huggingface_hub import constants

    return chosen_endpoint(constants.ENDPOINT)


def _agent() -> str:
    try:
        return f"medsdesk/{version('medsdesk')}"
    except PackageNotFoundError:
        return "medsdesk"


def _hub_file(entry: RepoFile) -> HubFile:
    if entry.lfs is not None:
        size, digest = entry.lfs.size, Digest("sha256", entry.lfs.sha256)
    else:
        size, digest = entry.size, Digest("git-sha1", entry.blob_id)
    length = 64 if digest.name == "sha256" else 40
    if type(size) is not int or size < 0 or not re.fullmatch(f"[0-9a-f]{{{length}}}", digest.hex):
        raise ValueError(entry.path)
    return HubFile(entry.path, size, digest)


def _first_byte(response: httpx2.Response) -> int:
    """Return where an answer begins; -1 where it cannot be told."""
    if response.status_code != 206:
        return 0
    found = _RANGE.match(response.headers.get("Content-Range", ""))
    return int(found[1]) if found else -1


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _reason(causes: tuple[BaseException, ...]) -> str:
    """Return the system's own word for why there is no connection."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.rstrip(".").lower()
    return "no connection"
