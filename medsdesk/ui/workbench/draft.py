"""What the user has put together for the next run, and what is missing; without Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from medsdesk.config.settings import Settings
    from medsdesk.core.model import ModelFile
    from medsdesk.core.task import Task
    from medsdesk.services.evaluate import RunRequest


@dataclass(frozen=True, slots=True)
class Draft:
    """The next run as far as it is chosen.

    Attributes:
        task: The task.
        text: The clinical text.
        reference: The reference answer; blank for none.
        origin: Where the text came from: ``pasted``, ``file`` or ``example``.
        model: The model.
        shots: Worked cases.
        cut_left: Whether a prompt that does not fit may be cut from its left.
        held: Why nothing can run now, whatever is chosen; empty where nothing is in the way.
    """

    task: Task | None = None
    text: str = ""
    reference: str = ""
    origin: str = "pasted"
    model: ModelFile | None = None
    shots: int = 0
    cut_left: bool = False
    held: str = ""

    @property
    def missing(self) -> str:
        """What to do next before it can run, in one sentence; empty when it can."""
        return self.held or self.lacking

    @property
    def lacking(self) -> str:
        """What is still to be chosen, in one sentence; empty when nothing is."""
        if self.task is None:
            return "Choose a task on the left."
        if not self.text.strip():
            return "Put in a text, or take a sample."
        if self.model is None:
            return "Add a model on the Models page."
        return ""

    def request(self, settings: Settings) -> RunRequest | None:
        """Return the request for the services, or None while something is missing."""
        if self.task is None or self.model is None or self.lacking:
            return None
        from medsdesk.core.generation import GenerateConfig
        from medsdesk.services.evaluate import RunRequest
        from medsdesk.tasks.prompts import TEMPLATE_NAMES

        return RunRequest(
            task_id=self.task.id,
            text=self.text,
            references=(self.reference,) if self.reference.strip() else (),
            origin=self.origin,
            model=self.model,
            shots=self.shots,
            generate=GenerateConfig(
                max_new_tokens=settings.max_new_tokens,
                overflow="cut_left" if self.cut_left else "refuse",
            ),
            context=settings.context,
            gpu_layers=settings.gpu_layers,
            threads=settings.threads,
            kv_cache=settings.kv_cache,
            flash_attention=settings.flash_attention,
            template=TEMPLATE_NAMES[settings.template],
        )
