"""Which native libraries an engine process is started with."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from medsdesk.core.model import LoadConfig
from medsdesk.engine.backend import LLAMA
from medsdesk.engine.child import Child


class Libraries(Protocol):
    """Chooses the build of the native libraries for each process that is started."""

    def folder(self, build: str) -> Path | None:
        """Return the folder of a build, empty for the one to choose; None for that installed."""
        ...

    def failed(self, folder: Path, exit_code: int) -> None:
        """Learn that a process with the libraries of a folder died by itself."""
        ...


class LibraryChoice:
    """What the client asks of them; only the backend of model files has any.

    Args:
        libraries: Chooses; those installed are used where left out.
    """

    def __init__(self, libraries: Libraries | None) -> None:
        self._libraries = libraries

    def folder(self, backend: str, build: str) -> str:
        """Return the folder for a process; empty for the libraries that are installed."""
        if self._libraries is None or backend != LLAMA:
            return ""
        folder = self._libraries.folder(build)
        return str(folder) if folder is not None else ""

    def suit(self, child: Child, backend: str, config: LoadConfig) -> bool:
        """Return whether a process computes with what a load wants."""
        return (child.backend, child.libraries) == (backend, self.folder(backend, config.build))

    def tell_death(self, child: Child | None) -> None:
        """Pass on that the process before died by itself, if it did."""
        if self._libraries is None or child is None or not child.libraries:
            return
        if child.death is not None:
            self._libraries.failed(Path(child.libraries), child.death)
