"""Where layers go, what is said of it, and what happens where a card fails."""

from __future__ import annotations

import pytest

from medsdesk.core.errors import UserFacingError
from medsdesk.core.model import ALL_LAYERS, AUTO_LAYERS, LoadConfig
from medsdesk.engine import placement
from medsdesk.engine.devices import DeviceInfo
from medsdesk.engine.gguf import GgufHeader, read_header
from medsdesk.engine.placement import NO_CARD, load_placed, place
from tests.made_models import LLAMA_8B, make_sparse

GIB = 1 << 30
CPU = DeviceInfo("CPU (a processor)", "cpu", 16 * GIB, 12 * GIB)
LARGE = DeviceInfo("Vulkan0 (a card)", "gpu", 24 * GIB, 20 * GIB)
SMALL = DeviceInfo("Vulkan0 (a card)", "gpu", 4 * GIB, 3 * GIB)
FULL = DeviceInfo("Vulkan0 (a card)", "gpu", 4 * GIB, GIB // 8)


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> GgufHeader:
    return read_header(make_sparse(tmp_path_factory.mktemp("8b") / "8b.gguf", LLAMA_8B))


def _config(layers: int, context: int = 4096) -> LoadConfig:
    return LoadConfig("m.gguf", context=context, gpu_layers=layers)


class Loads:
    """Stands for the library: fails with some layers on a card, and remembers what was tried."""

    def __init__(self, *, fails: bool = False) -> None:
        self.tried: list[int] = []
        self._fails = fails

    def __call__(self, layers: int) -> str:
        self.tried.append(layers)
        if layers and self._fails:
            raise UserFacingError("No memory on Vulkan0.", "Choose a smaller model.")
        return "loaded"


@pytest.mark.parametrize(
    ("asked", "devices", "layers", "words"),
    [
        (AUTO_LAYERS, [CPU], 0, NO_CARD),
        (AUTO_LAYERS, [CPU, LARGE], 33, ""),
        (AUTO_LAYERS, [CPU, FULL], 0, "Nothing of the model fits"),
        (0, [CPU, LARGE], 0, ""),
        (0, [CPU], 0, ""),
        (7, [CPU, LARGE], 7, ""),
        (ALL_LAYERS, [CPU, LARGE], 33, ""),
    ],
)
def test_places(
    header: GgufHeader,
    asked: int,
    devices: list[DeviceInfo],
    layers: int,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(placement, "makers", lambda: ("NVIDIA",))
    where = place(header, _config(asked), devices)
    assert where.gpu_layers == where.footprint.gpu_layers == layers
    assert len(where.notes) == bool(words)
    assert words in " ".join(where.notes)


def test_a_computer_without_a_card_is_no_news(
    header: GgufHeader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(placement, "makers", tuple)
    assert place(header, _config(AUTO_LAYERS), [CPU]).notes == ()


def test_a_part_on_the_card_is_said(header: GgufHeader) -> None:
    loads = Loads()
    _, notes = load_placed(header, _config(AUTO_LAYERS), [CPU, SMALL], loads)
    assert 0 < loads.tried[0] < 33
    assert notes[0].startswith(f"{loads.tried[0]} of 33 layers fit on the graphics card")


@pytest.mark.parametrize("asked", [1, ALL_LAYERS])
def test_a_card_that_was_asked_for_is_not_replaced_in_silence(
    header: GgufHeader, asked: int
) -> None:
    loads = Loads(fails=True)
    with pytest.raises(UserFacingError, match="the engine sees none") as none:
        load_placed(header, _config(asked), [CPU], loads)
    assert "--gpu-layers 0" in none.value.hint
    assert loads.tried == []
    with pytest.raises(UserFacingError, match="No memory on Vulkan0") as failed:
        load_placed(header, _config(asked), [CPU, LARGE], loads)
    assert "Choose a smaller model. To run on the processor" in failed.value.hint
    assert len(loads.tried) == 1


def test_a_card_that_fails_is_replaced_and_named_where_the_choice_was_ours(
    header: GgufHeader,
) -> None:
    loads = Loads(fails=True)
    made, notes = load_placed(header, _config(AUTO_LAYERS), [CPU, LARGE], loads)
    assert (made, loads.tried) == ("loaded", [33, 0])
    [note] = notes
    assert "(No memory on Vulkan0)" in note
    assert note.endswith("it runs on the processor.")


def test_what_fails_on_the_processor_fails(header: GgufHeader) -> None:
    def load(_: int) -> str:
        raise UserFacingError("Cut short.", "Copy it again.")

    with pytest.raises(UserFacingError, match="Cut short"):
        load_placed(header, _config(AUTO_LAYERS), [CPU], load)


def test_what_cannot_fit_is_not_tried(header: GgufHeader) -> None:
    loads = Loads()
    with pytest.raises(UserFacingError, match=r"in main memory, but only 12\.0 GiB"):
        load_placed(header, _config(0, context=500_000), [CPU], loads)
    with pytest.raises(UserFacingError, match=r"on Vulkan0 \(a card\), but only 3\.0 GiB") as full:
        load_placed(header, _config(ALL_LAYERS), [CPU, SMALL], loads)
    assert "fewer layers" in full.value.hint
    assert loads.tried == []
