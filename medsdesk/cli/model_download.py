"""The verbs ``models download`` and ``models token``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.download import (
    Teller,
    check_options,
    quoted,
    result_document,
    size,
    told_to_its_end,
)
from medsdesk.cli.show import DONE, SOME_FAILED

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.services.download_models import ModelAsked, ModelDownloaded
    from medsdesk.store.workspace import Workspace

_YES = ("yes", "y")


def add_verbs(models: VerbGroup) -> None:
    """Add the verbs of this module to ``models``."""
    fetch = models.verb("download", models_download)
    fetch.add_argument(
        "name", metavar="NAME", help="a model of 'models list --catalogue', or OWNER/REPOSITORY"
    )
    fetch.add_argument(
        "--file", metavar="FILE", default="", help="one GGUF file, by name or quantisation"
    )
    fetch.add_argument("--to", metavar="DIR", help="folder for the files; in the workspace")
    fetch.add_argument(
        "--revision", metavar="REV", help="branch, tag or commit; the folder's, or catalogue's"
    )
    fetch.add_argument(
        "--accept-licence", action="store_true", help="you have read its licence and accept it"
    )
    token = models.verb("token", models_token)
    token.add_argument(
        "action", choices=("set", "forget", "status"), help="set reads it without showing it"
    )


def models_download(args: argparse.Namespace) -> int:
    """Download a model from the Hugging Face hub, resumable at any moment."""
    from medsdesk.services.download_models import ModelRequest, ask_first, download_model

    check_options(("--to", args.to), ("--revision", args.revision))
    folder = Path(args.to) if args.to else None
    request = ModelRequest(args.name, folder, args.revision, args.file)
    teller = Teller(sys.stderr)
    with desk.workspace(desk.workspace_dir(args)) as ws, desk.stoppable() as cancel:
        _accept(ws, ask_first(ws, args.name), accepted=args.accept_licence)
        with told_to_its_end(teller):
            done = download_model(ws, request, teller, cancel)
    if args.json:
        show.document(_document(done))
    else:
        _print(done)
    return _outcome(done)


def models_token(args: argparse.Namespace) -> int:
    """Keep or forget the token of a hub account, in the system's keyring alone."""
    from medsdesk.services.keep_token import forget, hub_server, is_kept, keep

    server = hub_server()
    if args.action == "set":
        keep(_read_token())
    elif args.action == "forget":
        forget()
    kept = is_kept()
    if args.json:
        show.document({"server": server, "kept": kept})
    else:
        show.OUT.write(f"{'A token is' if kept else 'No token is'} kept for {server}.")
    return DONE


def _read_token() -> str:
    from getpass import getpass

    if sys.stdin.isatty():
        return getpass("Token (it is not shown): ")
    return sys.stdin.readline()


def _accept(ws: Workspace, asked: ModelAsked, *, accepted: bool) -> None:
    """Show the licence, and have it accepted where that is needed and was not done."""
    from medsdesk.services.download_models import LicenceNotAcceptedError, accept

    licence = asked.licence
    before = f" (accepted {asked.accepted_at[:10]})" if asked.accepted_at else ""
    show.say(f"{asked.name}: {licence.name}, {licence.url}{before}")
    if not asked.to_accept:
        return
    if licence.summary:
        show.say(licence.summary)
    if not accepted and not _says_yes():
        raise LicenceNotAcceptedError(licence)
    accept(ws, licence)


def _says_yes() -> bool:
    """Ask at a terminal; where there is none, nobody has accepted anything."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write("Do you accept this licence? Type yes or no: ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _YES


def _document(done: ModelDownloaded) -> dict[str, object]:
    return {
        **result_document(done.result),
        "licence": done.asked.licence.id,
        "licence_accepted_at": done.asked.accepted_at or None,
        "model": done.model,
        "checkpoint": None if done.checkpoint is None else str(done.checkpoint),
    }


def _print(done: ModelDownloaded) -> None:
    result = done.result
    fetched = sum(file.fetched for file in result.files)
    show.OUT.write(
        f"{result.folder}: {fetched} fetched, {len(result.files) - fetched} there before, "
        f"{len(result.failures)} failed, {result.waiting} not fetched; "
        f"{result.repository} at {result.commit}, {size(result.bytes_fetched)} in "
        f"{result.seconds:.1f} s"
    )


def _outcome(done: ModelDownloaded) -> int:
    if done.result.failures:
        show.say("Some files could not be had; the reasons stand above.")
    if done.result.waiting:
        show.say("Stopped. What has come is kept; the same command goes on from there.")
    if done.model is not None:
        show.say(f"It is on the list as {done.model.id}: medsdesk run T --model {done.model.id}")
    if done.checkpoint is not None:
        show.say(
            "It is a checkpoint. Make a GGUF file of it with: "
            f"medsdesk models convert {quoted(done.checkpoint)}"
        )
    return SOME_FAILED if done.result.failures or done.result.waiting else DONE
