"""The verbs ``engine list``, ``add``, ``test``, ``use`` and ``remove``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from medsdesk.cli import desk, show
from medsdesk.cli.show import DONE, REFUSED

if TYPE_CHECKING:
    from medsdesk.cli.verbs import VerbGroup
    from medsdesk.engine.build_trials import Trial
    from medsdesk.engine.builds import Build


def add_verbs(group: VerbGroup) -> None:
    """Add the verbs to ``engine``."""
    group.verb("list", engine_list)
    add = group.verb("add", engine_add)
    add.add_argument("wheel", metavar="WHEEL", help="of llama-cpp-python, in the version in use")
    add.add_argument("--name", required=True, metavar="NAME", help="such as avx512 or cuda")
    add.add_argument("--model", metavar="FILE", help="GGUF file to test it with; the demo's")
    test = group.verb("test", engine_test)
    test.add_argument("name", metavar="NAME", help="of a build that was added")
    test.add_argument("--model", metavar="FILE", help="GGUF file to test it with; the demo's")
    use = group.verb("use", engine_use)
    use.add_argument("name", metavar="NAME", help="auto, installed, or a build that has passed")
    remove = group.verb("remove", engine_remove)
    remove.add_argument("name", metavar="NAME", help="of a build that was added")


def engine_list(args: argparse.Namespace) -> int:
    """List the builds of the engine beside the installed one, and which is in use."""
    from medsdesk.services.list_builds import build_states

    states = build_states()
    if args.json:
        show.document(states)
        return DONE
    show.table([(s.name, "in use" if s.in_use else "", s.words) for s in states])
    return DONE


def engine_add(args: argparse.Namespace) -> int:
    """Add a build from a wheel, and test it on this machine."""
    from medsdesk.engine.builds import add_wheel

    return _test(args, add_wheel(Path(args.wheel).expanduser(), args.name))


def engine_test(args: argparse.Namespace) -> int:
    """Test a build on this machine again."""
    from medsdesk.engine.builds import find_build

    return _test(args, find_build(args.name))


def engine_use(args: argparse.Namespace) -> int:
    """Choose the build: the fastest that has passed (auto), the installed one, or one by name."""
    from dataclasses import replace

    from medsdesk.config.settings import load_settings, save_settings
    from medsdesk.services.choose_build import check_usable

    check_usable(args.name)
    save_settings(replace(load_settings(), engine_build=args.name))
    return engine_list(args)


def engine_remove(args: argparse.Namespace) -> int:
    """Delete a build."""
    from medsdesk.engine.builds import remove_build

    remove_build(args.name)
    return engine_list(args)


def _test(args: argparse.Namespace, build: Build) -> int:
    from medsdesk.services.try_build import try_build

    if not args.json:
        show.say(f"Testing the build '{build.name}' in a process of its own …")
    model = Path(args.model).expanduser() if args.model else None
    with desk.stoppable() as cancel:
        trial = try_build(build, model, cancel=cancel)
    if args.json:
        show.document({"build": build.name, "trial": trial})
    else:
        show.OUT.write(_words(build, trial))
    return DONE if trial.passed else REFUSED


def _words(build: Build, trial: Trial) -> str:
    if not trial.passed:
        return f"'{build.name}' is refused and will not be used: {trial.reason}"
    return (
        f"'{build.name}' has passed: reads prompts {trial.prompt_ratio:.2f} times and writes "
        f"answers {trial.answer_ratio:.2f} times as fast as the installed build."
    )
