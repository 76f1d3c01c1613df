"""Where data is looked for and put: checkout, wheel, frozen app, portable folder, environment."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

import medsdesk
from medsdesk.config import paths
from medsdesk.core.errors import UserFacingError

PACKAGE = Path(medsdesk.__file__).resolve().parent


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the environment variables that the other tests are given."""
    monkeypatch.delenv("MEDSDESK_USER_DIR")
    monkeypatch.delenv("MEDSDESK_WORKSPACE")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend that the interpreter lies in an empty folder."""
    folder = tmp_path / "program"
    folder.mkdir()
    monkeypatch.setattr(sys, "executable", str(folder / "medsdesk.exe"))
    return folder


def test_a_checkout_has_its_data_beside_the_package() -> None:
    assert paths.resource("tasks/labels.toml") == PACKAGE.parent / "resources/tasks/labels.toml"
    assert paths.models_resource("catalogue.toml") == PACKAGE.parent / "models/catalogue.toml"
    assert paths.resource("tasks").is_dir()


def test_a_wheel_has_its_data_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site-packages" / "medsdesk"
    (package / "_resources").mkdir(parents=True)
    (package / "_models").mkdir()
    monkeypatch.setattr(medsdesk, "__file__", str(package / "__init__.py"))
    assert paths.resource("a/b.toml") == package / "_resources" / "a" / "b.toml"
    assert paths.models_resource("c") == package / "_models" / "c"


def test_a_frozen_app_has_its_data_where_it_was_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert paths.resource("x") == tmp_path / "medsdesk" / "_resources" / "x"
    assert paths.models_resource("y") == tmp_path / "medsdesk" / "_models" / "y"


@pytest.mark.usefixtures("bare", "program")
def test_the_system_names_the_folders_where_nobody_else_does() -> None:
    assert paths.user_dir() == platformdirs.user_config_path("medsdesk", appauthor=False)
    assert paths.log_dir() == platformdirs.user_log_path("medsdesk", appauthor=False)
    data = platformdirs.user_data_path("medsdesk", appauthor=False)
    assert paths.workspace_dir(None) == data / "workspace"


def test_the_environment_names_the_folders(own_user: Path) -> None:
    assert paths.user_dir() == own_user / "settings"
    assert paths.log_dir() == own_user / "settings" / "logs"
    assert paths.workspace_dir(None) == own_user / "workspace"
    assert paths.workspace_dir("") == own_user / "workspace"


def test_the_argument_outranks_the_environment(tmp_path: Path) -> None:
    assert paths.workspace_dir(str(tmp_path / "mine")) == tmp_path / "mine"


@pytest.mark.usefixtures("bare")
def test_a_marker_beside_the_program_makes_it_portable(program: Path) -> None:
    (program / "medsdesk-portable").touch()
    assert paths.user_dir() == program / "medsdesk-data" / "settings"
    assert paths.log_dir() == program / "medsdesk-data" / "settings" / "logs"
    assert paths.workspace_dir(None) == program / "medsdesk-data" / "workspace"


@pytest.mark.usefixtures("bare")
def test_a_folder_of_the_markers_name_is_no_marker(program: Path) -> None:
    (program / "medsdesk-portable").mkdir()
    assert program not in paths.workspace_dir(None).parents


def test_the_environment_outranks_the_marker(program: Path, own_user: Path) -> None:
    (program / "medsdesk-portable").touch()
    assert paths.user_dir() == own_user / "settings"
    assert paths.workspace_dir(None) == own_user / "workspace"


@pytest.mark.usefixtures("bare")
def test_beside_the_program_is_beside_the_bundle_on_macos(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "MedsDesk.app" / "Contents" / "MacOS" / "medsdesk"
    monkeypatch.setattr(sys, "executable", str(inside))
    (tmp_path / "medsdesk-portable").touch()
    assert paths.workspace_dir(None) == tmp_path / "medsdesk-data" / "workspace"


def test_relative_folders_become_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MEDSDESK_USER_DIR", "user")
    assert paths.workspace_dir("desk") == tmp_path / "desk"
    assert paths.user_dir() == tmp_path / "user"


def test_a_tilde_is_the_home_folder() -> None:
    assert paths.workspace_dir("~/desk") == Path.home() / "desk"


def test_an_unknown_home_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: Path) -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "expanduser", unknown)
    with pytest.raises(UserFacingError, match="home folder") as caught:
        paths.workspace_dir("~nobody/desk")
    assert "full path" in caught.value.hint


def test_the_site_policy_lies_where_no_variable_has_a_say(monkeypatch: pytest.MonkeyPatch) -> None:
    path = paths.system_policy_file()
    for name in ("XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "PROGRAMDATA", "HOME", "MEDSDESK_USER_DIR"):
        monkeypatch.setenv(name, "/elsewhere")
    assert paths.system_policy_file() == path
    assert path.is_absolute()
    assert path.name == "policy.toml"
