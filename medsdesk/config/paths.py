"""Where MedsDesk finds its own data and where it puts the user's."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

import medsdesk
from medsdesk.core.errors import UserFacingError

PORTABLE_MARKER = "medsdesk-portable"
PORTABLE_DATA = "medsdesk-data"
APP_NAME = "medsdesk"
POLICY = "policy.toml"
_POLICY_FOLDER = "MedsDesk"
_SHELL_FOLDERS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders"


def resource(name: str) -> Path:
    """Return the path of a file or folder of ours below ``resources/``; it may not exist."""
    return _data_root("_resources", "resources") / name


def models_resource(name: str) -> Path:
    """Return the path of a file or folder of ours below ``models/``; it may not exist."""
    return _data_root("_models", "models") / name


def user_dir() -> Path:
    """Return the absolute folder of the user's settings; it may not exist yet."""
    if chosen := os.environ.get("MEDSDESK_USER_DIR"):
        return _absolute(chosen)
    if portable := _portable_dir():
        return portable / "settings"
    return platformdirs.user_config_path(APP_NAME, appauthor=False)


def log_dir() -> Path:
    """Return the absolute folder of the log files; it may not exist yet."""
    if os.environ.get("MEDSDESK_USER_DIR") or _portable_dir():
        return user_dir() / "logs"
    return platformdirs.user_log_path(APP_NAME, appauthor=False)


def system_policy_file() -> Path:
    """Return where this system keeps the site policy; it may not exist.

    No environment variable has a say in it, so that a user cannot name another place.
    """
    if sys.platform == "win32":
        import winreg

        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _SHELL_FOLDERS) as key:
            return Path(winreg.QueryValueEx(key, "Common AppData")[0]) / _POLICY_FOLDER / POLICY
    if sys.platform == "darwin":
        return Path("/Library/Application Support") / _POLICY_FOLDER / POLICY
    return Path("/etc") / APP_NAME / POLICY


def workspace_dir(chosen: str | None) -> Path:
    """Return the absolute folder of the workspace; it may not exist yet.

    Args:
        chosen: What the user asked for; else the environment variable MEDSDESK_WORKSPACE
            counts, else the folder beside a portable program, else the user's data folder.

    Raises:
        UserFacingError: The folder begins with ``~`` and there is no such home folder.
    """
    if named := chosen or os.environ.get("MEDSDESK_WORKSPACE"):
        return _absolute(named)
    if portable := _portable_dir():
        return portable / "workspace"
    return platformdirs.user_data_path(APP_NAME, appauthor=False) / "workspace"


def _data_root(packaged: str, checkout: str) -> Path:
    """Return the folder with our data: inside a frozen app or a wheel, or in a checkout."""
    # PyInstaller's own name for the folder where it put our package; absent elsewhere.
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(frozen) / "medsdesk" if frozen else Path(medsdesk.__file__).resolve().parent
    inside = package / packaged
    return inside if frozen or inside.is_dir() else package.parent / checkout


def _program_dir() -> Path:
    """Return the folder the program lies in: of the frozen app, else of the interpreter."""
    folder = Path(sys.executable).absolute().parent
    # On macOS the program is three folders deep in a bundle that looks like one file.
    bundle = folder.parent.parent
    return bundle.parent if bundle.suffix == ".app" else folder


def _portable_dir() -> Path | None:
    """Return the data folder beside the program where the marker file asks for it."""
    folder = _program_dir()
    return folder / PORTABLE_DATA if (folder / PORTABLE_MARKER).is_file() else None


def _absolute(named: str) -> Path:
    try:
        return Path(named).expanduser().absolute()
    except RuntimeError as error:
        raise UserFacingError(
            f"The folder {named} names a home folder that this computer does not know.",
            "Give the full path of the folder instead.",
        ) from error
