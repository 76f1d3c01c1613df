"""A backend for work on model files that does what the name of the file says."""

from __future__ import annotations

import time
from pathlib import Path

from medsdesk.core.errors import UserFacingError
from medsdesk.engine.file_tasks import (
    ComparedFiles,
    CompareFiles,
    QuantisedFile,
    QuantiseFile,
    TokenisedTexts,
    TokeniseTexts,
)
from medsdesk.engine.file_worker import Tell
from medsdesk.engine.platform_calls import die


def file_tools() -> ScriptedFiles:
    return ScriptedFiles()


class ScriptedFiles:
    def tokenise(self, task: TokeniseTexts, tell: Tell) -> TokenisedTexts:
        if task.path == "refuse":
            raise UserFacingError("It is wrong.", "Mend it.")
        if task.path == "bug":
            raise ValueError("a secret text")
        if task.path == "die":
            die("kill")
        if task.path == "hang":
            Path(task.plain[0]).touch()
            time.sleep(600)
        tell(1, 2)
        tell(2, 2)
        return TokenisedTexts(tuple((len(text),) for text in task.plain), ())

    def quantise(self, task: QuantiseFile, tell: Tell) -> QuantisedFile:
        Path(task.target).write_bytes(b"half")
        tell(1, 10)
        time.sleep(600)
        return QuantisedFile(4, 1, 0)

    def compare(self, task: CompareFiles, tell: Tell) -> ComparedFiles:
        return ComparedFiles((), (), (), (), ())
