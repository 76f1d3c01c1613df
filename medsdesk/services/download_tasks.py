"""Download MedS-Bench task files from the Hugging Face hub, when asked to."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medsdesk.config.network import check_network_allowed
from medsdesk.core.cancel import CancelToken
from medsdesk.core.errors import UserFacingError
from medsdesk.hub.download import Download, DownloadResult
from medsdesk.hub.events import OnEvent
from medsdesk.hub.patience import Patience
from medsdesk.hub.repository import HubFile, Listing, Repository
from medsdesk.hub.route import chosen_endpoint, server_of
from medsdesk.tasks.registry import all_tasks, bench_tasks
from medsdesk.tasks.task_folders import SUFFIXES, order_of, task_id_of

MEDS_BENCH = Repository(
    id="Henrychur/MedS-Bench",
    kind="dataset",
    by_file="or download the files on a computer that can reach the hub, carry the folder over "
    "and use 'medsdesk eval FOLDER'",
    fewer="name fewer tasks, ",
)
_HUB = "https://huggingface.co"
FOLDER_NAME = "meds_bench"
_NO_SIGNS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class DownloadRequest:
    """What to download.

    Attributes:
        folder: Where to put the files; they keep their folders of the hub.
        names: Ids or names of tasks, categories, folders of the hub; none for everything.
        revision: A branch, a tag or a commit; None for the one that the folder holds already,
            else the newest.
    """

    folder: Path
    names: tuple[str, ...] = ()
    revision: str | None = None


def standard_folder(workspace: Path) -> Path:
    """Return where the files are put unless another folder is named."""
    return workspace / FOLDER_NAME


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody has to know before the network is used.

    Attributes:
        repository: Id of the data set.
        server: The host that will be asked for it.
        folder: Where files are put unless another folder is named.
        categories: Those of which the hub may have files, with the number of their tasks.
    """

    repository: str
    server: str
    folder: Path
    categories: tuple[tuple[str, int], ...]


def ask_first(workspace: Path) -> Asked:
    """Return what is to be asked before a download; nothing is contacted for it.

    Raises:
        UserFacingError: The network may not be used, or the environment names no usable hub.
    """
    check_network_allowed(MEDS_BENCH.by_file)
    # Texts that need an application at their source are not on the hub.
    found = Counter(task.category for task in bench_tasks() if task.access != "credentialed")
    folder = standard_folder(workspace).absolute()
    return Asked(MEDS_BENCH.id, server_of(chosen_endpoint(_HUB)), folder, tuple(found.items()))


def download_tasks(
    request: DownloadRequest,
    on_event: OnEvent,
    cancel: CancelToken,
    patience: Patience | None = None,
) -> DownloadResult:
    """Fetch the task files asked for that are not there yet; nothing is fetched twice.

    Args:
        request: What to download.
        on_event: Told what happens.
        cancel: Stops between two pieces; what has come is kept.
        patience: How long the hub is waited for.

    Raises:
        UserFacingError: The network may not be used, the hub cannot be reached, a name means
            nothing, the folder holds another revision, or the disk is full.
        CancelledError: Stopped before it was known what to fetch.
    """
    check_network_allowed(MEDS_BENCH.by_file)
    return Download(
        repository=MEDS_BENCH,
        folder=request.folder.expanduser().absolute(),
        choose=lambda listing: choose_files(listing, request.names),
        revision=request.revision,
        on_event=on_event,
        cancel=cancel,
        patience=patience or Patience(),
    ).run()


def choose_files(listing: Listing, names: Sequence[str]) -> tuple[HubFile, ...]:
    """Return the task files that the names mean, in the order of the tasks; all for no name.

    Raises:
        UserFacingError: A name means none of them; or there is no task file at all.
    """
    files = sorted(filter(_is_task_file, listing.files), key=lambda file: order_of(Path(file.path)))
    if not files:
        raise UserFacingError(
            f"The repository {listing.repository.id} has no task file at the revision "
            f"{listing.commit[:12]}.",
            "Give another revision with --revision.",
        )
    if not names:
        return tuple(files)
    by_name = _names_of(files)
    chosen: set[HubFile] = set()
    for name in names:
        found = by_name.get(_plain(name)) or by_name.get(f"task{_plain(name)}")
        if found is None:
            raise UserFacingError(
                f"There is no task file for '{name[:60]}' on the hub.", _nearest(name, files)
            )
        chosen.update(found)
    return tuple(file for file in files if file in chosen)


def _is_task_file(file: HubFile) -> bool:
    path = Path(file.path)
    return path.suffix.lower() in SUFFIXES and re.match(r"(?i)task\d", path.name) is not None


def _names_of(files: Sequence[HubFile]) -> dict[str, list[HubFile]]:
    """Return the files by every name that may be given for them, without signs and capitals."""
    tasks = {task.id: task for task in all_tasks()}
    found: dict[str, list[HubFile]] = {}
    for file in files:
        path = Path(file.path)
        names = {task_id_of(path), path.name, path.stem, file.path, path.parent.name}
        if (task := tasks.get(task_id_of(path))) is not None:
            names |= {task.name, task.title, task.category}
        for name in {_plain(name) for name in names} - {""}:
            found.setdefault(name, []).append(file)
    return found


def _plain(name: str) -> str:
    return _NO_SIGNS.sub("", name).casefold()


def _nearest(name: str, files: Sequence[HubFile]) -> str:
    known = {task.id: task for task in all_tasks()}
    ids = [task_id_of(Path(file.path)) for file in files]
    words = list(ids)
    for task in filter(None, map(known.get, ids)):
        words += (task.name, task.category)
    plain = {_plain(word): word for word in words}
    near = [plain[word] for word in difflib.get_close_matches(_plain(name), plain, n=3)]
    if near:
        return f"Did you mean {' or '.join(near)}?"
    folders = filter(None, dict.fromkeys(Path(file.path).parent.name for file in files))
    return f"Give the id of a task, such as {ids[0]}, or one of: {', '.join(folders)}."
