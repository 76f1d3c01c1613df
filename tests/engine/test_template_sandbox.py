"""A corpus of hostile templates: each one runs nothing, ends soon, and gives one sentence."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from medsdesk.core.generation import GenerateConfig, Message, Prompt
from medsdesk.core.model import LoadConfig
from medsdesk.engine import template_sandbox
from medsdesk.engine.client import Engine
from medsdesk.engine.gguf_template import gguf_form
from medsdesk.engine.template_sandbox import Template, UnusableTemplateError
from tests.made_models import Shape, make_tiny

TALK = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}"
FORBIDDEN = "may not do"
LARGE, LONG, FAULT, FAILS = "without end", "too long", "fault in its syntax", "it fails"

# What people have tried on templates of models and of web pages, in our own words.
CODE = [
    "{{ messages.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ messages[0].__class__.__base__.__subclasses__()[40]('/etc/passwd').read() }}",
    "{{ raise_exception.__globals__['json'].codecs.open('x') }}",
    "{{ raise_exception.__globals__.__builtins__.__import__('os').system('touch MARK') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context.environment }}",
    "{{ cycler.__init__.__globals__.os.system('touch MARK') }}",
    "{{ joiner.__init__.__globals__.os.popen('touch MARK').read() }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ dict.__base__.__subclasses__() }}",
    "{{ (messages | attr('__class__')).__mro__ }}",
    "{{ messages | map(attribute='__class__') | list | first | attr('__subclasses__')() }}",
    "{{ '{0.__class__.__mro__}'.format(messages) }}",
    "{{ '{0.__init__.__globals__}' | format(messages) }}{{ '{x.__class__}'.format_map({'x': 1}) }}",
    "{{ [].append.__self__.__class__ }}",
    "{{ messages.append({'role': 'user', 'content': 'more'}) }}",
    "{{ messages.clear() }}",
    "{{ messages[0].update(role='x') }}",
    "{% set x = messages[0].pop('role') %}",
    "{{ (lambda: 1)() }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}{{ os.system('touch MARK') }}",
    "{% extends 'base' %}",
    "{{ open('/etc/passwd').read() }}",
    "{{ __import__('os') }}",
    "{{ lipsum.__globals__.os.system('touch MARK') }}",
    "{{ request.application.__globals__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{% for k in ().__class__.__bases__ %}{{ k }}{% endfor %}",
    "{{ (().__class__.__bases__[0].__subclasses__() | first).__init__ }}",
    "{% set n = namespace(x=messages) %}{{ n.x.__class__.__name__.__class__ }}",
    "{{ messages | tojson | attr('format') | attr('__self__') | attr('__class__') }}",
    "{{ ((1).__class__).__subclasses__() }}",
    "{% autoescape x.__class__ %}{% endautoescape %}",
]
DOUBLING = "{% set n = namespace(x='x') %}{% for i in range(60) %}STEP{% endfor %}"
ENDLESS = [
    ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", LONG),
    (
        "{% macro m(n) %}{% for i in range(99999) %}{{ m(n) }}{% endfor %}{% endmacro %}{{ m(1) }}",
        "",
    ),
    ("{% for a in range(99999) %}{{ 'x' * 999 }}{% endfor %}", LARGE),
    ("{{ range(10 ** 12) | list }}", ""),
    ("{{ range(10 ** 6) | list }}", ""),
    ("{{ 'x' * 10 ** 9 }}", LARGE),
    ("{{ ['x'] * 10 ** 9 }}", LARGE),
    ("{{ 10 ** 9 * 'x' }}", LARGE),
    ("{{ 9 ** (9 ** 9) }}", LARGE),
    ("{{ 10 ** 5000 }}", LARGE),
    ("{{ '%1000000000d' % 1 }}", LARGE),
    ("{{ '%*d' % (1000000000, 1) }}", LARGE),
    ("{{ '%1000000000d' | format(1) }}", LARGE),
    ("{{ '{:1000000000}'.format(1) }}", LARGE),
    ("{{ 'x'.center(1000000000) }}", LARGE),
    ("{{ 'x' | center(1000000000) }}", LARGE),
    ("{{ 'x'.ljust(1000000000) }}{{ 'x'.zfill(1000000000) }}", LARGE),
    ("{{ 'x' | indent(1000000000, true) }}", LARGE),
    ("{{ '\\t'.expandtabs(1000000000) }}", LARGE),
    ("{{ ('x' * 99999).replace('x', 'y' * 99999) }}", LARGE),
    ("{{ ('x' * 99999) | replace('x', 'y' * 99999) }}", LARGE),
    ("{% set n = namespace(x='x') %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}",
     LARGE),
    (DOUBLING.replace("STEP", "{% set n.x = n.x ~ n.x %}"), LARGE),
    (DOUBLING.replace("STEP", "{% set n.x %}{{ n.x }}{{ n.x }}{% endset %}"), LARGE),
    (DOUBLING.replace("STEP", "{% set n.x = [n.x, n.x] | join %}"), LARGE),
    ("{{ lipsum(n=1000000) }}", ""),
    ("{% for %}", FAULT),
    ("{{ " + "(" * 50_000, ""),
    ("{% if x %}" * 5_000, FAULT),
    ("{% for a in x %}" * 30 + "{% endfor %}" * 30, ""),
    ("{{ 1 / 0 }}", FAILS),
    ("{{ messages[99].content }}", FAILS),
    ("{{ raise_exception('never') }}", "refuses such messages"),
    ("x" * (1 << 20) + "x", "too long"),
    ("", "loses"),
    ("\0\ufffe{{ messages }}", "loses"),
]  # fmt: skip


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template_sandbox, "SECONDS", 1.0)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("source", CODE)
def test_what_tries_to_run_code(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Behind it stands a good form, so that nothing but the attempt itself can refuse it.
    text, refusal = "[user]x", "it "
    try:
        form = gguf_form(source + TALK, {})
        text = "".join(s.text for s in form.segments((Message("user", "x"),)))
    except UnusableTemplateError as fault:
        refusal = str(fault)
    assert refusal.startswith("it ")
    # An undefined value prints nothing, and the conversation is as it was.
    assert "<class" not in text
    assert "root" not in text
    assert text.endswith("[user]x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("source", "words"), ENDLESS)
def test_what_would_not_end(source: str, words: str) -> None:
    began = time.process_time()
    with pytest.raises(UnusableTemplateError) as caught:
        gguf_form(source, {})
    assert str(caught.value).startswith("it ")
    assert words in str(caught.value)
    assert time.process_time() - began < 5


def test_ordinary_sums_and_texts_pass() -> None:
    source = "{{ 2 ** 10 }} {{ '%05d' % 7 }} {{ 'ab' * 3 }} {{ 3 * 4 }} {{ '-' | center(3) }}"
    source += "{{ 'a-b'.replace('-', '+') }}{{ [1] + [2] }} {{ 1 ~ 'b' ~ none }}"
    made = Template(source, {}).render([])
    assert made == "1024 00007 ababab 12  - a+b[1, 2] 1bNone"


@pytest.mark.gguf
@pytest.mark.parametrize(
    ("template", "words"),
    [
        pytest.param(CODE[4] + TALK, FORBIDDEN, id="code"),
        pytest.param(ENDLESS[0][0] + TALK, LONG, id="long"),
        pytest.param(
            "{% set n = namespace(x='x') %}{% for i in range(40) %}{% set n.x = n.x ~ n.x %}"
            "{% endfor %}" + TALK, LARGE, id="doubling"
        ),
    ],
)  # fmt: skip
def test_in_the_child_a_model_loads_without_its_template(
    tmp_path: Path, template: str, words: str
) -> None:
    path = make_tiny(tmp_path / "tiny.gguf", Shape(), template)
    with Engine() as engine:
        loaded = engine.load(LoadConfig(str(path), context=256, threads=1))
        prompt = Prompt((Message("user", "w1"),), "test", 1, 0)
        assert engine.generate(prompt, GenerateConfig(max_new_tokens=2)).complete
    assert loaded.chat_template == "plain"
    [note] = [note for note in loaded.notes if "template" in note]
    assert words in note
    assert not (Path.cwd() / "MARK").exists()
