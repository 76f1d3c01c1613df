"""The verb ``tasks download``: MedS-Bench from the Hugging Face hub, when asked to."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from medsdesk.cli import desk, show
from medsdesk.cli.live_line import LiveLine, time_left
from medsdesk.cli.show import DONE, SOME_FAILED
from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.hub.download import DownloadResult
    from medsdesk.hub.events import Chosen, DownloadEvent, Progress

_LINE_SECONDS = 10  # between lines of progress, where there is no terminal to keep one up to date


def tasks_download(args: argparse.Namespace) -> int:
    """Download MedS-Bench task files from the Hugging Face hub, resumable at any moment."""
    from medsdesk.services.download_tasks import DownloadRequest, download_tasks, standard_folder

    check_options(("--to", args.to), ("--revision", args.revision))
    folder = Path(args.to) if args.to else standard_folder(desk.workspace_dir(args))
    request = DownloadRequest(folder, tuple(args.names), args.revision)
    teller = Teller(sys.stderr)
    with desk.stoppable() as cancel, told_to_its_end(teller):
        result = download_tasks(request, teller, cancel)
    if args.json:
        show.document(result_document(result))
    else:
        _print(result)
    return _outcome(result)


@contextmanager
def told_to_its_end(teller: Teller) -> Iterator[None]:
    """End the line of progress; say of a download that was broken off that it can go on."""
    try:
        yield
    except (UserFacingError, CancelledError, KeyboardInterrupt):
        teller.end_line()
        if teller.begun:
            show.say("What has come is kept; the same command goes on from there.")
        raise
    teller.end_line()


def check_options(*options: tuple[str, str | None]) -> None:
    """Refuse an option that stands there with nothing in it.

    Raises:
        UserFacingError: One does.
    """
    for option, value in options:
        if value is not None and not value.strip():
            raise UserFacingError(f"Nothing stands after {option}.", "Give it, or leave it out.")


class Teller:
    """Tells on standard error how a download goes.

    On a terminal one line is kept up to date; elsewhere a line is written every ten seconds.

    Args:
        stream: Where to tell.
        clock: Seconds that only go forward.
    """

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self.begun = False
        self._out = LiveLine(stream)
        self._clock = clock
        self._told = clock()

    def __call__(self, event: DownloadEvent) -> None:
        """Tell of an event, where it is worth a line."""
        from medsdesk.hub import events

        match event:
            case events.Asking(repository=repository, server=server):
                self._out.write(f"Asking {server} for {repository} …")
            case events.Chosen():
                self.begun = True
                self._out.write(_chosen(event))
            case events.Progress():
                self._progress(event)
            case events.Waiting(seconds=seconds, reason=reason):
                self._out.write(f"{reason} Trying again in {seconds:.0f} s.")
            case events.FileDone(path=path, number=number, of=of):
                self._out.write(f"{number} of {of}: {path}")
            case events.FileFailed(path=path, error=error):
                self._out.write(f"{path}: {error}")

    def end_line(self) -> None:
        """Take back the line that is kept up to date."""
        self._out.end()

    def _progress(self, progress: Progress) -> None:
        if self._out.live:
            self._out.show(progress_line(progress))
        elif self._clock() - self._told >= _LINE_SECONDS:
            self._told = self._clock()
            self._out.write(progress_line(progress))


def progress_line(progress: Progress) -> str:
    """Return how far and how fast in one line."""
    line = f"{size(progress.done)} of {size(progress.of)}"
    if progress.eta_seconds is None:
        return line
    return f"{line}, {size(progress.bytes_per_second)}/s, {time_left(progress.eta_seconds)}"


def size(count: float) -> str:
    """Return a number of bytes in words, such as ``3.4 MiB``."""
    for unit, least in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if count >= least:
            return f"{count / least:.1f} {unit}"
    return "1 byte" if count == 1 else f"{count:.0f} bytes"


def result_document(result: DownloadResult) -> dict[str, object]:
    """Return the document of ``medsdesk tasks download --json``."""
    files = [
        {
            "path": file.path,
            "file": str(result.folder / file.path),
            "size": file.size,
            "sha256": file.sha256,
            "fetched": file.fetched,
        }
        for file in result.files
    ]
    return {
        "repository": result.repository,
        "revision": result.revision,
        "commit": result.commit,
        "folder": str(result.folder),
        "files": files,
        "failures": [{"path": f.path, "error": f.error} for f in result.failures],
        "waiting": result.waiting,
        "bytes_fetched": result.bytes_fetched,
        "seconds": round(result.seconds, 3),
    }


def _chosen(event: Chosen) -> str:
    files = "1 file" if event.files == 1 else f"{event.files} files"
    there = f"; {event.there} are there already" if event.there else ""
    kept = f"; going on after {size(event.kept)}" if event.kept else ""
    return f"Revision {event.commit[:12]}: {files}, {size(event.size)}{there}{kept}."


def _print(result: DownloadResult) -> None:
    fetched = sum(file.fetched for file in result.files)
    show.OUT.write(
        f"{result.folder}: {fetched} fetched, {len(result.files) - fetched} there before, "
        f"{len(result.failures)} failed, {result.waiting} not fetched; "
        f"{result.repository} at {result.commit}, {size(result.bytes_fetched)} in "
        f"{result.seconds:.1f} s"
    )


def _outcome(result: DownloadResult) -> int:
    if result.failures:
        show.say("Some files could not be had; the reasons stand above.")
    if result.waiting:
        show.say("Stopped. What has come is kept; the same command goes on from there.")
    elif result.files:
        show.say(f"Evaluate a model on them with: medsdesk eval {quoted(result.folder)}")
    return SOME_FAILED if result.failures or result.waiting else DONE


def quoted(path: Path) -> str:
    """Return a path as it can be typed."""
    return f'"{path}"' if " " in str(path) else str(path)
