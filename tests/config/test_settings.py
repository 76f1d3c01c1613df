"""Settings survive the disk; what is wrong in a file is said with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from medsdesk.config import settings as module
from medsdesk.config.migrations import Migrations, Table
from medsdesk.config.settings import Settings, load_settings, save_settings
from medsdesk.core.errors import UserFacingError

themes: st.SearchStrategy[Literal["system", "light", "dark", "contrast"]] = st.sampled_from(
    ["system", "light", "dark", "contrast"]
)
every_settings = st.builds(
    Settings,
    rater=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
    theme=themes,
    text_percent=st.integers(50, 300),
    context=st.integers(256, 1_048_576),
    max_new_tokens=st.integers(1, 32_768),
    gpu_layers=st.integers(-1, 10_000),
    threads=st.integers(0, 1024),
    model_id=st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    shots=st.none() | st.integers(0, 3),
    template=st.sampled_from(["medsbench", "own"]),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a place for a settings file."""
    return tmp_path / "settings.toml"


def test_the_standard_settings_hold_without_a_file(own_user: Path) -> None:
    assert load_settings() == Settings()
    assert not (own_user / "settings").exists()


def test_the_users_own_file_is_the_standard_place(own_user: Path) -> None:
    save_settings(Settings(rater="Dr. Ōe"))
    assert load_settings().rater == "Dr. Ōe"
    assert [p.name for p in (own_user / "settings").iterdir()] == ["settings.toml"]


@given(every_settings)
@hypothesis_settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50
)
def test_what_is_saved_is_loaded(tmp_path: Path, settings: Settings) -> None:
    save_settings(settings, tmp_path / "settings.toml")
    assert load_settings(tmp_path / "settings.toml") == settings


def test_a_choice_taken_back_is_forgotten(path: Path) -> None:
    save_settings(Settings(shots=3), path)
    save_settings(Settings(), path)
    assert load_settings(path).shots is None


@pytest.mark.parametrize("text", ["", "# only words\n", "schema_version = 1\n"])
def test_a_file_may_leave_everything_out(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == Settings()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('rater = "A"\ncontext = "big"\n', "context in line 2"),
        ("context = 255\n", "context in line 1"),
        ("context = 4096.0\n", "context in line 1"),
        ("\n\ntext_percent = 49", "text_percent in line 3"),
        ('theme = "green"', "theme in line 1"),
        ("shots = true", "shots in line 1"),
        ("shots = 4", "shots in line 1"),
        ("threads = 99999999999999999999", "threads in line 1"),
        ("gpu_layers = -2", "gpu_layers in line 1"),
        ("rater = []", "rater in line 1"),
        ("[model_id]\na = 1", "model_id in line 1"),
        ("\nschema_version = 0", "schema_version in line 2"),
        ('schema_version = "1"', "schema_version in line 1"),
        ("schema_version = true", "schema_version in line 1"),
        ("rater = \n", "broken in line 1"),
    ],
)
def test_a_wrong_value_is_named_with_file_and_line(path: Path, text: str, words: str) -> None:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UserFacingError) as caught:
        load_settings(path)
    assert words in caught.value.message
    assert str(path) in caught.value.message
    assert "standard settings" in caught.value.hint
    assert path.read_text(encoding="utf-8") == text


def test_unknown_keys_are_counted_and_left_out(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_text('secret = "words"\ncontext = 512\n[window]\nx = 1\n', encoding="utf-8")
    assert load_settings(path) == Settings(context=512)
    assert [r.getMessage() for r in caplog.records] == ["2 unknown settings were left out"]
    caplog.clear()


def test_a_newer_file_is_refused_and_kept(path: Path) -> None:
    path.write_text("schema_version = 2\nnew = 1\n", encoding="utf-8")
    with pytest.raises(UserFacingError, match="newer MedsDesk"):
        load_settings(path)
    assert path.read_text(encoding="utf-8") == "schema_version = 2\nnew = 1\n"


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        (Settings(context=1), "context"),
        (Settings(rater="\ud800"), "rater"),
        (Settings(model_id="\udfff"), "model_id"),
        (Settings(rater="x" * 201), "rater"),
        (Settings(shots=-1), "shots"),
    ],
)
def test_what_could_not_be_loaded_is_not_saved(path: Path, settings: Settings, key: str) -> None:
    save_settings(Settings(rater="kept"), path)
    with pytest.raises(UserFacingError, match=f"The setting {key} cannot be stored"):
        save_settings(settings, path)
    assert load_settings(path).rater == "kept"


def test_a_file_in_the_folders_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "user").touch()
    with pytest.raises(UserFacingError, match="cannot be made"):
        save_settings(Settings(), tmp_path / "user" / "settings.toml")


def test_a_file_that_cannot_be_replaced_is_said(path: Path) -> None:
    path.mkdir()
    with pytest.raises(UserFacingError, match="no file that can be written"):
        save_settings(Settings(), path)


class TestOlderFiles:
    """A file of schema version 1 met by a MedsDesk of schema version 2."""

    @pytest.fixture(autouse=True)
    def second_version(self, monkeypatch: pytest.MonkeyPatch) -> Migrations:
        migrations = Migrations(2)
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
        monkeypatch.setattr(module, "MIGRATIONS", migrations)
        return migrations

    def test_it_is_brought_up_to_date(self, path: Path, second_version: Migrations) -> None:
        @second_version.migrator(1, 2)
        def rename(values: Table) -> Table:
            values["rater"] = values.pop("user")
            return values

        path.write_text('user = "A"\ncontext = 512\n', encoding="utf-8")
        wanted = replace(Settings(rater="A", context=512), schema_version=2)
        assert load_settings(path) == wanted
        assert load_settings(path) == wanted
        backup = path.with_name("settings.toml.v1.bak")
        assert backup.read_text(encoding="utf-8") == 'user = "A"\ncontext = 512\n'

    @pytest.mark.parametrize("outcome", ["raises", "out of range"])
    def test_a_failing_step_changes_nothing(
        self, path: Path, second_version: Migrations, outcome: str
    ) -> None:
        @second_version.migrator(1, 2)
        def fail(values: Table) -> Table:
            if outcome == "raises":
                raise KeyError("user")
            return {**values, "context": 1}

        path.write_text("context = 512\n", encoding="utf-8")
        with pytest.raises(UserFacingError, match="brought up to date"):
            load_settings(path)
        assert path.read_text(encoding="utf-8") == "context = 512\n"
        assert list(path.parent.iterdir()) == [path]
