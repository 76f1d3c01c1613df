"""Find out whether this machine can do the main job, and say what to do where it cannot."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from medsdesk.config.network import check_network_allowed
from medsdesk.config.policy import load_policy
from medsdesk.config.settings import load_settings
from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ModelFile
from medsdesk.engine.graphics_cards import makers
from medsdesk.engine.machine import memory_bytes
from medsdesk.services.diagnose_graphics import build_name, graphics_state
from medsdesk.services.list_builds import build_states
from medsdesk.services.model_files import list_models
from medsdesk.services.verify_models import check_unchanged
from medsdesk.store.backup import faults
from medsdesk.store.workspace import open_workspace

if TYPE_CHECKING:
    from medsdesk.engine.client import Engine
    from medsdesk.engine.devices import EngineInfo

Status = Literal["ok", "warn", "fail"]
_GIB = 1024**3
_LOW_MEMORY = 6 * _GIB
_LOW_DISK = 2 * _GIB


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it is, and what to do where it is not well."""

    name: str
    status: Status
    detail: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Device:
    """Something that computes.

    Attributes:
        name: As the engine calls it.
        type: ``cpu`` or ``gpu``.
        memory_total: Bytes.
        memory_free: Bytes free now.
    """

    name: str
    type: Literal["cpu", "gpu"]
    memory_total: int
    memory_free: int


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All checks, and the devices the engine sees; ok when no check failed."""

    ok: bool
    checks: tuple[Check, ...]
    devices: tuple[Device, ...]


def diagnose(workspace: Path, engine: Engine) -> Diagnosis:
    """Look at processor, memory, engine, models, database, fonts and network."""
    engine_checks, devices = _engine(engine)
    checks = (
        _memory(),
        _disk(workspace),
        *engine_checks,
        *_guarded("settings", _settings),
        *_guarded("policy", _policy),
        *_guarded("workspace", lambda: _workspace(workspace)),
        _fonts(),
        _offline(),
    )
    return Diagnosis(all(c.status != "fail" for c in checks), checks, devices)


def _guarded(name: str, look: Callable[[], tuple[Check, ...]]) -> tuple[Check, ...]:
    try:
        return look()
    except UserFacingError as error:
        return (Check(name, "fail", error.message, error.hint),)


def _engine(engine: Engine) -> tuple[tuple[Check, ...], tuple[Device, ...]]:
    """Ask the engine process about itself; it may die of the question, which is an answer too."""
    try:
        engine.self_test()
        info = engine.describe()
    except UserFacingError as error:
        return (Check("engine", "fail", error.message, error.hint),), ()
    devices = tuple(Device(d.name, d.type, d.memory_total, d.memory_free) for d in info.devices)
    graphics = graphics_state(info, makers())
    checks = (
        Check("processor", "ok", f"{platform.machine()}, engine uses {_features(info)}"),
        Check(
            "engine",
            "ok",
            f"{info.engine}, built for {build_name(info)}: self-test passed in its own process",
        ),
        Check("graphics", graphics.status, graphics.detail, graphics.hint),
        *_builds(),
    )
    return checks, devices


def _builds() -> tuple[Check, ...]:
    """Say which builds lie beside the installed one, where any do."""
    states = build_states()
    if len(states) == 1:
        return ()
    used = next((state.name for state in states if state.in_use), "none")
    told = "; ".join(f"{state.name}: {state.words}" for state in states[1:])
    detail = f"in use: {used}. Beside the installed one: {told}"
    if all(state.usable for state in states):
        return (Check("builds", "ok", detail),)
    hint = "Test a build with 'medsdesk engine test NAME', or remove it with 'engine remove NAME'."
    return (Check("builds", "warn", detail, hint),)


def _features(info: EngineInfo) -> str:
    """Turn llama.cpp's ``AVX2 = 1 | FMA = 1`` into a list of words."""
    words = [part.split("=")[0].split(":")[-1].strip() for part in info.cpu_features.split("|")]
    return " ".join(word for word in words if word) or "no extensions"


def _memory() -> Check:
    total, available = memory_bytes()
    detail = f"{available / _GIB:.1f} GiB free of {total / _GIB:.1f} GiB"
    if available < _LOW_MEMORY:
        hint = "An 8B model in four bits needs about 6 GiB: close other programs first."
        return Check("memory", "warn", detail, hint)
    return Check("memory", "ok", detail)


def _disk(workspace: Path) -> Check:
    folder = next((p for p in (workspace, *workspace.parents) if p.is_dir()), Path.cwd())
    free = shutil.disk_usage(folder).free
    detail = f"{free / _GIB:.1f} GiB free where the workspace lies"
    if free < _LOW_DISK:
        return Check("disk", "warn", detail, "Make room, or choose a workspace on another disk.")
    return Check("disk", "ok", detail)


def _workspace(folder: Path) -> tuple[Check, ...]:
    with open_workspace(folder) as ws:
        with ws.reading():
            damage = faults(ws.db.conn)
        models = list_models(ws)
    database = (
        Check("workspace", "ok", f"{folder}: the database is whole")
        if not damage
        else Check(
            "workspace",
            "fail",
            f"{folder}: the database is damaged.",
            "Restore a backup copy of medsdesk.sqlite into the folder.",
        )
    )
    return database, _models(models)


def _models(models: Sequence[ModelFile]) -> Check:
    if not models:
        hint = "Add one with 'medsdesk models add FILE.gguf'."
        return Check("models", "warn", "There is no model yet.", hint)
    for model in models:
        try:
            check_unchanged(model)
        except UserFacingError as error:
            return Check("models", "warn", error.message, error.hint)
    names = ", ".join(m.id for m in models)
    if all(m.is_demo for m in models):
        hint = "Add MMedIns-Llama 3 as a GGUF file; the README says where it is."
        return Check("models", "warn", f"Only the demonstration model: {names}.", hint)
    return Check("models", "ok", names)


def _settings() -> tuple[Check, ...]:
    load_settings()
    return (Check("settings", "ok", "readable"),)


def _policy() -> tuple[Check, ...]:
    policy = load_policy()
    if policy.path is None:
        return (Check("policy", "ok", "there is no site policy; no server is ever asked"),)
    servers = ", ".join(policy.onsite_servers) or "none"
    network = {
        "asked": "left to the user",
        "onsite": "those servers only",
        "never": "never, not even those servers",
    }[policy.network]
    detail = f"{policy.path}: on-site servers {servers}; network {network}"
    return (Check("policy", "ok", detail),)


def _fonts() -> Check:
    """Chinese and Japanese tasks need a font; only Linux machines come without one."""
    if platform.system() != "Linux":
        return Check("fonts", "ok", "the system brings Chinese and Japanese fonts")
    finder = shutil.which("fc-list")
    if finder is None:
        return Check("fonts", "warn", "fontconfig is not installed, fonts cannot be looked up.")
    missing = [
        name
        for name, code in (("Chinese", "zh-cn"), ("Japanese", "ja"), ("Russian", "ru"))
        if not subprocess.run(
            [finder, f":lang={code}", "family"], capture_output=True, check=False
        ).stdout.strip()
    ]
    if missing:
        hint = "Install a font for them, on Debian the package fonts-noto-cjk."
        return Check("fonts", "warn", f"No font for {' and '.join(missing)}.", hint)
    return Check("fonts", "ok", "Latin, Cyrillic, Chinese and Japanese")


def _offline() -> Check:
    try:
        check_network_allowed("or leave it as it is")
    except UserFacingError as error:
        return Check("network", "ok", f"Never used. {error.message}")
    detail = (
        "Never used by itself; only downloads of tasks and models do, when you ask for one, and a "
        "model on a server that the site policy names."
    )
    return Check("network", "ok", detail)
