"""What reading a task file of 400,000 items costs beside ``json.load``, in time and memory.

``uv run python -m tests.bench.task_files [RUNS] [ITEMS]``: makes a file of made-up items, then
reads it RUNS times in turn with ``json.load`` and with MedsDesk's reader (fingerprint, header,
checked items), each in a process of its own, and puts the same rows into SQLite by one plain
``executemany``. Figures are medians with minimum and maximum; quote the ratio.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_START = """
import json, sqlite3, sys, time
from pathlib import Path
from medsdesk.tasks.meds_bench import open_task_file, read_items
started = time.perf_counter()
db = sqlite3.connect(sys.argv[2])
db.execute("CREATE TABLE item (n INTEGER, id TEXT, input TEXT, output TEXT)")
INSERT = "INSERT INTO item VALUES (?, ?, ?, ?)"
"""
_PLAIN = (
    _START
    + """
with open(sys.argv[1], encoding="utf-8") as file:
    items = json.load(file)["Instances"]
db.executemany(INSERT, ((n, i["id"], i["input"], i["output"]) for n, i in enumerate(items)))
"""
)
_OURS = (
    _START
    + """
def stop(fault):
    raise SystemExit(fault.reason)
items = read_items(open_task_file(Path(sys.argv[1])), stop)
db.executemany(INSERT, ((i.index, i.id, i.input, i.outputs[0]) for i in items))
"""
)
_END = """
db.commit()
seconds = time.perf_counter() - started
count, = db.execute("SELECT count(*) FROM item").fetchone()
import psutil
memory = psutil.Process().memory_info()
peak = getattr(memory, "peak_wset", 0)
if not peak:
    import resource
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(count, seconds, peak / 1e6)
"""
_SENTENCES = (
    "Synthetic note {n}: the patient reports fever and a dry cough for three days.",
    "Befund {n}: unauffällig, keine Stauung, kein Erguss; Verlaufskontrolle empfohlen.",
    "合成の記録{n}：発熱と咳が三日間続いている。既往歴に特記事項なし。",
    'Heart size is normal, the lungs are clear; "no change" since the last examination.\n',
)


def _make(path: Path, items: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        head = {"Source": "Made up", "Definition": ["Name the disease."]}
        file.write(json.dumps(head)[:-1] + ', "Instances": [')
        for n in range(items):
            text = " ".join(_SENTENCES).format(n=n)
            item = {"id": f"made-up-{n}", "input": text, "output": f"influenza {n}"}
            comma = "," if n else ""
            file.write(f"{comma}\n  {json.dumps(item, ensure_ascii=False)}")
        file.write("]}\n")


def _measure(script: str, path: Path, folder: Path, items: int) -> tuple[float, float]:
    """Return seconds and peak memory in MB of one reading in a fresh process."""
    database = folder / "rows.sqlite"
    database.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", script + _END, str(path), str(database)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    count, seconds, peak = done.stdout.split()
    if int(count) != items:
        raise SystemExit(f"{count} items were read instead of {items}")
    return float(seconds), float(peak)


def main(words: list[str]) -> int:
    """Measure, print, and return 0 when time and memory stay within what was asked."""
    runs = int(words[0]) if words else 5
    items = int(words[1]) if len(words) > 1 else 400_000
    plain, ours = [], []
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "task130_bench.json"
        _make(path, items)
        print(f"{items:,} items, {path.stat().st_size / 1e6:.0f} MB, {runs} runs each")
        for _ in range(runs):
            plain.append(_measure(_PLAIN, path, Path(name), items))
            ours.append(_measure(_OURS, path, Path(name), items))
    for kind, figures in (("json.load", plain), ("MedsDesk", ours)):
        _row(f"{kind}, s", [seconds for seconds, _ in figures])
        _row(f"{kind}, peak MB", [peak for _, peak in figures])
    ratios = [mine[0] / theirs[0] for theirs, mine in zip(plain, ours, strict=True)]
    _row("ratio of times", ratios)
    return 0 if statistics.median(ratios) <= 3 and max(peak for _, peak in ours) < 300 else 1


def _row(name: str, figures: Sequence[float]) -> None:
    middle = statistics.median(figures)
    print(f"{name:20} {middle:8.2f}  (min {min(figures):.2f}, max {max(figures):.2f})")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
