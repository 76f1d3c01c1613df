"""What stands between an own figure and the one in the paper, in plain sentences.

What the paper does is told in its methods and seen in the authors' scripts: three worked cases
but for multiple choice, drawn anew for every item; prompts of at most 2,048 tokens, cut from the
left; 200 new tokens, or 1,000 with an explicit end; always the likeliest token; bf16 weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from medsdesk.metrics.tokenizers import APPROXIMATE
from medsdesk.services.board import Caveat
from medsdesk.services.own_figures import PROMPT_TOKENS

if TYPE_CHECKING:
    from medsdesk.core.run import FileRecord
    from medsdesk.services.own_figures import OwnTask
    from medsdesk.tasks.published_results import PublishedColumn

_FULL = ("BF16", "F16", "F32")
_NEW_TOKENS = (200, 1000)
_TEMPLATE = "meds_bench"
_CASES = {
    "own": "The worked cases are MedsDesk's own made-up ones, not the data set's.",
    "pool": "The worked cases are the same few for every item and never the item itself; the "
    "paper draws them anew for each item, the scored one among them.",
    "leak": "The worked cases were drawn as the authors draw them, the scored item included: an "
    "answer may have been shown in its own prompt.",
}
_SERVER = (
    "A server answered, with its own chat template: which weights it holds is not known but by "
    "its own name for them."
)
_FILES = (
    "Whether the task file is the official one cannot be told: the fingerprints of the official "
    "files are not known to MedsDesk."
)


def caveats_of(own: OwnTask, column: PublishedColumn) -> tuple[Caveat, ...]:
    """Return what to know before an own figure is compared with the column's published ones."""
    sentences = (
        *_of_items(own, column),
        *_of_prompts(own, column),
        *_of_model(own),
        *_of_scores(own, column),
    )
    told = [Caveat("differs", sentence) for sentence in sentences]
    if _shows_cases(own) and _cases(own) == "leak":
        told.append(Caveat("note", _CASES["leak"]))
    if not column.items.get(own.counts.task_id):
        told.append(Caveat("unknown", "How many items the paper has is not known."))
    if own.spec.loaded.served:
        told.append(Caveat("unknown", _SERVER))
    if own.spec.model_quantisation == "unknown":
        told.append(Caveat("unknown", "How the model is quantised is not known."))
    told.append(Caveat("unknown", _FILES))
    return tuple(told)


def merged(parts: Sequence[tuple[str, Sequence[Caveat]]]) -> tuple[Caveat, ...]:
    """Return the caveats of several parts, each once; one that not all share names its parts."""
    names: dict[Caveat, list[str]] = {}
    for name, caveats in parts:
        for caveat in caveats:
            names.setdefault(caveat, []).append(name)
    return tuple(
        caveat if len(of) == len(parts) else replace(caveat, text=f"{', '.join(of)}: {caveat.text}")
        for caveat, of in names.items()
    )


def _of_items(own: OwnTask, column: PublishedColumn) -> Iterator[str]:
    counts = own.counts
    asked, theirs = counts.done + counts.waiting + counts.failed, column.items.get(counts.task_id)
    if theirs and asked != theirs:
        yield f"It asks {items(asked)}; the paper has {theirs:,}."
    for file in own.files:
        if file.chosen < file.items and own.spec.evaluation is not None:
            drawn = f"drawn by seed {own.spec.evaluation.seed}"
            yield f"A sample: {file.chosen:,} of the file's {items(file.items)}, {drawn}."
        if file.skipped:
            yield f"Left out, because they cannot be read: {items(file.skipped)} of the file."
    if counts.waiting:
        yield f"The run has not ended: {items(counts.waiting)} to come."
    if counts.failed:
        yield f"Left out, because they failed and have no answer: {items(counts.failed)}."
    if counts.files > 1:
        yield f"The items of {counts.files} task files are put together."


def _of_prompts(own: OwnTask, column: PublishedColumn) -> Iterator[str]:
    spec, prompts = own.spec, own.prompts
    shots = sorted({file.shots for file in own.files})
    if shots and shots != [column.shots]:
        shown = " or ".join(map(str, shots))
        yield f"Worked cases in the prompt: {shown}; the paper shows {column.shots}."
    if _shows_cases(own) and _cases(own) != "leak":
        yield _CASES[_cases(own)]
    if any(file.definition == "own" for file in own.files):
        yield "The instruction is MedsDesk's own, because the task file has none."
    if spec.template_id != _TEMPLATE:
        yield f"The prompt is made by the template '{spec.template_id}', not by the benchmark's."
    if spec.loaded.chat_template == "plain":
        yield "The model was asked without a chat form, because its file has none."
    if prompts.cut:
        yield f"{_prompts(prompts.cut)} cut from the left."
    if prompts.long:
        yield (
            f"{_prompts(prompts.long)} longer than {PROMPT_TOKENS:,} tokens, from where the "
            "paper cuts; here nothing was cut."
        )
    if spec.generate.max_new_tokens not in _NEW_TOKENS:
        yield (
            f"Answers may have {spec.generate.max_new_tokens:,} tokens; the paper allows 200, or "
            "1,000 with an explicit end."
        )
    if spec.generate.temperature > 0:
        yield (
            f"Answers were drawn at temperature {spec.generate.temperature:g}; the paper always "
            "takes the likeliest token."
        )


def _of_model(own: OwnTask) -> Iterator[str]:
    held = own.spec.model_quantisation
    if own.counts.model_is_demo:
        yield "This is the demonstration model, a small general one and no medical model."
    if held not in (*_FULL, "unknown"):
        yield f"The model is quantised ({held}); the paper's ran in full precision (bf16)."


def _of_scores(own: OwnTask, column: PublishedColumn) -> Iterator[str]:
    name = f"medsbench.{column.score}"
    figure = own.measured.get(name)
    if figure is None:
        return
    if APPROXIMATE in figure.signature:
        yield (
            "Texts were cut into words by a stand-in, because a tokenizer of the paper is not "
            "installed: the figure is near the authors' and not theirs."
        )
    if figure.unscored:
        yield f"Left out for want of a score: {items(figure.unscored)}."
    if name in own.mixed:
        yield f"Left out, because they were scored in another way: {items(own.mixed[name])}."


def _cases(own: OwnTask) -> str:
    return own.spec.evaluation.cases if own.spec.evaluation else "own"


def _shows_cases(own: OwnTask) -> bool:
    return any(file.shots for file in own.files)


def items(count: int) -> str:
    """Return a number of items in words."""
    return "1 item" if count == 1 else f"{count:,} items"


def _prompts(count: int) -> str:
    return "1 prompt was" if count == 1 else f"{count:,} prompts were"


def whole_file(files: tuple[FileRecord, ...]) -> bool:
    """Say whether every usable item of a task's files is in the run."""
    return bool(files) and all(file.chosen == file.items for file in files)
