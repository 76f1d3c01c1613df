"""A small server that speaks the OpenAI interface on this computer, and fails when told to."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

MODEL = "quiet-llama"
CHAT = "/v1/chat/completions"


def piece(text: str | None = None, reason: str | None = None, **delta: Any) -> str:
    """Return one event of a stream."""
    content = {} if text is None else {"content": text}
    choice = {"index": 0, "delta": {**content, **delta}, "finish_reason": reason}
    return "data: " + json.dumps({"choices": [choice]}) + "\n\n"


def counted(prompt: int, answer: int) -> str:
    """Return the event that tells the counts."""
    usage = {"prompt_tokens": prompt, "completion_tokens": answer}
    return "data: " + json.dumps({"choices": [], "usage": usage}) + "\n\n"


DONE = "data: [DONE]\n\n"
GOOD = (piece("", role="assistant"), piece("No "), piece("effusion."), piece(reason="stop"))
WHOLE = (*GOOD, counted(12, 3), DONE)


@dataclass
class Reply:
    """What is answered to one request for an answer.

    Attributes:
        parts: What is sent, one after the other.
        status: Of the answer; others than 200 send ``body``.
        headers: Besides those that belong to it.
        pause: Seconds before each part.
        cut: Whether the connection is reset at the end, without the end of the stream.
        cut_at_once: Whether it is reset before anything is answered.
        hold: Whether the connection is then kept open, until the other side closes it.
    """

    parts: tuple[str, ...] = WHOLE
    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    pause: float = 0.0
    cut: bool = False
    cut_at_once: bool = False
    hold: bool = False


@dataclass
class OnsiteServer:
    """The server's side of a test.

    Attributes:
        port: On this computer.
        facts: What is answered to GET, by path.
        posts: What is answered to POST besides the chat, by path.
        replies: To requests for an answer, used up one by one; whole answers after that.
        asked: Path and body of all requests.
        left: Set when the other side closed a connection that an answer came on.
        busiest: Most answers that were under way at the same time.
        key: That is asked for; empty for none.
        open_paths: Paths that are answered without it.
        signed: Path and header of all requests that brought one to sign in.
        slow: Seconds before each answer to GET.
        tls: What it is encrypted with; None for not.
    """

    port: int = 0
    facts: dict[str, Any] = field(default_factory=dict)
    posts: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    replies: deque[Reply] = field(default_factory=deque)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    left: threading.Event = field(default_factory=threading.Event)
    busiest: int = 0
    key: str = ""
    open_paths: set[str] = field(default_factory=set)
    signed: list[tuple[str, str]] = field(default_factory=list)
    slow: float = 0.0
    tls: ssl.SSLContext | None = None
    _busy: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}/v1"

    @property
    def path(self) -> str:
        return f"{self.address}#{MODEL}"

    @property
    def chats(self) -> list[Any]:
        return [body for path, body in self.asked if path == CHAT and body]

    def be_llama_cpp(self, context: int = 512) -> None:
        """Answer what llama.cpp's own server answers; a word is a token."""
        settings = {"n_ctx": context}
        self.facts["/props"] = {
            "build_info": "b7000-abcdef",
            "default_generation_settings": settings,
            "chat_template": "{{ messages }}",
        }
        self.posts["/apply-template"] = lambda body: {
            "prompt": " ".join(m["content"] for m in body["messages"])
        }
        self.posts["/tokenize"] = lambda body: {"tokens": list(range(len(body["content"].split())))}

    def be_vllm(self, context: int = 512) -> None:
        """Answer what vLLM answers; a word is a token."""
        self.facts["/version"] = {"version": "0.11.0"}
        self.facts["/v1/models"]["data"][0] |= {"owned_by": "vllm", "max_model_len": context}
        self.posts["/tokenize"] = lambda body: {
            "tokens": list(range(sum(len(m["content"].split()) for m in body["messages"])))
        }

    @contextlib.contextmanager
    def busy(self) -> Iterator[None]:
        with self._lock:
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
        try:
            yield
        finally:
            with self._lock:
                self._busy -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    served: OnsiteServer

    def do_GET(self) -> None:
        self.served.asked.append((self.path, None))
        if not self._let_in():
            return
        if self._gone(self.served.slow):
            return
        told = self.served.facts.get(self.path)
        self._json(404 if told is None else 200, told)

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.served.asked.append((self.path, body))
        if not self._let_in():
            return
        if self.path == CHAT and not body:
            self._json(400, {"error": {"message": "no messages"}})
            return
        if self.path != CHAT:
            answer = self.served.posts.get(self.path)
            self._json(200 if answer else 404, answer(body) if answer else None)
            return
        reply = self.served.replies.popleft() if self.served.replies else Reply()
        with self.served.busy():
            self._reply(self._counted(reply, body))

    def _let_in(self) -> bool:
        """Return whether who asks may; a refusal is answered here."""
        header = self.headers.get("authorization")
        if header is not None:
            self.served.signed.append((self.path, header))
        wanted = self.served.key
        if not wanted or self.path in self.served.open_paths or header == f"Bearer {wanted}":
            return True
        self._json(401, {"error": {"message": "Invalid API Key", "code": 401}})
        return False

    def _counted(self, reply: Reply, body: Any) -> Reply:
        """Let a whole answer tell as many tokens of the prompt as the server counts."""
        words = sum(len(message["content"].split()) for message in body["messages"])
        if reply.parts is not WHOLE or "/tokenize" not in self.served.posts:
            return reply
        return replace(reply, parts=(*GOOD, counted(words, 3), DONE))

    def _reply(self, reply: Reply) -> None:
        if reply.cut_at_once:
            self._reset()
        elif reply.status != 200:
            self._json(reply.status, reply.body, reply.headers)
        else:
            self._stream(reply)

    def _stream(self, reply: Reply) -> None:
        self.send_response(200)
        for name, value in {"content-type": "text/event-stream", **reply.headers}.items():
            self.send_header(name, value)
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for part in reply.parts:
                if self._gone(reply.pause):
                    return
                self.wfile.write(part.encode("utf-8", "surrogatepass"))
            if reply.hold:
                self._gone(30)
            elif reply.cut and not self._gone(0.1):  # what is under way is lost with the connection
                self._reset()
        except OSError:
            self.served.left.set()

    def _gone(self, seconds: float) -> bool:
        """Wait; return whether the other side closed the connection meanwhile."""
        end = time.monotonic() + seconds
        self.connection.settimeout(0.01)
        while time.monotonic() < end:
            try:
                gone = self.connection.recv(1) == b""
            except TimeoutError:
                continue
            except OSError:
                gone = True
            if gone:
                self.served.left.set()
                return True
        self.connection.settimeout(None)
        return False

    def _reset(self) -> None:
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close_connection = True
        # The handler's own files would keep the socket open.
        for held in (self.wfile, self.rfile, self.connection):
            held.close()

    def _json(self, status: int, value: object, headers: dict[str, str] | None = None) -> None:
        data = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"content-type": "application/json", **(headers or {})}.items():
            self.send_header(name, text)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def finish(self) -> None:
        """Close, also what was reset already."""
        with contextlib.suppress(OSError, ValueError):
            super().finish()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of connections that were reset on purpose."""


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[OnsiteServer]:
    """Run a server that nobody may ask yet: no policy names it."""
    served = OnsiteServer(tls=tls)
    served.facts["/v1/models"] = {"object": "list", "data": [{"id": MODEL, "object": "model"}]}
    handler = type("Handler", (_Handler,), {"served": served})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        served.port = server.server_address[1]
        if tls is not None:
            # The handshake is made in the thread of each connection.
            server.socket = tls.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def write_policy(path: Path, *servers: str, more: str = "") -> Path:
    """Write a site policy that names servers."""
    path.write_text(
        f"schema_version = 1\nonsite_servers = {json.dumps(servers)}\n{more}", encoding="utf-8"
    )
    return path
