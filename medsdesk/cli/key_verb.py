"""The verb ``models key``: the key of a server on the site's own network."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from medsdesk.cli import show
from medsdesk.cli.show import DONE

if TYPE_CHECKING:
    import argparse

    from medsdesk.cli.verbs import VerbGroup


def add_verbs(models: VerbGroup) -> None:
    """Add the verb of this module to ``models``."""
    key = models.verb("key", models_key)
    key.add_argument(
        "action", choices=("set", "forget", "status"), help="set reads it without showing it"
    )
    key.add_argument("address", metavar="ADDRESS", help="of the site's own server")


def models_key(args: argparse.Namespace) -> int:
    """Keep or forget the key of the site's own server, in the system's keyring alone."""
    from medsdesk.core.server import read_address
    from medsdesk.services.keep_key import forget, is_kept, keep

    server = read_address(args.address).origin
    if args.action == "set":
        keep(server, _read_key())
    elif args.action == "forget":
        forget(server)
    kept = is_kept(server)
    if args.json:
        show.document({"server": server, "kept": kept})
    else:
        show.OUT.write(f"{'A key is' if kept else 'No key is'} kept for {server}.")
    return DONE


def _read_key() -> str:
    from getpass import getpass

    if sys.stdin.isatty():
        return getpass("Key (it is not shown): ")
    return sys.stdin.readline()
