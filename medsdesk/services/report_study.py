"""What a report tells of studies, models and runs, and the fingerprints to know them by."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from medsdesk.agreement.roc import SENSITIVITY
from medsdesk.services.choose_ratings import RatingChoice
from medsdesk.services.report_document import Block, Column, Grid, Paragraph, Section, facts
from medsdesk.services.report_words import NONE, count, listed, moment
from medsdesk.services.statistic_words import statistic_words

if TYPE_CHECKING:
    from medsdesk.core.generation import GenerateConfig
    from medsdesk.core.run import RunSpec
    from medsdesk.core.study import StudyPlan
    from medsdesk.services.report_facts import ReportFacts, StudyFacts

_RESULTS = ("passed", "missed", "unanswered")
_KINDS = {"single": "answers one by one", "pair": "two answers side by side"}
HIDDEN = "Models and runs are told after the lock."
RATERS_NOTE = (
    "Shown: practice, repeats and damaged copies included. Too fast: answered in less time than "
    "reading takes; nothing is left out because of it."
)
NO_RECORD = "No run of this workspace has a rated answer: models are known by name alone."


def study_sections(told: ReportFacts) -> Iterator[Section]:
    """Yield a section for each study."""
    for study in told.studies:
        yield Section(
            f"The study '{study.status.name}'",
            (
                *([Paragraph(study.status.statement)] if study.status.statement else []),
                _design(study),
                _forms(study.plan),
                _raters(study, told),
                *_checks(study, told),
            ),
        )


def _design(study: StudyFacts) -> Grid:
    status, plan = study.status, study.plan
    state = f"locked {moment(status.locked)}" if status.locked else "not locked yet"
    pairs = [
        ("What was rated", _KINDS[plan.kind]),
        ("State", state),
        ("Plan frozen", f"{moment(plan.created_at)} by MedsDesk {plan.version}"),
        ("Plan, SHA-256", status.plan_sha256),
        ("Key, SHA-256", status.key_sha256),
        ("Decided on beforehand", statistic_words(plan.primary).name if plan.primary else NONE),
        ("Items", _items(study)),
        ("Overlap", _overlap(study)),
        ("Reference answers", "shown to raters" if plan.show_reference else "not shown to raters"),
        ("Instructions", "given" if plan.instructions.strip() else "none"),
        ("Decisions between raters", f"{status.decisions:,}"),
    ]
    if study.key is not None:
        design = study.key.design
        pairs.append(("Seed of all draws", design.seed))
        writers = Counter(each.model_name for each in study.key.outputs)
        models = (f"{name} ({count(n, 'output')})" for name, n in sorted(writers.items()))
        pairs.append(("Models", listed(models)))
    else:
        pairs.append(("Models", HIDDEN))
    return facts(f"Design of '{status.name}'", tuple(pairs))


def _items(study: StudyFacts) -> str:
    plan = study.plan
    categories = Counter(item.category for item in plan.items)
    told = listed(f"{name or 'no category'} {n:,}" for name, n in sorted(categories.items()))
    if study.key is None:
        return f"{len(plan.items):,} with practice and checks: {told}"
    roles = Counter(str(each.role) for each in study.key.presentations)
    shown = {"calibration": "practice", "repeat": "repeats", "attention": "damaged copies"}
    hidden = listed(f"{shown[role]} {roles[role]:,}" for role in shown if roles[role])
    drawn = study.key.design.n_items
    showings = f"; showings beside them: {hidden}" if hidden else ""
    return f"{drawn:,} drawn; the plan has {len(plan.items):,} ({told}){showings}"


def _overlap(study: StudyFacts) -> str:
    """Return how many items several raters are shown; checks are not counted where known."""
    checks = {
        each.presentation_id
        for each in (study.key.presentations if study.key else ())
        if each.role != "ordinary"
    }
    seen: defaultdict[str, set[str]] = defaultdict(set)
    for assignment in study.plan.assignments:
        for each in assignment.presentations:
            if not each.calibration and each.id not in checks:
                seen[each.item_id].add(assignment.rater)
    several = sum(len(raters) >= 2 for raters in seen.values())
    everybody = sum(len(raters) == len(study.plan.assignments) for raters in seen.values())
    return (
        f"{several:,} of {count(len(seen), 'item')} are shown to two raters or more, "
        f"{everybody:,} to all"
    )


def _forms(plan: StudyPlan) -> Grid:
    return Grid(
        "Rating forms",
        (
            Column("Form"), Column("Version", number=True), Column("Language"),
            Column("SHA-256"),
        ),
        tuple((form.id, str(form.version), form.language, form.sha256) for form in plan.forms),
    )  # fmt: skip


def _raters(study: StudyFacts, told: ReportFacts) -> Grid:
    names = ("Shown", "Complete", "Answers", "Cannot judge", "Seconds, median", "Too fast")
    return Grid(
        "Raters",
        (
            Column("Rater"),
            *(Column(name, number=True) for name in names),
            Column("Set closed"),
        ),
        tuple(
            (
                told.people[each.rater], f"{each.presentations:,}", f"{each.complete:,}",
                f"{each.answers:,}", f"{each.cannot_judge:,}",
                NONE if each.seconds is None else f"{each.seconds:.1f}",
                f"{each.too_fast:,}", moment(each.closed) if each.closed else "open",
            )
            for each in study.status.raters
        ),
        below=(RATERS_NOTE,),
    )  # fmt: skip


def _checks(study: StudyFacts, told: ReportFacts) -> Iterator[Block]:
    if study.checks is None:
        return
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in study.checks.attention:
        found[row.rater][row.result] += 1
    if found:
        yield Grid(
            "Damaged copies: who rated the copy above its original missed the damage",
            (
                Column("Rater"),
                *(Column(name.capitalize(), number=True) for name in _RESULTS),
            ),
            tuple(
                (told.people[rater], *(f"{results[name]:,}" for name in _RESULTS))
                for rater, results in found.items()
            ),
        )


def models(told: ReportFacts) -> Section:
    """Return the models and runs whose answers were rated, those that were run alike together."""
    groups: defaultdict[str, list[RunSpec]] = defaultdict(list)
    for run in told.runs:
        groups[_alike(run)].append(run)
    blocks: list[Block] = [_manifest(runs, told) for runs in groups.values()]
    if not blocks:
        blocks = [Paragraph(NO_RECORD if told.rated.models else HIDDEN)]
    unknown = [name for name in told.rated.models if name not in {r.model_id for r in told.runs}]
    if blocks and unknown and told.runs:
        blocks.append(Paragraph(f"Known by name alone: {listed(unknown)}."))
    elif unknown:
        blocks.append(Paragraph(f"Named in the ratings: {listed(unknown)}."))
    return Section("Models and runs", tuple(blocks))


def _alike(run: RunSpec) -> str:
    """Return what runs have in common that were made in one way."""
    bare = replace(
        run, id="", created_at="", task_ids=(), metrics=(), notes=(), machine={},
        loaded=replace(run.loaded, seconds=0.0, memory=(), notes=()),
    )  # fmt: skip
    return json.dumps(msgspec.to_builtins(bare), sort_keys=True)


def _manifest(runs: list[RunSpec], told: ReportFacts) -> Grid:
    run = runs[0]
    loaded, asked = run.loaded, run.generate
    times = sorted(each.created_at for each in runs)
    when = moment(times[0]) if len(times) == 1 else f"{moment(times[0])} to {moment(times[-1])}"
    packages = ", ".join(f"{name} {version}" for name, version in sorted(run.packages.items()))
    machines = dict.fromkeys(
        ", ".join(f"{name} {value}" for name, value in sorted(each.machine.items()))
        for each in runs
    )
    demo = ", the demonstration model" if run.model_name in told.demo else ""
    pairs = [
        ("Model", f"{run.model_name} ({run.model_id}){demo}"),
        ("File, SHA-256", run.model_sha256 or "none: a model on a server"),
        ("Quantisation", run.model_quantisation),
        ("Engine", " ".join(part for part in (loaded.engine, loaded.build) if part)),
        ("Computed on", ", ".join(loaded.devices) or NONE),
        ("Context", f"{loaded.context:,} tokens, cache {run.load.kv_cache}"),
        ("Chat template", _with_hash(loaded.chat_template, loaded.chat_template_sha256)),
        ("Prompt template", f"{run.template_id}, version {run.template_version}"),
        ("Worked cases", f"{run.shots:,}"),
        ("Sampling", _sampling(asked)),
        *_evaluated(run),
        ("Metrics", "; ".join(dict.fromkeys(m for each in runs for m in each.metrics)) or NONE),
        ("Packages", packages or NONE),
        ("Machine", "; ".join(filter(None, machines)) or NONE),
        ("When", when),
        ("Runs", ", ".join(each.id[:8] for each in runs)),
    ]
    notes = dict.fromkeys(
        note
        for each in runs
        for note in (*each.notes, *(each.evaluation.notes if each.evaluation else ()))
    )
    return replace(facts(f"{run.model_name}, as it was run", tuple(pairs)), below=tuple(notes))


def _sampling(asked: GenerateConfig) -> str:
    return (
        f"temperature {asked.temperature:g}, seed {asked.seed}, at most "
        f"{asked.max_new_tokens:,} tokens"
    )


def _with_hash(name: str, sha256: str) -> str:
    return f"{name}, SHA-256 {sha256}" if sha256 else name


def _evaluated(run: RunSpec) -> Iterator[tuple[str, str]]:
    if run.evaluation is None:
        return
    record = run.evaluation
    limit = "all" if record.limit is None else f"at most {record.limit:,} of each file"
    yield "Draw of items", f"{limit}, seed {record.seed}, cases from {record.cases}"


def checksums(told: ReportFacts) -> Section:
    """Return the SHA-256 of everything the report rests on."""
    pairs: dict[tuple[str, str], None] = {}
    for study in told.studies:
        name = study.status.name
        pairs[f"Plan of '{name}'", study.status.plan_sha256] = None
        pairs[f"Key of '{name}'", study.status.key_sha256] = None
        for form in study.plan.forms:
            pairs[f"Form {form.id}, version {form.version}", form.sha256] = None
    for run in told.runs:
        if run.model_sha256:
            pairs[f"Model {run.model_name} {run.model_quantisation}", run.model_sha256] = None
        for file in run.evaluation.files if run.evaluation else ():
            pairs[f"Task file {file.name}", file.sha256] = None
    for taken in told.files:
        pairs[f"File of ratings {taken.name}", taken.sha256] = None
    if told.report is not None and told.choice == RatingChoice(study=told.options.study):
        pairs[f"The comparison, as '{_command(told)}' prints it", _printed(told)] = None
    grid = Grid("SHA-256", (Column("Of"), Column("SHA-256")), tuple(pairs))
    return Section("Checksums", (grid,))


def _command(told: ReportFacts) -> str:
    """Return the command line that prints the comparison."""
    options = told.options
    words = ["medsdesk compare"]
    if options.study is not None:
        words.append(f'--study "{options.study}"')
    if options.over != "items":
        words.append(f"--over {options.over}")
    if options.acceptable is not None:
        words.append(f"--acceptable {options.acceptable:g}")
    if options.sensitivity != SENSITIVITY:
        words.append(f"--sensitivity {options.sensitivity:g}")
    if options.decisions:
        words.append("--decisions")
    return " ".join([*words, f"--seed {options.seed} --json"])


def _printed(told: ReportFacts) -> str:
    """Return the fingerprint of the JSON document with its line end."""
    text = json.dumps(msgspec.to_builtins(told.report), ensure_ascii=False, indent=2)
    return hashlib.sha256(f"{text}\n".encode()).hexdigest()
