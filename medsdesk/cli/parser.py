"""The grammar of the command line."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol

from medsdesk.agreement.resampling import SEED
from medsdesk.cli import (
    adjudication_verbs,
    audit_verbs,
    backup_verbs,
    compare_verbs,
    download,
    engine_verbs,
    eval_verbs,
    fit_verb,
    form_verbs,
    item_verbs,
    key_verb,
    leaderboard,
    make_model_verbs,
    make_verb,
    model_download,
    model_verbs,
    rating_verbs,
    run_verb,
    score,
    study_verbs,
    verbs,
)
from medsdesk.cli.show import OUT, USAGE, say
from medsdesk.core.model import AUTO_SLOTS, MOST_SLOTS
from medsdesk.core.run import CASE_SOURCES
from medsdesk.core.run_format import RUN_FORMATS
from medsdesk.tasks.prompts import TEMPLATE_NAMES


class _Subparsers(Protocol):
    """What argparse returns from ``add_subparsers``; its own class has no public name."""

    def add_parser(
        self,
        name: str,
        *,
        help: str,
        description: str,
        parents: Sequence[Any] = ...,
    ) -> argparse.ArgumentParser:
        """Add one subparser."""


class _Parser(argparse.ArgumentParser):
    """Argparse with our two sentences: what is wrong, and what to do."""

    def error(self, message: str) -> NoReturn:
        say(f"{message[:1].upper()}{message[1:]}.", f"See '{self.prog} --help'.")
        self.exit(USAGE)


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs; a parsed line carries its verb's function."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--workspace",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="where answers and ratings are kept",
    )
    common.add_argument(
        "--json",
        action="store_true",
        default=argparse.SUPPRESS,
        help="one JSON document on standard output",
    )
    parser = _Parser(
        prog="medsdesk",
        description="Judge a medical language model on your own clinical texts, offline. "
        "Without a verb the window opens.",
        parents=[common],
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="the version, and nothing else")
    _Verbs(parser.add_subparsers(metavar="VERB", dest="verb_name", required=True), common).fill()
    return parser


class _Verbs:
    """Adds the verbs, each with the common options, to a set of subparsers."""

    def __init__(self, subparsers: _Subparsers, common: argparse.ArgumentParser) -> None:
        self._subparsers = subparsers
        self._common = common

    def fill(self) -> None:
        """Add every verb of the program."""
        self._start()
        self._tasks()
        self._run()
        self._eval()
        self._score()
        self._leaderboard()
        self._stored()
        self._compare()
        studies = self._group("study", "Rating studies.")
        study_verbs.add_verbs(studies)
        adjudication_verbs.add_verbs(studies)
        self._models()
        backup_verbs.add_verbs(self)
        audit_verbs.add_verbs(self._group("audit", "The trail: who did what."))

    def verb(self, name: str, action: verbs.Verb) -> argparse.ArgumentParser:
        """Add one verb; its help is the first line of its function."""
        text = (action.__doc__ or "").strip()
        made = self._subparsers.add_parser(
            name, help=text, description=text, parents=[self._common]
        )
        made.set_defaults(verb=action)
        return made

    def _group(self, name: str, text: str) -> _Verbs:
        made = self._subparsers.add_parser(
            name, help=text, description=text, parents=[self._common]
        )
        return _Verbs(made.add_subparsers(metavar="VERB", required=True), self._common)

    def _start(self) -> None:
        window = self.verb("gui", verbs.gui)
        window.add_argument("--demo", action="store_true", help="open the demonstration workspace")
        demo = self.verb("demo", verbs.demo)
        demo.add_argument("--no-window", action="store_true", help="do not open the window after")
        self.verb("doctor", verbs.doctor)

    def _tasks(self) -> None:
        tasks = self._group("tasks", "The MedS-Bench tasks.")
        listing = tasks.verb("list", verbs.tasks_list)
        listing.add_argument("words", nargs="*", help="words that id, name or category must hold")
        listing.add_argument("--language", metavar="CODE", help="such as en, zh, ja, fr, ru, es")
        listing.add_argument("--all", action="store_true", help="also tasks outside MedS-Bench")
        tasks.verb("show", verbs.tasks_show).add_argument("task", help="id or name")
        check = tasks.verb("check", verbs.tasks_check)
        check.add_argument("files", nargs="+", metavar="FILE", help="task files or their folders")
        fetch = tasks.verb("download", download.tasks_download)
        fetch.add_argument(
            "names", nargs="*", metavar="NAME", help="tasks or categories; all where left out"
        )
        fetch.add_argument("--to", metavar="DIR", help="folder for the files; in the workspace")
        fetch.add_argument(
            "--revision", metavar="REV", help="branch, tag or commit; the folder's own, or newest"
        )
        make_verb.add_options(tasks.verb("make", make_verb.tasks_make))

    def _run(self) -> None:
        run = self.verb("run", run_verb.run)
        run.add_argument("task", help="id or name, such as task112")
        run.add_argument("--text", required=True, metavar="FILE", help="the text; - for stdin")
        run.add_argument("--reference", metavar="FILE", help="the reference answer, to score by")
        run.add_argument("--model", metavar="M", help="id of a model, or path of a GGUF file")
        run.add_argument("--shots", type=int, choices=range(4), help="worked cases in the prompt")
        run.add_argument("--max-new-tokens", type=_count, metavar="N", help="longest answer")
        run.add_argument("--context", type=_count, metavar="N", help="context size in tokens")
        fit_verb.add_gpu_layers(run)
        fit_verb.add_context_memory(run)
        run.add_argument("--seed", type=_seed, default=0, metavar="N", help="of the sampler")
        run.add_argument(
            "--temperature", type=_temperature, default=0.0, metavar="X", help="0 is greedy"
        )
        run.add_argument(
            "--cut-left",
            action="store_true",
            help="cut a prompt that does not fit from its left; the record will say so",
        )
        _add_template(run)

    def _eval(self) -> None:
        made = self.verb("eval", eval_verbs.evaluate)
        made.add_argument("paths", nargs="*", metavar="PATH", help="task files or their folders")
        made.add_argument("--model", metavar="M", help="id of a model, or path of a GGUF file")
        made.add_argument(
            "--shots", type=_shots, metavar="N", help="worked cases in the prompt, or the task's"
        )
        made.add_argument("--limit", type=_count, metavar="N", help="items per file, drawn by seed")
        made.add_argument("--seed", type=_seed, metavar="N", help="of the draws; 0 unless given")
        made.add_argument("--max-new-tokens", type=_count, metavar="N", help="longest answer")
        made.add_argument("--context", type=_count, metavar="N", help="context size in tokens")
        fit_verb.add_gpu_layers(made)
        fit_verb.add_context_memory(made)
        made.add_argument(
            "--cases",
            choices=CASE_SOURCES,
            help="worked cases: other items of the file (pool), our synthetic ones (own), the "
            "positive examples in the file (file), or as the authors draw them, the scored item "
            "included (leak)",
        )
        made.add_argument(
            "--cut-left",
            action="store_true",
            help="cut prompts that do not fit from their left; the record will say so",
        )
        _add_template(made)
        made.add_argument(
            "--skip-faulty",
            action="store_true",
            help="leave out items that cannot be read, which else refuse the files",
        )
        _add_speed(made)
        made.add_argument("--resume", metavar="RUN", help="go on with a run: its id or beginning")
        made.add_argument(
            "--retry-failed", action="store_true", help="with --resume: failed items once more"
        )

    def _score(self) -> None:
        scored = self.verb("score", score.score)
        scored.add_argument("csv", metavar="CSV", help="columns task_id, input, GT, output")
        scored.add_argument("--protocol", choices=score.CHOICES, default=score.BOTH)

    def _leaderboard(self) -> None:
        board = self.verb("leaderboard", leaderboard.leaderboard)
        board.add_argument(
            "--version", choices=leaderboard.VERSIONS, default="npj-2025", help="of the paper"
        )
        board.add_argument("--category", metavar="C", help="one category, such as MCQA")
        board.add_argument("--task", metavar="T", help="id or name of one task")
        board.add_argument(
            "--protocol",
            choices=leaderboard.PROTOCOLS,
            default=leaderboard.BOTH,
            help="of own figures; published ones are always the authors'",
        )
        board.add_argument("--sort", metavar="COLUMN", help="such as MedQA, task57.accuracy, model")
        board.add_argument(
            "--runs",
            choices=leaderboard.RUNS,
            default="latest",
            help="own rows: the latest figure of each model, or all runs apart",
        )

    def _stored(self) -> None:
        runs = self._group("runs", "What has been run.")
        runs.verb("list", verbs.runs_list)
        runs.verb("show", verbs.runs_show).add_argument("run", help="id, or its first 8 digits")
        export = runs.verb("export", verbs.runs_export)
        export.add_argument("run", help="id, or its first 8 digits")
        export.add_argument("--format", choices=RUN_FORMATS, default="csv")
        export.add_argument("--out", required=True, metavar="FILE")
        self._items(runs)
        rating_verbs.add_verbs(self._group("ratings", "Clinicians' ratings."))

    def _compare(self) -> None:
        form_verbs.add_verbs(self._group("forms", "Rating forms."))
        made = self.verb("compare", compare_verbs.compare)
        made.add_argument("--study", metavar="NAME", help="only this study; all unless given")
        made.add_argument(
            "--over",
            choices=("items", "models", "both"),
            default="items",
            help="what intervals resample: items, to speak of other inputs; models, or both",
        )
        made.add_argument(
            "--acceptable", type=_number, metavar="X",
            help="mean rating from which on an answer is acceptable: adds the ROC curve's area",
        )  # fmt: skip
        made.add_argument("--seed", type=_seed, default=SEED, metavar="N", help="of all draws")
        compare_verbs.add_options(made)

    def _items(self, runs: _Verbs) -> None:
        listing = runs.verb("items", item_verbs.runs_items)
        listing.add_argument("run", help="id, or its first 8 digits")
        listing.add_argument(
            "--filter", choices=item_verbs.FILTER_NAMES, help="only items of a kind"
        )
        listing.add_argument(
            "--search", metavar="WORDS", help="words that text, reference or answer must hold"
        )
        listing.add_argument("--task", metavar="T", help="only items of a task")
        listing.add_argument(
            "--limit", type=_count, metavar="N", default=item_verbs.SHOWN, help="most items to show"
        )
        pair = runs.verb("compare", item_verbs.runs_compare)
        pair.add_argument("first", metavar="A", help="id, or its first 8 digits")
        pair.add_argument("second", metavar="B", help="id, or its first 8 digits")

    def _models(self) -> None:
        models = self._group("models", "Model files.")
        model_verbs.add_verbs(models)
        model_download.add_verbs(models)
        key_verb.add_verbs(models)
        make_model_verbs.add_verbs(models)
        fit_verb.add_options(models.verb("fit", fit_verb.models_fit))
        engine_verbs.add_verbs(self._group("engine", "Builds of the engine."))


def _add_template(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--template",
        choices=TEMPLATE_NAMES,
        help="words around instruction, cases and text: the benchmark's (medsbench) or ours (own); "
        "the setting, medsbench, unless given",
    )


class _Version(argparse.Action):
    """Prints the version; looked up only when asked for, since that takes its time."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        """Print and leave."""
        from medsdesk.core.identity import program_version

        OUT.write(f"medsdesk {program_version()}")
        parser.exit()


def _whole(word: str, low: int, high: int) -> int:
    """Read a whole number within bounds, for argparse."""
    try:
        number = int(word)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{word}' is not a whole number") from None
    if not low <= number <= high:
        raise argparse.ArgumentTypeError(f"must be from {low} to {high}")
    return number


def _count(word: str) -> int:
    return _whole(word, 1, 2**31 - 1)


def _add_speed(verb: argparse.ArgumentParser) -> None:
    verb.add_argument(
        "--slots",
        type=_slots,
        metavar="N",
        help="items answered at the same time, each with a context of its own, or auto for "
        "what suits this machine; faster, but answers may come out in other words than with 1, "
        "the standard",
    )
    verb.add_argument(
        "--exact",
        action="store_true",
        help="a new context for each item; slower, and the same answers as with --slots 1",
    )
    verb.add_argument(
        "--draft",
        action="store_true",
        help="guess ahead what an answer copies from its prompt, and check it several tokens "
        "at a time; one item at a time, for extraction",
    )
    verb.add_argument(
        "--choices",
        action="store_true",
        help="score closed sets (options, labels, verdicts) also by which answer the model holds "
        "likeliest, beside the scores of what it writes",
    )


def _slots(word: str) -> int:
    return AUTO_SLOTS if word == "auto" else _whole(word, 1, MOST_SLOTS)


def _shots(word: str) -> int:
    return _whole(word, 0, 64)


def _seed(word: str) -> int:
    return _whole(word, 0, 2**32 - 1)


def _number(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"'{word}' is not a number")
    return number


def _temperature(word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 5:
        raise argparse.ArgumentTypeError("must be a number from 0 to 5")
    return number
