"""The forms a run can be exported in."""

from __future__ import annotations

from typing import Literal

RunFormat = Literal["csv", "jsonl", "medsbench-csv"]
RUN_FORMATS: tuple[RunFormat, ...] = ("csv", "jsonl", "medsbench-csv")
