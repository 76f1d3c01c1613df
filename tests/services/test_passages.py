"""Our passages are there, in the six languages of MedS-Bench."""

from __future__ import annotations

from collections import Counter

from medsdesk.services.passages import own_passages


def test_six_languages_with_three_passages_at_least() -> None:
    passages = own_passages()
    counts = Counter(passages.languages)
    assert set(counts) == {"en", "zh", "ja", "fr", "ru", "es"}
    assert min(counts.values()) >= 3
    assert len(passages.texts) == len(passages.languages) == len(set(passages.texts))
    assert all(text == text.strip() and len(text) > 80 for text in passages.texts)
    assert own_passages() is passages
