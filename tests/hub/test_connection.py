"""What is asked of the hub, what is never sent, and every way in which it fails."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.hub.connection import Hub, RangeRefusedError
from medsdesk.hub.faults import FileError, HubError
from medsdesk.hub.repository import HubFile, Listing
from tests.hub.conftest import HASTY, LARGE, REPO, SMALL
from tests.hub_server import FIRST, SECOND, HubServer, served


@pytest.fixture
def hub(hub_server: HubServer) -> Iterator[Hub]:
    with Hub(REPO, HASTY) as connected:
        yield connected


@pytest.fixture
def listing(hub: Hub) -> Listing:
    return hub.listing(FIRST)


def _file(listing: Listing, path: str) -> HubFile:
    return next(file for file in listing.files if file.path == path)


def _read(hub: Hub, file: HubFile, start: int = 0) -> tuple[int, bytes]:
    with hub.opened(file, FIRST, start) as answer:
        return answer.start, b"".join(answer.chunks)


def test_a_branch_is_a_commit(hub: Hub, hub_server: HubServer) -> None:
    assert hub.commit_of("main") == FIRST
    hub_server.commits[SECOND] = {}
    hub_server.branches["main"] = SECOND
    assert hub.commit_of("main") == SECOND
    assert hub.commit_of(FIRST) == FIRST
    with pytest.raises(UserFacingError, match="no revision 'a/b'"):
        hub.commit_of("a/b")


def test_all_pages_are_listed(hub_server: HubServer, listing: Listing) -> None:
    content = hub_server.commits[FIRST]
    assert [file.path for file in listing.files] == sorted(content)
    assert [file.size for file in listing.files] == [len(content[p]) for p in sorted(content)]
    assert _file(listing, LARGE).digest.name == "sha256"
    assert _file(listing, SMALL).digest.hex == hub_server.git_sha1(content[SMALL])
    assert sum("/tree/" in seen.path for seen in hub_server.seen) == 3


@pytest.mark.parametrize("path", [LARGE, SMALL])
@pytest.mark.parametrize("start", [0, 100])
def test_content_from_a_byte_on(
    hub: Hub, hub_server: HubServer, listing: Listing, path: str, start: int
) -> None:
    data = hub_server.commits[FIRST][path]
    assert _read(hub, _file(listing, path), start) == (start, data[start:])


def test_nothing_is_sent_but_what_is_needed(
    hub: Hub,
    hub_server: HubServer,
    listing: Listing,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("AI_AGENT", "somebody")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    hub.commit_of("main")
    _read(hub, _file(listing, LARGE), 5)
    allowed = {"host", "accept", "accept-encoding", "connection", "user-agent", "range"}
    for seen in hub_server.seen:
        assert set(seen.headers) <= allowed
        assert seen.headers["user-agent"].split("/")[0] == "medsdesk"
        assert seen.path.startswith(("/api/datasets/Henrychur/", "/datasets/Henry", "/storage/"))


def test_an_answer_that_is_no_hubs(hub: Hub, hub_server: HubServer) -> None:
    hub_server.faults.html = True
    with pytest.raises(HubError, match="sign-in page"):
        hub.commit_of("main")
    with pytest.raises(HubError, match="sign-in page"):
        hub.listing(FIRST)


@pytest.mark.parametrize("size", [-1, "3", None])
def test_a_listing_that_makes_no_sense(hub: Hub, hub_server: HubServer, size: object) -> None:
    hub_server.faults.entries = [{"type": "file", "path": "x.json", "size": size, "oid": "0" * 40}]
    with pytest.raises(HubError, match="sign-in page"):
        hub.listing(FIRST)


def test_a_hub_that_says_nothing(hub: Hub, hub_server: HubServer) -> None:
    hub_server.faults.hang = True
    began = time.monotonic()
    with pytest.raises(HubError, match=r"sent nothing for 0\.4 seconds") as caught:
        hub.commit_of("main")
    assert time.monotonic() - began < 3
    assert not caught.value.passing, "there was no answer at all yet"


def test_redirects_without_end(hub: Hub, hub_server: HubServer, listing: Listing) -> None:
    hub_server.faults.loop = True
    with pytest.raises(HubError, match="without end"):
        _read(hub, _file(listing, SMALL))


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (401, {"X-Error-Code": "RepoNotFound"}, "no repository"),
        (403, {"X-Error-Code": "GatedRepo"}, "refuses"),
        (404, {}, "no repository"),
        (407, {}, "proxy"),
        (429, {"Retry-After": "3600"}, "3600 seconds"),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "a while"),
        (500, {}, "trouble of its own"),
        (503, {}, "trouble of its own"),
    ],
)
def test_refusals(
    hub: Hub, hub_server: HubServer, status: int, headers: dict[str, str], words: str
) -> None:
    for ask in (lambda: hub.commit_of("main"), lambda: hub.listing(FIRST)):
        hub_server.faults.answers = [(status, headers)]
        before = len(hub_server.seen)
        with pytest.raises(HubError, match=words):
            ask()
        assert len(hub_server.seen) == before + 1, "the library asked again on its own"


def test_a_file_that_is_gone(hub: Hub, hub_server: HubServer, listing: Listing) -> None:
    del hub_server.commits[FIRST][SMALL]
    with pytest.raises(FileError, match="no such file"):
        _read(hub, _file(listing, SMALL))
    hub_server.commits[SECOND] = hub_server.commits.pop(FIRST)
    with pytest.raises(FileError, match="no such revision"):
        _read(hub, _file(listing, LARGE))


def test_another_revision_or_content_is_noticed_before_a_byte_is_taken(
    hub: Hub, hub_server: HubServer, listing: Listing
) -> None:
    for path in (LARGE, SMALL):
        hub_server.faults.commit = SECOND
        with pytest.raises(FileError, match="another revision"):
            _read(hub, _file(listing, path))
        hub_server.faults.commit = ""
        hub_server.faults.tag = "0" * len(_file(listing, path).digest.hex)
        with pytest.raises(FileError, match="another content"):
            _read(hub, _file(listing, path))
        hub_server.faults.tag = ""


def test_bytes_behind_the_end(hub: Hub, hub_server: HubServer, listing: Listing) -> None:
    with pytest.raises(RangeRefusedError):
        _read(hub, _file(listing, SMALL), 1_000_000)


def test_a_connection_that_breaks(hub: Hub, hub_server: HubServer, listing: Listing) -> None:
    hub_server.faults.cuts = [5000]
    with (
        hub.opened(_file(listing, LARGE), FIRST, 0) as answer,
        pytest.raises(HubError, match="broke off") as caught,
    ):
        b"".join(answer.chunks)
    assert caught.value.passing


def test_nobody_listens(hub_server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{unused.getsockname()[1]}")
        with Hub(REPO, HASTY) as hub, pytest.raises(HubError, match="cannot be reached: ") as told:
            hub.commit_of("main")
    assert not told.value.passing
    assert told.value.hint.endswith("or carry the files over.")


def test_a_name_that_nobody_knows(hub_server: HubServer, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    with (
        Hub(REPO, HASTY) as hub,
        pytest.raises(HubError, match=r"\(hub\.invalid\) cannot be looked"),
    ):
        hub.commit_of("main")


@pytest.mark.parametrize("status", [403, 407])
def test_a_proxy_that_refuses(
    hub_server: HubServer, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """The server stands for a proxy that is asked to connect to the hub by TLS."""
    hub_server.faults.connect = status
    proxy = hub_server.url.removeprefix("http://")
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:secret@{proxy}")
    monkeypatch.setenv("HF_ENDPOINT", "https://hub.invalid")
    monkeypatch.delenv("NO_PROXY")
    with Hub(REPO, HASTY) as hub, pytest.raises(HubError, match=f"The proxy {proxy} ref") as told:
        hub.commit_of("main")
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://127.0.0.1:9", "http://[::"])
def test_a_proxy_that_cannot_be_used(
    hub_server: HubServer, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.delenv("NO_PROXY")
    with pytest.raises(UserFacingError, match="proxy setting"), Hub(REPO, HASTY):
        pytest.fail("it connects")


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a certificate of this computer's own, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    path, key = tmp_path / "own.pem", tmp_path / "own.key"
    words = (
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        "-keyout", str(key), "-out", str(path),
    )  # fmt: skip
    subprocess.run(words, check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_bytes(path.read_bytes() + key.read_bytes())
    return path


def test_a_certificate_has_to_be_trusted(
    hub_server: HubServer, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    both = certificate.with_name("both.pem")
    with served(monkeypatch.setenv, lambda n: monkeypatch.delenv(n, raising=False), both) as tls:
        with Hub(REPO, HASTY) as hub, pytest.raises(HubError, match="not trusted") as told:
            hub.commit_of("main")
        assert "SSL_CERT_FILE" in told.value.hint
        for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
            monkeypatch.setenv(name, str(certificate))
            with Hub(REPO, HASTY) as hub:
                assert hub.commit_of("main") == FIRST
            monkeypatch.delenv(name)
        # A redirect out of the encrypted connection is not followed.
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        tls.faults.answers = [(302, {"Location": f"{hub_server.url}/api/datasets/x/revision/y"})]
        with Hub(REPO, HASTY) as hub, pytest.raises(HubError, match="not encrypted"):
            hub.commit_of("main")
    assert hub_server.seen == []
