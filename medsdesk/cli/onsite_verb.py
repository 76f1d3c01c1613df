"""The verb ``models add`` for the address of a server on the site's own network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE

if TYPE_CHECKING:
    import argparse


def add_server(args: argparse.Namespace) -> int:
    """Remember a model that a server holds, where the site policy names the server."""
    from medsdesk.services.onsite_models import add_server, leaving

    with (
        desk.workspace(desk.workspace_dir(args)) as ws,
        desk.engine() as engine,
        desk.stoppable() as cancel,
    ):
        model = add_server(ws, engine, args.file, args.name or "", cancel)
    if args.json:
        show.document(model)
    else:
        context = f", context {model.context_train:,}" if model.context_train else ""
        show.OUT.write(f"{model.id}: {model.name}{context}")
    show.say(leaving(model))
    return DONE
