"""Break a tiny model file a thousand times and try each: ``python -m tests.bench.hostile``.

Prints what became of them, and fails where anything but a sentence for people, or an answer, came
of one, or where one took more than ten seconds.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.hostile_models import Original, Trial, attempt, mutated

MOST_SECONDS = 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--at-once", type=int, default=1)
    args = parser.parse_args()
    trials: list[Trial] = []
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        original = Original(Path(folder))
        assert attempt(original.path, -1, "none").end == "answered"

        def one(number: int) -> None:
            mutation, data = mutated(original, number, args.seed)
            path = Path(folder) / f"broken-{number}.gguf"
            path.write_bytes(data)
            try:
                trials.append(attempt(path, number, mutation))
            except Exception as fault:  # noqa: BLE001 - whatever it is, it is what is looked for
                faults.append(f"file {number} ({mutation}): {type(fault).__name__}: {fault}")
            finally:
                path.unlink()

        with ThreadPoolExecutor(args.at_once) as pool:
            list(pool.map(one, range(args.files)))
    return _report(trials, faults)


def _report(trials: list[Trial], faults: list[str]) -> int:
    print(f"{len(trials)} files ended in a sentence or an answer, {len(faults)} otherwise")
    for end, count in Counter(trial.end for trial in trials).most_common():
        print(f"  {count:5} {end}")
    slowest = sorted(trials, key=lambda trial: -trial.seconds)[:3]
    for trial in slowest:
        print(f"  {trial.seconds:5.1f} s file {trial.number} ({trial.mutation}): {trial.end}")
    causes = Counter(re.sub(r"broken-[0-9]+|[0-9][0-9.,]*", "…", trial.words) for trial in trials)
    for words, count in causes.most_common(25):
        print(f"  {count:5} {words[:150]}")
    for trial in trials:
        if trial.end == "child died":
            print(f"  died: file {trial.number} ({trial.mutation}): {trial.words[:100]}")
    for fault in faults[:20]:
        print(f"  FAULT {fault}")
    late = [trial for trial in trials if trial.seconds > MOST_SECONDS]
    return 1 if faults or late else 0


if __name__ == "__main__":
    sys.exit(main())
