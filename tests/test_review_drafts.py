"""Corrections that are not stored yet, on the page "Review": what fields say late is taken for none."""

from __future__ import annotations

from typing import Any

import pytest
import streamlit as st

from geo.documents import prepare, read_plain
from geo.extract import read
from geo.models import CountRange
from geo.review.correct import correct
from geo.review.proposal import Proposal, propose
from geo.vocab import default_vocabulary
from tests.article import ARTICLE
from ui.review_actions import discard, drafts, fields_are_open
from ui.review_item import Reading

VOCABULARY = default_vocabulary()


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    held: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", held)
    return held


@pytest.mark.usefixtures("session")
def test_closed_fields_that_speak_once_more_make_no_draft_of_what_was_stored_or_discarded() -> None:
    document = prepare(read_plain(ARTICLE, "pasted")).document
    reading = Reading(document, propose(read(document), VOCABULARY))
    plain, other = reading.stored
    state: Any = None  # of no matter here

    def corrected(number: int, name: str = "injured.total") -> Proposal:
        return correct(plain, document, name, CountRange.exactly(number), "officials", VOCABULARY)

    def by_field(proposal: Proposal) -> None:
        reading.fields(state, plain).change(document.id, proposal)

    by_field(corrected(5))
    assert drafts() == {plain.id: corrected(5)}
    discard(plain.id)  # as storing does too
    by_field(corrected(5))
    assert drafts() == {}, "an echo"
    by_field(corrected(6))
    assert drafts() == {plain.id: corrected(6)}, "typed just before"
    discard(plain.id)
    by_field(corrected(6, "killed.total"))
    assert drafts() == {plain.id: corrected(6, "killed.total")}, "another field"
    discard(plain.id)
    reading.editor(state, plain).change(document.id, corrected(6, "killed.total"))
    assert drafts(), "a button was pressed"
    discard(plain.id)
    fields_are_open(other.id)
    by_field(corrected(6, "killed.total"))
    assert not drafts()
    fields_are_open(plain.id)
    by_field(corrected(6, "killed.total"))
    assert drafts() == {plain.id: corrected(6, "killed.total")}, "opened and said again"
