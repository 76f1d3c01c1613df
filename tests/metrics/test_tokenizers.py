"""The paper's tokenizers: exact, offline, silent; and marked where a stand-in works."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from medsdesk.metrics import medsbench, tokenizers
from medsdesk.metrics.tokenizers import tokenizer_for

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "meds_bench"


@pytest.fixture
def afresh() -> Iterator[None]:
    """Forget the tokenizers chosen before and after."""
    for _ in range(2):
        tokenizers._tokenizer.cache_clear()
        medsbench._signed_by_id.cache_clear()
        if _ == 0:
            yield


def texts(number: int) -> list[str]:
    found = list(SHARED.glob(f"task{number}_*.json"))
    if not found:
        pytest.skip("shared/data/meds_bench is not beside this checkout")
    instances = json.loads(found[0].read_text(encoding="utf-8"))["Instances"]
    outputs = (instance["output"] for instance in instances)
    return [output if isinstance(output, str) else output[0] for output in outputs]


def test_english_knows_abbreviations_as_punkt_does() -> None:
    english = tokenizer_for("en")
    assert english.exact
    assert english.cut("Seen by Dr. Smith. Well.") == [
        "Seen", "by", "Dr.", "Smith", ".", "Well", ".",
    ]  # fmt: skip
    assert tokenizer_for("ru") is english
    assert tokenizer_for("fr") is english


@pytest.mark.parametrize("number", [52, 53, 55, 56, 18])
def test_english_equals_word_tokenize(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """nltk's own function, with its own loading of the same files, gives the same tokens."""
    import nltk
    from nltk.tokenize import word_tokenize

    folder = tokenizers._punkt_folder()
    assert folder is not None
    monkeypatch.setattr(nltk.data, "find", lambda _: _Folder(folder))
    nltk.tokenize._get_punkt_tokenizer.cache_clear()
    theirs: Callable[[str], list[str]] = word_tokenize
    for text in texts(number):
        assert tokenizer_for("en").cut(text) == theirs(text)
    nltk.tokenize._get_punkt_tokenizer.cache_clear()


class _Folder:
    """What nltk expects its search to return."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def join(self, name: str) -> _Folder:
        return _Folder(self.path / name)

    def open(self, encoding: str) -> Any:
        return self.path.open(encoding=encoding)


def test_chinese_equals_jieba() -> None:
    chinese = tokenizer_for("zh")
    import jieba  # after ours, which holds back what its compiling warns of

    make: Callable[[], Any] = jieba.Tokenizer
    own = make()
    own.FREQ, own.total = own.gen_pfdict(own.get_dict_file())
    own.initialized = True
    assert chinese.exact
    assert chinese.cut("患者咳嗽三天") == ["患者", "咳嗽", "三天"]
    for text in texts(51):
        assert chinese.cut(text) == list(own.cut(text))


def test_japanese_equals_the_surface_forms_of_janome() -> None:
    from janome.tokenizer import Tokenizer

    make: Callable[[], Any] = Tokenizer
    own = make()
    japanese = tokenizer_for("ja")
    assert japanese.exact
    assert japanese.cut("患者は咳が続く") == ["患者", "は", "咳", "が", "続く"]
    for text in texts(54)[::4]:
        assert japanese.cut(text) == [token.surface for token in own.tokenize(text)]


def test_nothing_is_fetched_written_or_said(tmp_path: Path) -> None:
    code = (
        "import socket, tempfile, logging\n"
        "def refuse(*args, **kwargs): raise OSError('no network in this test')\n"
        "socket.socket.connect = refuse\n"
        "socket.getaddrinfo = refuse\n"
        f"tempfile.tempdir = {str(tmp_path)!r}\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "import nltk\n"
        "nltk.download = refuse\n"
        "nltk.data.find = refuse\n"
        "from medsdesk.metrics.tokenizers import tokenizer_for\n"
        "for language, text in (('en', 'A b. C'), ('zh', '咳嗽三天'), ('ja', '咳が続く')):\n"
        "    found = tokenizer_for(language)\n"
        "    assert found.exact and found.cut(text), language\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], check=False, capture_output=True, text=True
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_dictionaries_wait_for_the_first_text() -> None:
    code = (
        "import sys, time\n"
        "from medsdesk.metrics import scoring\n"
        "from medsdesk.tasks.registry import find_task\n"
        "scoring.signatures(find_task('task51'), 'zh')\n"
        "task = find_task('task52')\n"
        "scoring.score(task, 'Rest helps.', ['Rest is advised.'], 'en')\n"
        "from medsdesk.metrics.tokenizers import tokenizer_for\n"
        "import jieba\n"
        "sys.exit('janome' in sys.modules or bool(jieba.dt.FREQ))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _none_carried(_name: str) -> None:
    return None


def _not_installed(name: str) -> None:
    raise PackageNotFoundError(name)


@pytest.mark.parametrize(
    ("blocked", "language", "name", "text", "tokens"),
    [
        ("jieba", "zh", "regex~approximate", "咳嗽 CT", ["咳", "嗽", "CT"]),
        ("janome.tokenizer", "ja", "regex~approximate", "咳が", ["咳", "が"]),
        ("nltk.tokenize.punkt", "en", "regex~approximate", "A b-c.", ["A", "b-c", "."]),
    ],
)
def test_a_missing_package_is_told_in_the_name(
    afresh: None,
    monkeypatch: pytest.MonkeyPatch,
    blocked: str,
    language: str,
    name: str,
    text: str,
    tokens: list[str],
) -> None:
    monkeypatch.setitem(sys.modules, blocked, None)
    found = tokenizer_for(language)
    assert (found.name, found.exact) == (name, False)
    assert found.cut(text) == tokens


@pytest.mark.parametrize("files", [_none_carried, _not_installed, lambda _: []])
def test_a_missing_sentence_model_is_told_in_the_name(
    afresh: None, monkeypatch: pytest.MonkeyPatch, files: Callable[[str], object]
) -> None:
    monkeypatch.setattr(tokenizers, "files", files)
    found = tokenizer_for("en")
    assert found.name.endswith("+regex-sentences~approximate")
    assert found.cut("It is so. Is it?") == ["It", "is", "so", ".", "Is", "it", "?"]


def test_an_incomplete_sentence_model_is_none(
    afresh: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tokenizers, "_punkt_folder", lambda: tmp_path)
    assert not tokenizer_for("en").exact


def test_temporary_folder_holds_no_dictionary() -> None:
    before = set(Path(tempfile.gettempdir()).glob("jieba*"))
    tokenizer_for("zh").cut("咳嗽三天")
    assert set(Path(tempfile.gettempdir()).glob("jieba*")) == before
