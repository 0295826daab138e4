"""Texts that nobody would print: bounded time, a warning, no crash."""

from __future__ import annotations

import sys
from datetime import date
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.documents import MOST_ATTRIBUTES, Article, _without_crowded_tags, prepare
from geo.extract import LONGEST_READ, read

SENTENCE = "QUETTA: Gunmen killed two policemen in Turbat on Monday, police said. The BLA claimed it.\n"
URDU = [
    "مستونگ",
    "میں",
    "پیر",
    "کو",
    "بم",
    "دھماکے",
    "میں",
    "ایک",
    "سو",
    "بیس",
    "شہری",
    "ہلاک",
    "اور",
    "۱۲",
    "زخمی",
    "ہوئے",
    "،",
    "۔",
    "کل",
    "5",
    "نومبر",
    "2025",
    "ہفتے",
    "کم",
    "از",
    "کم",
]
WORDS = st.sampled_from(
    [*SENTENCE.split(), "injured", "19", "at least", "from", "\u200f", "(", '"', "Kalat", "separately", "\n"]
)


def run(text: str) -> tuple[int, tuple[str, ...]]:
    prepared = prepare(Article("a.txt", text), date(2025, 1, 1))
    result = read(prepared.document, prepared.warnings)
    for claim in result.extraction.claims:
        assert claim.span is not None
        assert (prepared.document.text or "")[claim.span.start : claim.span.end] == claim.original
    return len(result.readings), result.extraction.warnings


@pytest.mark.parametrize(
    "text",
    [
        SENTENCE * 60_000,
        "gunmen killed two people in Quetta and then " * 2300,
        " ".join(map(str, range(10_000))) + " people were killed in the town of Quetta by the men",
        "".join(map(chr, range(1, 3000))) * 20,
        "\u202e" + SENTENCE.replace(" ", "\u200f ") * 100,
        "Quetta blast\n" * 8000,
        "(" * 50_000 + " killed",
        " ".join(URDU) * 20_000,
        " ".join(word for word in URDU if word != "۔") * 1000,
        "مستونگ میں " + "5 زخمی " * 15_000,
    ],
    ids=[
        *("5 MB", "no full stop", "numbers", "characters", "right to left", "cross-heads", "brackets"),
        *("long Urdu", "Urdu without a full stop", "Urdu numbers"),
    ],
)
@pytest.mark.timeout(120)
def test_odd_texts_end_soon(text: str) -> None:
    run(text)


def tag(between: str, value: str) -> str:
    """A sentence in a tag with very many attributes."""
    return f"<p {between.join(f'a{n}{value}' for n in range(100_000))}>{SENTENCE}</p>"


@pytest.mark.parametrize(
    "page",
    [
        tag(" ", "=1"),
        tag(" ", '=">"'),
        tag("/", "='>'"),
        "<p a='" * 100_000,
        "<div>" * 20_000 + SENTENCE + "</div>" * 20_000,
        "<" * 200_000,
        "".join(map(chr, range(1, 3000))) * 20,
    ],
    ids=["attributes", "quoted brackets", "slashes", "quotes", "nested", "brackets", "characters"],
)
@pytest.mark.timeout(120)
def test_odd_pages_end_soon(page: str) -> None:
    prepared = prepare(Article("a.html", page, is_html=True), date(2025, 1, 1))
    read(prepared.document, prepared.warnings)


def test_only_tags_with_far_too_many_attributes_go() -> None:
    for count, kept in ((MOST_ATTRIBUTES, True), (MOST_ATTRIBUTES + 1, False)):
        attributes = " ".join(f'a{n}=">"' for n in range(count))
        page = f'<p class="lead">One. <b {attributes}>Two.</b> 3 < 4 and <i/>5'
        assert ("".join(_without_crowded_tags(page)) == page) is kept


def test_a_very_long_text_is_said_to_be_cut() -> None:
    _, warnings = run("it was a fine day in the hills, " * (LONGEST_READ // 32 + 1))
    assert any("only" in warning for warning in warnings)


def calls_to_read(text: str) -> int:
    """Calls of functions while a text is read: unlike time the same in every run."""
    calls = 0

    def count(_frame: FrameType, event: str, _of: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        run(text)
    finally:
        sys.setprofile(None)
    return calls


def test_work_grows_with_the_length_not_its_square() -> None:
    """What calls don't show, long searches of one expression, `make bench` measures (40 articles in one text)."""
    run(SENTENCE)  # what is read once, at first
    assert calls_to_read(SENTENCE * 400) < 6 * calls_to_read(SENTENCE * 100)
    assert calls_to_read(SENTENCE * 1600) < 6 * calls_to_read(SENTENCE * 400)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=120))
def test_words_in_any_order(words: list[str]) -> None:
    run(" ".join(words))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(URDU), max_size=80))
def test_urdu_words_in_any_order(words: list[str]) -> None:
    run("مستونگ میں ہے۔ " + " ".join(words))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    run(text)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    run(raw.decode("utf-8", errors="replace"))
