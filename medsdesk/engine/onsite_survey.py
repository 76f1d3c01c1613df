"""Finds out what a server is: its models, its build, its context, and whether it counts tokens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from medsdesk.core.generation import Message
from medsdesk.core.identity import text_sha256
from medsdesk.core.server import ServerAddress, ServerOffer
from medsdesk.engine.onsite_faults import KeyServerError, ServerError, plain

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from medsdesk.engine.onsite_connection import Connection

T = TypeVar("T")
Kind = Literal["llama.cpp", "vllm", "llama_cpp.server", "unknown"]

_PROBE = (Message("user", "Hello"),)
# What is asked for beside OpenAI's own parameters, so that nothing but the run's own sampling
# counts: servers have other standards, and vLLM takes them from the model's files.
_PLAIN: Mapping[Kind, Mapping[str, float]] = {
    "llama.cpp": {"top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0, "typical_p": 1.0},
    "llama_cpp.server": {"top_k": 0, "min_p": 0.0, "repeat_penalty": 1.0},
    "vllm": {"top_k": -1, "min_p": 0.0, "repetition_penalty": 1.0},
    "unknown": {},
}


@dataclass(frozen=True, slots=True)
class Server:
    """What is known of a server.

    Attributes:
        address: Where it is, with the id of one of its models.
        kind: Which program it is.
        build: Program and version in words.
        context: Tokens of prompt and answer together; 0 where it does not tell.
        counts: Whether it counts the tokens of a chat.
        template_sha256: Of its chat template; empty where it does not show it.
        sampling: Parameters that make it use the run's own sampling and nothing else.
    """

    address: ServerAddress
    kind: Kind
    build: str
    context: int
    counts: bool = False
    template_sha256: str = ""
    sampling: Mapping[str, float] = field(default_factory=dict)


async def survey(connection: Connection, address: ServerAddress) -> Server:
    """Ask a server about itself; no text but a greeting is sent.

    Raises:
        ServerError: It does not answer, or does not have the model.
    """
    entry = _entry(connection, address, await _models(connection, address))
    server = await _program(connection, address, entry)
    counted = None
    if server.kind in ("llama.cpp", "vllm"):
        counted = await _unless_refused(connection, address, count(connection, server, _PROBE))
    return Server(
        server.address,
        server.kind,
        server.build,
        server.context,
        counted is not None,
        server.template_sha256,
        _PLAIN[server.kind],
    )


async def offer(connection: Connection, address: ServerAddress) -> ServerOffer:
    """Ask a server for its models, and whether it lets in who asks; no text is sent.

    Raises:
        ServerError: It does not answer, has no model, or wants a key or another one.
    """
    models = await _models(connection, address)
    if not models:
        raise connection.faults.no_model("", ())
    await _check_let_in(connection, address)
    server = await _program(connection, address, next(iter(models.values())))
    return ServerOffer(server.build, tuple(name for name in models if plain(name) == name))


async def count(
    connection: Connection, server: Server, messages: Sequence[Message]
) -> tuple[int, ...] | None:
    """Return the tokens of a chat in the server's own form; None where it does not tell.

    Raises:
        ServerError: It does not answer.
    """
    root = server.address.root
    chat = [{"role": message.role, "content": message.content} for message in messages]
    if server.kind == "vllm":
        body = {"model": server.address.model, "messages": chat, "add_generation_prompt": True}
        return _tokens(await connection.ask(f"{root}/tokenize", body))
    made = await connection.ask(f"{root}/apply-template", {"messages": chat})
    prompt = made.get("prompt") if isinstance(made, dict) else None
    if not isinstance(prompt, str):
        return None
    body = {"content": prompt, "add_special": True, "parse_special": True}
    return _tokens(await connection.ask(f"{root}/tokenize", body))


async def _models(connection: Connection, address: ServerAddress) -> dict[str, dict[str, Any]]:
    """Return what the server says of its models, by their ids."""
    listed = await connection.ask(f"{address.base}/models")
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        raise connection.faults.status(404, None) if listed is None else _unreadable(connection)
    return {
        entry["id"]: entry
        for entry in data
        if isinstance(entry, dict) and isinstance(entry.get("id"), str) and plain(entry["id"])
    }


def _entry(
    connection: Connection, address: ServerAddress, models: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return what the server says of the wanted model, or of the only one it has."""
    wanted = address.model or (next(iter(models)) if len(models) == 1 else "")
    if wanted not in models or plain(wanted) != wanted:
        raise connection.faults.no_model(address.model, tuple(map(plain, models)))
    return models[wanted]


async def _program(connection: Connection, address: ServerAddress, entry: dict[str, Any]) -> Server:
    """Find out which program answers, for one of its models."""
    address = ServerAddress(address.origin, address.base, entry["id"])
    server = await _llama_cpp(connection, address)
    server = server or await _vllm(connection, address, entry)
    return server or await _other(connection, address)


async def _check_let_in(connection: Connection, address: ServerAddress) -> None:
    """Ask for an answer to nothing, which a server refuses as such only if it lets in who asks.

    Some list their models to anybody, and want a key only for answers.

    Raises:
        KeyServerError: It wants a key, or another one.
    """
    try:
        await connection.ask(f"{address.base}/chat/completions", {})
    except KeyServerError:
        raise
    except ServerError as fault:
        if fault.passing:
            raise


async def _llama_cpp(connection: Connection, address: ServerAddress) -> Server | None:
    told = await _try(connection, address, "/props")
    if not isinstance(told, dict) or not isinstance(told.get("build_info"), str):
        return None
    settings = told.get("default_generation_settings")
    context = _number(settings.get("n_ctx")) if isinstance(settings, dict) else 0
    template = told.get("chat_template")
    sha256 = text_sha256(template) if isinstance(template, str) and template else ""
    build = f"llama.cpp server {plain(told['build_info'])}"
    return Server(address, "llama.cpp", build, context, template_sha256=sha256)


async def _vllm(
    connection: Connection, address: ServerAddress, entry: dict[str, Any]
) -> Server | None:
    told = await _try(connection, address, "/version")
    context = _number(entry.get("max_model_len"))
    version = told.get("version") if isinstance(told, dict) else None
    if not isinstance(version, str) or entry.get("owned_by") != "vllm":
        return None
    return Server(address, "vllm", f"vLLM {plain(version)}", context)


async def _other(connection: Connection, address: ServerAddress) -> Server:
    """Take name and version from the description of the interface, where there is one."""
    told = await _try(connection, address, "/openapi.json")
    info = told.get("info") if isinstance(told, dict) else None
    if not isinstance(info, dict) or not isinstance(info.get("title"), str):
        return Server(address, "unknown", "a server that does not tell its build", 0)
    title, version = plain(info["title"]), plain(str(info.get("version", "")))
    kind: Kind = "llama_cpp.server" if "llama.cpp Python API" in title else "unknown"
    if kind == "llama_cpp.server":
        title = "llama_cpp.server"
    return Server(address, kind, f"{title} {version}".strip(), 0)


async def _try(connection: Connection, address: ServerAddress, path: str) -> object:
    """Return what a server answers to a question that not every one understands."""
    return await _unless_refused(connection, address, connection.ask(f"{address.root}{path}"))


async def _unless_refused(
    connection: Connection, address: ServerAddress, asked: Awaitable[T]
) -> T | None:
    try:
        return await asked
    except KeyServerError:
        # Whether it wants the key for this question alone, or for answers too.
        await _check_let_in(connection, address)
    except ServerError as fault:
        if fault.passing:
            raise
    return None


def _tokens(told: object) -> tuple[int, ...] | None:
    tokens = told.get("tokens") if isinstance(told, dict) else None
    if not isinstance(tokens, list) or not tokens or not all(type(t) is int for t in tokens):
        return None
    return tuple(tokens)


def _number(value: object) -> int:
    return value if type(value) is int and 0 < value < 1 << 31 else 0


def _unreadable(connection: Connection) -> ServerError:
    return connection.faults.unreadable()
