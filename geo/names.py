"""What the values of a query's parameters may be called: ids, names and aliases to ids, and ids to words to show.

Built from the vocabularies and the district table, and from the values that the data itself holds; used by `geo.query`
to read and by the map and its filters to label.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rapidfuzz import process

from geo.datafiles import fold
from geo.models import Basis, Camp, District, Review
from geo.vocab import Vocabulary

CODE_LABELS: dict[str, dict[str, str]] = {
    "basis": {
        Basis.CLAIMED_BY_GROUP: "Claimed by the group itself",
        Basis.ATTRIBUTED_BY_AUTHORITIES: "Attributed by authorities",
        Basis.ATTRIBUTED_BY_OTHERS: "Attributed by others",
        Basis.ATTRIBUTED_BY_MEDIA: "Attributed by media",
        Basis.DENIED: "Denied",
        Basis.UNKNOWN: "Not known",
    },
    "camp": {
        Camp.STATE: "State",
        Camp.ARMED_GROUP: "Armed groups",
        Camp.NATIONAL_PRESS: "National press",
        Camp.INTERNATIONAL: "International",
        Camp.LOCAL_CIVIL: "Local and civil society",
        Camp.DATA_SET: "Data sets",
        Camp.UNKNOWN: "Not known",
    },
    "review": {
        Review.CURATED: "Curated by hand",
        Review.REVIEWED: "Reviewed",
        Review.UNREVIEWED: "Machine reading, not reviewed",
        Review.IMPORTED: "Imported from a data set",
    },
}


@dataclass(frozen=True, slots=True)
class Names:
    """Spellings (folded) and labels of the values of each parameter; `open_ended` accepts any id as it stands."""

    spellings: Mapping[str, Mapping[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    open_ended: bool = False

    @classmethod
    def accepting_ids(cls) -> Names:
        """Names for values that are known to be ids already."""
        return cls({}, {}, open_ended=True)

    @classmethod
    def build(
        cls, vocabulary: Vocabulary, districts: Iterable[District], held: Mapping[str, Mapping[str, str]]
    ) -> Names:
        """Names of the vocabularies, of districts, and of what the data holds beyond them (`held`: id to label)."""
        labels: dict[str, dict[str, str]] = {key: dict(values) for key, values in CODE_LABELS.items()}
        spellings: dict[str, dict[str, str]] = {}
        actors = {actor.id: actor.name for actor in vocabulary.actors.values()}
        publishers = {entry.id: entry.name for entry in vocabulary.publishers.values()}
        labels |= {"perpetrator": dict(actors), "group": dict(actors), "publisher": publishers}
        labels["speaker"] = publishers | actors
        labels["event_type"] = {code: entry.label for code, entry in vocabulary.event_types.items()}
        labels["district"] = {}
        for district in districts:
            labels["district"][district.id] = district.name
            names = (*district.aliases, *district.urdu)
            _add(spellings.setdefault("district", {}), district.id, names)
        for parameter in ("perpetrator", "group", "speaker"):
            _add_all(spellings.setdefault(parameter, {}), vocabulary.actor_ids)
        for parameter in ("publisher", "speaker"):
            _add_all(spellings.setdefault(parameter, {}), vocabulary.publisher_ids)
        for parameter, values in held.items():
            labels[parameter] = dict(values) | labels.get(parameter, {})
        for parameter, known in labels.items():
            own = {fold(text): key for key, label in known.items() for text in (label, key)}
            spellings[parameter] = spellings.get(parameter, {}) | own
        return cls(spellings, labels)

    def find(self, parameter: str, text: str) -> str | None:
        """The id of an id, a name or an alias in any case and spelling of accents; None when there is none."""
        if self.open_ended:
            return text
        known = self.spellings.get(parameter, {})
        key = fold(text)
        return text if text in self.labels.get(parameter, {}) else known.get(key) or known.get(key.removeprefix("the "))

    def label(self, parameter: str, value: str) -> str:
        """The words for an id; the id itself where there are none."""
        return self.labels.get(parameter, {}).get(value, value)

    def unknown(self, parameter: str, text: str) -> str:
        """One line for a value that nothing is called, with what is near or known."""
        known = self.labels.get(parameter, {})
        noun = parameter.replace("_", " ")
        near = process.extract(fold(text), list(self.spellings.get(parameter, {})), limit=3, score_cutoff=75)
        close = dict.fromkeys(self.label(parameter, self.spellings[parameter][name]) for name, _, _ in near)
        if close:
            return f"{parameter}: no {noun} is called {text!r}; did you mean {' or '.join(close)}?"
        if len(known) <= 8:
            return f"{parameter}: no {noun} is called {text!r}; use one of {', '.join(sorted(known))}"
        example = next(iter(known.values()))
        return f"{parameter}: no {noun} is called {text!r}; use an id or a name such as {example!r}"


def _add(spellings: dict[str, str], value: str, names: Iterable[str]) -> None:
    for name in names:
        spellings.setdefault(fold(name), value)


def _add_all(spellings: dict[str, str], names_to_ids: Mapping[str, str]) -> None:
    for name, value in names_to_ids.items():
        spellings.setdefault(fold(name), value)
