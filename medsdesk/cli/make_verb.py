"""The verb ``medsdesk tasks make``: own texts become a task file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, SOME_FAILED
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from medsdesk.services.make_task import MadeTask, MakeProgress, TaskRequest
    from medsdesk.services.task_words import TaskWords
    from medsdesk.tasks.own_texts import LeftOut

_LINE_EVERY = 20  # files


def add_options(made: argparse.ArgumentParser) -> None:
    """Add the options of the verb to its parser."""
    made.add_argument(
        "--from", dest="sources", nargs="+", required=True, metavar="PATH",
        help="folders and files: .txt, .md, .docx, .pdf, tables (.csv, .tsv, .xlsx) and FHIR R4 "
        "(.json, .ndjson)",
    )  # fmt: skip
    made.add_argument("--out", required=True, metavar="FILE", help="the task file, or its folder")
    made.add_argument("--replace", action="store_true", help="write over a file that is there")
    made.add_argument("--task", metavar="T", help="task of the registry that the texts are for")
    words = made.add_mutually_exclusive_group()
    words.add_argument("--instruction", metavar="TEXT", help="what the model is asked to do")
    words.add_argument("--definition", metavar="FILE", help="the same, in a text file")
    made.add_argument("--name", metavar="NAME", help="for the file's name, where --out is a folder")
    made.add_argument("--category", action="append", metavar="C", help="such as 'Diagnosis'")
    made.add_argument("--language", action="append", metavar="CODE", help="of the texts")
    made.add_argument("--output-language", action="append", metavar="CODE", help="of the answers")
    made.add_argument(
        "--instruction-language", action="append", metavar="CODE", help="of the instruction"
    )
    made.add_argument("--cases", metavar="FILE", help="worked cases: a table of input and output")
    made.add_argument("--references", metavar="FILE", help="a table of file and reference")
    made.add_argument("--text-column", metavar="NAME", help="of a table: the text")
    made.add_argument("--reference-column", metavar="NAME", help="of a table: the right answer")
    made.add_argument("--id-column", metavar="NAME", help="of a table: the id, or the text's file")
    made.add_argument(
        "--conclusion-as-reference",
        action="store_true",
        help="FHIR reports: the conclusion is the right answer, and not in the text",
    )
    made.add_argument(
        "--number", action="store_true", help="number the items; else they bear their files' names"
    )
    made.add_argument("--contributor", action="append", metavar="NAME", help="who made the task")
    made.add_argument("--source", metavar="TEXT", help="where the texts come from")
    made.add_argument("--url", action="append", metavar="URL", help="where they can be found")
    made.add_argument("--domain", action="append", metavar="D", help="such as 'Clinical Text'")


def tasks_make(args: argparse.Namespace) -> int:
    """Make a task file of your own texts, to be run with 'medsdesk eval'."""
    from medsdesk.services.make_task import NothingTakenError, make_task_file

    request = _request(args)
    try:
        with desk.stoppable() as cancel:
            made = make_task_file(request, _teller(quiet=args.json), cancel)
    except NothingTakenError as error:
        _tell_left_out(error.left_out)
        raise
    _tell_left_out(made.left_out)
    if args.json:
        show.document(_document(made))
    else:
        _print(made)
    return SOME_FAILED if made.left_out else DONE


def _request(args: argparse.Namespace) -> TaskRequest:
    from medsdesk.services.make_task import TaskRequest
    from medsdesk.tasks.table_texts import Columns

    return TaskRequest(
        sources=tuple(Path(name) for name in args.sources),
        out=Path(args.out),
        words=_words(args),
        columns=Columns(args.text_column or "", args.reference_column or "", args.id_column or ""),
        references=Path(args.references) if args.references else None,
        conclusions=args.conclusion_as_reference,
        numbered=args.number,
        replace=args.replace,
    )


def _words(args: argparse.Namespace) -> TaskWords:
    from medsdesk.services.task_words import TaskWords

    return TaskWords(
        task=args.task or "",
        name=args.name or "",
        definition=_definition(args),
        categories=tuple(args.category or ()),
        input_languages=tuple(args.language or ()),
        output_languages=tuple(args.output_language or ()),
        instruction_languages=tuple(args.instruction_language or ()),
        cases_file=Path(args.cases) if args.cases else None,
        contributors=tuple(args.contributor or ()),
        source=args.source or "",
        urls=tuple(args.url or ()),
        domains=tuple(args.domain or ()),
    )


def _definition(args: argparse.Namespace) -> str:
    if not args.definition:
        return args.instruction or ""
    from medsdesk.tasks.texts import read_rows

    rows = read_rows(Path(args.definition))
    if len(rows) != 1:
        raise UserFacingError(
            f"The file {args.definition} has {len(rows)} rows, not one instruction.",
            "Give the instruction in a text file of its own.",
        )
    return rows[0].text


def _teller(*, quiet: bool) -> Callable[[MakeProgress], None]:
    """Return who tells how far it is, on standard error, where it takes its time."""
    live = sys.stderr.isatty() and not quiet

    def tell(progress: MakeProgress) -> None:
        if live and progress.done and progress.done % _LINE_EVERY == 0:
            show.say(f"{progress.done:,} of {progress.of:,} files, {progress.items:,} texts …")

    return tell


def _tell_left_out(left_out: Sequence[LeftOut]) -> None:
    if not left_out:
        return
    show.say("1 thing was left out:" if len(left_out) == 1 else f"{len(left_out):,} left out:")
    for one in left_out:
        show.say(f"  {one.where}: {one.reason}. {one.way_out}")


def _print(made: MadeTask) -> None:
    texts = "1 text" if made.items == 1 else f"{made.items:,} texts"
    show.OUT.write(f"{made.path}: {texts}, {made.referenced:,} with a reference.")
    scored = "not scored" if made.metric == "none" else f"scored as {made.metric}"
    show.OUT.write(f"Task {made.task_id} ({made.title}), {scored}.")
    for note in made.notes:
        show.OUT.write(f"Note: {note}")
    show.OUT.write(f'Run it with: medsdesk eval "{made.path}"')


def _document(made: MadeTask) -> dict[str, object]:
    """Return the document of ``medsdesk tasks make --json``."""
    return {
        "file": str(made.path),
        "task": made.task_id,
        "title": made.title,
        "metric": made.metric,
        "items": made.items,
        "with_reference": made.referenced,
        "sha256": made.sha256,
        "left_out": made.left_out,
        "notes": made.notes,
    }
