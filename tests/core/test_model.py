"""How a model is loaded where nobody says otherwise."""

from __future__ import annotations

from medsdesk.core.model import LoadConfig


def test_the_standard_uses_every_gpu_layer_and_core() -> None:
    config = LoadConfig("/m.gguf")
    assert (config.context, config.gpu_layers, config.threads, config.batch) == (4096, -1, 0, 256)


def test_the_standard_answers_do_not_depend_on_one_another() -> None:
    config = LoadConfig("/m.gguf")
    assert (config.slots, config.reuse) == (1, True)


def test_the_same_way_of_loading_is_equal() -> None:
    assert LoadConfig("/m.gguf") == LoadConfig("/m.gguf", 4096)
    assert LoadConfig("/m.gguf") != LoadConfig("/m.gguf", 2048)
