"""Write ratings as a folder with all that is needed to understand and to check them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medsdesk.config.files import new_folder
from medsdesk.core.rating_export import RATING_SHAPES, RatingFormat, RatingProfile, RatingShape
from medsdesk.services.codebook import CODEBOOK_COLUMNS, codebook
from medsdesk.services.csv_tables import write_rows
from medsdesk.services.export_manifest import manifest, sums
from medsdesk.services.export_ratings import RatingExport, file_sha256, note_export, notes
from medsdesk.services.gather_ratings import RatingSet, gather_ratings
from medsdesk.services.rating_workbook import write_workbook
from medsdesk.services.redcap_dictionary import DICTIONARY_COLUMNS, redcap_project
from medsdesk.services.redcap_records import redcap_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from medsdesk.services.spreadsheet import Cell
    from medsdesk.store.workspace import Workspace

CODEBOOK, MANIFEST, SUMS = "codebook.csv", "manifest.json", "SHA256SUMS"
WORKBOOK = "ratings.xlsx"
DICTIONARY, RECORDS = "redcap-dictionary.csv", "redcap-import.csv"
REDCAP_NOTE = (
    "In REDCap upload the dictionary first, make every instrument whose name begins with form_ a "
    "repeating one, and then import the records."
)
_Counts = dict[str, dict[str, int]]


def package_ratings(
    ws: Workspace,
    folder: Path,
    *,
    form: RatingFormat = "csv",
    profile: RatingProfile = "full",
    bom: bool = False,
    actor: str = "",
) -> RatingExport:
    """Write every current rating long and wide, a codebook, a manifest, and checksums of all.

    The folder is there whole with its row of the trail, or neither is. The same ratings make the
    same bytes.

    Args:
        ws: The workspace.
        folder: Is made; one that is there is never replaced.
        form: Of the files with ratings.
        profile: What to leave out.
        bom: Put a byte order mark first into CSV files, for Excel; never in those for REDCap.
        actor: Who does it; the account's name unless given.

    Raises:
        UserFacingError: The folder is there already, or cannot be written.
    """
    found = gather_ratings(ws, profile)
    record = manifest(ws, found)
    said = list(notes(found))
    with new_folder(folder) as part:
        counts: _Counts = {}
        if form == "xlsx":
            said += write_workbook(part / WORKBOOK, found, record, RATING_SHAPES, said)
        elif form == "redcap":
            counts = _write_redcap(part, found)
            said.append(REDCAP_NOTE)
        else:
            counts = _write_csv(part, found, record, bom=bom)
        hashes = _seal(part, counts, record)
        told = {"format": form, "package": True, "file_sha256": hashes[MANIFEST]}
        note_export(ws, found, told, actor)
    return RatingExport(str(folder), len(found.rows), profile, tuple(said))


def _write_csv(part: Path, found: RatingSet, record: dict[str, Any], *, bom: bool) -> _Counts:
    """Write both tables and their codebook; return rows and columns of each."""
    tables = {_name(shape): _whole(found, shape) for shape in RATING_SHAPES}
    book = codebook(found, tables, record["metrics"])
    counts = {}
    for name, (header, rows) in {**tables, CODEBOOK: (CODEBOOK_COLUMNS, book)}.items():
        counts[name] = _write_table(part / name, header, rows, bom=bom)
    return counts


def _write_redcap(part: Path, found: RatingSet) -> _Counts:
    """Write the dictionary, which is the codebook here too, and the records that fit it."""
    project = redcap_project(found)
    fields = [each.row() for each in project.fields()]
    return {
        DICTIONARY: _write_table(part / DICTIONARY, DICTIONARY_COLUMNS, fields, bom=False),
        RECORDS: _write_table(part / RECORDS, *redcap_table(found.rows, project), bom=False),
    }


def _whole(found: RatingSet, shape: RatingShape) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    header, rows = found.table(shape)
    return header, list(rows)


def _name(shape: RatingShape) -> str:
    return f"ratings-{shape}.csv"


def _write_table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[Cell]], *, bom: bool
) -> dict[str, int]:
    with path.open("w", encoding="utf-8-sig" if bom else "utf-8", newline="") as file:
        return {"rows": write_rows(file, header, rows), "columns": len(header)}


def _seal(part: Path, counts: _Counts, record: dict[str, Any]) -> dict[str, str]:
    """Write the manifest, which has the checksums of the files, and the checksums of all."""
    files = {
        name: {**counts.get(name, {}), "bytes": (part / name).stat().st_size, "sha256": sha256}
        for name, sha256 in _hashes(part).items()
    }
    text = json.dumps({**record, "files": files}, ensure_ascii=False, indent=2) + "\n"
    (part / MANIFEST).write_text(text, encoding="utf-8", newline="\n")
    hashes = _hashes(part)
    (part / SUMS).write_text(sums(hashes), encoding="utf-8", newline="\n")
    return hashes


def _hashes(part: Path) -> dict[str, str]:
    return {path.name: file_sha256(path) for path in sorted(part.iterdir())}
