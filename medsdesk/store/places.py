"""Folders in which a database is not safe: network drives, and folders that a service syncs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from medsdesk.core.errors import UserFacingError

# SQLite's write-ahead log needs shared memory between all who open the file, which no network
# file system gives; two computers on one file would in time destroy it.
NETWORK_FILE_SYSTEMS = frozenset(
    {
        "afpfs", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2",
        "fuse.glusterfs", "fuse.gvfsd-fuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs",
        "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "remote", "smb2", "smb3", "smbfs", "webdav",
    }
)  # fmt: skip

# Such a service copies the database while it changes, without its log, and sends it away.
SYNC_SERVICES = (
    "onedrive", "dropbox", "google drive", "googledrive", "icloud drive", "icloudrive",
    "mobile documents", "cloudstorage", "nextcloud", "owncloud",
)  # fmt: skip


class Mount(NamedTuple):
    """One mounted file system: where it is and of what type."""

    point: str
    kind: str


def refuse_unsafe(folder: Path) -> None:
    """Refuse a folder in which clinical data would not be safe from loss.

    Raises:
        UserFacingError: When it is on a network drive or synced by a cloud service.
    """
    real = folder.resolve()
    if on_network(real, _mounts(real)):
        raise UserFacingError(
            f"The workspace {folder} is on a network drive, where ratings could be lost.",
            "Choose a folder on a disk of this computer.",
        )
    if sync_service(real) is not None:
        raise UserFacingError(
            f"The workspace {folder} is in a folder that a cloud service synchronises.",
            "Choose a folder that stays on this computer.",
        )


def refuse_unsafe_backup(file: Path) -> None:
    """Refuse a place for a backup that is not safe to write one to, or not private.

    Raises:
        UserFacingError: When it is on a network drive or synced by a cloud service.
    """
    real = file.parent.resolve()
    if on_network(real, _mounts(real)):
        raise UserFacingError(
            f"The folder {file.parent} is on a network drive, where a database cannot be written "
            "and checked safely.",
            "Back up to a disk of this computer, then copy the finished file there.",
        )
    if sync_service(real) is not None:
        raise UserFacingError(
            f"The folder {file.parent} is one that a cloud service synchronises: clinical texts "
            "would leave this computer.",
            "Choose a folder that stays on this computer.",
        )


def on_network(folder: PurePath, mounts: Sequence[Mount]) -> bool:
    """Return whether a folder is on another computer.

    Args:
        folder: Absolute and free of links.
        mounts: In the order they were mounted; of two at one point, the later one counts.
    """
    whole = str(folder).upper() if folder.drive else ""  # only Windows' paths have a drive
    if whole.startswith("\\\\?\\UNC\\"):
        return True
    if whole.startswith("\\\\") and not whole.startswith("\\\\?\\"):  # \\?\C:\ is a local disk
        return True
    above = [mount for mount in mounts if folder.is_relative_to(mount.point)]
    nearest = max(reversed(above), key=lambda mount: len(mount.point), default=None)
    return nearest is not None and nearest.kind.lower() in NETWORK_FILE_SYSTEMS


def sync_service(folder: PurePath) -> str | None:
    """Return the part of a path that names a cloud service's folder, or None."""
    for part in folder.parts:
        name = part.casefold()
        for service in SYNC_SERVICES:
            # Also "OneDrive - Hospital" and "OneDrive-Personal", yet not "onedrive_export".
            if name == service or name.startswith((f"{service} -", f"{service}-", f"{service} (")):
                return part
    return None


def _mounts(folder: Path) -> Sequence[Mount]:
    if sys.platform == "win32":  # pragma: no cover - a call that only Windows has
        import ctypes

        remote = 4
        if ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == remote:
            return [Mount(folder.anchor, "remote")]
        return []
    import psutil

    partitions: Callable[..., list[Any]] = psutil.disk_partitions
    try:
        return [Mount(p.mountpoint, p.fstype) for p in partitions(all=True)]
    except OSError:
        return []  # a table that cannot be read says nothing against the folder
