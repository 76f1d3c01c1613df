"""Sets up MedsDesk's own log: one rotating local file, or standard error."""

from __future__ import annotations

import contextlib
import logging
import time
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 1_000_000
BACKUPS = 3
FILE_NAME = "medsdesk.log"

_log = logging.getLogger(__name__)


def set_up_logging(directory: Path | None, *, verbose: bool) -> Path | None:
    """Send the records of MedsDesk, and of no other package, to a file; may be called again.

    Args:
        directory: Folder of the file, made where missing; None for standard error. A folder
            that cannot be written to is no reason not to start: standard error then serves.
        verbose: Log every step; else only what matters.

    Returns:
        The file, or None where there is none.
    """
    # Our own logger, not the root one, so that no other package's records reach the file.
    logger = logging.getLogger("medsdesk")
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    # Without any handler on the root logger Python prints other packages' warnings itself.
    root = logging.getLogger()
    if not root.handlers:
        root.addHandler(logging.NullHandler())
    logger.setLevel(logging.DEBUG if verbose else logging.INFO)
    file = _file_handler(directory) if directory else None
    handler = file or logging.StreamHandler()
    if not file and not verbose:
        handler.setLevel(logging.WARNING)
    handler.setFormatter(_formatter())
    logger.addHandler(handler)
    if directory and not file:
        _log.warning("the log folder %s cannot be written to", directory)
    return Path(file.baseFilename) if file else None


def _file_handler(directory: Path) -> RotatingFileHandler | None:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            directory / FILE_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8"
        )
    except OSError:
        return None
    handler.rotator = _rotate
    return handler


def _rotate(source: str, target: str) -> None:
    # Windows refuses while a second MedsDesk has the file open; it then grows until the next try.
    with contextlib.suppress(OSError):
        Path(source).replace(target)


def _formatter() -> logging.Formatter:
    formatter = logging.Formatter(
        "{asctime}.{msecs:03.0f}Z {levelname} {name}: {message}", "%Y-%m-%dT%H:%M:%S", style="{"
    )
    formatter.converter = time.gmtime
    return formatter
