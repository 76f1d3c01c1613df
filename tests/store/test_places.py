"""Which folders are refused for a database, and which are not."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import psutil
import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.store.places import (
    NETWORK_FILE_SYSTEMS,
    Mount,
    on_network,
    refuse_unsafe,
    refuse_unsafe_backup,
    sync_service,
)
from medsdesk.store.workspace import open_workspace

MOUNTS = [
    Mount("/", "ext4"),
    Mount("/data", "nfs4"),
    Mount("/data/ada/disk", "xfs"),
    Mount("/mnt/share", "cifs"),
    Mount("/Volumes/team", "smbfs"),
    Mount("/net", "autofs"),
    Mount("/over", "ext4"),
    Mount("/over", "fuse.sshfs"),
    Mount("Z:\\", "remote"),
    *(Mount(f"/kinds/{kind}", kind) for kind in sorted(NETWORK_FILE_SYSTEMS)),
    *(Mount(f"/kinds/{kind}", kind) for kind in ("apfs", "btrfs", "ext4", "tmpfs", "zfs")),
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PurePosixPath("/srv/notes"), False),
        (PurePosixPath("/data/ada/work"), True),
        (PurePosixPath("/data"), True),
        (PurePosixPath("/databank/ada"), False),
        (PurePosixPath("/data/ada/disk/work"), False),
        (PurePosixPath("/mnt/share/work"), True),
        (PurePosixPath("/Volumes/team/work"), True),
        (PurePosixPath("/net/work"), False),
        (PurePosixPath("/over/work"), True),
        (PureWindowsPath(r"C:\Users\ada\work"), False),
        (PureWindowsPath(r"\\server\share\work"), True),
        (PureWindowsPath("//server/share/work"), True),
        (PureWindowsPath(r"\\?\UNC\server\share\work"), True),
        (PureWindowsPath(r"\\?\unc\server\share\work"), True),
        (PureWindowsPath(r"\\?\C:\Users\ada\work"), False),
        (PureWindowsPath(r"Z:\work"), True),
    ],
)
def test_network_drives(path: PurePath, expected: bool) -> None:
    assert on_network(path, MOUNTS) is expected


@pytest.mark.parametrize("kind", sorted(NETWORK_FILE_SYSTEMS))
def test_every_network_file_system_is_known_in_any_case(kind: str) -> None:
    assert on_network(PurePosixPath(f"/kinds/{kind}/work"), MOUNTS)
    assert on_network(PurePosixPath("/x/work"), [Mount("/", "ext4"), Mount("/x", kind.upper())])


@pytest.mark.parametrize("kind", ["apfs", "btrfs", "ext4", "tmpfs", "zfs"])
def test_a_disk_of_this_computer_is_none(kind: str) -> None:
    assert not on_network(PurePosixPath(f"/kinds/{kind}/work"), MOUNTS)


def test_backups_are_refused_there_too_with_a_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_unsafe_backup(tmp_path / "kept.sqlite")
    with pytest.raises(UserFacingError, match="clinical texts would leave"):
        refuse_unsafe_backup(tmp_path / "OneDrive" / "kept.sqlite")

    class Partition:
        mountpoint = str(tmp_path.resolve())
        fstype = "nfs"

    def partitions(**_options: Any) -> list[Partition]:
        return [Partition()]

    monkeypatch.setattr(psutil, "disk_partitions", partitions)
    with pytest.raises(UserFacingError, match="network drive") as caught:
        refuse_unsafe_backup(tmp_path / "kept.sqlite")
    assert "copy the finished file" in caught.value.hint


def test_an_unknown_drive_is_not_held_against_a_folder() -> None:
    assert not on_network(PurePosixPath("/somewhere"), [])


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PureWindowsPath(r"C:\Users\ada\OneDrive\work"), "OneDrive"),
        (PureWindowsPath(r"C:\Users\ada\OneDrive - City Hospital\w"), "OneDrive - City Hospital"),
        (PurePosixPath("/data/ada/Dropbox/w"), "Dropbox"),
        (PurePosixPath("/data/ada/Dropbox (Team)/w"), "Dropbox (Team)"),
        (PurePosixPath("/disk/ada/Library/Mobile Documents/x/w"), "Mobile Documents"),
        (PurePosixPath("/disk/ada/Library/CloudStorage/GoogleDrive-a/w"), "CloudStorage"),
        (PurePosixPath("/srv/GoogleDrive-ada/w"), "GoogleDrive-ada"),
        (PurePosixPath("/data/ada/onedrive_export/w"), None),
        (PurePosixPath("/data/ada/Documents/w"), None),
    ],
)
def test_synced_folders(path: PurePath, expected: str | None) -> None:
    assert sync_service(path) == expected


def test_a_synced_folder_is_refused_and_not_made(tmp_path: Path) -> None:
    folder = tmp_path / "Dropbox" / "work"
    with pytest.raises(UserFacingError, match="cloud service"):
        open_workspace(folder)
    assert not folder.exists()


def test_a_network_drive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test can mount a file server, so the machine's table of mounts is replaced.
    class Partition:
        mountpoint = str(tmp_path.resolve())
        fstype = "nfs4"

    def partitions(**_options: Any) -> list[Partition]:
        return [Partition()]

    monkeypatch.setattr(psutil, "disk_partitions", partitions)
    with pytest.raises(UserFacingError, match="network drive") as caught:
        open_workspace(tmp_path / "work")
    assert "this computer" in caught.value.hint


def test_an_unreadable_mount_table_is_no_reason_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def partitions(**_options: Any) -> list[Any]:
        raise PermissionError

    monkeypatch.setattr(psutil, "disk_partitions", partitions)
    refuse_unsafe(tmp_path)
