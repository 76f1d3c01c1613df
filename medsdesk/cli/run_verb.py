"""The verb ``run``: one text through one task."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, SOME_FAILED
from medsdesk.core.errors import UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.evaluate import RunRequest, RunResult
    from medsdesk.store.workspace import Workspace
    from medsdesk.tasks.texts import TextRow

    Inputs = tuple[TextRow, str, str | None]


def run(args: argparse.Namespace) -> int:
    """Run one text through one task: streamed, stored, scored if there is a reference."""
    from medsdesk.services.evaluate import run_once

    inputs = _inputs(args)  # first, while Ctrl-C still ends a wait for standard input
    with (
        desk.workspace(desk.workspace_dir(args)) as ws,
        desk.engine() as engine,
        desk.stoppable() as cancel,
    ):
        request = _request(args, inputs, ws, cancel)
        on_event = (lambda _: None) if args.json else show.event
        result = run_once(ws, engine, request, on_event, cancel)
    if args.json:
        show.document(show.run_document(request.task_id, request.model, result))
    else:
        show.result(result)
    for note in (*result.loaded.notes, *result.notes):
        show.say(note)
    return _outcome(result)


def _request(
    args: argparse.Namespace, inputs: Inputs, ws: Workspace, cancel: CancelToken
) -> RunRequest:
    from medsdesk.config.settings import load_settings
    from medsdesk.core.generation import GenerateConfig
    from medsdesk.services.demonstrate import NOTICE
    from medsdesk.services.evaluate import RunRequest
    from medsdesk.services.model_files import choose_model
    from medsdesk.services.onsite_models import leaving
    from medsdesk.tasks.prompts import TEMPLATE_NAMES
    from medsdesk.tasks.registry import find_task

    settings, task = load_settings(), find_task(args.task)
    row, origin, reference = inputs
    model = choose_model(ws, args.model, desk.hashing(), cancel)
    if model.is_demo:
        show.say(NOTICE)
    context = args.context or settings.context
    if model.server is not None:
        show.say(leaving(model))
    elif context > model.context_train:
        show.say(
            f"The context of {context} tokens is longer than the {model.context_train} that "
            "the model was trained on; its answers may suffer."
        )
    asked = settings.shots if args.shots is None else args.shots
    return RunRequest(
        task_id=task.id,
        text=row.text,
        references=() if reference is None else (reference,),
        origin=origin,
        model=model,
        shots=task.shots if asked is None else asked,
        generate=GenerateConfig(
            max_new_tokens=args.max_new_tokens or settings.max_new_tokens,
            temperature=args.temperature,
            seed=args.seed,
            overflow="cut_left" if args.cut_left else "refuse",
        ),
        context=context,
        gpu_layers=settings.gpu_layers if args.gpu_layers is None else args.gpu_layers,
        threads=settings.threads,
        template=TEMPLATE_NAMES[args.template or settings.template],
        kv_cache=args.kv_cache or settings.kv_cache,
        flash_attention=args.flash_attention or settings.flash_attention,
    )


def _inputs(args: argparse.Namespace) -> Inputs:
    """Read text and reference; a table's own reference counts where none is named."""
    if args.text == args.reference == "-":
        raise UserFacingError(
            "Text and reference cannot both come from standard input.",
            "Give one of them as a file.",
        )
    row, origin = _text(args.text)
    return row, origin, _text(args.reference)[0].text if args.reference else row.reference


def _text(name: str) -> tuple[TextRow, str]:
    """Read one text from a file, or from standard input for ``-``; say where it came from."""
    from medsdesk.tasks.encodings import is_guess, told
    from medsdesk.tasks.texts import TextRow, check_text, decode, read_rows

    if name == "-":
        if sys.stdin is None:
            raise UserFacingError("Standard input is closed.", "Give a file, or pipe a text in.")
        text, encoding = decode(sys.stdin.buffer.read(), "Standard input")
        _tell_guess("Standard input", told(encoding) if is_guess(encoding) else None)
        return TextRow(check_text(text, name="Standard input"), None, "-"), "pasted"
    rows = read_rows(Path(name))
    if len(rows) > 1:
        raise UserFacingError(
            f"{name} holds {len(rows)} texts, and 'run' takes one.",
            "Give a file with one text, or open this one in the window and choose a row.",
        )
    _tell_guess(name, rows[0].guessed_encoding)
    if rows[0].left_out:
        show.say(f"{name} was read, but {'; '.join(rows[0].left_out)}.")
    return rows[0], "file"


def _tell_guess(name: str, encoding: str | None) -> None:
    if encoding is not None:
        show.say(f"{name} was read as {encoding}; check signs such as µ and °.")


def _outcome(result: RunResult) -> int:
    completion = result.output.completion
    if completion.complete:
        return DONE
    if not completion.tokens:
        show.say(completion.error or "The answer was stopped.", "Nothing had come yet; run again.")
        return SOME_FAILED
    show.say(
        completion.error or "The answer was stopped.",
        f"What came is kept as incomplete in run {result.run_id[:8]}; run again for a whole one.",
    )
    return SOME_FAILED
