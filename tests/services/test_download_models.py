"""Models come from a hub on this computer: licences, gates, breaks, full disks, wrong content."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from medsdesk.config import vault as vault_module
from medsdesk.config.settings import Settings, save_settings
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.hub import catalogue as catalogue_module
from medsdesk.hub.catalogue import catalogue
from medsdesk.hub.events import Chosen, DownloadEvent, Progress
from medsdesk.hub.patience import Patience
from medsdesk.services.copy_model import models_folder
from medsdesk.services.download_models import (
    LicenceNotAcceptedError,
    ModelDownloaded,
    ModelRequest,
    accept,
    ask_first,
    download_model,
)
from medsdesk.services.model_files import list_models
from medsdesk.services.remove_model import remove_model
from medsdesk.services.verify_models import check_unchanged, verify_models
from medsdesk.store.workspace import Workspace
from tests.hub_server import FIRST, MODEL, HubServer
from tests.made_models import gguf_bytes

HASTY = Patience(connect=2, silence=0.5, tries=3, first_wait=0.01, longest_wait=1)
TOKEN = "hf_made_up_token_0123456789"
FILES = {
    "README.md": b"# made up\n",
    "Tiny.Q4_0.gguf": gguf_bytes(bytes(30_000)),
    "Tiny.Q8_0.gguf": gguf_bytes(bytes(60_000)),
}
CHECKPOINT = {
    "config.json": b"{}",
    "model-00001-of-00001.safetensors": bytes(20_000),
    "pytorch_model.bin": bytes(20_000),
    "tokenizer.json": b"{}",
    "run_me.py": b"print()",
}
Fetch = Callable[..., ModelDownloaded]


@pytest.fixture
def hub(hub_server: HubServer) -> HubServer:
    hub_server.commits[FIRST] = dict(FILES)
    return hub_server


@pytest.fixture
def events() -> list[DownloadEvent]:
    return []


@pytest.fixture
def fetch(ws: Workspace, hub: HubServer, events: list[DownloadEvent]) -> Fetch:
    """Return a function that downloads from the made-up repository, its terms accepted."""
    accept(ws, ask_first(ws, MODEL).licence)

    def download(file: str = "", **fields: Any) -> ModelDownloaded:
        request = replace(ModelRequest(MODEL, file=file), **fields)
        return download_model(ws, request, events.append, CancelToken(), HASTY)

    return download


@pytest.fixture
def vault(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the process a keyring in memory, with tokens by server."""
    kept: dict[str, str] = {}
    made = SimpleNamespace(get_password=lambda _, server: kept.get(server))
    monkeypatch.setattr(vault_module, "system_vault", lambda: made)
    return kept


def _server(hub: HubServer) -> str:
    return hub.url.removeprefix("http://")


def test_a_gguf_file_comes_and_is_on_the_list(
    ws: Workspace, hub: HubServer, fetch: Fetch, events: list[DownloadEvent]
) -> None:
    done = fetch("Q8_0")
    assert done.model is not None
    assert (done.model.keeping, done.checkpoint) == ("downloaded", None)
    assert done.model.origin == f"{MODEL}@{FIRST}:Tiny.Q8_0.gguf"
    path = models_folder(ws.directory) / "owner--model" / "Tiny.Q8_0.gguf"
    assert done.model.path == str(path)
    assert path.read_bytes() == FILES["Tiny.Q8_0.gguf"]
    assert [m.id for m in list_models(ws)] == [done.model.id, "demo"]
    check_unchanged(done.model)
    assert verify_models(ws, (done.model,))[0].outcome == "same"
    assert any(isinstance(event, Progress) for event in events)
    assert hub.content_bytes == path.stat().st_size
    again = fetch("Q8_0")
    assert (again.model, again.result.bytes_fetched) == (done.model, 0)


def test_of_a_checkpoint_no_pickle_and_no_program_comes(hub: HubServer, fetch: Fetch) -> None:
    hub.commits[FIRST] = dict(CHECKPOINT)
    done = fetch()
    assert (done.model, done.checkpoint) == (None, done.result.folder)
    names = {path.name for path in done.result.folder.iterdir()}
    assert names == {
        "config.json", "model-00001-of-00001.safetensors", "tokenizer.json", "medsdesk-hub.json",
    }  # fmt: skip


def test_pickles_alone_are_refused_before_a_byte_comes(hub: HubServer, fetch: Fetch) -> None:
    hub.commits[FIRST] = {"config.json": b"{}", "pytorch_model.bin": bytes(20_000)}
    with pytest.raises(UserFacingError, match="pickle files only"):
        fetch()
    assert hub.content_requests == []


def test_what_broke_off_goes_on_where_it_was(hub: HubServer, fetch: Fetch) -> None:
    data = FILES["Tiny.Q8_0.gguf"]
    hub.faults.cuts = [20_000, 20_000]
    done = fetch("Q8_0")
    assert done.model is not None
    ranges = [seen.range for seen in hub.content_requests if "/storage/" in seen.path]
    assert ranges == ["", "bytes=20000-", "bytes=40000-"]
    assert hub.content_bytes == len(data)


def test_stopping_keeps_what_came_and_lists_nothing(
    ws: Workspace, hub: HubServer, fetch: Fetch, events: list[DownloadEvent]
) -> None:
    cancel = CancelToken()
    hub.faults.seconds_per_chunk = 0.05

    class Stopping(list[DownloadEvent]):
        def append(self, event: DownloadEvent) -> None:
            if isinstance(event, Progress) and event.done:
                cancel.cancel()

    request = ModelRequest(MODEL, file="Q8_0")
    done = download_model(ws, request, Stopping().append, cancel, HASTY)
    assert (done.model, done.result.waiting) == (None, 1)
    assert [m.id for m in list_models(ws)] == ["demo"]
    hub.faults.seconds_per_chunk = 0
    assert fetch("Q8_0").model is not None
    assert next(e for e in events if isinstance(e, Chosen)).kept > 0


def test_wrong_content_is_thrown_away_and_not_listed(
    ws: Workspace, hub: HubServer, fetch: Fetch
) -> None:
    data = bytearray(FILES["Tiny.Q8_0.gguf"])
    data[-1] ^= 1
    hub.faults.content["Tiny.Q8_0.gguf"] = bytes(data)
    done = fetch("Q8_0")
    assert done.model is None
    assert [f.path for f in done.result.failures] == ["Tiny.Q8_0.gguf"]
    assert "not what the hub lists" in done.result.failures[0].error
    assert [m.id for m in list_models(ws)] == ["demo"]
    assert not any(done.result.folder.glob("*.gguf"))


def test_a_gguf_file_that_is_none_is_not_listed(
    ws: Workspace, hub: HubServer, fetch: Fetch
) -> None:
    hub.commits[FIRST] = {"a.gguf": b"PK\x03\x04 a zip file of pickles"}
    with pytest.raises(UserFacingError, match="is not a GGUF model file"):
        fetch()
    assert [m.id for m in list_models(ws)] == ["demo"]


def test_too_little_room_is_told_before_a_byte_comes(
    hub: HubServer, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * 1024**2))
    with pytest.raises(UserFacingError, match="has room for 2 MiB only") as caught:
        fetch("Q8_0")
    assert "tasks" not in caught.value.hint
    assert hub.content_requests == []


def test_a_licence_has_to_be_accepted_first_and_once(ws: Workspace, hub: HubServer) -> None:
    request = ModelRequest(MODEL, file="Q4_0")
    with pytest.raises(LicenceNotAcceptedError, match="was not accepted yet") as caught:
        download_model(ws, request, lambda _: None, CancelToken(), HASTY)
    assert hub.seen == []
    date = accept(ws, caught.value.licence)
    assert ask_first(ws, MODEL).accepted_at == date
    assert download_model(ws, request, lambda _: None, CancelToken(), HASTY).model is not None


def test_what_is_asked_first_of_the_model_that_is_studied(ws: Workspace, hub: HubServer) -> None:
    asked = ask_first(ws, "mmedins-llama-3-8b")
    assert (asked.repository, asked.format) == ("Henrychur/MMedS-Llama-3-8B", "safetensors")
    assert (asked.licence.id, asked.to_accept, asked.server) == ("llama3", True, _server(hub))
    assert asked.folder == models_folder(ws.directory) / "Henrychur--MMedS-Llama-3-8B"
    accept(ws, asked.licence)
    assert not ask_first(ws, "med42-v2-8b").to_accept
    assert hub.seen == []


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("nonsense", "no model 'nonsense'"),
        ("mmedins-llama-3", "Did you mean mmedins-llama-3-8b"),
        ("../x", "no model '../x'"),
        ("baichuan2-7b-chat", "pickle files only"),
    ],
)
@pytest.mark.usefixtures("hub")
def test_names_that_mean_nothing_to_fetch_are_told(ws: Workspace, name: str, reason: str) -> None:
    with pytest.raises(UserFacingError) as caught:
        ask_first(ws, name)
    assert reason in caught.value.message


def test_the_network_is_used_only_where_it_may_be(
    ws: Workspace, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_settings(Settings(network="never"))
    with pytest.raises(UserFacingError, match="forbid it to use the network") as caught:
        ask_first(ws, MODEL)
    assert "models add FILE" in caught.value.hint
    save_settings(Settings())
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UserFacingError, match="HF_HUB_OFFLINE"):
        ask_first(ws, MODEL)
    assert hub.seen == []


def test_without_a_token_a_gate_is_told(
    hub: HubServer, fetch: Fetch, vault: dict[str, str]
) -> None:
    hub.faults.token = TOKEN
    with pytest.raises(UserFacingError, match="open only to accounts") as caught:
        fetch("Q8_0")
    assert "medsdesk models token set" in caught.value.hint
    assert not any("authorization" in seen.headers for seen in hub.seen)


@pytest.mark.parametrize(
    ("token", "reason"),
    [("not-let-in", "may not fetch owner/model"), ("no-account", "does not accept the token")],
)
def test_a_token_that_is_not_enough_is_told_and_not_repeated(
    hub: HubServer, fetch: Fetch, vault: dict[str, str], token: str, reason: str
) -> None:
    hub.faults.token = TOKEN
    vault[_server(hub)] = token
    with pytest.raises(UserFacingError, match=reason) as caught:
        fetch("Q8_0")
    assert token not in str(caught.value)


def test_a_token_opens_the_gate_and_goes_to_the_hub_alone(
    hub: HubServer, fetch: Fetch, vault: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    hub.faults.token = TOKEN
    vault[_server(hub)] = TOKEN
    with HubServer(dict(FILES)) as storage:  # another server, as the hub's storage is one
        hub.storage = storage.url
        done = fetch("Q8_0")
        assert done.model is not None
        assert [seen.path.split("/")[1] for seen in storage.seen] == ["storage"]
        assert not any("authorization" in seen.headers for seen in storage.seen)
    assert all(seen.headers["authorization"] == f"Bearer {TOKEN}" for seen in hub.seen)
    assert TOKEN not in caplog.text
    assert not any(
        TOKEN.encode() in path.read_bytes()
        for path in done.result.folder.rglob("*")
        if path.is_file()
    )


def test_a_token_of_the_hub_is_not_sent_to_a_mirror(
    hub: HubServer, fetch: Fetch, vault: dict[str, str]
) -> None:
    vault["huggingface.co"] = TOKEN
    assert fetch("Q8_0").model is not None
    assert not any("authorization" in seen.headers for seen in hub.seen)


def test_a_token_is_not_sent_unencrypted(
    ws: Workspace,
    hub: HubServer,
    fetch: Fetch,
    vault: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror.example")
    vault["mirror.example"] = TOKEN
    with pytest.raises(UserFacingError, match="not encrypted"):
        fetch("Q8_0")
    assert hub.seen == []


def test_an_open_repository_is_asked_with_a_token_only_after_it_refused(
    ws: Workspace, hub: HubServer, vault: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = replace(catalogue()[1], id="tiny", repository=MODEL)
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: (listed,))
    vault[_server(hub)] = TOKEN
    accept(ws, listed.licence)
    request = ModelRequest("tiny", file="Q4_0")
    assert download_model(ws, request, lambda _: None, CancelToken(), HASTY).model is not None
    assert not any("authorization" in seen.headers for seen in hub.seen)
    hub.faults.token = TOKEN
    other = replace(request, file="Q8_0")
    assert download_model(ws, other, lambda _: None, CancelToken(), HASTY).model is not None
    assert any(seen.headers.get("authorization") == f"Bearer {TOKEN}" for seen in hub.seen)


def test_a_published_fingerprint_is_held_against_the_hub(
    ws: Workspace, hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = replace(
        catalogue()[1], id="tiny", repository=MODEL, sha256={"Tiny.Q8_0.gguf": "b" * 64}
    )
    monkeypatch.setattr(catalogue_module, "catalogue", lambda: (listed,))
    accept(ws, listed.licence)
    request = ModelRequest("tiny", file="Q8_0")
    with pytest.raises(UserFacingError, match="not the one that is expected"):
        download_model(ws, request, lambda _: None, CancelToken(), HASTY)
    assert hub.content_requests == []


def test_only_what_was_downloaded_may_be_deleted(ws: Workspace, fetch: Fetch) -> None:
    folder = models_folder(ws.directory) / "owner--model"
    folder.mkdir(parents=True)
    (folder / "Tiny.Q4_0.gguf").write_bytes(FILES["Tiny.Q4_0.gguf"])  # somebody put it there
    found, came = fetch("Q4_0").model, fetch("Q8_0").model
    assert found is not None
    assert came is not None
    assert (found.keeping, came.keeping) == ("referenced", "downloaded")
    with pytest.raises(UserFacingError, match="was not put there by MedsDesk"):
        remove_model(ws, found.id, delete_file=True)
    assert remove_model(ws, came.id, delete_file=True).file_deleted
    assert Path(found.path).is_file()


def test_another_folder_and_revision_are_respected(
    hub: HubServer, fetch: Fetch, tmp_path: Path
) -> None:
    done = fetch("Q4_0", folder=tmp_path / "elsewhere", revision=FIRST)
    assert done.result.folder == tmp_path / "elsewhere"
    with pytest.raises(UserFacingError, match="no revision 'nonsense'"):
        fetch("Q4_0", revision="nonsense")
