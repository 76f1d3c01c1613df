"""The verbs ``models list``, ``add``, ``verify`` and ``remove``."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.onsite_verb import add_server
from medsdesk.cli.show import DONE, REFUSED
from medsdesk.core.errors import UserFacingError
from medsdesk.core.server import is_address

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.core.catalogue import CatalogueModel
    from medsdesk.services.list_catalogue import CatalogueEntry
    from medsdesk.services.verify_models import Verified

_ACCESS = {"open": "", "account": "needs an account", "unknown": "may need an account"}


def add_verbs(models: VerbGroup) -> None:
    """Add the verbs of this module to ``models``."""
    listing = models.verb("list", models_list)
    listing.add_argument(
        "--catalogue",
        action="store_true",
        help="the models that 'models download' knows by name, with licence and sizes",
    )
    add = models.verb("add", models_add)
    add.add_argument("file", help="a GGUF file, or the address of the site's own server")
    add.add_argument("--name", metavar="MODEL", help="which of a server's models")
    add.add_argument(
        "--copy", action="store_true", help="copy it into the workspace; else it is used in place"
    )
    verify = models.verb("verify", models_verify)
    verify.add_argument("models", nargs="*", metavar="M", help="ids; all where left out")
    remove = models.verb("remove", models_remove)
    remove.add_argument("model", metavar="M", help="id of a model")
    remove.add_argument(
        "--delete-file",
        action="store_true",
        help="delete its file too, if MedsDesk copied or downloaded it",
    )


def models_list(args: argparse.Namespace) -> int:
    """List the model files this workspace knows, or the catalogue."""
    if args.catalogue:
        return _list_catalogue(args)
    from medsdesk.services.model_files import list_models

    with desk.workspace(desk.workspace_dir(args)) as ws:
        models = list_models(ws)
    if args.json:
        show.document(models)
    elif models:
        rows = [
            (m.id, m.name, m.quantisation, "-" if m.server else show.size(m.size_bytes), m.path)
            for m in models
        ]
        show.table([("id", "name", "quantisation", "size", "file"), *rows])
    else:
        show.say("There is no model yet.", "Add one with 'medsdesk models add FILE.gguf'.")
    return DONE


def models_add(args: argparse.Namespace) -> int:
    """Add a GGUF file, used in place or copied, its SHA-256 kept; or a model on a server."""
    if is_address(args.file):
        if args.copy:
            raise UserFacingError("What a server holds cannot be copied.", "Leave --copy out.")
        return add_server(args)
    if args.name is not None:
        raise UserFacingError(
            "--name belongs to the address of a server.", "Leave it out for a file."
        )
    from medsdesk.services.copy_model import copy_model
    from medsdesk.services.model_files import add_model

    add, tell = add_model, desk.hashing()
    if args.copy:
        add, tell = copy_model, desk.hashing("Copying a model file")
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        model = add(ws, Path(args.file), tell, cancel)
    if args.json:
        show.document(model)
    else:
        show.OUT.write(f"{model.id}: {model.name}, {model.quantisation}, SHA-256 {model.sha256}")
    return DONE


def models_verify(args: argparse.Namespace) -> int:
    """Read model files whole and compare their SHA-256 with the one kept."""
    from medsdesk.services.model_files import find_model, list_models
    from medsdesk.services.verify_models import Checking, verify_models

    tellers: dict[str, Callable[[int, int], None]] = {}

    def on_checking(at: Checking) -> None:
        doing = f"Reading the file of {at.model_name},"
        tellers.setdefault(at.model_name, desk.hashing(doing))(at.done, at.of)

    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        named = tuple(find_model(ws, name) for name in args.models)
        chosen = named or tuple(model for model in list_models(ws) if model.server is None)
        results = verify_models(ws, chosen, on_checking, cancel)
    if args.json:
        show.document([_verified_document(result) for result in results])
    for result in results:
        if not args.json:
            show.OUT.write(f"{result.outcome:10} {result.model.id}")
        if result.message:
            show.say(result.message, result.hint)
    if not results:
        show.say("There is no model yet.", "Add one with 'medsdesk models add FILE.gguf'.")
    return DONE if all(result.outcome == "same" for result in results) else REFUSED


def models_remove(args: argparse.Namespace) -> int:
    """Take a model off the list; its file stays unless --delete-file is given."""
    from medsdesk.services.remove_model import remove_model

    with desk.workspace(desk.workspace_dir(args)) as ws:
        done = remove_model(ws, args.model, delete_file=args.delete_file)
    if args.json:
        show.document({"model": done.model, "file_deleted": done.file_deleted})
        return DONE
    if done.model.server is not None:
        show.OUT.write(f"{done.model.id} is off the list; on the server nothing is changed")
        return DONE
    what = "was deleted" if done.file_deleted else "stays where it is"
    show.OUT.write(f"{done.model.id} is off the list; the file {done.model.path} {what}")
    return DONE


def _verified_document(result: Verified) -> dict[str, object]:
    return {
        "model": result.model.id,
        "file": result.model.path,
        "outcome": result.outcome,
        "expected_sha256": result.model.sha256,
        "sha256": result.sha256 or None,
        "message": result.message or None,
    }


def _list_catalogue(args: argparse.Namespace) -> int:
    from medsdesk.services.list_catalogue import list_catalogue

    with desk.workspace(desk.workspace_dir(args)) as ws:
        entries = list_catalogue(ws)
    if args.json:
        show.document([_entry_document(entry) for entry in entries])
        return DONE
    head = ("id", "weights", "download", "as Q8_0", "as Q4_K_M", "licence", "access", "here")
    show.table([head, *map(_entry_row, entries)])
    for entry in entries:
        if entry.model.note:
            show.OUT.write(f"{entry.model.id}: {entry.model.note}")
    show.OUT.write(
        "Sizes are computed from each model's measures. Licences are shown before a download; "
        "those marked * are to be accepted."
    )
    return DONE


def _entry_row(entry: CatalogueEntry) -> tuple[object, ...]:
    model = entry.model
    fetched = "GGUF files" if model.format == "gguf" else show.size(entry.checkpoint_bytes)
    return (
        model.id,
        f"{entry.parameters / 1e9:.1f} B",
        "pickle only" if model.format == "pickle" else fetched,
        show.size(entry.sizes["Q8_0"]),
        show.size(entry.sizes["Q4_K_M"]),
        _licence_words(model, entry.accepted_at),
        _ACCESS[model.access],
        ", ".join(entry.here),
    )


def _licence_words(model: CatalogueModel, accepted_at: str) -> str:
    if not model.licence.acceptance:
        return model.licence.id
    return f"{model.licence.id}, accepted" if accepted_at else f"{model.licence.id} *"


def _entry_document(entry: CatalogueEntry) -> dict[str, object]:
    import msgspec

    facts: dict[str, object] = msgspec.to_builtins(entry.model)
    return {
        **facts,
        "parameters": entry.parameters,
        "checkpoint_bytes_estimated": entry.checkpoint_bytes or None,
        "gguf_bytes_estimated": dict(entry.sizes),
        "licence_accepted_at": entry.accepted_at or None,
        "here": list(entry.here),
    }
