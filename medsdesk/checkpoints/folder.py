"""A checkpoint's folder: its settings, and where each of its tensors lies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Final

from medsdesk.checkpoints.json_files import AGAIN, read_object
from medsdesk.checkpoints.safetensors_header import StoredTensor, is_pickle, read_header
from medsdesk.core.errors import UserFacingError

_SINGLE: Final = "model.safetensors"
_INDEX: Final = "model.safetensors.index.json"
_PICKLED: Final = frozenset((".bin", ".pt", ".pth", ".pkl", ".pickle", ".ckpt"))
_MOST_SHARDS: Final = 1000
_CARD_BYTES: Final = 1 << 20
_SNAPSHOT: Final = re.compile(r"models--([^/\\]+?)--([^/\\]+)[/\\]snapshots[/\\]([0-9a-f]{40})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint that was looked at, not loaded.

    Attributes:
        folder: Where it lies.
        config: The object in ``config.json``.
        tensors: By name.
    """

    folder: Path
    config: Mapping[str, Any]
    tensors: Mapping[str, StoredTensor]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a checkpoint comes from, as far as its folder says; empty where it does not.

    Attributes:
        name: For people.
        licence: In the words of the model card, such as ``llama3``.
        repository: Id on the hub.
        revision: Commit.
    """

    name: str
    licence: str = ""
    repository: str = ""
    revision: str = ""


def open_checkpoint(folder: Path) -> Checkpoint:
    """Return a checkpoint folder's settings and tensors.

    Raises:
        UserFacingError: There is no such folder, it holds no safetensors, or damaged ones.
    """
    if not folder.is_dir():
        raise UserFacingError(
            f"{folder} is not a folder.", "Give the folder that holds config.json and the weights."
        )
    config = read_object(folder / "config.json")
    if not config:
        raise UserFacingError(
            f"The folder {folder} has no config.json, so it is no checkpoint.",
            "Give the folder that holds config.json and the weights.",
        )
    tensors: dict[str, StoredTensor] = {}
    for path, names in _files(folder):
        found = read_header(path)
        if names is not None and found.keys() != names:
            raise UserFacingError(
                f"The weights file {path.name} holds other tensors than {_INDEX} says.", AGAIN
            )
        if tensors.keys() & found.keys():
            raise UserFacingError(f"The weights file {path.name} repeats tensors.", AGAIN)
        tensors |= found
    return Checkpoint(folder, config, tensors)


def read_source(folder: Path) -> Source:
    """Return what a folder's model card and the hub's cache layout say of its origin."""
    card = folder / "README.md"
    licence = ""
    if card.is_file():
        with card.open("rb") as file:
            front = file.read(_CARD_BYTES).decode("utf-8", "replace")
        licence = _card_value(front, "license_name") or _card_value(front, "license")
    cached = _SNAPSHOT.search(str(folder.resolve()))
    if cached is None:
        return Source(folder.resolve().name, licence)
    return Source(cached[2], licence, f"{cached[1]}/{cached[2]}", cached[3])


def _card_value(text: str, key: str) -> str:
    """Return a plain value of the card's front matter."""
    parts = text.split("---", 2)
    if len(parts) < 3 or parts[0].strip():
        return ""
    found = re.search(rf"^{key}:[ \t]*([\w.+ -]{{1,80}})$", parts[1], re.MULTILINE)
    return found[1].strip() if found else ""


def _files(folder: Path) -> Iterator[tuple[Path, set[str] | None]]:
    """Yield each weights file with the tensors it should hold, where an index says so."""
    index = read_object(folder / _INDEX, largest_mib=64)
    if index:
        yield from _sharded(folder, index)
    elif (folder / _SINGLE).is_file():
        yield folder / _SINGLE, None
    else:
        raise _nothing(folder)


def _sharded(folder: Path, index: Mapping[str, Any]) -> Iterator[tuple[Path, set[str]]]:
    places = index.get("weight_map")
    if not isinstance(places, dict) or not places:
        raise UserFacingError(f"{_INDEX} in the checkpoint names no weights.", AGAIN)
    files: dict[str, set[str]] = {}
    for name, file in places.items():
        if not isinstance(file, str) or not _is_plain(file):
            raise UserFacingError(f"{_INDEX} points to files outside its folder.", AGAIN)
        files.setdefault(file, set()).add(name)
    if len(files) > _MOST_SHARDS:
        raise UserFacingError(f"{_INDEX} names {len(files):,} files, which no model has.", AGAIN)
    for file, names in sorted(files.items()):
        yield folder / file, names


def _is_plain(name: str) -> bool:
    return (
        bool(name)
        and name not in (".", "..")
        and not set(name) & set('/\\:*?"<>|\0')
        and (PurePath(name).name == name)
    )


def _nothing(folder: Path) -> UserFacingError:
    pickled = any(
        path.suffix.lower() in _PICKLED or is_pickle(path)
        for path in sorted(folder.iterdir())
        if path.is_file()
    )
    if pickled:
        return UserFacingError(
            "The checkpoint's weights are pickles, which can run a stranger's program when they "
            "are opened.",
            "Use a checkpoint in safetensors; most sources offer one.",
        )
    return UserFacingError(
        f"The folder {folder} holds neither {_SINGLE} nor {_INDEX}.",
        "Download the whole checkpoint in safetensors.",
    )
