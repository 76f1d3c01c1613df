"""What holds for every test: offscreen Qt, a user of its own, no network, no stray logs."""

from __future__ import annotations

import importlib.util
import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.hub_server import HubServer, served
from tests.onsite_server import OnsiteServer, serving, write_policy

# Set before anything imports Qt, so that no caller has to remember it.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["HF_HUB_OFFLINE"] = "1"

HAS_QT = importlib.util.find_spec("PySide6") is not None
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"

collect_ignore = [] if HAS_QT else ["ui"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """In the lane without PySide6, pytest-qt is absent: register its options so that they parse."""
    if not HAS_QT:
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "read by pytest-qt where it is installed")


@pytest.fixture(autouse=True)
def own_user(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a user folder and a workspace of its own."""
    home = tmp_path_factory.mktemp("user")
    monkeypatch.setenv("MEDSDESK_USER_DIR", str(home / "settings"))
    monkeypatch.setenv("MEDSDESK_WORKSPACE", str(home / "workspace"))
    return home


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every Internet connection of this process; local sockets stay.

    A test with a server of its own may connect to this computer itself, and to nothing else.
    """
    connect = socket.socket.connect
    own = not {"hub_server", "onsite_server"}.isdisjoint(request.fixturenames)

    def guarded(self: socket.socket, address: Any) -> None:
        inet = self.family in (socket.AF_INET, socket.AF_INET6)
        if inet and not (own and address[0] == "127.0.0.1"):
            pytest.fail("a test tried to open a network connection")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def hub_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[HubServer]:
    """Serve a hub with synthetic task files on this computer, for this process alone."""

    def delenv(name: str) -> None:
        monkeypatch.delenv(name, raising=False)

    with served(monkeypatch.setenv, delenv) as server:
        yield server


@pytest.fixture
def onsite_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OnsiteServer]:
    """Serve a scripted model on this computer, named by a site policy."""
    with serving() as server:
        policy = write_policy(tmp_path / "policy.toml", server.address)
        monkeypatch.setenv("MEDSDESK_POLICY", str(policy))
        yield server


@pytest.fixture
def unused_port() -> int:
    """Return a port of this computer that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def no_stray_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test that logs a warning it did not expect: clear caplog to accept one."""
    yield
    loud = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not loud, [r.getMessage() for r in loud]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of prepared real data beside the checkout, or skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the folder shared/ with real data is not beside this checkout")
    return SHARED
