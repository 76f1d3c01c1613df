"""Make a study from runs: draw its items and lists, freeze the plan, keep the key apart."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from unicodedata import normalize

from medsdesk.core.errors import CancelledError, UserFacingError
from medsdesk.core.identity import new_id, program_version, utc_now
from medsdesk.core.study import StudyDesign, StudyForm, StudyKind
from medsdesk.services.instruments import form_for
from medsdesk.services.own_forms import find_form, read_study_form
from medsdesk.services.study_trail import trail_entry
from medsdesk.store.outputs import list_answers
from medsdesk.store.runs import get_run
from medsdesk.store.studies import StudyRecord, add_key, add_study, list_studies
from medsdesk.studies.assignment import default_overlap
from medsdesk.studies.drawing import check_seed, new_seed
from medsdesk.studies.plan_format import fingerprint
from medsdesk.studies.planning import Agreed, Origin, Planned, draw_plan
from medsdesk.studies.sampling import Candidate
from medsdesk.tasks.registry import find_task

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.core.run import RunSpec
    from medsdesk.store.outputs import AnswerRow
    from medsdesk.store.workspace import Workspace

log = logging.getLogger(__name__)

MOST_RATERS, MOST_ITEMS = 50, 10_000
PRIMARY = "krippendorff_alpha_ordinal"

_MOST_SHARE = 0.5

OnProgress = Callable[[int, int], None]


def _nobody(_done: int, _of: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class StudyRequest:
    """What an owner asks for.

    Attributes:
        name: Name of the study.
        runs: Ids of runs, or their first 8 digits.
        raters: Names of the raters.
        kind: ``single`` or ``pair``.
        n_items: Items to draw.
        overlap: Part that all raters are shown; what fits the number of raters, unless given.
        agreed: Answers with points agreed on beforehand, for practice.
        n_calibration: Items for practice altogether.
        repeat_share: Part of a rater's items that come back.
        attention_share: Part of a rater's items that come back damaged.
        show_reference: Whether raters see reference answers.
        form: Id of a form for all items; the one that fits each task, unless given.
        language: ISO 639-1 code of the forms' words.
        instructions: What raters are told first.
        primary: The statistic decided on beforehand.
        seed: 64 hexadecimal digits; drawn unless given.
    """

    name: str
    runs: tuple[str, ...]
    raters: tuple[str, ...]
    kind: StudyKind = "single"
    n_items: int = 100
    overlap: float | None = None
    agreed: tuple[Agreed, ...] = ()
    n_calibration: int = 0
    repeat_share: float = 0.1
    attention_share: float = 0.02
    show_reference: bool = False
    form: str | None = None
    language: str = "en"
    instructions: str = ""
    primary: str = PRIMARY
    seed: str | None = None


@dataclass(frozen=True, slots=True)
class RaterLoad:
    """How much a rater is shown."""

    rater: str
    presentations: int


@dataclass(frozen=True, slots=True)
class CreatedStudy:
    """A study that was made.

    Attributes:
        id: Its id.
        name: Its name.
        kind: What is done with each item.
        items: Items that count.
        raters: How much each rater is shown, practice and checks included.
        forms: Ids of the forms.
        plan_sha256: What freezes the plan.
        key_sha256: What proves the key later.
        statement: What this many items can show.
        notes: What could not be done as asked.
    """

    id: str
    name: str
    kind: StudyKind
    items: int
    raters: tuple[RaterLoad, ...]
    forms: tuple[str, ...]
    plan_sha256: str
    key_sha256: str
    statement: str
    notes: tuple[str, ...]


def design_of(request: StudyRequest) -> StudyDesign:
    """Return the choices of a request with everything left open filled in.

    Raises:
        UserFacingError: A choice is none: no name, nobody to rate, a part over one half.
    """
    raters = tuple(normalize("NFC", " ".join(name.split())) for name in request.raters)
    _check(request, raters)
    overlap = request.overlap
    return StudyDesign(
        name=request.name.strip(),
        kind=request.kind,
        raters=raters,
        n_items=request.n_items,
        overlap=default_overlap(len(raters), request.n_items) if overlap is None else overlap,
        n_calibration=max(request.n_calibration, len(request.agreed)),
        repeat_share=request.repeat_share,
        attention_share=request.attention_share,
        show_reference=request.show_reference,
        language=request.language,
        instructions=request.instructions.strip(),
        primary=request.primary.strip() or PRIMARY,
        seed=check_seed(request.seed) if request.seed else new_seed(),
    )


def plan_study(
    ws: Workspace,
    request: StudyRequest,
    cancel: CancelToken | None = None,
    on_progress: OnProgress = _nobody,
) -> Planned:
    """Draw a study without keeping it, as to look at it first.

    Args:
        ws: The workspace.
        request: What is asked for.
        cancel: Stops between two answers.
        on_progress: Told how many answers are made alike, and of how many.

    Raises:
        UserFacingError: A choice is none, no such run or form, or nothing to rate.
        CancelledError: Stopped.
    """
    design = design_of(request)
    candidates, notes = _candidates(ws, request)
    forms = _forms(ws, request, candidates)
    _check_agreed(request, candidates, forms)
    origin = Origin(new_id(), utc_now(), program_version())
    told = _told(candidates, cancel, on_progress)
    planned = draw_plan(design, told, forms, request.agreed, origin)
    return replace(planned, notes=(*notes, *planned.notes))


def create_study(
    ws: Workspace,
    request: StudyRequest,
    actor: str,
    cancel: CancelToken | None = None,
    on_progress: OnProgress = _nobody,
) -> CreatedStudy:
    """Make a study; its plan is frozen from now on.

    Raises:
        UserFacingError: A study has that name already, or as for ``plan_study``.
        CancelledError: Stopped; nothing was kept.
    """
    if any(study.name == request.name.strip() for study in list_studies(ws)):
        raise UserFacingError(
            f"There is a study named '{request.name.strip()}' in this workspace already.",
            "Give the new one another name; a plan that is frozen is never changed.",
        )
    made = plan_study(ws, request, cancel, on_progress)
    plan, plan_sha256 = made.plan, fingerprint(made.plan_text)
    record = StudyRecord(
        id=plan.id,
        name=plan.name,
        kind=plan.kind,
        received=False,
        plan_sha256=plan_sha256,
        created_at=plan.created_at,
        added_at=utc_now(),
    )
    entry = trail_entry(
        ws, plan.id, actor, "create",
        after={"plan_sha256": plan_sha256, "key_sha256": plan.key_sha256},
    )  # fmt: skip
    _stop_if_told(cancel)
    with ws.transaction():
        add_study(ws, record, made.plan_text, entry)
        add_key(ws, plan.id, made.key_text, plan.key_sha256)
    log.info("made study %s with %d items", plan.id, len(plan.items))
    return CreatedStudy(
        id=plan.id,
        name=plan.name,
        kind=plan.kind,
        items=made.key.design.n_items,
        raters=tuple(RaterLoad(a.rater, len(a.presentations)) for a in plan.assignments),
        forms=tuple(form.id for form in plan.forms),
        plan_sha256=plan_sha256,
        key_sha256=plan.key_sha256,
        statement=plan.statement,
        notes=made.notes,
    )


def _check(request: StudyRequest, raters: Sequence[str]) -> None:
    for wrong, message, hint in (
        (not request.name.strip(), "The study has no name.", "Give it one."),
        (not request.runs, "The study has no run.", "Name one or more runs whose answers to rate."),
        (not raters or not all(raters), "A rater has no name.", "Name everybody who rates."),
        (
            len({name.casefold() for name in raters}) < len(raters),
            "Two raters have the same name.", "Add what tells them apart.",
        ),
        (
            len(raters) > MOST_RATERS,
            f"A study has at most {MOST_RATERS} raters.", "Make two studies of it.",
        ),
        (
            not 1 <= request.n_items <= MOST_ITEMS,
            f"A study has from 1 to {MOST_ITEMS:,} items.", "Ask for another number.",
        ),
        (
            request.overlap is not None and not 0 <= request.overlap <= 1,
            "The overlap is a part from 0 to 1.", "1 shows every item to every rater.",
        ),
        (
            not 0 <= request.repeat_share <= _MOST_SHARE
            or not 0 <= request.attention_share <= _MOST_SHARE,
            "Repeats and attention items are parts from 0 to 0.5 of a rater's items.",
            "Usual are 0.05 to 0.1 for repeats, and 0.01 to 0.02 for attention items.",
        ),
        (
            not 0 <= request.n_calibration <= MOST_ITEMS,
            "The number of practice items is no such number.", "Usual are 5 to 10.",
        ),
    ):  # fmt: skip
        if wrong:
            raise UserFacingError(message, hint)


def _candidates(ws: Workspace, request: StudyRequest) -> tuple[list[Candidate], list[str]]:
    """Return the answers that may be drawn, and what was left out."""
    runs = list({run.id: run for run in (get_run(ws, named) for named in request.runs)}.values())
    # Where all runs are of one model, it is the runs that are compared.
    by_model = len({run.model_name for run in runs}) > 1 or len(runs) == 1
    found: list[Candidate] = []
    left_out: Counter[str] = Counter()
    for run in runs:
        for answer in list_answers(ws, run.id, limit=-1):
            completion = answer.output.completion
            if not completion.complete:
                left_out["incomplete"] += 1
            elif not completion.text.strip():
                left_out["empty"] += 1
            else:
                found.append(_candidate(request, run, answer, by_model=by_model))
    return found, [f"Answers left out as {why}: {n:,}." for why, n in sorted(left_out.items())]


def _told(
    candidates: Sequence[Candidate], cancel: CancelToken | None, on_progress: OnProgress
) -> Iterator[Candidate]:
    """Yield the answers, and tell how many were taken."""
    for number, candidate in enumerate(candidates, 1):
        _stop_if_told(cancel)
        yield candidate
        on_progress(number, len(candidates))


def _stop_if_told(cancel: CancelToken | None) -> None:
    if cancel is not None and cancel.cancelled:
        raise CancelledError


def _candidate(
    request: StudyRequest, run: RunSpec, answer: AnswerRow, *, by_model: bool
) -> Candidate:
    sample = answer.sample
    form = request.form or form_for(sample.category, request.kind, sample.task_id)
    return Candidate(
        output_id=answer.output.id,
        run_id=run.id,
        model_name=run.model_name,
        system=run.model_name if by_model else run.id,
        text_id=f"{sample.task_id}:{sample.input_sha256}",
        category=sample.category,
        title=_title(sample.task_id),
        language=sample.language,
        form=form,
        source=sample.input,
        reference="\n".join(sample.targets) if sample.targets else None,
        text=answer.output.completion.text,
    )


def _title(task_id: str) -> str:
    try:
        return find_task(task_id).title
    except UserFacingError:
        return task_id  # a task file of the site's own, which the registry does not know


def _forms(
    ws: Workspace, request: StudyRequest, candidates: Sequence[Candidate]
) -> tuple[StudyForm, ...]:
    """Return the forms of all answers; each must fit what is done with an item."""
    names = sorted({request.form} if request.form else {each.form for each in candidates})
    return tuple(_checked(ws, request, names))


def _check_agreed(
    request: StudyRequest, candidates: Sequence[Candidate], forms: Sequence[StudyForm]
) -> None:
    """Refuse points that the form of their answer does not have: nobody would be shown them."""
    asked = {form.id: read_study_form(form).criteria for form in forms} if request.agreed else {}
    form_of = {each.output_id: each.form for each in candidates}
    for agreed in request.agreed:
        form = form_of.get(next(iter(agreed.outputs), ""), "")
        criteria = {each.id: each for each in asked.get(form, ())}
        for name, point in agreed.points.items():
            points = {anchor.value for anchor in criteria[name].anchors} if name in criteria else ()
            counted = name in criteria and criteria[name].is_count and point >= 0
            if form and point not in points and not counted:
                raise UserFacingError(
                    f"The form '{form}' has no question '{name[:40]}' with a point {point}.",
                    f"Agree on points of its questions: {', '.join(criteria)}.",
                )


def _checked(ws: Workspace, request: StudyRequest, names: Sequence[str]) -> Iterator[StudyForm]:
    for name in names:
        form = find_form(ws, name, request.language)
        if read_study_form(form).kind != request.kind:
            others = {"single": "compares two answers", "pair": "rates one answer"}
            raise UserFacingError(
                f"The form '{name}' {others[request.kind]}, which this study does not.",
                "Choose another form, or the other kind of study.",
            )
        yield form
