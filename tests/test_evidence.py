"""Marked words: the text cut into pieces, overlapping marks, hostile text as text; the small map; safe labels."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.api.state import AppState
from geo.documents import prepare, read_plain
from geo.extract import read
from geo.geocode import geocode
from geo.models import CountRange, Document, Place, Span
from geo.review.correct import add_incident, correct, leave_out
from geo.review.proposal import Proposal, propose
from geo.vocab import default_vocabulary
from tests.article import ARTICLE
from ui.evidence import GROUPS, Mark, cut, heading_end, marks_of
from ui.markup import facts, literal, tag, text
from ui.sketch import Pin, describe, draw_sketch
from ui.state import load_state

VOCABULARY = default_vocabulary()
HOSTILE = '<img src=x onerror="alert(1)">'


@pytest.fixture(scope="module")
def state() -> AppState:
    return load_state()


@pytest.fixture(scope="module")
def document() -> Document:
    return prepare(read_plain(ARTICLE, "pasted")).document


@pytest.fixture(scope="module")
def proposals(document: Document) -> tuple[Proposal, ...]:
    return propose(read(document), VOCABULARY)


def mark(start: int, end: int, group: str = "what", number: int = 1) -> Mark:
    return Mark(Span(start, end), number, group, "Label", "value", "police", "official statement")


def test_pieces_carry_their_marks_the_narrowest_first() -> None:
    words = "killing two personnel in Turbat"
    marks = [mark(0, 31, "what"), mark(8, 11, "killed"), mark(0, 21, "killed", 2), mark(25, 31, "where")]
    assert cut(words, marks) == [
        ("killing ", (2, 0)),
        ("two", (1, 2, 0)),
        (" personnel", (2, 0)),
        (" in ", (0,)),
        ("Turbat", (3, 0)),
    ]


def test_equal_marks_are_ordered_by_field() -> None:
    assert cut("BLA", [mark(0, 3, "voice"), mark(0, 3, "who")]) == [("BLA", (1, 0))]


def test_the_heading_is_a_piece_of_its_own(document: Document) -> None:
    end = heading_end(document)
    assert next(piece[0] for piece in cut(document.text or "", [], end)) == document.title
    assert heading_end(replace(document, title="Another")) == 0


@settings(max_examples=200, deadline=None)
@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(1, 30), st.sampled_from(list(GROUPS))), max_size=12),
    st.integers(0, 60),
)
def test_pieces_joined_are_the_text_and_each_mark_covers_its_words(
    words: str, spans: list[tuple[int, int, str]], heading: int
) -> None:
    marks = [mark(start, start + length, group) for start, length, group in spans]
    pieces = cut(words, marks, min(heading, len(words)))
    assert "".join(piece for piece, _ in pieces) == words
    for index, one in enumerate(marks):
        covered = "".join(piece for piece, on in pieces if index in on)
        assert covered == words[one.span.start : one.span.end]


def test_every_claim_is_marked_with_who_says_it(
    state: AppState, document: Document, proposals: tuple[Proposal, ...]
) -> None:
    marks = marks_of(state.dataset, proposals)
    words = document.text or ""
    shown = {(words[m.span.start : m.span.end], m.label, m.value, m.speaker, m.number) for m in marks}
    assert ("killing two personnel", "Security personnel killed", "2", "officials", 1) in shown
    assert ("five personnel were killed", "Security personnel killed", "5", "BLA", 1) in shown
    assert any(m.group == "voice" and words[m.span.start : m.span.end] == "police" for m in marks)
    assert not any(m.label == "Carried out by" and m.number == 2 for m in marks)  # nobody is named there


def test_marks_tell_of_corrections(state: AppState, document: Document, proposals: tuple[Proposal, ...]) -> None:
    attack = correct(proposals[0], document, "injured.total", CountRange.exactly(5), "officials", VOCABULARY)
    bla = next(claim for claim in attack.claims if claim.value == CountRange.exactly(5))
    added = add_incident(document, "Test Post", "near a vehicle", 1)
    marks = marks_of(state.dataset, [leave_out(attack, bla.id, True), replace(proposals[1], kept=False), added])
    notes = {(m.label, m.note) for m in marks if m.note}
    assert notes == {
        ("Injured", "corrected by you to: 5"),
        ("Security personnel killed", "left out by you"),
        ("What happened", "added by you"),
    }
    assert {m.number for m in marks} == {1, 3}


def test_labels_are_literal() -> None:
    sly = "![x](https://evil.example/x.png) **bold** [link](javascript:alert(1)) `code` $x$ :red[y] <b>\nnew"
    shown = literal(sly)
    assert not re.search(r"(?<!\\)[\[\]()<>*`$!:]", shown)
    assert "\n" not in shown
    assert shown.replace("\\", "") == sly.replace("\n", " ")


def test_markup_escapes_what_it_holds() -> None:
    shown = facts([(HOSTILE, text(HOSTILE) + tag("b", text(HOSTILE)))])
    assert HOSTILE not in shown
    assert shown.count(html.escape(HOSTILE)) == 3


def test_the_sketch_shades_districts_and_dots_places(state: AppState) -> None:
    pins = [
        Pin(1, geocode("Mangochar"), chosen=True),
        Pin(2, geocode("Kech district")),
        Pin(3, geocode("Dasht")),
        Pin(4, geocode("Mangochar")),
    ]
    drawn = draw_sketch(state, pins)
    root = ElementTree.fromstring(drawn)
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert words == ["2 Kech", "1, 4"]
    fills = [node.get("fill") for node in root.iter("{http://www.w3.org/2000/svg}path")]
    assert len(fills) == len(state.shapes.shapes)
    assert len(set(fills)) == 2
    assert "http" not in drawn.replace("http://www.w3.org/2000/svg", "")
    assert describe(pins) == "1 Mangochar, 2 Kech, 4 Mangochar; not placed in a district: 3"
    assert draw_sketch(state, pins, dark=True) != drawn


def test_hostile_names_stay_text_in_the_sketch(state: AppState) -> None:
    pins = [Pin(1, Place(HOSTILE, HOSTILE, where_prec=3, districts=("Kech",)))]
    ElementTree.fromstring(draw_sketch(state, pins))
    assert "<img" not in draw_sketch(state, pins)
