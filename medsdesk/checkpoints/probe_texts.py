"""Short texts on which tokenizers differ where they differ at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

PROBES: Final = (
    "",
    " ",
    "  two spaces  and three   inside ",
    "\n\n \n\t\t\n   \t indented\r\nlines\r\n\r\n",
    "1 12 123 1234 12345 3.14 1,000,000 2026-11-27 120/80 mmHg 5x10^9/L",
    "It's I'M we've THEY'RE he'll she'd 'quoted' don'T",
    'a_b-c/d\\e (f) [g] {h} <i> "j" `k` #l @m $5 %7 & * + = ~ ^ | ; : ! ?',
    "naïve Größe Ångström œuvre ñandú İstanbul Ελληνικά עברית العربية हिन्दी ไทย 한국어",
    "高血压患者 右下肺野に ﾊﾝｶｸ ｶﾀｶﾅ ＡＢＣ１２３ 、。「」",
    "Больной, 34 года: t=38,6 °C; ЧСС 112/мин.",
    "🩺👩🏽‍⚕️🇩🇪 ❤️‍🩹 e\u0301 \u00a0nbsp\u2009thin\u200bzero\u3000wide",
    "CamelCaseWORDS lower UPPER123abc x\u00b2 ½ Ⅳ ①",
    "[INST] not special </s> <unk> <|no_such_token|>",
)


def probe_texts(specials: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return texts without special tokens, and one with every one of them, or the first hundred.

    Args:
        specials: Texts of the special tokens.
    """
    plain = tuple(text for text in PROBES if not any(special in text for special in specials))
    return plain, "Start" + " word ".join(["", *specials[:100], "end"])
