"""What the stages of extraction hand to each other; positions are always of the document's text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, dataclass_transform

from geo.dates import DateHit
from geo.extract.lexicon import Hit
from geo.models import CountRange, Span, Stance

T = TypeVar("T")
RECALLED = "recalled"  # context of a unit whose event is only recalled of a thing that there is other news of


@dataclass_transform(frozen_default=True)
def record(*, eq: bool = True) -> Callable[[type[T]], type[T]]:
    """A frozen dataclass, by mypy's word: the guard at run time took a tenth of the time that an article takes."""
    return dataclass(slots=True, eq=eq, unsafe_hash=eq)


@record()
class Line:
    """One line of the text and what kind it is: headline, body, crosshead, bullet, notice."""

    start: int
    end: int
    kind: str
    dateline: str = ""
    section: int = 0


@record()
class Sentence:
    """A sentence; `paragraph` and `section` count from 0, a section begins at each cross-head.

    `lowered` is its text in lower case, of the same length.
    """

    start: int
    end: int
    text: str
    lowered: str
    kind: str
    paragraph: int
    section: int
    section_start: bool = False


@record()
class PlaceMention:
    """A place named in a sentence.

    Attributes:
        role: `site` (something may have happened there), `near` (a distance from it), `line` (a road),
            `weak` (an office's or title's place), `ref` ("the Chaman blast"),
            `other` (origin, destination, home town, dateline).
        kind: Kind of the gazetteer's entry; `local` for a name that it doesn't list.
        districts: Canonical districts that the name alone may mean.
    """

    start: int
    end: int
    text: str
    role: str
    kind: str
    districts: tuple[str, ...]
    outside: str | None = None
    country: str | None = None


@record()
class CountMention:
    """A number of people harmed.

    Attributes:
        group: A person group of the lexicon.
        part: Whether it counts a part of another figure ("including two policemen").
        noun: Where the noun phrase begins, for telling one figure under two words of harm from two figures.
        rival: The armed group whose figure it is, where it stands beside another speaker's in one sentence.
        weak: Whether it was read off a name or a definite noun ("the driver was killed").
    """

    start: int
    end: int
    harm: str
    group: str
    value: CountRange
    part: bool
    weak: bool
    rule: str
    update: bool = False
    rival: Voice | None = None
    known: bool = False
    noun: int | None = None


@record()
class Voice:
    """Who speaks in a sentence. `span` is None when the publisher does."""

    name: str
    actor: str | None
    kind: str
    span: Span | None


@record()
class Attribution:
    """Who is said to have done it, or to be the target, in the words of one sentence.

    Attributes:
        relation: `claim`, `blame`, `denial`, `no_claim`, or `label` (slain men are said to belong to it).
    """

    start: int
    end: int
    actor: str
    relation: str
    scope: str = "this"


@record(eq=False)
class Unit:
    """A sentence or a clause of it with everything that was found there: what attach works on."""

    sentence: Sentence
    start: int
    end: int
    text: str
    voice: Voice
    events: tuple[Hit, ...] = ()
    counts: tuple[CountMention, ...] = ()
    places: tuple[PlaceMention, ...] = ()
    dates: tuple[DateHit, ...] = ()
    said_on: DateHit | None = None
    actors: tuple[Hit, ...] = ()
    persons: tuple[Hit, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    contexts: frozenset[str] = frozenset()
    context_hits: tuple[Hit, ...] = ()
    memo: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def lowered(self) -> str:
        """The text in lower case."""
        begin = self.sentence.start
        return self.sentence.lowered[self.start - begin : self.end - begin]

    def has(self, *codes: str) -> bool:
        return not self.contexts.isdisjoint(codes)


@dataclass(slots=True, eq=False)
class Draft:
    """An incident in the making, or a sum over several: the units that tell it. Mutable, and private to attach."""

    units: list[Unit] = field(default_factory=list)
    districts: frozenset[str] = frozenset()
    lead: bool = False
    campaign: bool = False
    is_sum: bool = False
    dead: bool = False
    inherits: Draft | None = None
    parent: Draft | None = None
    frame: Unit | None = None
    memo: dict[str, Any] = field(default_factory=dict)


STANCES = {
    "armed_group": Stance.SELF_CLAIM,
    "state_forces": Stance.OFFICIAL_STATEMENT,
    "government": Stance.OFFICIAL_STATEMENT,
    "civilians": Stance.WITNESS,
    "hospital": Stance.OFFICIAL_STATEMENT,
}
