"""A MedS-Ins task, its words, and one text to run it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Access = Literal["open", "credentialed", "gated", "unknown"]


class MetricFamily(StrEnum):
    """How a task's answers are scored; one value per row of the scoring table of MedS-Bench."""

    CHOICE = "choice"  # multiple choice: the chosen option
    EXTRACTION = "extraction"  # a phrase taken from the text
    LABEL = "label"  # one label of a closed set (diagnosis, treatment, inference)
    VERIFICATION = "verification"  # a verdict on a claim
    OUTCOME = "outcome"  # true or false
    ENTITIES = "entities"  # a list of entity names
    MULTILABEL = "multilabel"  # several labels of a closed set
    TEXT = "text"  # free text against a reference text
    NONE = "none"  # no score is defined for this task


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the MedS-Ins registry.

    Attributes:
        id: Upstream id, such as ``task112``.
        name: Upstream name, in upstream's spelling.
        title: Short English name for people.
        category: MedS-Bench category, or the MedS-Ins category for tasks outside the benchmark.
        in_bench: Whether it is one of the evaluation tasks.
        domain: Where the texts come from, such as ``Clinical Text``.
        source: The data set it was made from.
        input_languages: ISO 639-1 codes of the texts.
        output_languages: ISO 639-1 codes of the answers.
        metric: How answers are scored.
        labels: The closed label set, empty where there is none.
        shots: Worked cases in the prompt by default (0 or 3).
        access: Whether the original data set is open.
    """

    id: str
    name: str
    title: str
    category: str
    in_bench: bool
    domain: str
    source: str
    input_languages: tuple[str, ...]
    output_languages: tuple[str, ...]
    metric: MetricFamily
    labels: tuple[str, ...]
    shots: int
    access: Access


@dataclass(frozen=True, slots=True)
class Case:
    """One input with its reference answer, in the exact form the task's scorer expects."""

    input: str
    output: str


@dataclass(frozen=True, slots=True)
class TaskContent:
    """A task's own words: the definition, worked cases for the prompt, sample inputs to try.

    Attributes:
        task_id: The task.
        language: ISO 639-1 code of cases and samples.
        definition: What the model is asked to do.
        cases: Worked demonstration cases, put into the prompt for few-shot runs.
        samples: Inputs with references, never among the cases.
    """

    task_id: str
    language: str
    definition: str
    cases: tuple[Case, ...]
    samples: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One text to run a task on.

    Attributes:
        id: UUID, 32 hexadecimal digits.
        task_id: The task.
        category: The task's category.
        input: The clinical text.
        targets: Reference answers; empty where there is none.
        language: ISO 639-1 code of the expected answer.
        origin: Where the text came from: ``pasted``, ``file``, ``example``.
        input_sha256: SHA-256 of the input.
    """

    id: str
    task_id: str
    category: str
    input: str
    targets: tuple[str, ...]
    language: str
    origin: str
    input_sha256: str
