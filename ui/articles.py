"""The articles that this browser tab has read: held in its session, stored nowhere, forgotten when it closes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from uuid import uuid4

import streamlit as st

from geo.documents import Article, prepare
from geo.errors import IncidentMapError, InputError
from geo.extract import read
from geo.models import Document, Extraction
from geo.review.correct import add_incident
from geo.review.proposal import Proposal, propose
from geo.vocab import Vocabulary
from ui.state import spare_heap

ENTRIES, CHOSEN, EDITING, FAULTS = "articles", "article_chosen", "article_editing", "article_faults"


@dataclass(frozen=True, slots=True)
class Entry:
    """One article with what was read in it and corrected.

    Attributes:
        article: As it came in, to be read again with another date.
        extraction: As the machine read it.
        looked_at: Number of the incident that stands out, None for all alike.
    """

    article: Article
    document: Document
    warnings: tuple[str, ...]
    extraction: Extraction
    proposals: tuple[Proposal, ...]
    looked_at: int | None = None

    @property
    def kept(self) -> tuple[Proposal, ...]:
        return tuple(proposal for proposal in self.proposals if proposal.kept)


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader says of articles that say nothing themselves."""

    title: str | None = None
    publisher: str | None = None
    published: date | None = None


def entries() -> dict[str, Entry]:
    """The articles of this tab by document id, in the order in which they came."""
    held: dict[str, Entry] = st.session_state.setdefault(ENTRIES, {})
    return held


def chosen_entry() -> Entry | None:
    """The article that is looked at."""
    held = entries()
    return held.get(st.session_state.get(CHOSEN, "")) or next(iter(held.values()), None)


def read_article(article: Article, known: Known, vocabulary: Vocabulary) -> Entry:
    """Read one article.

    Raises:
        InputError: when its own publication date is none, or it holds no text.
    """
    given = replace(article, title=article.title or known.title)
    prepared = prepare(given, known.published, known.publisher)
    if not (prepared.document.text or "").strip():
        raise InputError(f"{article.file}: holds no text")
    result = read(prepared.document, prepared.warnings)
    warnings = tuple(dict.fromkeys(result.extraction.warnings))
    return Entry(given, prepared.document, warnings, result.extraction, propose(result, vocabulary))


def take_articles(
    articles: Sequence[Article],
    known: Known,
    vocabulary: Vocabulary,
    on_progress: Callable[[float], object] = lambda _: None,
) -> list[str]:
    """Read articles into this tab; those that can't be read are returned, one line each."""
    faults: list[str] = []
    for number, article in enumerate(articles, 1):
        try:
            entry = read_article(article, known, vocabulary)
        except IncidentMapError as error:
            faults.append(str(error))
        else:
            entries()[entry.document.id] = entry
            st.session_state[CHOSEN] = entry.document.id
        on_progress(number / len(articles))
    st.session_state[EDITING] = None
    _spare_what_reading_loads()
    return faults


@lru_cache(maxsize=1)
def _spare_what_reading_loads() -> None:
    spare_heap()  # the word lists, with the first article


def put(entry: Entry) -> None:
    """Hold a newer state of an article."""
    entries()[entry.document.id] = entry


def current(document_id: str) -> Entry | None:
    """The newest state of an article, for callbacks; None when it was taken out meanwhile."""
    return entries().get(document_id)


def change(document_id: str, proposal: Proposal) -> None:
    """Hold a newer state of one incident of an article."""
    entry = current(document_id)
    if entry:
        proposals = tuple(proposal if held.id == proposal.id else held for held in entry.proposals)
        put(replace(entry, proposals=proposals))


def look_at(document_id: str, number: int | None) -> None:
    """Let the words of one incident stand out; the same number again shows all alike."""
    entry = current(document_id)
    if entry:
        put(replace(entry, looked_at=None if entry.looked_at == number else number))


def read_again(document_id: str, published: date, vocabulary: Vocabulary) -> None:
    """Read an article with its publication date; corrections made so far are given up."""
    entry = current(document_id)
    if entry:
        known = Known(publisher=entry.document.publisher, published=published)
        put(read_article(entry.article, known, vocabulary))


def add_by_hand(document_id: str, words: str) -> str:
    """Add an incident that the machine missed; returns its id.

    Raises:
        InputError: when the article doesn't hold the words.
    """
    entry = entries()[document_id]
    proposal = add_incident(entry.document, entry.document.publisher, words, uuid4().hex)
    proposals = (*entry.proposals, proposal)
    put(replace(entry, proposals=proposals, looked_at=len(proposals)))
    return proposal.id


def take_out(document_ids: Iterable[str]) -> None:
    """Forget articles."""
    for document_id in document_ids:
        entries().pop(document_id, None)
