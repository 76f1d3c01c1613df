"""The Settings page: every choice with its label, applied at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from medsdesk.core.errors import UserFacingError
from medsdesk.ui.settings.layers_box import LayersBox
from medsdesk.ui.settings.safekeeping import Safekeeping
from medsdesk.ui.theme import LARGE, MEDIUM, SMALL
from medsdesk.ui.widgets.boxes import choose, combo, spin
from medsdesk.ui.widgets.labels import buddy, label
from medsdesk.ui.wording import WORDINGS

if TYPE_CHECKING:
    from medsdesk.config.settings import Settings
    from medsdesk.ui.bridge.desk import Desk
    from medsdesk.ui.bridge.preferences import Preferences

_THEMES = (
    ("system", "As the system"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("contrast", "High contrast"),
)
_SHOTS = ((None, "As each task says"), (0, "None"), (1, "1"), (2, "2"), (3, "3"))
_NETWORK = (("asked", "Only when I ask"), ("never", "Never"))
_VERIFY = (("changed", "By size and date"), ("always", "Whole, before every load"))
_KV_CACHES = (
    ("f16", "F16, whole"),
    ("q8_0", "Q8_0, about half"),
    ("q4_0", "Q4_0, about a quarter"),
)
_FLASH = (("auto", "Where it is supported"), ("on", "Always"), ("off", "Never"))
_SIZES = (100, 110, 125, 150, 175, 200)


def _fixed_by_site() -> str:
    """Return what the site policy makes of the network, in words; empty where users choose."""
    from medsdesk.config.policy import load_policy

    try:
        network = load_policy().network
    except UserFacingError:
        return "Set by your site: policy cannot be read"
    words = {"never": "Never", "onsite": "Your site's server alone"}
    return f"Set by your site: {words[network]}" if network in words else ""


class SettingsPage(QWidget):
    """All settings in one scrolling form.

    Args:
        preferences: What is shown and changed.
        desk: Of the workspace, which is shown only; another one is chosen when the program is
            started.
    """

    def __init__(self, preferences: Preferences, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("page")
        self._preferences = preferences
        self.rater = QLineEdit()
        self.rater.setMaxLength(200)
        self.theme = combo(_THEMES)
        self.text_size = combo(tuple((size, f"{size} %") for size in _SIZES))
        self.context = spin(256, 1_048_576, 512)
        self.new_tokens = spin(1, 32_768, 10)
        self.shots = combo(_SHOTS)
        self.wording = combo(WORDINGS)
        self.gpu_layers = LayersBox()
        self.threads = spin(0, 1024)
        self.threads.setSpecialValueText("One per core")
        self.kv_cache = combo(_KV_CACHES)
        self.flash_attention = combo(_FLASH)
        self.verify_models = combo(_VERIFY)
        self.network = combo(_NETWORK)
        self.workspace = QLineEdit(str(desk.directory))
        self.workspace.setReadOnly(True)
        self.safekeeping = Safekeeping(desk)
        self._build()
        self._connect()
        self._show(preferences.value)
        preferences.changed.connect(self._show)

    def _build(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(LARGE)
        grid.setVerticalSpacing(SMALL)
        self._section(grid, "You")
        self._row(grid, "&Rater's name", self.rater, "Stored with every rating you give.")
        self._section(grid, "Looks")
        self._row(grid, "&Theme", self.theme, "")
        self._row(grid, "Text &size", self.text_size, "Also Ctrl and + or −.")
        self._section(grid, "Answers")
        self._row(grid, "Worked &cases", self.shots, "Examples in the prompt of a new task.")
        self._row(grid, "Wor&ding", self.wording, "Who words what is around a text in the prompt.")
        self._row(grid, "New to&kens", self.new_tokens, "Longest answer.")
        self._row(grid, "Conte&xt", self.context, "Prompt and answer together, in tokens.")
        self._add_engine(grid)
        self._section(grid, "Network")
        self._row(
            grid,
            "&Network",
            self.network,
            "For downloads, and a server that your site's policy names.",
        )
        self._section(grid, "Storage")
        self._row(grid, "&Workspace", self.workspace, "Your answers and ratings are kept here.")
        self._section(grid, "Safekeeping")
        self.safekeeping.add_to(grid)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        form = QFrame()
        form.setObjectName("card")
        inner = QVBoxLayout(form)
        inner.setContentsMargins(LARGE, MEDIUM, LARGE, LARGE)
        inner.setSpacing(MEDIUM)
        inner.addWidget(label("Settings", "title"))
        inner.addWidget(label("Every change counts at once.", "quiet"))
        inner.addLayout(grid)
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(form)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        layout.addWidget(scroll)

    def _add_engine(self, grid: QGridLayout) -> None:
        self._section(grid, "Engine")
        self._row(
            grid, "&GPU layers", self.gpu_layers, "How much of a model the graphics card computes."
        )
        self.gpu_layers.describe()
        self._row(grid, "T&hreads", self.threads, "Processor cores to compute with.")
        self._row(
            grid,
            "Context ke&pt as",
            self.kv_cache,
            "Less than F16 saves memory and can change answers.",
        )
        self._row(
            grid,
            "&Flash attention",
            self.flash_attention,
            "Saves memory; needed where the context is kept as less than F16.",
        )
        self._row(
            grid,
            "Check &model files",
            self.verify_models,
            "Only reading a file whole finds damage; a large one takes a while.",
        )

    def _section(self, grid: QGridLayout, title: str) -> None:
        row = grid.rowCount()
        grid.setRowMinimumHeight(row, LARGE)
        grid.addWidget(label(title, "heading"), row + 1, 0, 1, 3)

    def _row(self, grid: QGridLayout, name: str, control: QWidget, hint: str) -> None:
        row = grid.rowCount()
        grid.addWidget(buddy(name, control), row, 0)
        grid.addWidget(control, row, 1)
        grid.addWidget(label(hint, "quiet", wrap=True), row, 2)
        control.setAccessibleDescription(hint)

    def _connect(self) -> None:
        self.rater.editingFinished.connect(
            lambda: self._change(lambda s: replace(s, rater=" ".join(self.rater.text().split())))
        )
        self.theme.activated.connect(
            lambda _: self._change(lambda s: replace(s, theme=self.theme.currentData()))
        )
        self.text_size.activated.connect(
            lambda _: self._change(lambda s: replace(s, text_percent=self.text_size.currentData()))
        )
        self.shots.activated.connect(
            lambda _: self._change(lambda s: replace(s, shots=self.shots.currentData()))
        )
        self.wording.activated.connect(
            lambda _: self._change(lambda s: replace(s, template=self.wording.currentData()))
        )
        self.network.activated.connect(
            lambda _: self._change(lambda s: replace(s, network=self.network.currentData()))
        )
        self.verify_models.activated.connect(
            lambda _: self._change(
                lambda s: replace(s, verify_models=self.verify_models.currentData())
            )
        )
        self.kv_cache.activated.connect(
            lambda _: self._change(lambda s: replace(s, kv_cache=self.kv_cache.currentData()))
        )
        self.flash_attention.activated.connect(
            lambda _: self._change(
                lambda s: replace(s, flash_attention=self.flash_attention.currentData())
            )
        )
        self.context.valueChanged.connect(
            lambda value: self._change(lambda s: replace(s, context=value))
        )
        self.new_tokens.valueChanged.connect(
            lambda value: self._change(lambda s: replace(s, max_new_tokens=value))
        )
        self.gpu_layers.changed.connect(
            lambda value: self._change(lambda s: replace(s, gpu_layers=value))
        )
        self.threads.valueChanged.connect(
            lambda value: self._change(lambda s: replace(s, threads=value))
        )

    def _show_site(self) -> None:
        """Show what the site policy fixes in place of the choice, to be read and not changed."""
        fixed = _fixed_by_site()
        if fixed:
            self.network.clear()
            self.network.addItem(f"{fixed} (locked)", self._preferences.value.network)
            self.network.setEnabled(False)
            self.network.setAccessibleDescription("Locked. Set by your site.")

    def _change(self, change: Callable[[Settings], Settings]) -> None:
        self._preferences.change(change(self._preferences.value))

    def _show(self, settings: Settings) -> None:
        self.rater.setText(settings.rater)
        for box, value in (
            (self.theme, settings.theme),
            (self.text_size, settings.text_percent),
            (self.shots, settings.shots),
            (self.verify_models, settings.verify_models),
            (self.wording, settings.template),
            (self.network, settings.network),
            (self.kv_cache, settings.kv_cache),
            (self.flash_attention, settings.flash_attention),
        ):
            choose(box, value)
        self.gpu_layers.show_value(settings.gpu_layers)
        self._show_site()
        for spinner, number in (
            (self.context, settings.context),
            (self.new_tokens, settings.max_new_tokens),
            (self.threads, settings.threads),
        ):
            with QSignalBlocker(spinner):
                spinner.setValue(number)
