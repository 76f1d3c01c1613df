"""What a download asks and tells, in words; pure functions without Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.ui.evaluate.progress_words import time_left
from medsdesk.ui.wording import count, file_size

if TYPE_CHECKING:
    from medsdesk.hub.download import DownloadResult
    from medsdesk.hub.events import Chosen, Progress
    from medsdesk.services.download_tasks import Asked

BY_FILE = (
    "Without a network: download the files on another computer, carry their folder over, and add "
    "it here with 'Add folder'."
)
KEPT = "What has come is kept; Download goes on from there."


def question(asked: Asked) -> str:
    """Return what will be contacted and what is sent."""
    return (
        f"{asked.server} will be asked for the data set {asked.repository} of the Hugging Face "
        "hub. It is sent the names of the files you want and the name of this program, and nothing "
        "of yours: no text, no answer, no rating, no sign-in."
    )


def begun(event: Chosen) -> str:
    """Return what is to come."""
    there = f", {event.there:,} of them here already" if event.there else ""
    return f"{count(event.files, 'file')}, {file_size(event.size)}{there}."


def figures(progress: Progress) -> str:
    """Return bytes, speed and time left in one line."""
    parts = [f"{file_size(progress.done)} of {file_size(progress.of)}"]
    if progress.eta_seconds is not None:
        parts.append(f"{file_size(round(progress.bytes_per_second))}/s")
        if progress.done < progress.of:
            parts.append(f"{time_left(progress.eta_seconds)} left")
    return " · ".join(parts)


def outcome(result: DownloadResult) -> str:
    """Return what came of a download."""
    fetched = sum(file.fetched for file in result.files)
    parts = [f"{count(fetched, 'file')} fetched", f"{len(result.files) - fetched:,} here before"]
    if result.failures:
        parts.append(f"{len(result.failures):,} could not be had")
    if result.waiting:
        parts.append(f"{result.waiting:,} not fetched")
    told = f"{', '.join(parts)} (revision {result.commit[:12]})."
    return f"{told} {KEPT}" if result.waiting else told
