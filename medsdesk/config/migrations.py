"""Brings older settings up to date, with a copy of the old file and a way back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medsdesk.core.errors import UserFacingError

Table = dict[str, Any]
Migrator = Callable[[Table], Table]


class Migrations:
    """The steps from each older schema version of the settings to the next.

    Args:
        current: Version that this MedsDesk reads and writes.
    """

    def __init__(self, current: int) -> None:
        self.current = current
        self._steps: dict[int, tuple[int, Migrator]] = {}

    def migrator(self, old: int, new: int) -> Callable[[Migrator], Migrator]:
        """Register the decorated function as the step between two versions."""
        if not old < new <= self.current or old in self._steps:
            raise ValueError(f"no place for a step from {old} to {new}")

        def register(step: Migrator) -> Migrator:
            self._steps[old] = (new, step)
            return step

        return register

    def upgrade(self, values: Table, version: int) -> Table:
        """Return the values in the current version; the given table stays as it is.

        Raises:
            LookupError: No step starts at a version on the way.
        """
        upgraded = dict(values)
        while version < self.current:
            version, step = self._steps[version]
            upgraded = step(upgraded)
        return {**upgraded, "schema_version": self.current}

    def migrate_file(self, path: Path, version: int, rewrite: Callable[[], None]) -> None:
        """Rewrite a settings file of an older version; a copy of the old one stays beside it.

        Args:
            path: The file.
            version: Its schema version.
            rewrite: Upgrades, checks and writes it.

        Raises:
            UserFacingError: It could not be done; the file is as it was before.
        """
        backup = path.with_name(f"{path.name}.v{version}.bak")
        try:
            shutil.copy2(path, backup)
        except OSError as error:
            raise UserFacingError(
                f"The older settings file {path} cannot be copied before it is brought up to date.",
                "Check that its folder can be written to and that the disk is not full.",
            ) from error
        try:
            rewrite()
        except Exception as error:
            backup.replace(path)
            raise UserFacingError(
                f"The settings file {path} of an older MedsDesk could not be brought up to date.",
                "It is unchanged; move it elsewhere to start with the standard settings.",
            ) from error
