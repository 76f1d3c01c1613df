"""Print events, results and tables for people, and documents for programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile
    from medsdesk.core.score import Score
    from medsdesk.services.evaluate import RunEvent, RunResult
    from medsdesk.tasks.meds_bench import Fault, FileReport

DONE, REFUSED, USAGE, SOME_FAILED = 0, 1, 2, 3
_GIB = 1024**3
_ENDS = {
    "stop": "complete",
    "length": "stopped at the limit of new tokens",
    "cancelled": "stopped by you",
    "died": "incomplete: the engine ended",
}


class Output:
    """Standard output that may break: what is printed after that is dropped, not the work."""

    def __init__(self) -> None:
        self.fault: OSError | None = None

    def write(self, text: str, end: str = "\n") -> None:
        """Print a text at once, unless an earlier one could not be."""
        if self.fault is not None:
            return
        try:
            print(text, end=end, flush=True)
        except OSError as fault:
            self.fault = fault
            # What is left in the buffer would fail once more when the program ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def code(self, wanted: int) -> int:
        """Return the exit code, telling of output that could not be written.

        A reader that left early, as ``head`` does, is no fault.
        """
        if self.fault is None or isinstance(self.fault, BrokenPipeError):
            return wanted
        say(
            f"The output could not be written: {self.fault.strerror}.",
            "See where standard output goes; what was run is kept in the workspace.",
        )
        return REFUSED


OUT = Output()


def say(*lines: str) -> None:
    """Print messages to standard error, away from the documents on standard output."""
    print(*lines, sep="\n", file=sys.stderr)


def document(value: object) -> None:
    """Print one JSON document."""
    import json

    import msgspec

    OUT.write(json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2))


def event(happened: RunEvent) -> None:
    """Print what a run tells while it goes: the answer itself as it streams."""
    from medsdesk.services.evaluate import Loading, Started, Streaming

    match happened:
        case Loading(model_name=name):
            say(f"Loading {name} …")
        case Started(prompt_tokens=tokens, context=context):
            say(_prompt_size(tokens, context))
        case Streaming(update=update):
            OUT.write(update.text, end="")
        case _:
            pass


def _prompt_size(tokens: int, context: int) -> str:
    if tokens and context:
        return f"Prompt of {tokens} tokens in a context of {context}."
    return "The server does not tell beforehand how long the prompt is."


def result(done: RunResult) -> None:
    """Print how an answer ended and its scores."""
    completion = done.output.completion
    speed = completion.tokens / max(completion.seconds - completion.prompt_seconds, 1e-9)
    OUT.write(
        f"\n-- {completion.tokens} tokens, {completion.seconds:.1f} s, {speed:.1f} tokens/s, "
        f"{_ENDS[completion.finish_reason]}"
    )
    if completion.cut_tokens:
        OUT.write(f"   {completion.cut_tokens} tokens were cut from the left of the prompt")
    for score in done.scores:
        OUT.write(f"   {score.name:18} {_value(score)}")


def _value(score: Score) -> str:
    return f"unscored: {score.reason}" if score.value is None else f"{score.value:.1f}"


def run_document(task_id: str, model: ModelFile, done: RunResult) -> dict[str, object]:
    """Return the document of ``medsdesk run --json``."""
    completion = done.output.completion
    scores = {
        score.name: {
            "value": score.value,
            "signature": score.signature,
            "answer": score.answer,
            "reason": score.reason,
        }
        for score in done.scores
    }
    return {
        "task": task_id,
        "model": model,
        "prompt_tokens": completion.prompt_tokens,
        "cut_tokens": completion.cut_tokens,
        "output": completion.text,
        "finish_reason": completion.finish_reason,
        "error": completion.error,
        "tokens": completion.tokens,
        "seconds": round(completion.seconds, 3),
        "scores": scores,
        "sample_id": done.sample_id,
        "output_id": done.output.id,
        "run_id": done.run_id,
    }


def report(found: FileReport) -> None:
    """Print what a check of one task file found: a line for it and one for each fault."""
    count = found.fault_count
    faults = "clean" if not count else "1 fault" if count == 1 else f"{count:,} faults"
    OUT.write(
        f"{found.task_id:8} {found.items:7,} items  {faults:12} {found.sha256[:12]:12} "
        f"{found.path.name}"
    )
    for where, fault in _in_rows(found.faults):
        outcome = "" if fault.item is None else " (kept)" if fault.kept else " (left out)"
        OUT.write(f"{'':9}{where}: {fault.reason}{outcome}")
    if found.fault_count > len(found.faults):
        OUT.write(f"{'':9}and {found.fault_count - len(found.faults):,} more")
    for note in found.notes:
        OUT.write(f"{'':9}note: {note}")


def _in_rows(faults: Sequence[Fault]) -> Iterator[tuple[str, Fault]]:
    """Yield each fault and where it is; items in a row that have the same share a line."""
    at = 0
    while at < len(faults):
        first, end = faults[at], at + 1
        if first.item is None:
            yield "file", first
        else:
            while end < len(faults) and faults[end] == replace(first, item=first.item + end - at):
                end += 1
            last = f"-{first.item + end - at:,}" if end - at > 1 else ""
            yield f"item{'s' if last else ''} {first.item + 1:,}{last}", first
        at = end


def report_document(found: FileReport) -> dict[str, object]:
    """Return what ``medsdesk tasks check --json`` says of one file; items count from 1."""
    faults = [
        {
            "item": None if fault.item is None else fault.item + 1,
            "reason": fault.reason,
            "kept": fault.kept,
        }
        for fault in found.faults
    ]
    return {
        "file": str(found.path),
        "task": found.task_id,
        "title": found.title,
        "items": found.items,
        "sha256": found.sha256,
        "fault_count": found.fault_count,
        "faults": faults,
        "notes": found.notes,
    }


def few(names: Sequence[str]) -> str:
    """Return names in a row, all or the first three and how many more there are."""
    shown = ",".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more"


def size(count: int) -> str:
    """Return a file size in words, such as ``4.58 GiB``."""
    return f"{count / _GIB:.2f} GiB" if count >= _GIB else f"{count / 1024**2:.0f} MiB"


def table(rows: Sequence[Sequence[object]]) -> None:
    """Print rows in columns as wide as their widest cell."""
    words = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*words, strict=True)]
    for row in words:
        OUT.write("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip())
