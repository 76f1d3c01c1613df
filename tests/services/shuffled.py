"""Write the fingerprint of a comparison: ``python -m tests.services.shuffled WORKSPACE``."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import msgspec

from medsdesk.services.compare import compare
from medsdesk.services.comparison_report import CompareOptions
from medsdesk.store.workspace import open_workspace


def fingerprint(folder: Path) -> str:
    """Return the SHA-256 of the document of a comparison."""
    with open_workspace(folder) as ws:
        report = compare(ws, CompareOptions(resamples=100, acceptable=3))
    return hashlib.sha256(msgspec.json.encode(report)).hexdigest()


if __name__ == "__main__":
    sys.stdout.write(fingerprint(Path(sys.argv[1])))
