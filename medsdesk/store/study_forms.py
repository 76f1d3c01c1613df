"""Forms made in this workspace; a study carries its forms in its plan."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from medsdesk.core.errors import UserFacingError
from medsdesk.store.workspace import Workspace


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A version of a form as it was added.

    Attributes:
        sha256: Fingerprint of its text.
        id: Its name.
        version: Its version.
        toml: Its text, whole.
        added_at: UTC time.
    """

    sha256: str
    id: str
    version: int
    toml: str
    added_at: str


def add_form(ws: Workspace, form: OwnForm) -> bool:
    """Store a version of a form.

    Returns:
        Whether it was new; the same text once more changes nothing.

    Raises:
        UserFacingError: When that version of the form is there with another text.
    """
    with ws.transaction():
        known = ws.db.execute(
            "SELECT sha256 FROM study_forms WHERE id = ? AND version = ?", (form.id, form.version)
        ).fetchone()
        if known is not None:
            if known[0] == form.sha256:
                return False
            raise UserFacingError(
                f"Version {form.version} of the form '{form.id}' is there with another text.",
                "Raise the form's version with every change.",
            )
        ws.db.table("study_forms").insert(msgspec.to_builtins(form))
    return True


def list_forms(ws: Workspace) -> tuple[OwnForm, ...]:
    """Return all versions of all forms, by name, the latest version first."""
    with ws.reading():
        rows = ws.db.query("SELECT * FROM study_forms ORDER BY id, version DESC")
        return tuple(msgspec.convert(row, OwnForm) for row in rows)
