"""The article's text with the words that were read marked by colour: hover or keyboard focus says claim and speaker.

Python cuts the text into pieces, the browser puts each in as text: nothing that an article holds can become markup.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import streamlit as st

from geo.dataset import Dataset
from geo.details import claim_text, value_text
from geo.extract import LONGEST_READ
from geo.models import ACTOR_FIELDS, Claim, Document, Span
from geo.review.correct import replaced_claims
from geo.review.proposal import Proposal
from geo.wording import FIELD_LABELS, STANCE_WORDS
from ui.component import component

KEY = "evidence"
GROUPS = {
    "what": "What happened",
    "when": "Date",
    "where": "Place",
    "killed": "Killed",
    "injured": "Injured",
    "taken": "Abducted or arrested",
    "who": "Who did it, or against whom",
    "voice": "Who says so",
}
GROUP_OF = {
    "event_type": "what",
    "date": "when",
    "place": "where",
    "killed": "killed",
    "injured": "injured",
    "abducted": "taken",
    "arrested": "taken",
    "perpetrator": "who",
    "target": "who",
}

_component = component("evidence", "evidence")


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of the text and what was read there.

    Attributes:
        number: Of the incident, as the page numbers them.
        group: Key of `GROUPS`, which gives the colour.
        note: What the reader made of it: "corrected to 5", "left out"; empty where nothing.
    """

    span: Span
    number: int
    group: str
    label: str
    value: str
    speaker: str
    stance: str
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            name: getattr(self, name) for name in ("number", "group", "label", "value", "speaker", "stance", "note")
        }


def marks_of(dataset: Dataset, proposals: Sequence[Proposal]) -> list[Mark]:
    """Everything that is marked in a text, in the order of the incidents; dropped incidents mark nothing."""
    found: list[Mark] = []
    for number, proposal in enumerate(proposals, 1):
        if proposal.kept:
            found += _claim_marks(dataset, proposal, number)
            found += _voice_marks(dataset, proposal, number)
    return found


def _claim_marks(dataset: Dataset, proposal: Proposal, number: int) -> Iterable[Mark]:
    replaced = {claim.id: name for name in proposal.corrections for claim in replaced_claims(proposal, name)}
    for claim in proposal.claims:
        if claim.span and not _has_no_words(claim, proposal):
            note = "left out by you" if claim.id in proposal.left_out else ""
            if claim.id in replaced:
                note = _correction_note(dataset, proposal.corrections[replaced[claim.id]])
            yield _mark(dataset, claim, claim.span, number, note)
    if proposal.added and proposal.mention.trigger:
        claim = proposal.corrections["event_type"]
        yield _mark(dataset, claim, proposal.mention.trigger, number, "added by you")


def _has_no_words(claim: Claim, proposal: Proposal) -> bool:
    """A date, place or party that no words name: its claim rests on the words that show the incident."""
    return claim.field in ("date", "place", *ACTOR_FIELDS) and claim.span == proposal.mention.trigger


def _correction_note(dataset: Dataset, claim: Claim) -> str:
    return f"corrected by you to: {value_text(dataset, claim.value)}" if claim.value else "taken out by you"


def _mark(dataset: Dataset, claim: Claim, span: Span, number: int, note: str) -> Mark:
    group = GROUP_OF[claim.field.partition(".")[0]]
    stance = STANCE_WORDS[str(claim.stance)]
    return Mark(span, number, group, FIELD_LABELS[claim.field], claim_text(dataset, claim), claim.speaker, stance, note)


def _voice_marks(dataset: Dataset, proposal: Proposal, number: int) -> Iterable[Mark]:
    """The words that name a speaker, with all that it says."""
    said: dict[tuple[Span, str], list[Claim]] = defaultdict(list)
    for claim in proposal.claims:
        if claim.speaker_span:
            said[claim.speaker_span, claim.speaker].append(claim)
    for (span, speaker), claims in said.items():
        values = "; ".join(f"{FIELD_LABELS[c.field].lower()}: {claim_text(dataset, c)}" for c in claims)
        stance = STANCE_WORDS[str(claims[0].stance)]
        yield Mark(span, number, "voice", "Says", values, speaker, stance)


def cut(text: str, marks: Sequence[Mark], heading: int = 0) -> list[tuple[str, tuple[int, ...]]]:
    """The text in pieces, each with the marks on it, the narrowest first; joined they are the text again.

    Args:
        heading: Where the title ends; a piece ends there too.
    """
    ends = {0, heading, len(text)}
    starting: dict[int, list[int]] = defaultdict(list)
    stopping: dict[int, list[int]] = defaultdict(list)
    for index, mark in enumerate(marks):
        start, end = mark.span.start, min(mark.span.end, len(text))
        if start < end:
            ends |= {start, end}
            starting[start].append(index)
            stopping[end].append(index)
    order = {group: place for place, group in enumerate(GROUPS)}

    def rank(index: int) -> tuple[int, int, int]:
        mark = marks[index]
        return mark.span.end - mark.span.start, order[mark.group], index

    pieces: list[tuple[str, tuple[int, ...]]] = []
    open_now: set[int] = set()
    borders = sorted(ends)
    for start, end in pairwise(borders):
        open_now -= set(stopping[start])
        open_now |= set(starting[start])
        pieces.append((text[start:end], tuple(sorted(open_now, key=rank))))
    return pieces


def heading_end(document: Document) -> int:
    """Where the title stands at the beginning of the text; 0 where it doesn't."""
    title, text = document.title, document.text or ""
    return len(title) if title and text.startswith(title) else 0


def draw_evidence(
    dataset: Dataset,
    document: Document,
    proposals: Sequence[Proposal],
    chosen: int | None,
    on_pick: Callable[[int], None],
) -> None:
    """Draw the text.

    Args:
        chosen: Number of the incident whose words stand out; None for all alike.
        on_pick: Called with the number of the incident whose words were clicked.
    """
    marks = marks_of(dataset, proposals)
    heading = heading_end(document)
    pieces = cut((document.text or "")[:LONGEST_READ], marks, heading)
    used = {mark.group for mark in marks}

    def picked() -> None:
        number = st.session_state[KEY].get("pick")
        if isinstance(number, int) and 1 <= number <= len(proposals):
            on_pick(number)

    _component(
        key=KEY,
        data={
            "document": document.id,
            "heading": sum(end <= heading for end in accumulate(len(words) for words, _ in pieces)),
            "pieces": pieces,
            "marks": [mark.as_json() for mark in marks],
            "legend": [[group, words] for group, words in GROUPS.items() if group in used],
            "chosen": chosen,
        },
        on_pick_change=picked,
    )
