"""The output that is rated, or two of them side by side, or the one that is corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from medsdesk.ui.rating.edit_panel import EditPanel
from medsdesk.ui.rating.marked_text import MarkedText
from medsdesk.ui.theme import MEDIUM, SMALL, set_tone
from medsdesk.ui.widgets.labels import buddy, label

if TYPE_CHECKING:
    from medsdesk.core.rating_view import RatingView
    from medsdesk.core.study_rating import MarkTarget


class OutputsPanel(QWidget):
    """Shows one output or a pair with equal widths; the editor takes their place."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[MarkTarget, MarkedText] = {
            "output_a": MarkedText("Output", lines=5),
            "output_b": MarkedText("Output B", lines=5),
        }
        self.edit = EditPanel()
        self.corrected = label("Corrected", "badge")
        self.corrected.setToolTip("The output is shown as it was; E shows your corrections.")
        set_tone(self.corrected, "good")
        self._titles = {t: buddy("Output", box, "heading") for t, box in self.texts.items()}
        self._stack = QStackedWidget()
        self._reading, self._second = QWidget(), QWidget()
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self._reading)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(MEDIUM)
        first = QWidget()
        for place, (target, box) in zip((first, self._second), self.texts.items(), strict=True):
            column = QVBoxLayout(place)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(SMALL)
            head = QHBoxLayout()
            head.addWidget(self._titles[target])
            head.addStretch(1)
            if target == "output_a":
                head.addWidget(self.corrected)
            column.addLayout(head)
            column.addWidget(box, 1)
            row.addWidget(place, 1)
        self._stack.addWidget(self._reading)
        self._stack.addWidget(self.edit)
        self._stack.currentChanged.connect(lambda _: self._fit())
        self._fit()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    @property
    def editing(self) -> bool:
        """Whether the editor is shown."""
        return self._stack.currentWidget() is self.edit

    def show_item(self, view: RatingView) -> None:
        """Show the outputs of another item."""
        pair = len(view.outputs) > 1
        self._second.setVisible(pair)
        self.texts["output_b"].setVisible(pair)
        name = "Output A" if pair else "Output"
        self._titles["output_a"].setText(name)
        self._titles["output_b"].setText("Output B")
        self.texts["output_a"].setAccessibleName(name)
        for box, output in zip(self.texts.values(), view.outputs, strict=False):
            box.show_text(output)
        if not pair:
            self.texts["output_b"].show_text("")
        self._stack.setCurrentIndex(0)
        if view.form.edit and not pair:
            self.edit.show_output(view.outputs[0], view.edited, view.draft.get("edit"))
        self.show_state(view)

    def show_state(self, view: RatingView) -> None:
        """Show whether the output was corrected."""
        self.corrected.setVisible(view.edited is not None and len(view.outputs) == 1)
        self.edit.update_stored(view.edited)

    def _fit(self) -> None:
        """Be no taller than what is shown needs; the editor needs more than the output."""
        usual, none = QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored
        for page in (self._reading, self.edit):
            height = usual if page is self._stack.currentWidget() else none
            page.setSizePolicy(usual, height)

    def show_editor(self, *, shown: bool) -> None:
        """Put the editor in the place of the output, or take it away."""
        self._stack.setCurrentIndex(1 if shown else 0)
        if shown:
            self.edit.box.setFocus()
