"""The verbs ``forms list``, ``show``, ``check``, ``add`` and ``export``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, OUT, REFUSED

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.core.rating import Criterion, Instrument


def add_verbs(group: VerbGroup) -> None:
    """Add the verbs to ``forms``."""
    group.verb("list", forms_list)
    shown = group.verb("show", forms_show)
    shown.add_argument("name", metavar="NAME", help="id of a form")
    shown.add_argument(
        "--language", metavar="CODE", default="en", help="en, zh, ja, fr, ru or es; en"
    )
    check = group.verb("check", forms_check)
    check.add_argument("files", nargs="+", metavar="FILE", help="forms as TOML files")
    group.verb("add", forms_add).add_argument("file", metavar="FILE", help="a form as TOML file")
    export = group.verb("export", forms_export)
    export.add_argument("name", metavar="NAME", help="id of a form")
    export.add_argument("--out", required=True, metavar="FILE")


def forms_list(args: argparse.Namespace) -> int:
    """List the rating forms: those that come along, and this workspace's own."""
    from medsdesk.services.instruments import LANGUAGES, form_names, load_instrument
    from medsdesk.services.own_forms import own_forms

    with desk.workspace(desk.workspace_dir(args)) as ws:
        own = own_forms(ws)
    forms = [(load_instrument(name), list(LANGUAGES)) for name in form_names()]
    forms += [(form, [form.language]) for form in own]
    if args.json:
        show.document(
            [
                {**_head(form), "own": form in own, "languages": languages}
                for form, languages in forms
            ]
        )
        return DONE
    rows = [
        (
            form.id, form.version, "own" if form in own else "", form.kind, _asks(form),
            form.title,
        )
        for form, _ in forms
    ]  # fmt: skip
    show.table([("id", "version", "", "kind", "asks", "title"), *rows])
    return DONE


def forms_show(args: argparse.Namespace) -> int:
    """Show a rating form: its questions, points and marks, in a language."""
    from medsdesk.services.own_forms import find_form, read_study_form

    with desk.workspace(desk.workspace_dir(args)) as ws:
        form = read_study_form(find_form(ws, args.name, args.language))
    if args.json:
        show.document(form)
        return DONE
    OUT.write(f"{form.title} ({form.id}, version {form.version}, {form.language})")
    OUT.write(f"Source: {form.source}")
    OUT.write(f"SHA-256: {form.sha256}")
    for criterion in form.criteria:
        OUT.write(f"\n{criterion.label}: {criterion.question}{_answered(criterion)}")
        for anchor in criterion.anchors:
            OUT.write(f"  {anchor.value:3} {anchor.label}: {anchor.meaning}")
    for mark in form.marks:
        OUT.write(f"\nMark in {' and '.join(mark.targets)}: {mark.label}. {mark.meaning}")
    for severity in form.severities:
        OUT.write(f"\nSeverity: {severity.label}. {severity.meaning}")
    return DONE


def forms_check(args: argparse.Namespace) -> int:
    """Say what is wrong with the files of rating forms, each fault with its place."""
    from medsdesk.services.own_forms import read_form_file
    from medsdesk.services.read_form import faults_of_form

    paths = [Path(name) for name in args.files]
    found = {path: faults_of_form(read_form_file(path)) for path in paths}
    if args.json:
        show.document([{"file": str(path), "faults": found[path]} for path in paths])
    else:
        for path in paths:
            count = len(found[path])
            OUT.write(f"{path.name}: {f'{count} fault' if count else 'clean'}{'s'[: count > 1]}")
            for fault in found[path]:
                OUT.write(f"  {fault}")
    return REFUSED if any(found.values()) else DONE


def forms_add(args: argparse.Namespace) -> int:
    """Keep a rating form of your own in the workspace; a change needs a higher version."""
    from medsdesk.services.own_forms import add_own_form, read_form_file

    path = Path(args.file)
    text = read_form_file(path)
    with desk.workspace(desk.workspace_dir(args)) as ws:
        form, new = add_own_form(ws, text, f"'{path.name}'")
    if args.json:
        show.document({**_head(form), "new": new})
    else:
        done = "added" if new else "there already"
        OUT.write(f"{form.id} version {form.version}: {done}")
    return DONE


def forms_export(args: argparse.Namespace) -> int:
    """Write a rating form to a file, to be shared or to begin one of your own with."""
    from medsdesk.services.own_forms import export_form

    target = Path(args.out)
    with desk.workspace(desk.workspace_dir(args)) as ws:
        form = export_form(ws, args.name, target)
    if args.json:
        show.document(
            {
                "id": form.id,
                "version": form.version,
                "sha256": form.sha256,
                "file": str(target),
            }
        )
    else:
        OUT.write(f"{form.id} version {form.version}: {target}")
    return DONE


def _head(form: Instrument) -> dict[str, object]:
    return {
        "id": form.id,
        "version": form.version,
        "sha256": form.sha256,
        "title": form.title,
        "source": form.source,
        "kind": form.kind,
        "categories": form.categories,
        "scales": sum(bool(each.anchors) for each in form.criteria),
        "counts": sum(each.is_count for each in form.criteria),
        "marks": [mark.id for mark in form.marks],
        "severities": [severity.id for severity in form.severities],
        "edit": form.edit,
    }


def _asks(form: Instrument) -> str:
    counts = {
        "scale": sum(bool(each.anchors) for each in form.criteria),
        "count": sum(each.is_count for each in form.criteria),
        "mark": len(form.marks),
    }
    told = [f"{n} {name}{'s'[: n > 1]}" for name, n in counts.items() if n]
    return ", ".join((*told, "correction") if form.edit else told)


def _answered(criterion: Criterion) -> str:
    if criterion.is_count:
        return " [a count]"
    return " [words]" if criterion.scale == "text" else ""
