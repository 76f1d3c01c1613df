"""How long a report takes, and how long the window waits for it at the most.

``uv run python -m tests.bench.reporting [ROWS]`` lays out a document with so many rows of figures
on a job thread, while this thread turns Qt's loop every 2 ms, and prints seconds, pages and
the longest time between two turns; and the same without a job, for what the machine itself
takes.
"""

from __future__ import annotations

import io
import os
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from medsdesk.services.report_document import Column, Grid, ReportDocument, Section
from medsdesk.services.report_html import report_html
from medsdesk.ui.report.pdf import report_pdf

_COLUMNS = ("Metric", "Statistic", "Value", "95 % interval", "Items", "p", "p, Holm", "Notes")
_PER_TABLE = 40


def _document(rows: int) -> ReportDocument:
    columns = tuple(Column(name, number=place > 1) for place, name in enumerate(_COLUMNS))
    cells = ("BLEU-4 (strict)", "Kendall's tau-b by item", "0.41", "0.22 to 0.58", "40")
    grids = tuple(
        Grid(
            f"Question {table}",
            columns,
            tuple((*cells, "0.001", "0.012", str(row)) for row in range(_PER_TABLE)),
            ("Scores that differ by up to 0.1 count as equal. Few items: read the interval.",) * 6,
        )
        for table in range(rows // _PER_TABLE)
    )
    return ReportDocument("A long report", (), "", (Section("All figures", grids),))


def _longest(waiting: Future[bytes] | None, seconds: float) -> float:
    """Turn the loop until a job is done, and return the longest time between two turns."""
    from PySide6.QtCore import QCoreApplication

    longest, last = 0.0, time.perf_counter()
    end = last + seconds
    while (waiting is not None and not waiting.done()) or (waiting is None and last < end):
        QCoreApplication.processEvents()
        time.sleep(0.002)
        now = time.perf_counter()
        longest, last = max(longest, now - last), now
    return longest


def main(rows: int) -> None:
    """Print the figures."""
    import pypdf
    from PySide6.QtGui import QGuiApplication

    _app = QGuiApplication([])
    document = _document(rows)
    start = time.process_time()
    page = report_html(document)
    print(f"HTML: {len(page):,} characters in {time.process_time() - start:.2f} s of processor")
    print(f"machine alone: longest wait {1000 * _longest(None, 3):.0f} ms")
    with ThreadPoolExecutor(1) as pool:
        start, wall = time.process_time(), time.perf_counter()
        job = pool.submit(report_pdf, document)
        longest = _longest(job, 0)
        spent, took = time.process_time() - start, time.perf_counter() - wall
        data = job.result()
    pages = len(pypdf.PdfReader(io.BytesIO(data)).pages)
    print(
        f"PDF: {rows:,} rows, {pages:,} pages, {len(data):,} bytes in {spent:.2f} s of processor, "
        f"{took:.2f} s; longest wait {1000 * longest:.0f} ms"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
