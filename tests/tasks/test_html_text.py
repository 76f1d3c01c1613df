"""The text of HTML is what a reader sees, whatever the markup is like, in bearable time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsdesk.tasks.html_text import text_of_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("<div>Heart  is\n <b>normal</b>.</div>", "Heart is normal."),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("a<br/>b<br>c", "a\nb\nc"),
        ("&lt;5&gt; &amp; 3&#160;&#181;g &eacute;", "<5> & 3 µg é"),
        ("<ul><li>One</li><li>Two<ul><li>in</li></ul></li></ul>", "- One\n- Two\n  - in"),
        ("<ol><li><p>x</p></li><li>y</li></ol>", "1. x\n2. y"),
        ("<table><tr><th>Hb</th><td>12</td></tr><tr><td>Na</td><td>140</td></tr></table>",
         "Hb | 12\nNa | 140"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c<br/>d</td></tr></table>", "a b | c d"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table><p>e", "a | b\nc | d\n\ne"),
        ("<table><tr><td>a<table><tr><td>i</td><td>j</td></tr></table></td><td>b</td></tr></table>",
         "a ; i; j | b"),
        ("<pre>a  b\n  c</pre>", "a  b\n  c"),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("a<script>if (x < 3) evil('<p>')</script>b<style>p {}</style>c", "abc"),
        ("<html><head><title>t</title></head><body>b</body></html>", "b"),
        ("<html><head><title>t</title><body>b", "b"),
        ("a<script/>b", "ab"),
        ("a<!-- c <p>x</p> --><?php e ?>b", "ab"),
        ("a<![CDATA[1 < 2 & <p>]]>b", "a1 < 2 & <p>b"),
        ('<img src="http://x/y.png" alt="a chart"/>', "[picture: a chart]"),
        ('<img src="http://x/y.png"/>', ""),
        ("<b>never closed", "never closed"),
        ("closed</div></p> twice</div>", "closed\n\ntwice"),
        ("3 < 5 and 7 > 6", "3 < 5 and 7 > 6"),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>&x;</p>", "]>\n\n&x;"),
    ],
)  # fmt: skip
def test_the_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert text_of_html(html) == text


@pytest.mark.parametrize(
    "piece",
    ["<!", "<a ", "<a b='", "<div>", "&#", "</", "<![CDATA[", "<a<", "<table><td>", "<ul><li>a"],
)
def test_no_markup_takes_the_square_of_its_length(piece: str) -> None:
    begun = time.monotonic()
    text_of_html(piece * (300_000 // len(piece)) + "end")
    assert time.monotonic() - begun < 20  # seconds; the square takes minutes


@given(st.text(alphabet=st.sampled_from("<>/!-&;# abptdlricuo='\"\n0"), max_size=200))
def test_nothing_makes_it_fail(html: str) -> None:
    text_of_html(html)


@given(st.text(st.characters(codec="utf-8", exclude_characters="<>&\0"), max_size=100))
def test_text_without_markup_keeps_its_words(text: str) -> None:
    assert text_of_html(text).split() == text.split()
