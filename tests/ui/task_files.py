"""Made-up task files for windows and pictures; no text of anybody is in them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

SOME = (
    ("task46_do_entity_explanation.json", "Explanation", 20),
    ("task53_mmedbench_explanation_french.json", "Explanation", 12),
    ("task57_medqa_question_answering_en.json", "MCQA", 40),
    ("task126_test_bc5chem_named_enetity_recognition.json", "Named entity recognition", 25),
    ("task114_medqsum_text_summurization.json", "Text summarization", 15),
    ("task9001_discharge_letters.json", "Explanation", 8),
)


def write_file(folder: Path, name: str, items: int, **header: Any) -> Path:
    """Write a task file with numbered items and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    document = {
        "Definition": ["Made up: say in a few words what the text is about."],
        "Output_language": ["English"],
        "Categories": ["Explanation"],
        **header,
        "Instances": [
            {"input": f"Made-up text number {n} of {name}.", "output": f"made-up answer {n}"}
            for n in range(items)
        ],
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def write_some(folder: Path, files: Sequence[tuple[str, str, int]] = SOME) -> Path:
    """Write several task files and one that cannot be used; return the folder."""
    for name, category, items in files:
        write_file(folder, name, items, Categories=[category])
    (folder / "task62_liveqa_medical.json").write_text('{"Definition": ["x"], "Inst', "utf-8")
    return folder
