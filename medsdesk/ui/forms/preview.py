"""A form as raters read it: each question with its points, then what is marked."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QTextBrowser

if TYPE_CHECKING:
    from medsdesk.core.rating import Criterion, Instrument

_PLACES = {"output": "the output", "source": "the source text"}


class FormPreview(QTextBrowser):
    """Shows a form, to be read and walked through by keyboard.

    Args:
        empty: What is said before there is a form.
    """

    def __init__(self, empty: str = "") -> None:
        super().__init__()
        self._empty = f"<p>{escape(empty)}</p>"
        self.setAccessibleName("Preview of the form")
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.form: Instrument | None = None

    def show_form(self, form: Instrument | None) -> None:
        """Show a form, or that there is none; the place that was read stays."""
        bar = self.verticalScrollBar()
        same = self.form is not None and form is not None and self.form.id == form.id
        place = bar.value() if same else 0
        self.form = form
        self.document().setDefaultFont(self.font())
        self.setHtml(self._empty if form is None else "".join(_lines(form)))
        bar.setValue(place)

    def changeEvent(self, event: QEvent) -> None:
        """Lay the form out anew at another text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.show_form(self.form)


def _lines(form: Instrument) -> Iterator[str]:
    yield f"<h3>{escape(form.title)}</h3>"
    yield f"<p>{escape(form.id)}, version {form.version}<br><i>{escape(form.source)}</i></p>"
    for number, criterion in enumerate(form.criteria, 1):
        yield f"<p><b>{number}. {escape(criterion.label)}</b><br>{escape(criterion.question)}"
        yield from (f"<br>{line}" for line in _answers(criterion))
        yield "</p>"
    for mark in form.marks:
        places = " and ".join(_PLACES[target] for target in mark.targets)
        yield f"<p>Mark in {places}: <b>{escape(mark.label)}</b><br>{escape(mark.meaning)}</p>"
    for severity in form.severities:
        yield f"<p>A mark can be: <b>{escape(severity.label)}</b><br>{escape(severity.meaning)}</p>"
    if form.edit:
        yield "<p>Raters may correct the output.</p>"


def _answers(criterion: Criterion) -> Iterator[str]:
    if criterion.is_count:
        yield "Answer: a number from 0."
    elif criterion.scale == "text":
        yield "Answer: in words."
    for anchor in criterion.anchors:
        yield f"{anchor.value} <b>{escape(anchor.label)}</b>: {escape(anchor.meaning)}"
