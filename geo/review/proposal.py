"""An incident as a text tells it, beside what a person corrected; frozen, each correction gives another one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from geo.extract import Result
from geo.extract.resolve import Reading
from geo.models import (
    COUNT_FIELDS,
    GROUPS,
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Mention,
    Place,
    Value,
)
from geo.vocab import Vocabulary


@dataclass(frozen=True, slots=True)
class Said:
    """A value with who says it."""

    value: Value
    speaker: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """An incident as the machine read it, and as a person corrected it.

    Attributes:
        main: The machine's main account by field; a field that the text doesn't give is missing.
        claims: Everything that the machine read, also of rival speakers.
        corrections: By field; a value of None says that the text doesn't give the field.
        earlier: By field, the corrections that later ones took the place of, oldest first.
        left_out: Ids of claims that the person found misread.
        part_of: Mention id of the campaign that it is a part of.
        kept: Whether it is wanted at all.
    """

    mention: Mention
    main: Mapping[str, Said] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    corrections: Mapping[str, Claim] = field(default_factory=dict)
    earlier: Mapping[str, tuple[Claim, ...]] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    part_of: str | None = None
    kept: bool = True

    @property
    def id(self) -> str:
        return self.mention.id

    @property
    def added(self) -> bool:
        """Whether a person added it: the machine read nothing."""
        return not self.claims

    @property
    def reviewed(self) -> bool:
        return bool(self.corrections or self.left_out)

    def is_within(self, other: Proposal) -> bool:
        """Whether nothing is corrected here that isn't corrected alike in another one."""
        held = {name: (claim.value, claim.speaker) for name, claim in other.corrections.items()}
        own = {name: (claim.value, claim.speaker) for name, claim in self.corrections.items()}
        return own.items() <= held.items() and self.left_out <= other.left_out

    def said(self, name: str) -> Said | None:
        """What is shown of a field: the correction, else the machine's reading where it still stands."""
        correction = self.corrections.get(name)
        if correction is not None:
            return Said(correction.value, correction.speaker) if correction.value is not None else None
        return self.main.get(name) if self.stands(name) else self._sum_of_groups(name)

    def _sum_of_groups(self, name: str) -> Said | None:
        """A total that was a sum, added up anew from its groups as they are shown now."""
        harm, _, group = name.partition(".")
        if group != "total" or any(claim.field == name for claim in self.claims):
            return None
        parts = [said for part in GROUPS[1:] if (said := self.said(f"{harm}.{part}"))]
        counts = [said.value for said in parts if isinstance(said.value, CountRange)]
        bounds = [_add(values) for values in zip(*((c.low, c.best, c.high) for c in counts), strict=True)]
        return Said(CountRange(*bounds), parts[0].speaker) if any(bound is not None for bound in bounds) else None

    def stands(self, name: str) -> bool:
        """Whether the machine's main account of a field still holds: nothing that it rests on was changed."""
        misread = {claim.field for claim in self.claims if claim.id in self.left_out}
        if name in misread:
            return False
        harm, _, group = name.partition(".")
        if group != "total" or any(claim.field == name for claim in self.claims):
            return True
        parts = {f"{harm}.{part}" for part in GROUPS[1:]}  # a sum of groups, one of which was corrected
        return not parts & (set(self.corrections) | misread)

    def count(self, name: str) -> CountRange | None:
        said = self.said(name)
        return said.value if said and isinstance(said.value, CountRange) else None

    def date(self) -> DateRange:
        said = self.said("date")
        return said.value if said and isinstance(said.value, DateRange) else DateRange.unknown()

    def place(self) -> Place | None:
        said = self.said("place")
        return said.value if said and isinstance(said.value, Place) else None

    def actor(self, name: str) -> ActorRef | None:
        said = self.said(name)
        return said.value if said and isinstance(said.value, ActorRef) else None

    def event_type(self) -> str | None:
        said = self.said("event_type")
        return said.value if said and isinstance(said.value, str) else None


def _add(values: Iterable[int | None]) -> int | None:
    known = list(values)
    return None if None in known else sum(value for value in known if value is not None)


def propose(result: Result, vocabulary: Vocabulary) -> tuple[Proposal, ...]:
    """The incidents of a text as the machine read them, in its order."""
    part_of = result.extraction.part_of
    return tuple(
        Proposal(
            reading.mention,
            dict(_main_account(reading, vocabulary)),
            reading.claims,
            part_of=part_of.get(reading.mention.id),
        )
        for reading in result.readings
    )


def _main_account(reading: Reading, vocabulary: Vocabulary) -> Iterator[tuple[str, Said]]:
    values: dict[str, Value] = {"event_type": reading.event_type, "date": reading.when.value, "place": reading.place}
    for name in COUNT_FIELDS:
        harm, _, group = name.partition(".")
        count: CountRange | None = getattr(reading.tolls[harm], group)
        if count:
            values[name] = count
    for name, value in values.items():
        yield name, Said(value, _speaker_of(reading, name, value))
    first = reading.parties[0]
    yield "perpetrator", Said(actor_ref(first.actor, first.basis, vocabulary), first.voice.name)
    target = next((claim for claim in reading.claims if claim.field == "target"), None)
    if target and target.value is not None:
        yield "target", Said(target.value, target.speaker)


def _speaker_of(reading: Reading, name: str, value: Value) -> str:
    """Whose value the main account gives; of a sum, whoever gives the parts."""
    own = [claim for claim in reading.claims if claim.field == name]
    exact = [claim for claim in own if claim.value == value]
    harm = name.partition(".")[0]
    kin = [claim for claim in reading.claims if claim.field.startswith(harm)]
    return next(iter(exact or own or kin or reading.claims)).speaker


def actor_ref(actor: str, basis: Basis | None, vocabulary: Vocabulary) -> ActorRef:
    """An actor by id, name or alias; an unlisted one as given."""
    known = vocabulary.actor(actor)
    return ActorRef(known.id, known.name, basis) if known else ActorRef(actor, actor, basis)
