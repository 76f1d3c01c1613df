"""A small server that speaks the hub's protocol on this computer, and fails when told to."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REPOSITORY = "Henrychur/MedS-Bench"
MODEL = "owner/model"
FIRST, SECOND = "a" * 40, "b" * 40
LFS_FROM = 10_000  # bytes from which a file is kept in the storage, as the hub does
_CHUNK = 4096


@dataclass
class Seen:
    """One request, and what was answered."""

    method: str
    path: str
    headers: dict[str, str]
    status: int = 0
    sent: int = 0

    @property
    def range(self) -> str:
        return self.headers.get("range", "")

    @property
    def is_content(self) -> bool:
        return self.status in (200, 206) and ("/resolve/" in self.path or "/storage/" in self.path)


@dataclass
class Faults:
    """What the server does wrong; lists are used up, one entry for each request for content."""

    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)  # to any request
    cuts: list[int] = field(default_factory=list)  # bytes after which the connection is cut
    content: dict[str, bytes] = field(default_factory=dict)  # sent in place of the true content
    no_range: bool = False  # answers a range with the whole file
    wrong_range: bool = False  # answers a range with another one
    always_416: bool = False
    hang: bool = False
    seconds_per_chunk: float = 0
    loop: bool = False
    commit: str = ""  # named in X-Repo-Commit in place of the true one
    tag: str = ""  # ETag in place of the true one
    entries: list[dict[str, Any]] = field(default_factory=list)  # listed before the true ones
    connect: int = 502  # status for who takes the server for a proxy
    html: bool = False  # a sign-in page of the network
    token: str = ""  # without it, or with another, files are given to nobody


class HubServer:
    """The server; use it as a context manager.

    Args:
        files: Content by path, of the commit that ``main`` names.
        certificate: File with a certificate and its key, to speak TLS.
    """

    def __init__(self, files: dict[str, bytes], certificate: Path | None = None) -> None:
        self.commits = {FIRST: files}
        self.branches = {"main": FIRST}
        self.page = 3
        self.storage = ""  # address of another server with the large files; this one where empty
        self.faults = Faults()
        self.seen: list[Seen] = []
        self._released = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._scheme = "http"
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
            self._scheme = "https"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def __enter__(self) -> HubServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._server.server_address[1]}"

    @property
    def content_requests(self) -> list[Seen]:
        return [seen for seen in self.seen if seen.is_content]

    @property
    def content_bytes(self) -> int:
        return sum(seen.sent for seen in self.content_requests)

    def git_sha1(self, data: bytes) -> str:
        return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def handle(self) -> None:
                with contextlib.suppress(ConnectionError, ssl.SSLError, TimeoutError):
                    super().handle()

            def do_GET(self) -> None:
                _Answer(hub, self).give()

            def do_CONNECT(self) -> None:
                self.send_response(hub.faults.connect)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_HEAD(self) -> None:
                _Answer(hub, self).give()

        return Handler


class _Answer:
    """The answer to one request."""

    def __init__(self, hub: HubServer, handler: BaseHTTPRequestHandler) -> None:
        self.hub, self.handler = hub, handler
        headers = {key.lower(): value for key, value in handler.headers.items()}
        self.seen = Seen(handler.command, handler.path, headers)
        hub.seen.append(self.seen)

    def give(self) -> None:
        faults = self.hub.faults
        if faults.hang:
            self.hub._released.wait(30)
            self.handler.close_connection = True
        elif faults.loop:
            self.head(302, {"Location": self.handler.path})
        elif faults.html:
            self.body(b"<html>Please sign in</html>", {"Content-Type": "text/html"})
        elif faults.answers:
            status, headers = faults.answers.pop(0)
            self.head(status, headers)
        else:
            self._route()

    def _route(self) -> None:
        parts = urlsplit(self.handler.path)
        path, query = unquote(parts.path), parse_qs(parts.query)
        api, pages = f"/api/datasets/{REPOSITORY}/", f"/datasets/{REPOSITORY}/resolve/"
        if f"{MODEL}/" in path:
            api, pages = f"/api/models/{MODEL}/", f"/{MODEL}/resolve/"
        if path.startswith(f"{api}revision/"):
            self._revision(path.removeprefix(f"{api}revision/"))
        elif path.startswith(f"{api}tree/"):
            self._tree(path.removeprefix(f"{api}tree/"), int(query.get("cursor", ["0"])[0]))
        elif path.startswith(pages):
            commit, _, name = path.removeprefix(pages).partition("/")
            self._resolve(commit, name)
        elif path.startswith("/storage/"):
            sha256 = path.removeprefix("/storage/")
            every = (f for files in self.hub.commits.values() for f in files.items())
            name, data = next(f for f in every if hashlib.sha256(f[1]).hexdigest() == sha256)
            self._content(name, data, {"ETag": f'"{sha256}"'})
        else:
            self.head(404, {"X-Error-Code": "RepoNotFound"})

    def _commit(self, revision: str) -> str | None:
        commit = self.hub.branches.get(revision, revision)
        if commit in self.hub.commits:
            return commit
        self.head(404, {"X-Error-Code": "RevisionNotFound"})
        return None

    def _revision(self, revision: str) -> None:
        if (commit := self._commit(revision)) is not None:
            self.json({"id": REPOSITORY, "sha": commit, "siblings": []})

    def _tree(self, revision: str, start: int) -> None:
        if (commit := self._commit(revision)) is None:
            return
        entries: list[dict[str, Any]] = list(self.hub.faults.entries)
        for path, data in self.hub.commits[commit].items():
            entry = {"type": "file", "path": path, "size": len(data)}
            entry["oid"] = self.hub.git_sha1(data)
            if len(data) >= LFS_FROM:
                sha256 = hashlib.sha256(data).hexdigest()
                entry["lfs"] = {"oid": sha256, "size": len(data), "pointerSize": 134}
                entry["oid"] = "f" * 40  # that of the pointer
            entries.append(entry)
        entries.append({"type": "directory", "path": "MCQA", "oid": "c" * 40, "size": 0})
        headers = {}
        if start + self.hub.page < len(entries):
            after = f"{self.hub.url}{urlsplit(self.handler.path).path}?recursive=True&cursor="
            headers["Link"] = f'<{after}{start + self.hub.page}>; rel="next"'
        self.json(entries[start : start + self.hub.page], headers)

    def _resolve(self, revision: str, path: str) -> None:
        if (commit := self._commit(revision)) is None or self._refuses():
            return
        data = self.hub.commits[commit].get(path)
        if data is None:
            self.head(404, {"X-Error-Code": "EntryNotFound"})
            return
        faults = self.hub.faults
        headers = {"X-Repo-Commit": faults.commit or commit}
        if len(data) < LFS_FROM:
            headers["ETag"] = f'"{faults.tag or self.hub.git_sha1(data)}"'
            self._content(path, data, headers)
            return
        sha256 = hashlib.sha256(data).hexdigest()
        headers |= {"X-Linked-Size": str(len(data)), "X-Linked-Etag": f'"{faults.tag or sha256}"'}
        storage = self.hub.storage or self.hub.url
        self.head(302, {**headers, "Location": f"{storage}/storage/{sha256}"})

    def _refuses(self) -> bool:
        """Let in nobody but the account of the token, where one is asked for."""
        wanted, given = self.hub.faults.token, self.seen.headers.get("authorization", "")
        if not wanted or given == f"Bearer {wanted}":
            return False
        status = 403 if given == "Bearer not-let-in" else 401
        self.head(status, {} if given == "Bearer no-account" else {"X-Error-Code": "GatedRepo"})
        return True

    def _content(self, path: str, data: bytes, headers: dict[str, str]) -> None:
        faults = self.hub.faults
        data = faults.content.get(path, data)
        asked = self.seen.range or ("bytes=0-" if faults.always_416 else "")
        if not asked or faults.no_range:
            self.body(data, headers)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        if start >= len(data) or faults.always_416:
            self.head(416, {"Content-Range": f"bytes */{len(data)}"})
            return
        if faults.wrong_range:
            start = max(0, start - 1)
        place = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.body(data[start:], {**headers, "Content-Range": place}, 206)

    def head(self, status: int, headers: dict[str, str], length: int = 0) -> None:
        self.seen.status = status
        self.handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(length)}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()

    def json(self, value: object, headers: dict[str, str] | None = None) -> None:
        self.body(json.dumps(value).encode(), headers or {})

    def body(self, data: bytes, headers: dict[str, str], status: int = 200) -> None:
        self.head(status, headers, len(data))
        faults = self.hub.faults
        end = faults.cuts.pop(0) if self.seen.is_content and faults.cuts else len(data)
        for start in range(0, min(end, len(data)), _CHUNK):
            piece = data[start : min(start + _CHUNK, end)]
            self.handler.wfile.write(piece)
            self.seen.sent += len(piece)
            if self.seen.is_content and faults.seconds_per_chunk:
                time.sleep(faults.seconds_per_chunk)
        if end < len(data):
            self.handler.close_connection = True
            with contextlib.suppress(OSError):
                self.handler.connection.shutdown(socket.SHUT_RDWR)


def task_bytes(name: str, items: int) -> bytes:
    """Return a synthetic task file."""
    instances = [
        {"input": f"Made-up {name} text {n}.", "output": f"made up {n}"} for n in range(items)
    ]
    document = {
        "Definition": [f"Made up: explain the term of {name}."],
        "Output_language": ["English"],
        "Categories": ["Explanation"],
        "Positive Examples": [],
        "Instances": instances,
    }
    return json.dumps(document).encode()


def bench_files() -> dict[str, bytes]:
    """Return synthetic files in the folders and spellings of the hub."""
    return {
        ".gitattributes": b"*.json filter=lfs\n",
        "README.md": b"# made up\n",
        "Explanation/task46_do_entity_explanation.json": task_bytes("task46", 4),
        "Fact_verication/task12_pubmedqa_classification.json": task_bytes("task12", 3000),
        "MCQA/task57_medqa_question_answering_en.jsonl": task_bytes("task57", 5),
        "NER/task126_test_bc5chem_named_enetity_recognition.json": task_bytes("task126", 6),
    }


@contextlib.contextmanager
def served(
    setenv: Callable[[str, str], None],
    delenv: Callable[[str], None],
    certificate: Path | None = None,
) -> Iterator[HubServer]:
    """Serve the synthetic files, and make them this process's hub."""
    for name in ("HF_HUB_OFFLINE", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        delenv(name)
        delenv(name.lower())
    with HubServer(bench_files(), certificate) as server:
        setenv("HF_ENDPOINT", server.url)
        setenv("NO_PROXY", "127.0.0.1")
        yield server
