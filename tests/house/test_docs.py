"""README and help tell the truth about the command line."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from medsdesk.cli import parser

README = (Path(__file__).resolve().parent.parent.parent / "README.md").read_text(encoding="utf-8")


def _verbs(
    parser: argparse.ArgumentParser, before: str = ""
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, below in action.choices.items():
                yield from _verbs(below, f"{before} {name}".strip())
            return
    yield before, parser


VERBS = dict(_verbs(parser.make_parser()))


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_and_option_is_in_the_readme(verb: str) -> None:
    assert verb in README
    for action in VERBS[verb]._actions:
        for option in action.option_strings:
            assert option in ("-h", "--help") or option in README, f"{verb} {option}"


def test_the_readme_names_no_verb_that_is_not_there() -> None:
    told = re.findall(r"medsdesk ((?:tasks|runs|ratings|models|study|audit) \w+)", README)
    assert told
    assert set(told) <= set(VERBS)


def test_every_resource_the_readme_links_to_is_there() -> None:
    root = Path(__file__).resolve().parent.parent.parent
    links = re.findall(r"\]\(([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (root / link).exists()] == []
