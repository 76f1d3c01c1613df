"""A model file's own template: what it arranges, and that it learns nothing."""

from __future__ import annotations

import pytest

from medsdesk.core.generation import Message
from medsdesk.core.identity import text_sha256
from medsdesk.engine.gguf_template import gguf_form
from medsdesk.engine.template_sandbox import UnusableTemplateError

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n"
    "{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
STRIPPING = CHATML.replace("m['content'] }}", "m['content'] | trim }}")
NO_SYSTEM = (
    "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}"
    "{{ raise_exception('no system') }}{% endif %}[{{ m.content.strip() }}]{% endfor %}"
)
TALK = (Message("system", " be brief "), Message("user", "{{ 7 * 7 }} \ntext"))
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>"}


AS_IT_IS = (
    "<|im_start|>system\n be brief <|im_end|>\n<|im_start|>user\n{{ 7 * 7 }} \ntext<|im_end|>\n"
    "<|im_start|>assistant\n"
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        (CHATML, AS_IT_IS),
        (STRIPPING, AS_IT_IS.replace(" be brief ", "be brief")),
        (NO_SYSTEM, "<s>[ be brief \n\n{{ 7 * 7 }} \ntext]"),
        ("{% for m in messages %}{{ m.content }}{% endfor %}", " be brief {{ 7 * 7 }} \ntext"),
    ],
)
def test_arrangement(template: str, text: str) -> None:
    form = gguf_form(template, SPECIAL)
    assert "".join(segment.text for segment in form.segments(TALK)) == text
    assert (form.kind, form.sha256) == ("gguf", text_sha256(template))


def test_contents_are_told_apart() -> None:
    contents = [s.text for s in gguf_form(CHATML, {}).segments(TALK) if not s.from_template]
    assert contents == [" be brief ", "{{ 7 * 7 }} \ntext"]


@pytest.mark.parametrize(
    "template",
    [
        pytest.param("{% for %}", id="no-syntax"),
        pytest.param("always the same", id="loses-the-messages"),
        pytest.param("{{ messages[1].content }}", id="loses-one"),
        pytest.param("{{ messages[0].content * 2 }}{{ messages[1].content }}", id="doubles-one"),
        pytest.param("{{ messages[1].content }}{{ messages[0].content }}", id="turns-them-round"),
        pytest.param("{{ raise_exception('never') }}", id="refuses"),
        pytest.param("{{ messages.__class__.__mro__[1].__subclasses__() }}", id="breaks-out"),
        pytest.param("{{ messages.clear() }}", id="changes-its-input"),
        pytest.param("{{ unknown.attribute }}", id="asks-for-nothing"),
        pytest.param(
            "{{ 'x' * 3000000 }}{% for m in messages %}{{ m.content }}{% endfor %}", id="huge"
        ),
    ],
)
def test_what_cannot_be_used(template: str) -> None:
    with pytest.raises(UnusableTemplateError):
        gguf_form(template, SPECIAL)


def test_what_templates_expect_to_find() -> None:
    template = (
        "{% for m in messages %}{% if loop.index > 9 %}{% break %}{% endif %}"
        "{{ {'a': 'é'} | tojson }}{{ m.content }}{% endfor %}"
    )
    form = gguf_form(template, {})
    text = "".join(segment.text for segment in form.segments((Message("user", "x"),)))
    assert text == '{"a": "é"}x'
