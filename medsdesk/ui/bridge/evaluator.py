"""Does evaluations one after another on a thread of their own, and tells how they go."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medsdesk.config.settings import Settings
from medsdesk.core.errors import CancelledError, UserFacingError

if TYPE_CHECKING:
    from medsdesk.core.cancel import CancelToken
    from medsdesk.services.evaluate_tasks import Resumption
    from medsdesk.services.evaluation_events import EvaluationEvent
    from medsdesk.services.evaluation_orders import Order
    from medsdesk.services.evaluation_results import EvaluationResult
    from medsdesk.services.pause import PauseToken
    from medsdesk.services.watch_evaluation import EvaluationView, EvaluationWatch
    from medsdesk.store.workspace import Workspace
    from medsdesk.ui.bridge.desk import Desk

INTERVAL_MS = 200


class Evaluator(QObject):
    """A queue of evaluations: orders for new ones, and resumptions of stored ones.

    Signals:
        viewed: An ``EvaluationView``, at most five times a second.
        ended: The last ``EvaluationView`` of an evaluation that came to an end or was stopped.
        failed: Why one could not be begun or went no further; a UserFacingError.
        changed: ``running``, ``paused``, ``stopping`` or the place in the queue changed.
    """

    viewed = Signal(object)
    ended = Signal(object)
    failed = Signal(object)
    changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._steps: deque[Order | Resumption] = deque()
        self._settings = Settings()
        self.place, self.of = 0, 0
        self._token: CancelToken | None = None
        self._pause: PauseToken | None = None
        self._at_work = False  # the loop answers items: a stop can wait for the one in hand
        self._resting = False  # it has none in hand
        self._leaving = threading.Event()
        self._lock = threading.Lock()
        self._latest: EvaluationView | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._drain)

    @property
    def running(self) -> bool:
        """Whether evaluations were started and have not ended, paused or not."""
        return self._token is not None

    @property
    def paused(self) -> bool:
        """Whether a pause was asked for."""
        return self._pause is not None and self._pause.paused and not self.stopping

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop and has not ended."""
        return self._leaving.is_set() and self.running

    def start(self, steps: Sequence[Order | Resumption], settings: Settings) -> None:
        """Do evaluations in this order; those before must have ended."""
        from medsdesk.services.pause import PauseToken

        if self.running or not steps:
            return
        self._steps, self._settings = deque(steps), settings
        self.place, self.of = 0, len(steps)
        self._leaving.clear()
        self._pause, self._token = PauseToken(), self._desk.new_token()
        self._timer.start()
        self.changed.emit()
        # What was begun on the other thread with the engine has to be through with it first.
        self._desk.long.submit(lambda _: None, lambda _: self._keep(steps), lambda _: self._end())

    def pause(self) -> None:
        """Rest after the item in hand."""
        if self._pause is not None and not self.stopping:
            self._pause.pause()
            self.changed.emit()

    def go_on(self) -> None:
        """Go on after a pause."""
        if self._pause is not None and not self.stopping:
            self._pause.go_on()
            self.changed.emit()

    def stop(self) -> None:
        """Stop after the item in hand; told a second time, drop that item, which then waits."""
        if self._token is None or self._pause is None:
            return
        again = self.stopping
        self._leaving.set()
        self._pause.pause()
        if again or self._resting or not self._at_work:
            self._token.cancel()
        self.changed.emit()

    def _keep(self, steps: Sequence[Order | Resumption]) -> None:
        """Write down what is still to begin, so that a killed program has not forgotten it."""

        def work(ws: Workspace) -> None:
            from medsdesk.services.evaluation_orders import Order
            from medsdesk.services.remember_evaluation import add_orders

            if orders := [step for step in steps if isinstance(step, Order)]:
                add_orders(ws, orders)

        self._desk.evaluations.submit(work, lambda _: self._next(), self._refused)

    def _next(self) -> None:
        token, pause = self._token, self._pause
        if not self._steps or self._leaving.is_set() or token is None or pause is None:
            self._end()
            return
        step = self._steps.popleft()
        self.place += 1
        self._at_work = self._resting = False
        self.changed.emit()
        work = partial(self._work, step, token, pause)
        self._desk.evaluations.submit(work, self._done, self._not_done)

    def _work(
        self,
        step: Order | Resumption,
        token: CancelToken,
        pause: PauseToken,
        ws: Workspace,
    ) -> tuple[EvaluationView, bool]:
        """Do one evaluation; called on its thread. Return its end, and whether to go on."""
        from medsdesk.services.evaluate_tasks import Resumption, evaluate, resume
        from medsdesk.services.evaluation_orders import plan_of
        from medsdesk.services.fit_model import with_slots
        from medsdesk.services.watch_evaluation import EvaluationWatch

        if token.cancelled:
            raise CancelledError
        watch = EvaluationWatch(ws, self._put)
        self._put(watch.view)
        engine = self._desk.engine
        result: EvaluationResult
        if isinstance(step, Resumption):
            on_event = partial(self._on_event, ws, watch, token, None)
            result = resume(ws, engine, step, on_event, token, pause)
        else:
            plan = with_slots(plan_of(ws, step, self._settings), engine)
            on_event = partial(self._on_event, ws, watch, token, step)
            result = evaluate(ws, engine, plan, on_event, token, pause)
        return watch.end(result), not result.stopped

    def _on_event(
        self,
        ws: Workspace,
        watch: EvaluationWatch,
        token: CancelToken,
        order: Order | None,
        event: EvaluationEvent,
    ) -> None:
        """Pass on an event; called on the evaluations' thread."""
        from medsdesk.services.evaluation_events import Continued, Paused, Planned
        from medsdesk.services.remember_evaluation import drop_order

        if isinstance(event, Planned):
            self._at_work = True
            if order is not None:
                drop_order(ws, order)
        if isinstance(event, Paused | Continued):
            self._resting = isinstance(event, Paused)
        if self._resting and self._leaving.is_set():
            token.cancel()
        watch(event)

    def _put(self, view: EvaluationView) -> None:
        """Keep the latest view for the timer; called on the evaluations' thread."""
        with self._lock:
            self._latest = view

    def _drain(self) -> None:
        with self._lock:
            view, self._latest = self._latest, None
        if view is not None:
            self.viewed.emit(view)

    def _done(self, found: tuple[EvaluationView, bool]) -> None:
        view, go_on = found
        self._drain()
        self.ended.emit(view)
        if not go_on:
            self._steps.clear()
        self._next()

    def _not_done(self, error: UserFacingError) -> None:
        self._drain()
        if not self._leaving.is_set():
            self.failed.emit(error)
        self._next()

    def _refused(self, error: UserFacingError) -> None:
        self.failed.emit(error)
        self._end()

    def _end(self) -> None:
        self._timer.stop()
        self._drain()
        if self._token is not None:
            self._desk.drop_token(self._token)
        self._token = self._pause = None
        self._steps.clear()
        self._leaving.clear()
        self.changed.emit()
