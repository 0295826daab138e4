"""Stages clean and segment: kinds of lines, and sentences."""

from __future__ import annotations

import pytest

from geo.extract.segment import read_lines, split_sentences

TEXT = """A title

QUETTA: Two men died. Lt. Gen. Khan spoke at 9 a.m. on Nov. 1 of the matter.
Kech suicide attack
Meanwhile, a convoy came under attack.
Published in Dawn, January 26th, 2025"""


def test_lines_know_what_they_are() -> None:
    kinds = [line.kind for line in read_lines(TEXT, len("A title"))]
    assert kinds == ["headline", "body", "crosshead", "body", "notice"]


def test_sentences_leave_the_dateline_and_abbreviations_alone() -> None:
    lines = read_lines(TEXT, len("A title"))
    sentences = [s.text for s in split_sentences(TEXT, lines) if s.kind == "body"]
    assert sentences[:2] == ["Two men died.", "Lt. Gen. Khan spoke at 9 a.m. on Nov. 1 of the matter."]


def test_a_cross_head_opens_a_section() -> None:
    sentences = split_sentences(TEXT, read_lines(TEXT, len("A title")))
    assert [s.section_start for s in sentences if s.text.startswith("Meanwhile")] == [True]


@pytest.mark.parametrize(
    "line",
    ["AdSense Advertisement", "Comments", "X", "This is a modal window.", "Saleem Shahid contributed to this report"],
)
def test_notices_are_not_read(line: str) -> None:
    assert [found.kind for found in read_lines(f"A sentence here.\n{line}\n")] == ["body", "notice"]


def test_a_text_without_a_full_stop_is_cut() -> None:
    text = "gunmen killed two people and then " * 3000
    sentences = split_sentences(text, read_lines(text))
    assert max(len(s.text) for s in sentences) <= 1500
    assert "".join(s.text for s in sentences).replace(" ", "") == text.replace(" ", "")
