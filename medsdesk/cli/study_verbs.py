"""The verbs of rating studies: make, show, carry, merge, lock, and say how far it is."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import corrected_verb, desk, show
from medsdesk.cli.show import DONE, OUT, SOME_FAILED
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.services.merge_study import MergedFile
    from medsdesk.services.study_checks import StudyChecks
    from medsdesk.services.study_status import StudyStatus

ALL = "all"
_MOST_INSTRUCTIONS = 64 << 10
_STUDY = "name or id of a study, or the first 4 digits of the id"


def add_verbs(group: VerbGroup) -> None:
    """Add the verbs to ``study``."""
    _add_create(group.verb("create", study_create))
    assign = group.verb("assign", study_assign)
    assign.add_argument("study", help=_STUDY)
    assign.add_argument("--rater", metavar="NAME", help="only this rater's list")
    assign.add_argument("--out", metavar="FILE", help="write the lists as CSV")
    bundle = group.verb("bundle", study_bundle)
    bundle.add_argument("study", help=_STUDY)
    bundle.add_argument(
        "--rater", metavar="NAME", action="append", help="whom it is for, or all; may be repeated"
    )
    bundle.add_argument(
        "--ratings", action="store_true", help="the ratings of this workspace, for the owner"
    )
    bundle.add_argument("--out", required=True, metavar="FILE")
    group.verb("import", study_import).add_argument("file", metavar="FILE", help="a .medsstudy")
    merge = group.verb("merge", study_merge)
    merge.add_argument("files", nargs="+", metavar="FILE", help=".medsratings that came back")
    lock = group.verb("lock", study_lock)
    lock.add_argument("study", help=_STUDY)
    lock.add_argument("--rater", metavar="NAME", help="close only this rater's set")
    lock.add_argument(
        "--incomplete", action="store_true", help="lock it although answers are missing"
    )
    lock.add_argument("--reason", metavar="WORDS", default="", help="kept on the trail")
    corrected_verb.add_verb(group)
    group.verb("status", study_status).add_argument("study", nargs="?", help=_STUDY)
    for verb in (bundle, merge, lock, assign):
        _add_by(verb)


def _add_create(made: argparse.ArgumentParser) -> None:
    made.add_argument("--name", required=True, metavar="NAME", help="of the study")
    made.add_argument(
        "--run", required=True, metavar="RUN", action="append", dest="runs",
        help="whose answers are rated; may be repeated",
    )  # fmt: skip
    made.add_argument(
        "--rater", required=True, metavar="NAME", action="append", dest="raters",
        help="may be repeated",
    )  # fmt: skip
    made.add_argument(
        "--kind", choices=("single", "pair"), default="single",
        help="rate answers one by one, or two side by side",
    )  # fmt: skip
    made.add_argument("--items", type=int, metavar="N", default=100, help="to draw; 100")
    made.add_argument(
        "--overlap", type=float, metavar="X",
        help="part of the items that all raters are shown, 0 to 1; all for up to 3 raters, else "
        "0.3 and at least 30 items",
    )  # fmt: skip
    made.add_argument(
        "--calibration", type=int, metavar="N", default=0, help="practice items shown first"
    )
    made.add_argument(
        "--agreed", metavar="FILE", help="JSON with the points agreed on for practice items"
    )
    made.add_argument(
        "--repeats", type=float, metavar="X", default=0.1, help="part that comes back; 0.1"
    )
    made.add_argument(
        "--attention", type=float, metavar="X", default=0.02,
        help="part that comes back damaged, to check attention; 0.02",
    )  # fmt: skip
    made.add_argument(
        "--show-reference", action="store_true", help="raters see the reference answers"
    )
    made.add_argument("--form", metavar="NAME", help="for all items; what fits each task else")
    made.add_argument("--language", metavar="CODE", default="en", help="of the forms' words; en")
    made.add_argument("--instructions", metavar="FILE", help="what raters are told first")
    made.add_argument("--primary", metavar="STATISTIC", default="", help="decided on beforehand")
    made.add_argument("--seed", metavar="HEX", help="64 hexadecimal digits; drawn unless given")
    _add_by(made)


def _add_by(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--by", metavar="NAME", default="", help="who does it, for the trail")


def study_create(args: argparse.Namespace) -> int:
    """Make a study of stored answers; its plan is frozen from then on."""
    from medsdesk.services.agreed_points import read_agreed
    from medsdesk.services.create_study import StudyRequest, create_study

    request = StudyRequest(
        name=args.name,
        runs=tuple(args.runs),
        raters=tuple(args.raters),
        kind=args.kind,
        n_items=args.items,
        overlap=args.overlap,
        agreed=read_agreed(Path(args.agreed)) if args.agreed else (),
        n_calibration=args.calibration,
        repeat_share=args.repeats,
        attention_share=args.attention,
        show_reference=args.show_reference,
        form=args.form,
        language=args.language,
        instructions=_words(args.instructions) if args.instructions else "",
        primary=args.primary,
        seed=args.seed,
    )
    with desk.workspace(desk.workspace_dir(args)) as ws:
        made = create_study(ws, request, args.by)
    if args.json:
        show.document(made)
    else:
        OUT.write(f"Study '{made.name}' ({made.id[:8]}): {made.items:,} items, frozen")
        for load in made.raters:
            OUT.write(f"  {load.rater}: {load.presentations:,} to rate, practice and checks too")
        OUT.write(f"  forms: {', '.join(made.forms)}")
        OUT.write(f"  plan  sha256 {made.plan_sha256}\n  key   sha256 {made.key_sha256}")
        OUT.write(made.statement)
    show.say(*made.notes)
    return DONE


def _words(file: str) -> str:
    from medsdesk.tasks.texts import bytes_of, decode

    name = f"The file {Path(file).name}"
    return decode(bytes_of(Path(file), name, _MOST_INSTRUCTIONS), name)[0]


def study_assign(args: argparse.Namespace) -> int:
    """Show who rates what in which order; another rater needs a study of its own."""
    from medsdesk.services.study_lists import assignment_lists, write_lists

    with desk.workspace(desk.workspace_dir(args)) as ws:
        lists = assignment_lists(ws, args.study, args.rater)
        if args.out:
            write_lists(ws, lists, Path(args.out))
    if args.json:
        show.document(lists)
    elif args.out:
        OUT.write(f"{len(lists.rows):,} rows written to {Path(args.out).resolve()}")
    else:
        rows = [
            (row.rater, row.place, row.presentation[:8], row.item[:8], row.title)
            for row in lists.rows
        ]
        show.table([("rater", "place", "presentation", "item", "task"), *rows])
    show.say(
        f"The plan of '{lists.study}' is frozen: nobody can be added to it.",
        "For other raters make a new study, with another name, before the first rating.",
    )
    return DONE


def study_bundle(args: argparse.Namespace) -> int:
    """Write a study as one file for its raters, or the ratings that go back to its owner."""
    from medsdesk.services.bundle_study import bundle_study, return_ratings

    raters = [] if ALL in (args.rater or [ALL]) else args.rater
    if args.ratings and raters:
        raise UserFacingError(
            "A rating file holds all ratings of this workspace, not one rater's.",
            "Leave out --rater, or leave out --ratings.",
        )
    with desk.workspace(desk.workspace_dir(args)) as ws:
        if args.ratings:
            written = return_ratings(ws, args.study, Path(args.out), args.by)
        else:
            written = bundle_study(ws, args.study, raters, Path(args.out), args.by)
    if args.json:
        show.document(written)
        return DONE
    what = f"{written.ratings:,} ratings" if args.ratings else f"The study '{written.study}'"
    OUT.write(f"{what} written to {written.file} ({', '.join(written.raters)})")
    return DONE


def study_import(args: argparse.Namespace) -> int:
    """Take in a study that came as a file, to rate it here; twice changes nothing."""
    from medsdesk.services.import_bundle import import_bundle

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = import_bundle(ws, Path(args.file), "")
    if args.json:
        show.document(found)
        return DONE
    state = "taken in" if found.new else "was here already"
    OUT.write(f"Study '{found.name}' ({found.id[:8]}) {state}")
    OUT.write(f"  {found.presentations:,} to rate for {', '.join(found.raters)}")
    OUT.write(f"  plan  sha256 {found.plan_sha256}")
    return DONE


def study_merge(args: argparse.Namespace) -> int:
    """Put ratings that came back as files into their study; twice changes nothing."""
    from medsdesk.services.merge_study import merge_study

    with desk.workspace(desk.workspace_dir(args)) as ws:
        found = merge_study(ws, [Path(name) for name in args.files], args.by)
    if args.json:
        show.document(found)
    for file in found:
        _tell_merge(file, quiet=args.json)
    return DONE if all(file.complete for file in found) else SOME_FAILED


def _tell_merge(file: MergedFile, *, quiet: bool) -> None:
    if not quiet:
        OUT.write(
            f"{file.file}: {file.new:,} new, {file.known:,} known, {file.superseded:,} answers "
            f"replaced ({', '.join(file.raters)})"
        )
    for name in file.closed:
        show.say(f"The set of {name} is closed.")
    for count, what in (
        (file.forked, "Questions answered on two machines; the longer chain of changes holds"),
        (
            file.clock_set_back,
            "Changes with an earlier time than what they change (clock set back)",
        ),
        (file.waiting, "Changes of ratings that are not here yet; merge the earlier file too"),
    ):
        if count:
            show.say(f"{what}: {count:,}.")
    if file.conflicts:
        show.say(
            f"Ratings left out because another stands in their place: {len(file.conflicts):,} "
            f"({show.few(file.conflicts)}).",
            "A rating is never changed: ask whom the file is from for an untouched one.",
        )


def study_lock(args: argparse.Namespace) -> int:
    """Close a study for good and tell which model wrote what, or close one rater's set."""
    from medsdesk.services.lock_study import lock_study, reveal

    with desk.workspace(desk.workspace_dir(args)) as ws:
        locked = lock_study(
            ws, args.study, args.rater or "", args.by,
            incomplete=args.incomplete, why=args.reason,
        )  # fmt: skip
        key = None if locked.rater else reveal(ws, locked.id, args.by)
    if args.json:
        show.document({"locked": locked, "key": key})
        return DONE
    what = f"The set of {locked.rater}" if locked.rater else f"The study '{locked.name}'"
    OUT.write(
        f"{what} is {'closed now' if locked.new else 'closed already'}: {locked.ratings:,} ratings"
    )
    if key is not None:
        for model in sorted({each.model_name for each in key.outputs}):
            items = {each.item_id for each in key.outputs if each.model_name == model}
            OUT.write(f"  {model}: {len(items):,} items")
        OUT.write(f"See them with 'medsdesk compare --study \"{locked.name}\"'.")
    return DONE


def study_status(args: argparse.Namespace) -> int:
    """Say how far a study, or every study, has come, and what its checks say once locked."""
    from medsdesk.services import study_status as services
    from medsdesk.services.study_checks import study_checks

    with desk.workspace(desk.workspace_dir(args)) as ws:
        if args.study is None:
            found: Sequence[StudyStatus] = services.all_studies(ws)
        else:
            found = [services.study_status(ws, args.study)]
        checks = [
            study_checks(ws, each.id) if each.owned and each.locked else None for each in found
        ]
    if args.json:
        told = [{"status": s, "checks": c} for s, c in zip(found, checks, strict=True)]
        show.document(told if args.study is None else told[0])
        return DONE
    if not found:
        show.say(
            "There is no study in this workspace yet.",
            "Make one with 'medsdesk study create', or take one in with 'medsdesk study import'.",
        )
    for status, check in zip(found, checks, strict=True):
        _print_status(status)
        if check is not None:
            _print_checks(check)
    return DONE


def _print_status(status: StudyStatus) -> None:
    state = f"locked {status.locked}" if status.locked else "open"
    whose = "made here" if status.owned else "taken in"
    OUT.write(f"Study '{status.name}' ({status.id[:8]}), {status.kind}, {whose}, {state}")
    rows = [
        (
            rater.rater, f"{rater.complete:,} of {rater.presentations:,}", rater.cannot_judge,
            "-" if rater.seconds is None else rater.seconds, rater.too_fast,
            "closed" if rater.closed else "open",
        )
        for rater in status.raters
    ]  # fmt: skip
    show.table([("rater", "complete", "cannot judge", "seconds", "too fast", "set"), *rows])
    for count, what in (
        (status.decisions, "decisions of adjudicators"),
        (status.forked, "questions answered on two machines"),
        (status.clock_set_back, "changes with an earlier time than what they change"),
        (status.waiting, "changes of ratings that are not here yet"),
    ):
        if count:
            OUT.write(f"  {count:,} {what}")


def _print_checks(checks: StudyChecks) -> None:
    if checks.repeats:
        rows = [
            (
                row.criterion,
                row.statistic,
                "-" if row.value is None else f"{row.value:.3f}",
                row.n_items,
            )
            for row in checks.repeats
        ]
        show.table([("question", "agreement with oneself", "value", "repeats"), *rows])
    for row in checks.attention:
        OUT.write(f"  damaged copy ({row.fault}), {row.rater}: {row.result}")
