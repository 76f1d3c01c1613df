"""Writes the answers of an evaluation to a file of the form that the user chooses."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.ui.bridge.file_writing import FileWriting
from medsdesk.ui.widgets.files import ask_save

if TYPE_CHECKING:
    from medsdesk.core.run_format import RunFormat
    from medsdesk.store.workspace import Workspace

KINDS: dict[str, RunFormat] = {
    "CSV with scores (*.csv)": "csv",
    "MedS-Bench CSV, the authors' four columns (*.csv)": "medsbench-csv",
    "JSON lines with everything (*.jsonl)": "jsonl",
}


class RunExporting(FileWriting):
    """Asks where to and in which form, and writes the answers of a run."""

    def ask(self, run_id: str) -> None:
        """Let the user name the file, then write a run's answers to it."""
        asked = ask_save(self._window, "Export answers", f"answers-{run_id[:8]}.csv", tuple(KINDS))
        if asked is not None:
            path, kind = asked
            self.write(run_id, path, KINDS[kind])

    def write(self, run_id: str, path: Path, form: RunFormat) -> None:
        """Write a run's answers."""

        def work(ws: Workspace) -> int:
            from medsdesk.services.export import export_run

            return export_run(ws, run_id, path, form)

        self._submit(path, work)
