"""Remember what was chosen to be evaluated, and which evaluations are still to begin.

Two small files beside the workspace's database: paths, ids and figures, never a word of a text.
A file that cannot be read is as good as none: it is a convenience, and no result.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec

from medsdesk.config.files import replacing
from medsdesk.services.evaluation_orders import Choices, Order, is_begun
from medsdesk.store.evaluation_progress import begun_since

if TYPE_CHECKING:
    from medsdesk.store.workspace import Workspace

CHOSEN, QUEUE = "evaluate.json", "evaluate_queue.json"

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stood on the page when it was last changed.

    Attributes:
        files: Paths of the task files.
        left_out: Those of them that are not ticked.
        choices: How to evaluate; None for the standard.
    """

    files: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    choices: Choices | None = None


def recall(ws: Workspace) -> Chosen:
    """Return what was chosen last; the files of the latest evaluation where nothing was."""
    found = _read(ws.directory / CHOSEN, Chosen)
    if found is not None:
        return found
    begun = begun_since(ws, "")
    record = begun[-1].evaluation if begun else None
    return Chosen(tuple(file.path for file in record.files) if record else ())


def remember(ws: Workspace, chosen: Chosen) -> None:
    """Keep what is chosen.

    Raises:
        UserFacingError: The file cannot be written.
    """
    _write(ws.directory / CHOSEN, chosen)


def still_to_begin(ws: Workspace) -> tuple[Order, ...]:
    """Return the orders whose evaluation was never begun, in their order."""
    known = _read(ws.directory / QUEUE, tuple[Order, ...]) or ()
    if not known:
        return ()
    begun = begun_since(ws, min(order.ordered_at for order in known))
    return tuple(order for order in known if not any(is_begun(order, spec) for spec in begun))


def add_orders(ws: Workspace, orders: Sequence[Order]) -> None:
    """Keep orders behind those that are kept already; one that is there stays where it is."""
    known = still_to_begin(ws)
    _write(ws.directory / QUEUE, (*known, *(order for order in orders if order not in known)))


def drop_order(ws: Workspace, order: Order) -> None:
    """Forget an order, because its evaluation has begun or is not wanted any more."""
    _write(ws.directory / QUEUE, tuple(o for o in still_to_begin(ws) if o != order))


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError) as error:
        log.info("%s is not used (%s)", path.name, type(error).__name__)
        return None


def _write(path: Path, value: object) -> None:
    with replacing(path) as file:
        file.write(msgspec.json.encode(value).decode("utf-8"))
