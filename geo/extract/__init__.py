"""Step 3: a document's text -> mentions and claims with spans: clean -> segment -> find -> attach -> resolve.

`read` gives the rules' reading of each incident; `extract` the mentions and claims alone, for storing and linking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from geo.extract.attach import attach
from geo.extract.blame import STATE_ACTS
from geo.extract.find import Tools, find_units
from geo.extract.lexicon import default_lexicon
from geo.extract.model import Voice
from geo.extract.resolve import Reading, resolve
from geo.extract.segment import read_lines, split_sentences
from geo.extract.urdu import urdu_units
from geo.geocode import Geocoder
from geo.models import Document, Extraction, Place
from geo.vocab import default_vocabulary

# Time is linear in the length; what is longer than a book takes seconds, and no article is.
LONGEST_READ = 1_000_000
MOST_SENTENCES = 20_000


@dataclass(frozen=True, slots=True)
class Result:
    """An extraction with the readings that its claims come from, in the order of the text."""

    extraction: Extraction
    readings: tuple[Reading, ...]


def read(document: Document, warnings: tuple[str, ...] = ()) -> Result:
    """Read a document; deterministic, and offline."""
    text = (document.text or "")[:LONGEST_READ]
    vocabulary = default_vocabulary()
    notes = list(warnings)
    if len(document.text or "") > LONGEST_READ:
        notes.append(f"text is very long: only its first {LONGEST_READ:,} characters were read")
    publisher = Voice(vocabulary.publisher(document.publisher).name, None, "publisher", None)
    if document.language == "ur":
        units = urdu_units(text, document.published, publisher)
    elif document.language == "en":
        title_end = len(document.title) if document.title and text.startswith(document.title) else 0
        sentences = split_sentences(text, read_lines(text, title_end))
        if len(sentences) > MOST_SENTENCES:
            notes.append(f"text has {len(sentences):,} sentences: only the first {MOST_SENTENCES:,} were read")
        tools = Tools(default_lexicon(), vocabulary)
        units = find_units(text, sentences[:MOST_SENTENCES], document.published, publisher, tools)
    else:
        units = []
    story = attach(units)
    readings = resolve(story, units, document, vocabulary, publisher, _geocode)
    used = {text[c.span.start : c.span.end] for r in readings for c in r.claims if c.field == "place" and c.span}
    others = dict.fromkeys(p.text for u in units for p in u.places if p.text not in used and p.role != "local")
    extraction = Extraction(
        document,
        tuple(reading.mention for reading in readings),
        tuple(claim for reading in readings for claim in reading.claims),
        _part_of(readings),
        tuple(others),
        tuple(notes),
    )
    return Result(extraction, tuple(readings))


@lru_cache(maxsize=2048)
def _geocoded(name: str, context: tuple[str, ...]) -> Place:
    return Geocoder.default().geocode(name, context)


def _geocode(name: str, context: Sequence[str]) -> Place:
    """The geocoder's answer, asked once for the same name beside the same places."""
    return _geocoded(name, tuple(context))


def extract(document: Document) -> Extraction:
    """The mentions and claims of a document."""
    return read(document).extraction


def _part_of(readings: list[Reading]) -> dict[str, str]:
    """Incidents on the days and in the districts of a campaign told in the same text are parts of it."""
    parts: dict[str, str] = {}
    for campaign in (r for r in readings if r.mention.campaign):
        for part in readings:
            if part.mention.campaign or part.mention.id in parts or part.mention.role != campaign.mention.role:
                continue
            if (part.event_type in STATE_ACTS) != (campaign.event_type in STATE_ACTS):
                continue
            when, span = part.when.value, campaign.when.value
            if when.first and span.first and span.last and span.first <= when.first <= span.last:
                parts[part.mention.id] = campaign.mention.id
    return parts
