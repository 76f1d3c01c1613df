"""The stack of pages; each but the first is built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget, QWidget

if TYPE_CHECKING:
    from medsdesk.ui.widgets.icons import IconName


class Pages(QStackedWidget):
    """Pages by their names.

    Args:
        makers: How each page is built that is not put in by hand.
    """

    def __init__(self, makers: Mapping[IconName, Callable[[], QWidget]]) -> None:
        super().__init__()
        self._makers = makers
        self._made: dict[IconName, QWidget] = {}

    def put(self, name: IconName, page: QWidget) -> None:
        """Add a page that is built already."""
        self._made[name] = page
        self.addWidget(page)

    def page(self, name: IconName) -> QWidget:
        """Return a page, built now if it was not before."""
        if name not in self._made:
            self.put(name, self._makers[name]())
        return self._made[name]

    def built(self, name: IconName) -> QWidget | None:
        """Return a page if it was built already."""
        return self._made.get(name)

    def show_page(self, name: IconName) -> None:
        """Bring a page to the front, with what is stored now."""
        page = self.page(name)
        self.setCurrentWidget(page)
        refresh = getattr(page, "refresh", None)
        if refresh is not None:
            refresh()
