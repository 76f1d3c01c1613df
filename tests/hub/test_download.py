"""Chosen files come into one folder at one commit, and nothing comes twice."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.hub.events import (
    Asking,
    Chosen,
    DownloadEvent,
    FileDone,
    FileFailed,
    Progress,
    Waiting,
)
from medsdesk.hub.faults import HubError
from medsdesk.hub.record import RECORD_NAME, load_record
from medsdesk.hub.repository import Repository
from medsdesk.hub.transfer import PARTS
from tests.hub.conftest import LARGE, SMALL, MakeDownload
from tests.hub_server import FIRST, REPOSITORY, SECOND, HubServer, task_bytes


def test_everything_comes_once(make: MakeDownload, hub_server: HubServer, tmp_path: Path) -> None:
    content = hub_server.commits[FIRST]
    done = make().run()
    assert (done.commit, done.revision, done.repository) == (FIRST, "main", REPOSITORY)
    assert (done.failures, done.waiting) == ((), 0)
    assert {f.path for f in done.files} == set(content)
    for path, data in content.items():
        assert (tmp_path / "bench" / path).read_bytes() == data
    assert all(f.sha256 == hashlib.sha256(content[f.path]).hexdigest() for f in done.files)
    assert done.bytes_fetched == hub_server.content_bytes == sum(map(len, content.values()))
    again = make().run()
    assert again.bytes_fetched == 0
    assert not any(file.fetched for file in again.files)
    assert hub_server.content_bytes == done.bytes_fetched
    assert not (tmp_path / "bench" / PARTS).exists()


def test_the_record_names_commit_and_files(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    make(SMALL).run()
    make(LARGE).run()
    record = load_record(tmp_path / "bench")
    assert record is not None
    assert (record.repository, record.revision, record.commit) == (REPOSITORY, "main", FIRST)
    assert record.served_by == hub_server.url.removeprefix("http://")
    assert [entry.path for entry in record.files] == [LARGE, SMALL]


def test_what_is_told(
    make: MakeDownload, hub_server: HubServer, events: list[DownloadEvent]
) -> None:
    make(SMALL).run()
    events.clear()
    hub_server.faults.answers = [(503, {})]
    make(SMALL, LARGE).run()
    kinds = [type(event) for event in events]
    assert kinds[:3] == [Asking, Waiting, Chosen]
    chosen = next(event for event in events if isinstance(event, Chosen))
    size = sum(len(hub_server.commits[FIRST][path]) for path in (SMALL, LARGE))
    assert chosen == Chosen(FIRST, 2, size, 1, 0)
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert (last.path, last.done, last.of) == (LARGE, size, size)
    assert [e for e in events if isinstance(e, FileDone)] == [
        FileDone(LARGE, 1, 2),
        FileDone(SMALL, 2, 2),
    ]


def test_a_folder_stays_at_its_commit(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    """An interrupted download goes on with the same files, though the branch has moved."""
    hub_server.faults.cuts = [50_000, 0, 0, 0]
    with pytest.raises(HubError):
        make(LARGE).run()
    first = hub_server.commits[FIRST]
    hub_server.commits[SECOND] = {**first, LARGE: task_bytes("task12", 3001)}
    hub_server.branches["main"] = SECOND
    hub_server.faults.cuts = []
    done = make(LARGE, SMALL).run()
    assert done.commit == FIRST
    assert (tmp_path / "bench" / LARGE).read_bytes() == first[LARGE]
    assert hub_server.content_bytes == len(first[LARGE]) + len(first[SMALL])
    with pytest.raises(UserFacingError, match="not mixed") as caught:
        make(revision="main").run()
    assert "--to" in caught.value.hint
    assert make(revision=FIRST).run().commit == FIRST
    elsewhere = make(LARGE, revision="main", folder=tmp_path / "newer").run()
    assert elsewhere.commit == SECOND


def test_a_file_of_ones_own_is_never_overwritten(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path, events: list[DownloadEvent]
) -> None:
    own = tmp_path / "bench" / SMALL
    own.parent.mkdir(parents=True)
    own.write_text("mine", encoding="utf-8")
    done = make(SMALL, LARGE).run()
    assert own.read_text(encoding="utf-8") == "mine"
    assert [failed.path for failed in done.failures] == [SMALL]
    assert "move it away" in done.failures[0].error
    assert [file.path for file in done.files] == [LARGE]
    assert FileFailed(SMALL, done.failures[0].error) in events


def test_files_brought_by_hand_count(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    path = tmp_path / "bench" / SMALL
    path.parent.mkdir(parents=True)
    path.write_bytes(hub_server.commits[FIRST][SMALL])
    done = make(SMALL).run()
    assert (done.bytes_fetched, done.files[0].fetched) == (0, False)
    record = load_record(tmp_path / "bench")
    assert record is not None
    assert record.files[0].sha256 == done.files[0].sha256


def test_names_that_leave_the_folder_are_refused(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    hub_server.commits[FIRST] = {"../out.json": b"x", "a/NUL": b"y", "good.json": b"z"}
    done = make().run()
    assert sorted(failed.path for failed in done.failures) == ["../out.json", "a/NUL"]
    assert [file.path for file in done.files] == ["good.json"]
    assert not (tmp_path / "out.json").exists()


def test_one_wrong_file_hides_nothing_about_the_others(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    hub_server.faults.content = {LARGE: bytes(len(hub_server.commits[FIRST][LARGE]))}
    done = make(LARGE, SMALL).run()
    assert [failed.path for failed in done.failures] == [LARGE]
    assert [file.path for file in done.files] == [SMALL]
    assert not (tmp_path / "bench" / LARGE).exists()
    record = load_record(tmp_path / "bench")
    assert record is not None
    assert [entry.path for entry in record.files] == [SMALL]


def test_a_stop_leaves_the_rest_waiting(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    cancel = CancelToken()

    def on_event(event: DownloadEvent) -> None:
        if isinstance(event, Progress):
            cancel.cancel()

    hub_server.faults.seconds_per_chunk = 0.002
    done = make(LARGE, SMALL, cancel=cancel, on_event=on_event).run()
    assert (done.files, done.failures, done.waiting) == ((), (), 2)
    hub_server.faults.seconds_per_chunk = 0
    assert make(LARGE, SMALL).run().waiting == 0
    total = sum(len(hub_server.commits[FIRST][path]) for path in (LARGE, SMALL))
    assert hub_server.content_bytes < total + 400_000
    assert (tmp_path / "bench" / LARGE).is_file()


def test_a_stop_before_anything_is_known(make: MakeDownload, hub_server: HubServer) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        make(cancel=cancel).run()
    assert hub_server.seen == []


def test_a_disk_without_room_is_told_before_a_byte_comes(
    make: MakeDownload, hub_server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=64 * 1024 * 1024))
    with pytest.raises(UserFacingError, match="has room for 64 MiB only"):
        make().run()
    assert hub_server.content_requests == []


def test_two_downloads_do_not_share_a_folder(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    parts = tmp_path / "bench" / PARTS
    parts.mkdir(parents=True)
    with FileLock(parts / "lock"), pytest.raises(UserFacingError, match="under way"):
        make().run()
    assert hub_server.content_requests == []


def test_a_folder_that_is_none(make: MakeDownload, hub_server: HubServer, tmp_path: Path) -> None:
    (tmp_path / "bench").write_text("made up", encoding="utf-8")
    with pytest.raises(UserFacingError, match="cannot be written"):
        make().run()


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="this user may write everywhere"
)
def test_a_folder_that_may_not_be_written(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UserFacingError, match="cannot be written"):
        make().run()
    tmp_path.chmod(0o700)


def test_a_folder_of_another_repository(
    make: MakeDownload, hub_server: HubServer, tmp_path: Path
) -> None:
    make(SMALL).run()
    path = tmp_path / "bench" / RECORD_NAME
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(values | {"repository": "Other/One"}), encoding="utf-8")
    with pytest.raises(UserFacingError, match="holds files of Other/One"):
        make().run()


def test_a_repository_of_another_kind_is_asked_for_at_its_own_place(
    make: MakeDownload, hub_server: HubServer
) -> None:
    model = Repository("Owner/Model", "model", "or by file")
    with pytest.raises(HubError, match="no repository Owner/Model"):
        make(repository=model).run()
    assert hub_server.seen[-1].path.startswith("/api/models/Owner/Model/revision/main")
