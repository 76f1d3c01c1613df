"""One file comes whole and right, or not at all, whatever happens on the way."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.hub.connection import Hub
from medsdesk.hub.faults import FileError, HubError
from medsdesk.hub.repository import HubFile
from medsdesk.hub.transfer import PARTS, Transfer, kept_bytes, matching_sha256, part_path
from tests.hub.conftest import HASTY, LARGE, REPO, SMALL
from tests.hub_server import FIRST, HubServer

Fetch = Callable[..., str]


@pytest.fixture
def hub(hub_server: HubServer) -> Iterator[Hub]:
    with Hub(REPO, HASTY) as connected:
        yield connected


@pytest.fixture
def files(hub: Hub) -> dict[str, HubFile]:
    return {file.path: file for file in hub.listing(FIRST).files}


@pytest.fixture
def fetch(hub: Hub, files: dict[str, HubFile], tmp_path: Path) -> Fetch:
    """Return a function that fetches one file into the test's folder."""

    def run(path: str = LARGE, cancel: CancelToken | None = None) -> str:
        transfer = Transfer(hub, FIRST, files[path], tmp_path, cancel or CancelToken())
        return transfer.run(lambda *_: None, lambda *_: None)

    return run


def _put_part(folder: Path, file: HubFile, data: bytes) -> None:
    path = part_path(folder, file)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)


def _parts(folder: Path) -> list[str]:
    return [path.name for path in (folder / PARTS).iterdir()]


@pytest.mark.parametrize("path", [LARGE, SMALL])
def test_a_file_comes_under_its_name(
    fetch: Fetch, hub_server: HubServer, tmp_path: Path, path: str
) -> None:
    data = hub_server.commits[FIRST][path]
    assert fetch(path) == hashlib.sha256(data).hexdigest()
    assert (tmp_path / path).read_bytes() == data
    assert _parts(tmp_path) == []


def test_an_empty_file_needs_no_request(hub: Hub, hub_server: HubServer, tmp_path: Path) -> None:
    hub_server.commits[FIRST]["empty.json"] = b""
    [file] = [f for f in hub.listing(FIRST).files if f.path == "empty.json"]
    Transfer(hub, FIRST, file, tmp_path, CancelToken()).run(lambda *_: None, lambda *_: None)
    assert (tmp_path / "empty.json").read_bytes() == b""
    assert hub_server.content_requests == []


def test_cut_again_and_again_no_byte_comes_twice(
    fetch: Fetch, hub_server: HubServer, tmp_path: Path
) -> None:
    data = hub_server.commits[FIRST][LARGE]
    hub_server.faults.cuts = [1, 40_000, 10, 4096, 65_536, 3]
    fetch()
    assert (tmp_path / LARGE).read_bytes() == data
    assert hub_server.content_bytes == len(data)
    assert len(hub_server.content_requests) == 7


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.integers(1, 60_000), max_size=6))
def test_any_cuts_leave_the_file_whole(
    fetch: Fetch, hub_server: HubServer, tmp_path: Path, cuts: list[int]
) -> None:
    hub_server.faults.cuts = list(cuts)
    fetch()
    assert (tmp_path / LARGE).read_bytes() == hub_server.commits[FIRST][LARGE]
    (tmp_path / LARGE).unlink()


def test_what_came_is_kept_when_it_is_given_up(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    hub_server.faults.cuts = [50_000, 0, 0, 0]
    with pytest.raises(HubError, match="broke off"):
        fetch()
    assert not (tmp_path / LARGE).exists()
    assert kept_bytes(tmp_path, files[LARGE]) == 50_000
    hub_server.faults.cuts = []
    fetch()
    assert hub_server.content_requests[-1].range == "bytes=50000-"
    assert hub_server.content_bytes == files[LARGE].size


def test_wrong_bytes_are_refused_and_thrown_away(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    for path in (LARGE, SMALL):
        true = hub_server.commits[FIRST][path]
        hub_server.faults.content = {path: true[:-3] + b"!!!"}
        with pytest.raises(FileError, match="not what the hub lists"):
            fetch(path)
        assert not (tmp_path / path).exists()
        assert _parts(tmp_path) == []


def test_more_bytes_than_listed_are_refused(
    fetch: Fetch, hub_server: HubServer, tmp_path: Path
) -> None:
    hub_server.faults.content = {SMALL: hub_server.commits[FIRST][SMALL] + b"!"}
    with pytest.raises(FileError, match="more than it lists"):
        fetch(SMALL)
    assert not (tmp_path / SMALL).exists()
    assert _parts(tmp_path) == []


def test_fewer_bytes_than_listed_are_not_taken(
    fetch: Fetch, hub_server: HubServer, tmp_path: Path
) -> None:
    hub_server.faults.content = {SMALL: hub_server.commits[FIRST][SMALL][:-1]}
    with pytest.raises(FileError, match="less of it than it lists"):
        fetch(SMALL)
    assert not (tmp_path / SMALL).exists()
    assert len(hub_server.content_requests) == 2


def test_a_spoilt_part_is_fetched_anew_once(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    data = hub_server.commits[FIRST][LARGE]
    _put_part(tmp_path, files[LARGE], bytes(1000))
    fetch()
    assert (tmp_path / LARGE).read_bytes() == data
    assert hub_server.content_bytes == 2 * len(data) - 1000


@pytest.mark.parametrize("length", [300_000, 195_940])
def test_a_part_that_is_too_long_is_thrown_away(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path, length: int
) -> None:
    _put_part(tmp_path, files[LARGE], bytes(length))
    assert kept_bytes(tmp_path, files[LARGE]) == 0
    fetch()
    assert hub_server.content_bytes == files[LARGE].size


def test_a_part_that_is_whole_needs_no_request(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    _put_part(tmp_path, files[LARGE], hub_server.commits[FIRST][LARGE])
    fetch()
    assert hub_server.content_requests == []


@pytest.mark.parametrize("fault", ["no_range", "wrong_range"])
def test_a_server_that_knows_no_ranges_begins_anew(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path, fault: str
) -> None:
    setattr(hub_server.faults, fault, True)
    hub_server.faults.cuts = [50_000]
    fetch()
    assert (tmp_path / LARGE).read_bytes() == hub_server.commits[FIRST][LARGE]


@pytest.mark.parametrize("fault", ["no_range", "wrong_range"])
def test_a_server_that_cuts_and_knows_no_ranges_is_given_up(
    fetch: Fetch, hub_server: HubServer, fault: str
) -> None:
    setattr(hub_server.faults, fault, True)
    hub_server.faults.cuts = [50_000] * 100
    with pytest.raises(UserFacingError):
        fetch()
    assert len(hub_server.content_requests) < 15


def test_a_range_that_is_refused_begins_anew(
    fetch: Fetch, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    data = hub_server.commits[FIRST][LARGE]
    _put_part(tmp_path, files[LARGE], data[:1000])
    hub_server.faults.answers = [(416, {})]
    fetch()
    assert [seen.range for seen in hub_server.content_requests] == [""]
    hub_server.faults.always_416 = True
    with pytest.raises(FileError, match="less of it"):
        fetch(SMALL)


def test_a_short_rest_is_waited_for(fetch: Fetch, hub_server: HubServer) -> None:
    hub_server.faults.answers = [(429, {"Retry-After": "0"}), (503, {}), (500, {})][:2]
    fetch(SMALL)
    hub_server.faults.answers = [(429, {"Retry-After": "5"})]
    with pytest.raises(HubError, match="5 seconds"):
        fetch()


def test_a_stop_keeps_what_has_come(
    hub: Hub, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    cancel = CancelToken()

    def on_bytes(have: int, _: int) -> None:
        if have > 60_000:
            cancel.cancel()

    with pytest.raises(CancelledError):
        Transfer(hub, FIRST, files[LARGE], tmp_path, cancel).run(on_bytes, lambda *_: None)
    kept = kept_bytes(tmp_path, files[LARGE])
    assert 60_000 < kept < files[LARGE].size
    before = len(hub_server.content_requests)
    Transfer(hub, FIRST, files[LARGE], tmp_path, CancelToken()).run(
        lambda *_: None, lambda *_: None
    )
    assert [s.range for s in hub_server.content_requests[before:]] == [f"bytes={kept}-"]


def test_bytes_are_told_as_they_come(
    hub: Hub, hub_server: HubServer, files: dict[str, HubFile], tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    _put_part(tmp_path, files[LARGE], hub_server.commits[FIRST][LARGE][:1000])
    transfer = Transfer(hub, FIRST, files[LARGE], tmp_path, CancelToken())
    transfer.run(lambda have, came: told.append((have, came)), lambda *_: None)
    assert told[0] == (1000, 0)
    assert told[-1][0] == files[LARGE].size
    assert sum(came for _, came in told) == files[LARGE].size - 1000


def test_a_full_disk(fetch: Fetch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("medsdesk.hub.transfer._write", full)
    with pytest.raises(UserFacingError, match="is full"):
        fetch()


def test_a_file_stands_in_the_way_of_a_folder(fetch: Fetch, tmp_path: Path) -> None:
    (tmp_path / "MCQA").write_text("made up", encoding="utf-8")
    with pytest.raises(UserFacingError, match="cannot be written"):
        fetch(SMALL)


def test_a_file_on_the_disk_is_known_by_its_content(
    fetch: Fetch, files: dict[str, HubFile], tmp_path: Path
) -> None:
    assert matching_sha256(tmp_path / SMALL, files[SMALL], CancelToken()) is None
    sha256 = fetch(SMALL)
    assert matching_sha256(tmp_path / SMALL, files[SMALL], CancelToken()) == sha256
    (tmp_path / SMALL).write_bytes((tmp_path / SMALL).read_bytes()[:-1] + b"!")
    assert matching_sha256(tmp_path / SMALL, files[SMALL], CancelToken()) is None
