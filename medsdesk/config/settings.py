"""The user's settings: typed, checked, and kept in one TOML file."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from medsdesk.config.files import replacing
from medsdesk.config.migrations import Migrations
from medsdesk.config.paths import user_dir
from medsdesk.config.toml_files import encode_flat, line_of_key, read_toml
from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import FlashAttention, KvCache

SCHEMA_VERSION = 1
MIGRATIONS = Migrations(SCHEMA_VERSION)

Theme = Literal["system", "light", "dark", "contrast"]
Network = Literal["asked", "never"]
VerifyModels = Literal["changed", "always"]
Template = Literal["medsbench", "own"]

# Kept by hand: the window reads its settings before its first frame, and a library that checks
# types would cost a tenth of the start. Whole numbers from, to; texts by their longest length.
_RANGES = {
    "schema_version": (1, 1_000_000),
    "text_percent": (50, 300),
    "context": (256, 1_048_576),
    "max_new_tokens": (1, 32_768),
    "gpu_layers": (-1, 10_000),
    "threads": (0, 1024),
    "shots": (0, 3),
}
_LENGTHS = {"rater": 200, "model_id": 1000, "engine_build": 40}
_CHOICES = {
    "theme": get_args(Theme),
    "network": get_args(Network),
    "verify_models": get_args(VerifyModels),
    "template": get_args(Template),
    "kv_cache": get_args(KvCache),
    "flash_attention": get_args(FlashAttention),
}

_log = logging.getLogger(__name__)
_HINT = "Correct the line, or move the file elsewhere to start with the standard settings."


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user chose; every field has a working default.

    Attributes:
        schema_version: Of the file; raised with every change of a field's name or meaning.
        rater: Name that ratings are stored under; empty until given.
        theme: Colours of the window.
        text_percent: Size of the window's text, 50 to 300.
        context: Tokens of prompt and answer together, 256 to 1048576.
        max_new_tokens: Most tokens of an answer, 1 to 32768.
        gpu_layers: Layers to put on a graphics card; -1 for as many as fit, 10000 for all.
        threads: Threads to compute with; 0 for as many as there are physical cores.
        model_id: The model chosen last; empty for none.
        shots: Worked cases in the prompt, 0 to 3; None for each task's own number.
        network: Whether a connection may be made when the user asks for one, or never.
        verify_models: Whether a model file is refused where its size, time or number changed, or
            read whole and compared before every load as well.
        engine_build: Build of the engine: ``auto`` for the fastest that has passed its test on this
            machine, ``installed``, or the name of one.
        template: Whose words stand around the text in a prompt: the benchmark's, or our own.
        kv_cache: How keys and values of the context are kept; less than F16 takes less memory.
        flash_attention: Whether attention is computed so; auto where the engine finds it supported.
    """

    schema_version: int = SCHEMA_VERSION
    rater: str = ""
    theme: Theme = "system"
    text_percent: int = 100
    context: int = 4096
    max_new_tokens: int = 200
    gpu_layers: int = -1
    threads: int = 0
    model_id: str = ""
    shots: int | None = None
    network: Network = "asked"
    verify_models: VerifyModels = "changed"
    engine_build: str = "auto"
    template: Template = "medsbench"
    kv_cache: KvCache = "f16"
    flash_attention: FlashAttention = "auto"


def load_settings(path: Path | None = None) -> Settings:
    """Return the stored settings, or the standard ones where no file is.

    A file of an older schema version is brought up to date on the disk first.

    Args:
        path: The file; the user's own where left out.

    Raises:
        UserFacingError: The file is unreadable, broken, out of range or of a newer MedsDesk.
    """
    path = path or _standard_path()
    if not path.exists():
        return Settings()
    values = read_toml(path, _HINT)
    version = _schema_version(values, path)
    if version == SCHEMA_VERSION:
        return _convert(values, path)
    MIGRATIONS.migrate_file(path, version, lambda: _rewrite(values, version, path))
    _log.info("settings brought from schema version %d to %d", version, SCHEMA_VERSION)
    return _convert(read_toml(path, _HINT), path)


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Check and store the settings; the old file is replaced whole or not at all.

    Args:
        settings: What to store.
        path: The file; the user's own where left out.

    Raises:
        UserFacingError: A value is out of range, or the file cannot be written.
    """
    path = path or _standard_path()
    values = {key: value for key, value in asdict(settings).items() if value is not None}
    if wrong := _wrong_key(values):
        raise _unfit(wrong)
    try:
        text = encode_flat(values)
    except ValueError as error:
        raise _unfit(str(error)) from error
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UserFacingError(
            f"The folder {path.parent} for the settings cannot be made.",
            "Check that the folder above it can be written to and that the disk is not full.",
        ) from error
    with replacing(path) as file:
        file.write(text)


def _standard_path() -> Path:
    return user_dir() / "settings.toml"


def _schema_version(values: dict[str, Any], path: Path) -> int:
    """Return the file's version; a file that does not say has the first."""
    version = values.get("schema_version", 1)
    if type(version) is not int or version < 1:
        raise _wrong_value(path, "schema_version")
    if version > SCHEMA_VERSION:
        raise UserFacingError(
            f"The settings file {path} was written by a newer MedsDesk.",
            "Update this MedsDesk, or move the file elsewhere to start with the standard settings.",
        )
    return version


def _convert(values: dict[str, Any], path: Path) -> Settings:
    names = {field.name for field in fields(Settings)}
    if unknown := len(values.keys() - names):
        _log.warning("%d unknown settings were left out", unknown)
    known = {key: value for key, value in values.items() if key in names}
    if wrong := _wrong_key(known):
        raise _wrong_value(path, wrong)
    return Settings(**known)


def _wrong_key(values: dict[str, Any]) -> str:
    """Return the first field whose value is not allowed, or nothing."""
    return next((key for key, value in values.items() if not _allowed(key, value)), "")


def _allowed(key: str, value: object) -> bool:
    if key in _RANGES:
        low, high = _RANGES[key]
        return type(value) is int and low <= value <= high
    if key in _LENGTHS:
        return isinstance(value, str) and len(value) <= _LENGTHS[key]
    return value in _CHOICES[key]


def _unfit(key: str) -> UserFacingError:
    return UserFacingError(
        f"The setting {key} cannot be stored with this value.", "Choose another value for it."
    )


def _rewrite(values: dict[str, Any], version: int, path: Path) -> None:
    save_settings(_convert(MIGRATIONS.upgrade(values, version), path), path)


def _wrong_value(path: Path, key: str) -> UserFacingError:
    line = line_of_key(path, key)
    return UserFacingError(
        f"The settings file {path} has a value for {key} in line {line} that is not allowed.", _HINT
    )
