"""The verbs of the trail: check it, show it, print its head, and choose where its key is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup

_SHOWN = 20


def add_verbs(audit: VerbGroup) -> None:
    """Add the verbs to ``audit``."""
    audit.verb("verify", audit_verify).add_argument(
        "--head", metavar="HASH", default="", help="as it was noted elsewhere, to compare with"
    )
    audit.verb("head", audit_head)
    listing = audit.verb("list", audit_list)
    export = audit.verb("export", audit_export)
    export.add_argument("--out", required=True, metavar="FILE")
    for verb in (listing, export):
        verb.add_argument("--study", metavar="NAME", help="only rows of this study")
    listing.add_argument(
        "--last", type=int, metavar="N", default=_SHOWN, help="how many; 0 for all"
    )
    key = audit.verb("key", audit_key)
    key.add_argument(
        "place", choices=("status", "keyring", "workspace"), help="where it is kept from now on"
    )
    for verb in (export, key):
        verb.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")


def audit_verify(args: argparse.Namespace) -> int:
    """Check that nobody changed the trail, and name the first row that is not as it was."""
    from medsdesk.services.check_trail import check_trail, grouped

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = check_trail(ws, args.head)
    if args.json:
        show.document(found)
    else:
        OUT.write(
            f"Rows of the trail: {found.rows:,}; ratings compared with them: {found.ratings:,}.\n"
            f"{'Nothing was changed' if found.intact else 'The trail is NOT as it was written'}."
        )
        for problem in found.problems[:_SHOWN]:
            OUT.write(f"  {problem.text}")
        if len(found.problems) > _SHOWN:
            OUT.write(f"  and {len(found.problems) - _SHOWN:,} more")
        OUT.write(f"Head: {grouped(found.head)}")
    show.say(*found.notes)
    return DONE if found.intact else SOME_FAILED


def audit_head(args: argparse.Namespace) -> int:
    """Print the head of the trail, to be kept where nobody who could change the trail can."""
    from medsdesk.services.check_trail import grouped
    from medsdesk.services.list_trail import trail_head

    with desk.workspace(desk.workspace_dir(args)) as ws:
        head = trail_head(ws)
    if args.json:
        show.document(head)
    else:
        OUT.write(f"workspace {head.workspace}\nrow       {head.rows:,}")
        OUT.write(f"written   {head.at or 'nothing yet'}\nhead      {grouped(head.head)}")
    return DONE


def audit_list(args: argparse.Namespace) -> int:
    """Show the last rows of the trail."""
    from medsdesk.services.list_trail import list_trail

    with desk.workspace(desk.workspace_dir(args)) as ws:
        rows = list_trail(ws, args.study)
    shown = rows[-args.last :] if args.last > 0 else rows
    if args.json:
        show.document(shown)
    elif shown:
        show.table([(row.seq, row.at, row.actor, row.action, row.subject[:8]) for row in shown])
    if len(shown) < len(rows):
        show.say(f"The last {len(shown):,} of {len(rows):,} rows; all with --last 0.")
    return DONE


def audit_export(args: argparse.Namespace) -> int:
    """Write the trail as CSV, with the seal of each row."""
    from medsdesk.services.list_trail import export_trail

    with desk.workspace(desk.workspace_dir(args)) as ws:
        rows = export_trail(ws, Path(args.out), args.study, args.by)
    if args.json:
        show.document({"file": args.out, "rows": rows})
    else:
        OUT.write(f"{rows:,} rows written to {args.out}")
    return DONE


def audit_key(args: argparse.Namespace) -> int:
    """Choose where the key that seals the trail is kept, or say where it is."""
    from medsdesk.services.keep_trail_key import keep_trail_key
    from medsdesk.store.audit_keys import trail_key_place

    with desk.workspace(desk.workspace_dir(args)) as ws:
        if args.place != "status":
            keep_trail_key(ws, args.place, args.by)
        place = trail_key_place(ws)
    if args.json:
        show.document({"place": place})
    else:
        where = "the keyring of this computer" if place == "keyring" else "the workspace itself"
        OUT.write(f"The key that seals the trail is kept in {where}.")
    return DONE
