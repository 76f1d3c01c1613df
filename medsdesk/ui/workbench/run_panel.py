"""Model, worked cases and length of the next run, with Run and Stop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QSizePolicy, QSpinBox, QVBoxLayout, QWidget

from medsdesk.ui.theme import SMALL, set_tone
from medsdesk.ui.widgets.boxes import combo
from medsdesk.ui.widgets.buttons import button
from medsdesk.ui.widgets.flow_layout import FlowLayout
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.wording import WORDINGS

if TYPE_CHECKING:
    from medsdesk.core.model import ModelFile


def default_index(models: Sequence[ModelFile], chosen: str) -> int:
    """Return the place of the chosen model, else of the demonstration, else the first, or -1."""
    for number, model in enumerate(models):
        if model.id == chosen:
            return number
    demos = (number for number, model in enumerate(models) if model.is_demo)
    return next(demos, 0 if models else -1)


class RunPanel(QWidget):
    """How the next run is done.

    Signals:
        changed: Model, worked cases, new tokens or wording changed by the user.
        run_wanted: Run was pressed.
        stop_wanted: Stop was pressed.
        preview_wanted: The prompt is to be shown.
    """

    changed = Signal()
    run_wanted = Signal()
    stop_wanted = Signal()
    preview_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._models: Sequence[ModelFile] = ()
        self.model_box = QComboBox()
        self.model_box.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.model_box.setMinimumContentsLength(14)
        self.model_box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.shots = QSpinBox()
        self.shots.setRange(0, 3)
        self.shots.setToolTip("Worked cases shown to the model before the text")
        self.new_tokens = QSpinBox()
        self.new_tokens.setRange(1, 32_768)
        self.new_tokens.setKeyboardTracking(False)
        self.new_tokens.setToolTip("Longest answer, in tokens")
        self.wording = combo(WORDINGS)
        self.wording.setToolTip("Who words what is around the text in the prompt")
        self.run_button = button("Run", self.run_wanted.emit, "primary", "Ctrl+Return")
        self.stop_button = button("Stop", self.stop_wanted.emit, "plain", "Esc")
        self.preview_button = button("Preview prompt…", self.preview_wanted.emit, "quiet", "Ctrl+P")
        self.away = label("", wrap=True)
        set_tone(self.away, "warn")
        self.away.hide()
        self.hint = label("", "quiet", wrap=True)
        self._build()
        self.model_box.currentIndexChanged.connect(lambda _: self._show_away())
        self.model_box.activated.connect(lambda _: self.changed.emit())
        self.shots.valueChanged.connect(lambda _: self.changed.emit())
        self.new_tokens.valueChanged.connect(lambda _: self.changed.emit())
        self.wording.activated.connect(lambda _: self.changed.emit())

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SMALL)
        grid.addWidget(buddy("&Model", self.model_box), 0, 0)
        grid.addWidget(self.model_box, 0, 1)
        numbers = QWidget()
        flow = FlowLayout(numbers, SMALL)
        boxes: tuple[tuple[str, QWidget], ...] = (
            ("Worked &cases", self.shots),
            ("New to&kens", self.new_tokens),
            ("W&ording", self.wording),
        )
        for name, box in boxes:
            pair = QWidget()
            inner = FlowLayout(pair, SMALL)
            inner.addWidget(buddy(name, box))
            inner.addWidget(box)
            flow.addWidget(pair)
        grid.addWidget(numbers, 1, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        buttons = QWidget()
        row = FlowLayout(buttons, SMALL)
        for part in (self.run_button, self.stop_button, self.preview_button):
            row.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SMALL)
        layout.addLayout(grid)
        layout.addWidget(self.away)
        layout.addWidget(buttons)
        layout.addWidget(self.hint)

    @property
    def model(self) -> ModelFile | None:
        """The model chosen."""
        index = self.model_box.currentIndex()
        return self._models[index] if 0 <= index < len(self._models) else None

    def _show_away(self) -> None:
        """Say where the text goes when the model is not on this computer."""
        server = None if self.model is None else self.model.server
        words = "" if server is None else f"Run sends the text to your site's server {server.host}."
        self.away.setText(words)
        self.away.setAccessibleName(words)
        self.away.setVisible(bool(words))

    def show_models(self, models: Sequence[ModelFile], chosen: str) -> None:
        """List the models and mark the chosen one, else the first."""
        self._models = models
        self.model_box.clear()
        for number, model in enumerate(models):
            demo = "Demonstration: " if model.is_demo else ""
            self.model_box.addItem(f"{demo}{model.title}")
            self.model_box.setItemData(number, model.path, Qt.ItemDataRole.ToolTipRole)
        self.model_box.setCurrentIndex(default_index(models, chosen))
        self.model_box.setEnabled(bool(models))

    def set_quietly(self, *, shots: int | None = None, new_tokens: int | None = None) -> None:
        """Set values without telling that the user changed them."""
        for box, value in ((self.shots, shots), (self.new_tokens, new_tokens)):
            if value is not None and box.value() != value:
                with QSignalBlocker(box):
                    box.setValue(value)

    def show_state(self, hint: str, *, running: bool, stopping: bool, ready: bool) -> None:
        """Show what can be pressed, and what to do next."""
        self.run_button.setEnabled(ready and not running)
        self.stop_button.setEnabled(running and not stopping)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
