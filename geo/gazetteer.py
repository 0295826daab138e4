"""Every place name that the project knows, indexed by spelling; the geocoder looks names up here.

Entries come from `geo.place_entries`. `risky_names.csv` lists spellings that are also common words or persons' names,
`common_words.csv` words that are never taken for a misspelt place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from geo.datafiles import DATA_DIR, read_rows
from geo.districts import DistrictTable, load_districts
from geo.models import Candidate
from geo.place_entries import Entry, Kind, read_entries
from geo.place_names import compact, name_key, sound_key

SHORT_NAME = 4
# How much less likely an alternate spelling means its entry; the first name in Urdu is no alternate.
ALTERNATE = 0.06
ALTERNATE_OF_DISTRICT = 0.02  # a district's alternates are few and checked
_PERSONAL = re.compile(r"\b(khan|muhammad|mohammad|ahmed|ahmad|malik|haji|ali|shah|gul|abdul|abdur|ghulam|din)\b")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A known spelling for matching in running text; `risky` when it is also a common word or a person's name."""

    text: str
    kind: Kind
    risky: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a spelling (`key` is its `name_key`) may mean; the candidate's score is for it standing alone."""

    entry: Entry
    spelling: str
    key: str
    score: float
    candidate: Candidate

    @classmethod
    def of(cls, entry: Entry, spelling: str, key: str, score: float) -> Reading:
        district = entry.districts[0] if len(entry.districts) == 1 else None
        score = round(score, 3)
        return cls(entry, spelling, key, score, Candidate(entry.id, entry.name, district, min(score, 1.0)))

    def scored(self, score: float) -> Reading:
        """The same reading with another score."""
        return Reading.of(self.entry, self.spelling, self.key, score)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All entries, with look-ups by `name_key` (also without spaces) and by `sound_key`.

    Attributes:
        risky_keys: `name_key` of known spellings that are also common words.
        common_words: Words that are no misspelling of anything.
    """

    entries: dict[str, Entry]
    by_key: dict[str, tuple[Reading, ...]]
    by_sound: dict[str, tuple[Reading, ...]]
    risky_keys: frozenset[str] = frozenset()
    common_words: frozenset[str] = frozenset()

    @classmethod
    def load(cls, folder: Path = DATA_DIR, districts: DistrictTable | None = None) -> Gazetteer:
        """Read the place files of a folder.

        Raises:
            DataFileError: naming file, line and value of the first fault.
        """
        entries = read_entries(folder, districts or load_districts())
        risky = frozenset(
            name_key(row["spelling"]) for _, row in read_rows(folder / "risky_names.csv", ("spelling", "why"))
        )
        common = frozenset(
            word
            for _, row in read_rows(folder / "common_words.csv", ("words", "source"))
            for word in row["words"].split()
        )
        return cls.of(entries, risky, common)

    @classmethod
    def of(
        cls,
        entries: Iterable[Entry],
        risky_keys: frozenset[str] = frozenset(),
        common_words: frozenset[str] = frozenset(),
    ) -> Gazetteer:
        """A gazetteer of these entries."""
        known = {entry.id: entry for entry in _share_spellings(list(entries))}
        by_key: dict[str, list[Reading]] = {}
        by_sound: dict[str, list[Reading]] = {}
        for reading in _readings(known.values()):
            for form in dict.fromkeys((reading.key, compact(reading.key))):
                _add(by_key, form, reading)
            _add(by_sound, sound_key(reading.key), reading)
        return cls(known, _sorted(by_key), _sorted(by_sound), risky_keys, common_words)

    def names(self) -> Iterator[Spelling]:
        """Every known spelling once per kind, for a matcher over running text."""
        seen: set[tuple[str, Kind]] = set()
        for entry in self.entries.values():
            for text in entry.spellings:
                key = name_key(text)
                if key and (key, entry.kind) not in seen:
                    seen.add((key, entry.kind))
                    yield Spelling(text, entry.kind, self._is_risky(key, entry.kind))

    def _is_risky(self, key: str, kind: Kind) -> bool:
        if key in self.risky_keys:
            return True
        if kind not in ("place", "tehsil"):
            return False
        return len(key) <= SHORT_NAME or bool(_PERSONAL.search(key))


@lru_cache(maxsize=1)
def load_gazetteer() -> Gazetteer:
    """The gazetteer of `data/`, read once."""
    return Gazetteer.load()


def _share_spellings(entries: Sequence[Entry]) -> Iterator[Entry]:
    """The entries; a district and the town of its name have each spelling of that name in common."""
    districts = {entry.name: entry for entry in entries if entry.kind == "district"}
    towns = {entry.name: entry for entry in entries if entry.kind == "place" and entry.districts == (entry.name,)}
    for entry in entries:
        namesakes = towns if entry.kind == "district" else districts if entry is towns.get(entry.name) else {}
        other = namesakes.get(entry.name)
        if other is None:
            yield entry
            continue
        sound = sound_key(name_key(entry.name))
        shared = [text for text in other.spellings if _is_urdu(text) or sound_key(name_key(text)) == sound]
        yield replace(entry, spellings=tuple(dict.fromkeys((*entry.spellings, *shared))))


def _add(index: dict[str, list[Reading]], form: str, reading: Reading) -> None:
    readings = index.setdefault(form, [])
    if form and all(other.entry.id != reading.entry.id for other in readings):
        readings.append(reading)


def _sorted(index: dict[str, list[Reading]]) -> dict[str, tuple[Reading, ...]]:
    return {
        form: tuple(sorted(readings, key=lambda reading: (-reading.score, reading.entry.id)))
        for form, readings in index.items()
        if form
    }


def _readings(entries: Iterable[Entry]) -> Iterator[Reading]:
    for entry in entries:
        own_names = {entry.name, next(filter(_is_urdu, entry.spellings), entry.name)}
        alternate = ALTERNATE_OF_DISTRICT if entry.kind == "district" else ALTERNATE
        for spelling in entry.spellings:
            discount = 0.0 if spelling in own_names else alternate
            yield Reading.of(entry, spelling, name_key(spelling), entry.prominence - discount)


def _is_urdu(spelling: str) -> bool:
    return "\u0600" <= spelling[:1] <= "\u06ff"
