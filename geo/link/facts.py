"""What one mention tells, put so that two can be compared (step 6, first part): all its claims, nothing chosen.

A rival value is no less a reason to link than the one that would be shown, so no estimate is needed here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from geo.datafiles import fold
from geo.gazetteer import load_gazetteer
from geo.link import weights as w
from geo.models import (
    COUNT_FIELDS,
    GROUPS,
    UNKNOWN_ACTOR,
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Document,
    Mention,
    Place,
    Role,
)
from geo.vocab import Vocabulary

LOCALS = "residents"  # of `weights.THINGS`: a party rather than a thing
THING_FIELDS = ("event_type", "place", "killed.total")
SLUG_HYPHENS = 3
HOME = ("PK", "Balochistan")
Days = tuple[date, date]
_WORD = re.compile(r"[\w'-]+")
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_THINGS = {word: thing for thing, words in w.THINGS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as somebody gave it; `said` is the day of the statement, else that of the publication."""

    count: CountRange
    speaker: str
    said: date | None


@dataclass(frozen=True, slots=True)
class Facts:
    """One mention for comparing.

    Attributes:
        article: See `article_of`.
        days: The ranges that were said, the narrowest first; empty for an undated mention.
        window: From the first to the last day that it can be; None where nothing is known of it.
        districts: Told by any claim; `maybe`: those that an unclear name may mean.
        locals: Residents or a tribe are a party, by the actors or the words.
        area: "outside" with country and province, or "home".
        figures: By count field; a total is also made of stated groups.
    """

    id: str
    document: str
    article: str | None
    title: str
    published: date | None
    campaign: bool
    days: tuple[Days, ...]
    window: Days | None
    places: tuple[Place, ...]
    districts: frozenset[str]
    maybe: frozenset[str]
    area: tuple[str, ...]
    kinds: frozenset[str]
    figures: Mapping[str, tuple[Figure, ...]]
    perpetrators: frozenset[str]
    claimed: frozenset[str]
    targets: frozenset[str]
    things: frozenset[str]
    locals: bool

    @property
    def length(self) -> int:
        """Days that the best known date leaves open."""
        return (self.days[0][1] - self.days[0][0]).days + 1 if self.days else 0


def facts_of(
    mention: Mention,
    document: Document,
    claims: Iterable[Claim],
    vocabulary: Vocabulary,
    speaker: Callable[[str], str],
    *,
    alone: bool = False,
) -> Facts:
    """The facts of one mention from its claims, in whatever order they come.

    Args:
        speaker: Who counts as the speaker of a name.
        alone: Whether the document tells nothing else, so that its title speaks of this mention.
    """
    values: dict[str, list[Claim]] = defaultdict(list)
    for claim in sorted(claims, key=lambda claim: claim.id):
        if claim.value is not None:
            values[claim.field].append(claim)
    days = _days(values["date"])
    places = tuple(dict.fromkeys(c.value for c in values["place"] if isinstance(c.value, Place)))
    refs = [(c.field, c.value) for f in ("perpetrator", "target") for c in values[f] if isinstance(c.value, ActorRef)]
    districts = frozenset(name for place in places for name in place.districts)
    candidates = {c.district for place in places if not place.districts for c in place.candidates if c.district}
    things = _things(mention, document, places, values.values(), alone=alone)
    return Facts(
        id=mention.id,
        document=document.id,
        article=article_of(document),
        title=fold(document.title or _slug_words(document.url)),
        published=document.published,
        campaign=mention.campaign,
        days=days,
        window=_window(days, mention, document, values.values()),
        places=places,
        districts=districts,
        maybe=frozenset(candidates) - districts,
        area=area_of(places),
        kinds=frozenset(str(claim.value) for claim in values["event_type"]),
        figures=_figures(values, document, speaker),
        perpetrators=frozenset(r.actor for f, r in refs if f == "perpetrator" and r.basis is not Basis.DENIED)
        - {UNKNOWN_ACTOR},
        claimed=frozenset(ref.actor for _, ref in refs if ref.basis is Basis.CLAIMED_BY_GROUP),
        targets=frozenset(ref.actor for field, ref in refs if field == "target"),
        things=things - {LOCALS},
        locals=LOCALS in things or any(vocabulary.kind(ref.actor) in w.LOCAL_KINDS for _, ref in refs),
    )


def _days(claims: Iterable[Claim]) -> tuple[Days, ...]:
    found = {
        (claim.value.first, claim.value.last)
        for claim in claims
        if isinstance(claim.value, DateRange) and claim.value.first and claim.value.last
    }
    return tuple(sorted(found, key=lambda days: (days[1] - days[0], days)))


def date_window(
    days: tuple[Days, ...], background: bool, published: date | None, said: Iterable[date | None]
) -> Days | None:
    """The days that a mention may mean; an undated one those before it was published, or before what it quotes."""
    if days:
        return min(first for first, _ in days), max(last for _, last in days)
    anchor = published or max((day for day in said if day), default=None)
    if anchor is None:
        return None
    return anchor - timedelta(days=w.UNDATED_BACKGROUND if background else w.UNDATED_MAIN), anchor


def _window(
    days: tuple[Days, ...], mention: Mention, document: Document, claims: Iterable[Iterable[Claim]]
) -> Days | None:
    said = (claim.said_on for some in claims for claim in some)
    return date_window(days, mention.role is Role.BACKGROUND, document.published, said)


def most_days_apart(*, campaign: bool) -> int:
    """Days that two mentions of one happening may lie apart."""
    return w.MOST_DAYS_APART_CAMPAIGN if campaign else w.MOST_DAYS_APART


def area_of(places: Iterable[Place]) -> tuple[str, ...]:
    """Where outside the province, if there; a mention without a word on it counts as inside."""
    away = set()
    for place in places:
        if place.districts:
            return ("home",)
        if place.country not in (None, HOME[0]) or place.province not in (None, HOME[1]):
            away.add((place.country or "", place.province or ""))
    return ("outside", *min(away)) if away else ("home",)


def article_of(document: Document) -> str | None:
    """What identifies an article: its address, else publisher and title; None where there is neither."""
    if document.url:
        return re.sub(r"^https?://(www\.)?|[?#].*(?<!\d)$|/$", "", document.url.casefold())
    return f"{fold(document.publisher)} {fold(document.title)}" if document.title else None


def _figures(
    values: Mapping[str, list[Claim]], document: Document, speaker: Callable[[str], str]
) -> dict[str, tuple[Figure, ...]]:
    found: dict[str, tuple[Figure, ...]] = {}
    for field in COUNT_FIELDS:
        figures = [
            Figure(c.value, speaker(c.speaker), c.said_on or document.published)
            for c in values.get(field, ())
            if isinstance(c.value, CountRange)
        ]
        if figures:
            found[field] = tuple(figures)
    for kind in ("killed", "injured"):
        if summed := _sum(kind, found):
            found[f"{kind}.total"] = (*found.get(f"{kind}.total", ()), summed)
    return found


def _sum(kind: str, found: Mapping[str, tuple[Figure, ...]]) -> Figure | None:
    """All stated groups together, as a figure of nobody in particular."""
    groups = [found[f"{kind}.{group}"] for group in GROUPS[1:] if f"{kind}.{group}" in found]
    bests = [max((f.count.best for f in figures if f.count.best is not None), default=None) for figures in groups]
    known = [best for best in bests if best is not None]
    if not known or len(known) < len(bests):
        return None
    said = max((f.said for figures in groups for f in figures if f.said), default=None)
    return Figure(CountRange.exactly(sum(known)), "", said)


def _slug_words(url: str | None) -> str:
    """The words of an address that is made from the headline, where the headline itself isn't known."""
    parts = [part for part in (url or "").split("/")[3:] if part.count("-") >= SLUG_HYPHENS]
    return parts[-1].replace("-", " ") if parts else ""


def _things(
    mention: Mention, document: Document, places: Iterable[Place], claims: Iterable[Iterable[Claim]], *, alone: bool
) -> frozenset[str]:
    """What was hit, by the words of the place, of the sentences that tell it, and of a title about nothing else."""
    texts = [place.text for place in places]
    if alone:
        texts.append(document.title or _slug_words(document.url))
    if document.text:
        spans = {claim.span for some in claims for claim in some if claim.span and claim.field in THING_FIELDS}
        spans |= {mention.trigger} if mention.trigger else set()
        texts += {_sentence(document.text, span.start, span.end) for span in spans}
    found = {_THINGS.get(word) for text in texts for word in _WORD.findall(text.casefold())}
    return frozenset(thing for thing in found if thing)


def _sentence(text: str, start: int, end: int) -> str:
    before = [match.end() for match in _SENTENCE_END.finditer(text, max(0, start - 400), start)]
    after = _SENTENCE_END.search(text, end, end + 400)
    return text[before[-1] if before else max(0, start - 400) : after.start() if after else end + 400]


@lru_cache(maxsize=4096)
def place_size(place_id: str) -> str:
    """How much a common place id says: `small`, `seat` (of a tehsil), `town` (seat of a district), or `wide`."""
    entry = load_gazetteer().entries.get(place_id)
    if entry is None or entry.kind not in ("place", "tehsil"):
        return "wide"
    return {"PPLC": "town", "PPLA": "town", "PPLA2": "town", "PPLA3": "seat", "ADM3": "seat"}.get(
        entry.code or "", "small"
    )
