"""Draw every page and state of the window to PNG files: ``python -m tests.screens OUT``.

The pictures are made over real services and a real workspace in a temporary folder; the engine
follows a script. Ratings in them are given by this script under the name "Screen sample".
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from unittest import mock

# Set before anything imports Qt.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from medsdesk.core.errors import UserFacingError
from medsdesk.core.identity import utc_now
from medsdesk.core.model import ModelFile
from medsdesk.engine.client import Engine
from medsdesk.services import model_files
from medsdesk.store import models
from medsdesk.store.workspace import open_workspace
from medsdesk.ui.app import App
from medsdesk.ui.evaluate.page import EvaluatePage
from medsdesk.ui.results.page import ResultsPage
from medsdesk.ui.settings.page import SettingsPage
from tests.services import boards
from tests.ui import (
    adjudication_scenes,
    compare_scenes,
    dialog_scenes,
    export_scenes,
    model_scenes,
    study_scenes,
)
from tests.ui.evaluated import store_evaluations
from tests.ui.forms import FORM_SCENES
from tests.ui.task_files import write_some
from tests.waiting import rest, wait

if TYPE_CHECKING:
    from medsdesk.ui.leaderboard.page import LeaderboardPage

RATER = "Screen sample"
TASK = "task112"
SIZES = {100: (1440, 900), 200: (1600, 1000)}
THEMES = ("light", "dark", "contrast")

Scene = Callable[[App], QWidget]


def main() -> int:
    """Draw the pictures asked for and print their names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of file names to draw")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    application = QApplication(sys.argv[:1])
    # The real demonstration model would be fingerprinted anew for each picture.
    with mock.patch.object(model_files, "demo_model_path", return_value=None):
        for theme, percent, (name, scene) in itertools.product(THEMES, SIZES, SCENES.items()):
            title = f"{name}-{theme}-{percent}"
            if args.only and not any(part in title for part in args.only):
                continue
            with _stage(theme, percent) as app:
                picture = scene(app).grab()
            picture.save(str(args.out / f"{title}.png"))
            print(title, flush=True)
    application.processEvents()
    return 0


@contextmanager
def _stage(theme: str, percent: int) -> Iterator[App]:
    """Open a window in an empty workspace of its own, with a scripted demonstration model."""
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        os.environ["MEDSDESK_USER_DIR"] = str(base / "user")
        workspace = base / "workspace"
        _add_models(workspace, base)
        app = App(workspace, lambda: Engine(backend="medsdesk.engine.fake", grace_seconds=0.5))
        settings = replace(app.preferences.value, theme=theme, text_percent=percent)  # type: ignore[arg-type]  # a plain string here
        app.preferences.change(settings)
        window = app.window
        window.resize(*SIZES[percent])
        window.show()
        page = window.workbench
        wait(lambda: page.answer.form is not None and page.tasks.tree.model().rowCount() > 0)
        wait(lambda: window.models.table.rowCount() > 0)
        try:
            yield app
        finally:
            page.runs.stop()
            app.close()
            app.deleteLater()
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def _add_models(workspace: Path, base: Path) -> None:
    answer = "No acute cardiopulmonary process. Small hiatal hernia, unchanged."
    slow = " ".join(["Stable cardiomegaly without overt oedema."] * 40)
    scripts: dict[str, dict[str, Any]] = {
        "demo": {"replies": [{"text": answer, "token_seconds": 0.02}]},
        "slow": {"replies": [{"text": slow, "token_seconds": 0.05}]},
        "dying": {"replies": [{"text": answer, "die_after": 5}]},
        "mixed": {
            "replies": [
                {"when": "number (3|11) of", "text": answer, "fail_after": 2},
                {"text": "made-up answer 1", "token_seconds": 0.004},
            ]
        },
    }
    names = {"demo": "SmolLM2 135M Instruct", "slow": "MMedS-Llama-3-8B", "dying": "Ending model"}
    names["mixed"] = "MMedS-Llama-3-8B with gaps"
    with open_workspace(workspace) as ws:
        for name, script in scripts.items():
            path = base / f"{name}.gguf"
            path.write_text(json.dumps(script), encoding="utf-8")
            models.add_model(
                ws,
                ModelFile(
                    id=name,
                    name=names[name],
                    path=str(path),
                    sha256=name.encode().hex().ljust(64, "0"),
                    size_bytes=path.stat().st_size,
                    architecture="llama",
                    quantisation="Q4_K_M",
                    parameters=1,
                    context_train=8192,
                    is_demo=name == "demo",
                    added_at=utc_now(),
                ),
            )


def _choose(app: App, model: str) -> None:
    app.preferences.change(replace(app.preferences.value, model_id=model))


def _sample(app: App, task: str = TASK, number: int = 0) -> QWidget:
    page = app.window.workbench
    page.task_control.open(task, lambda: page.text.take_sample(number))
    wait(lambda: page.task_control.task is not None and page.task_control.task.id == task)
    wait(lambda: " of " in page.text.counter.text())
    return app.window


def _run(app: App) -> None:
    page = app.window.workbench
    found: list[object] = []
    page.runs.answered.connect(found.append)
    page.runs.run()
    wait(lambda: bool(found))


def _empty(app: App) -> QWidget:
    return app.window


def _streaming(app: App) -> QWidget:
    _choose(app, "slow")
    _sample(app)
    page = app.window.workbench
    page.runs.run()
    wait(lambda: len(page.answer.box.text) > 300)
    return app.window


def _answered(app: App) -> QWidget:
    _sample(app)
    _run(app)
    return app.window


def _rated(app: App) -> QWidget:
    _answered(app)
    page = app.window.workbench
    app.window.activateWindow()
    app.preferences.change(replace(app.preferences.value, rater=RATER))
    form = page.answer.form
    assert form is not None
    wait(lambda: form.isVisible() and form.isEnabled())
    form.take_keyboard()
    for key in (Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_C):
        focused = QApplication.focusWidget()
        QTest.keyClick(focused if focused is not None else form, key)
    wait(lambda: form.state.status.startswith("saved"))
    return app.window


def _died(app: App) -> QWidget:
    _choose(app, "dying")
    _answered(app)
    return app.window


def _error(app: App) -> QWidget:
    _sample(app)
    app.window.messages.tell_error(
        UserFacingError(
            "The file letter.pdf is a PDF document.",
            "Save it as plain text in the encoding UTF-8 and try again, or paste the text.",
        )
    )
    return app.window


def _too_long(app: App) -> QWidget:
    page = app.window.workbench
    _sample(app)
    page.text.put("The heart is normal in size. " * 900, "", "pasted")
    wait(lambda: "too many" in page.text.counter.text())
    return app.window


def _answers(app: App) -> QWidget:
    _rated(app)
    _sample(app, "task78", 1)
    _run(app)
    app.window.show_answers()
    dialog = app.window.answers
    assert dialog is not None
    wait(lambda: dialog.model.rowCount() > 1)
    return dialog


def _models(app: App) -> QWidget:
    app.window.show_page("models")
    app.window.models.table.selectRow(1)
    rest(50)
    return app.window


def _settings(app: App) -> QWidget:
    app.window.show_page("settings")
    rest(50)
    return app.window


def _safekeeping(app: App) -> QWidget:
    app.window.show_page("settings")
    page = app.window.pages.page("settings")
    assert isinstance(page, SettingsPage)
    page.safekeeping.check_trail()
    wait(page.safekeeping.check.isEnabled)
    page.safekeeping.check.setFocus()
    rest(50)
    scroll = page.findChild(QScrollArea)
    assert scroll is not None
    scroll.ensureWidgetVisible(page.safekeeping.checked)
    rest(50)
    return app.window


def _help(app: App) -> QWidget:
    app.window.show_help()
    rest(50)
    assert app.window.help is not None
    return app.window.help


def _leaderboard(app: App) -> QWidget:
    with open_workspace(app.desk.directory) as ws:
        boards.store_screen_runs(ws)
    return _leaderboard_page(app, "task57")


def _leaderboard_empty(app: App) -> QWidget:
    return _leaderboard_page(app, "task57")


def _leaderboard_page(app: App, column: str) -> QWidget:
    app.window.show_page("leaderboard")
    page = cast("LeaderboardPage", app.window.pages.page("leaderboard"))
    wait(lambda: page.shown_table is not None)
    table = page.shown_table
    assert table is not None
    own = next((n for n, row in enumerate(table.rows) if row.own), 1)
    page.table.setCurrentIndex(page.model.index(own, table.column(column) or 0))
    page.table.setFocus()
    rest(80)
    return app.window


def _evaluate(app: App, model: str, limit: int = 0) -> EvaluatePage:
    """Show the page Evaluate with made-up files and one model."""
    folder = write_some(app.desk.directory.parent / "task files")
    app.window.show_page("evaluate")
    page = app.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    wait(lambda: page.how.models.count() > 0)
    page.file_control.add([folder])
    wait(lambda: len(page.files.tree.files(ticked=True)) > 5 and not page.file_control.busy)
    page.how.models.tick([model])
    page.how.limit.setValue(limit)
    page.how.new_tokens.setValue(32)
    page.how.shots.setCurrentIndex(1)  # a worked case would bring its number into every prompt
    wait(lambda: page.ready)
    return page


def _evaluate_empty(app: App) -> QWidget:
    app.window.show_page("evaluate")
    page = app.window.pages.page("evaluate")
    assert isinstance(page, EvaluatePage)
    wait(lambda: page.how.models.count() > 0)
    return app.window


def _evaluate_ready(app: App) -> QWidget:
    page = _evaluate(app, "mixed", limit=2)
    page.start()
    wait(lambda: page.running)
    wait(lambda: not page.running)
    page.control.close_view()
    page.how.limit.setValue(0)
    _choose_leak(page)
    app.window.messages.hide()
    rest(200)
    return app.window


def _choose_leak(page: EvaluatePage) -> None:
    page.how.cases.setCurrentIndex(2)
    page.how.cases.activated.emit(2)


def _evaluate_running(app: App) -> QWidget:
    page = _evaluate(app, "mixed")
    page.start()
    wait(lambda: page.control.view is not None and page.control.view.counts.done > 24)
    return app.window


def _evaluate_done(app: App) -> QWidget:
    page = _evaluate(app, "mixed", limit=6)
    page.start()
    wait(lambda: page.running)
    wait(lambda: not page.running)
    rest(300)
    return app.window


def _evaluate_least(app: App) -> QWidget:
    _evaluate_done(app)
    app.window.resize(app.window.minimumSize())
    rest(300)
    return app.window


def _least(app: App) -> QWidget:
    _rated(app)
    app.window.resize(app.window.minimumSize())
    rest(80)
    return app.window


def _results(app: App, kind: str | None = None, item: int = 0) -> ResultsPage:
    """Evaluate two scripted models on made-up files, and show the first run."""
    with tempfile.TemporaryDirectory() as folder:
        first, _ = store_evaluations(app.desk.directory, Path(folder))
        app.window.show_page("results")
        page = cast("ResultsPage", app.window.pages.page("results"))
        page.show_run(first, kind)
        wait(lambda: page.filters.kinds[None].text().startswith("All "))
        page.table.selectRow(item)
        wait(lambda: page.item.shown is not None)
        rest(200)
    return page


def _results_all(app: App) -> QWidget:
    _results(app, None, 3)
    return app.window


def _results_disagree(app: App) -> QWidget:
    _results(app, "disagree")
    return app.window


def _results_compare(app: App) -> QWidget:
    page = _results(app)
    page.filters.second.setCurrentIndex(1)
    page.filters.second.activated.emit(1)
    wait(page.comparison.all_button.isVisible)
    page.table.selectRow(26)
    wait(lambda: page.item.shown is not None and page.item.shown.diff is not None)
    rest(200)
    return app.window


def _results_tests(app: App) -> QWidget:
    _results_compare(app)
    page = cast("ResultsPage", app.window.pages.page("results"))
    page.comparison.all_button.click()
    rest(100)
    assert page.comparison.dialog is not None
    return page.comparison.dialog


SCENES: dict[str, Scene] = {
    "empty": _empty,
    "sample": _sample,
    "streaming": _streaming,
    "answered": _answered,
    "rated": _rated,
    "least": _least,
    "died": _died,
    "error": _error,
    "too-long": _too_long,
    "answers": _answers,
    **export_scenes.SCENES,
    "results": _results_all,
    "results-disagree": _results_disagree,
    "results-compare": _results_compare,
    "results-tests": _results_tests,
    "models": _models,
    "settings": _settings,
    "safekeeping": _safekeeping,
    **FORM_SCENES,
    "help": _help,
    "leaderboard": _leaderboard,
    "leaderboard-empty": _leaderboard_empty,
    "evaluate-empty": _evaluate_empty,
    "evaluate-ready": _evaluate_ready,
    "evaluate-running": _evaluate_running,
    "evaluate-done": _evaluate_done,
    "evaluate-least": _evaluate_least,
    **model_scenes.SCENES,
    **study_scenes.SCENES,
    **compare_scenes.SCENES,
    **adjudication_scenes.SCENES,
    **dialog_scenes.SCENES,
}


if __name__ == "__main__":
    sys.exit(main())
