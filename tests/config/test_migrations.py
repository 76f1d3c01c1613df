"""Steps between schema versions, the copy of the old file, and the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsdesk.config.migrations import Migrations, Table
from medsdesk.core.errors import UserFacingError


def three_versions() -> Migrations:
    """Make a chain 1 -> 2 -> 4 with a gap at 3."""
    migrations = Migrations(4)

    @migrations.migrator(1, 2)
    def rename(values: Table) -> Table:
        values["rater"] = values.pop("user")
        return values

    @migrations.migrator(2, 4)
    def add(values: Table) -> Table:
        return {**values, "shots": 3}

    return migrations


def test_steps_are_taken_in_order() -> None:
    old = {"schema_version": 1, "user": "A"}
    assert three_versions().upgrade(old, 1) == {"schema_version": 4, "rater": "A", "shots": 3}
    assert old == {"schema_version": 1, "user": "A"}


def test_a_later_start_takes_fewer_steps() -> None:
    assert three_versions().upgrade({"user": "A"}, 2) == {
        "schema_version": 4,
        "user": "A",
        "shots": 3,
    }


def test_the_current_version_takes_none() -> None:
    assert three_versions().upgrade({}, 4) == {"schema_version": 4}


def test_a_gap_is_no_way() -> None:
    with pytest.raises(LookupError):
        three_versions().upgrade({}, 3)


@pytest.mark.parametrize(("old", "new"), [(1, 1), (2, 1), (3, 5), (1, 3)])
def test_a_step_that_fits_nowhere_is_refused(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no place"):
        three_versions().migrator(old, new)


def test_the_old_file_stays_beside_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"old\r\n")

    def rewrite() -> None:
        path.write_bytes(b"new")

    three_versions().migrate_file(path, 2, rewrite)
    assert path.read_bytes() == b"new"
    assert (tmp_path / "settings.toml.v2.bak").read_bytes() == b"old\r\n"


def test_a_failure_puts_the_old_file_back(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"old")

    def fail() -> None:
        path.write_bytes(b"half")
        raise KeyError("user")

    with pytest.raises(UserFacingError, match="brought up to date") as caught:
        three_versions().migrate_file(path, 1, fail)
    assert "unchanged" in caught.value.hint
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_without_a_copy_nothing_is_tried(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"old")
    (tmp_path / "settings.toml.v1.bak" / "settings.toml").mkdir(parents=True)
    with pytest.raises(UserFacingError, match="cannot be copied"):
        three_versions().migrate_file(path, 1, lambda: pytest.fail("must not run"))
    assert path.read_bytes() == b"old"
