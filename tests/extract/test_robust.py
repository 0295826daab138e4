"""Texts that nobody would print: bounded time, a warning, no crash."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.documents import Article, prepare
from geo.extract import read

SENTENCE = "QUETTA: Gunmen killed two policemen in Turbat on Monday, police said. The BLA claimed it.\n"
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
    ],
    ids=["5 MB", "no full stop", "numbers", "characters", "right to left", "cross-heads", "brackets"],
)
def test_odd_texts_end_soon(text: str) -> None:
    start = time.process_time()
    run(text)
    assert time.process_time() - start < 60


def test_a_very_long_text_is_said_to_be_cut() -> None:
    _, warnings = run(SENTENCE * 3000)
    assert any("only" in warning for warning in warnings)


def test_time_grows_with_the_length() -> None:
    def seconds(times: int) -> float:
        start = time.process_time()
        run(SENTENCE * times)
        return time.process_time() - start

    seconds(10)
    assert seconds(400) < 12 * max(seconds(100), 0.02)


@settings(max_examples=60, deadline=None)
@given(st.lists(WORDS, max_size=120))
def test_words_in_any_order(words: list[str]) -> None:
    run(" ".join(words))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    run(text)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes(raw: bytes) -> None:
    run(raw.decode("utf-8", errors="replace"))
