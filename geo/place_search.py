"""From a name to the entries it may mean: by its exact spelling, by how it sounds, else by likeness.

Between the gazetteer, which knows the spellings, and the geocoder, which decides between the readings found here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from geo.gazetteer import Gazetteer, Reading
from geo.place_entries import Entry
from geo.place_names import compact, name_key, skeleton, sound_key

SHORTEST_LIKE = 5  # a name that sounds shorter than this is never taken for a misspelt one
LONGEST_SHORT = 6  # letters of a name that one other consonant makes another name
SOUND_WEIGHT = 0.97
LEAST_LIKENESS = 0.8
LEAST_LIKENESS_OF_SHORT = 0.86
MOST_CHOICES = 30


def slips_allowed(length: int) -> int:
    """How many letters of a name's sound may differ from a known one."""
    return 0 if length < SHORTEST_LIKE else 1 if length < 8 else 2 if length < 13 else 3


@dataclass(frozen=True)
class PlaceSearch:
    """Looks names up in one gazetteer."""

    gazetteer: Gazetteer

    def exact(self, key: str) -> tuple[Reading, ...]:
        """The readings of a `name_key`, best first; hyphens and spaces inside names don't matter."""
        return self.gazetteer.by_key.get(key) or self.gazetteer.by_key.get(compact(key), ())

    def similar(self, key: str) -> tuple[Reading, ...]:
        """Readings of names that sound like the key or, failing those, are spelt nearly so; scores say how nearly."""
        if self.gazetteer.common_words.issuperset(key.split()):
            return ()
        sound = sound_key(key)
        alike = [scored for reading in self.gazetteer.by_sound.get(sound, ()) if (scored := _by_sound(reading, key))]
        return _best_first(alike or self._misspelt(key, sound))

    def _misspelt(self, key: str, sound: str) -> list[Reading]:
        slips = slips_allowed(len(sound))
        if not slips:
            return []
        choices = self._choices.get(len(sound), ())
        found = process.extract(
            sound, choices, scorer=OSA.distance, processor=None, score_cutoff=slips, limit=MOST_CHOICES
        )
        return [
            scored
            for known, distance, _ in found
            for reading in self.gazetteer.by_sound[known]
            if (scored := _by_likeness(reading, key, 1 - distance / max(len(sound), len(known))))
        ]

    @cached_property
    def _choices(self) -> dict[int, tuple[str, ...]]:
        """For each length of a sound, the known sounds that may be it with the slips allowed."""
        sounds = [sound for sound in self.gazetteer.by_sound if len(sound) >= SHORTEST_LIKE - 1]
        longest = max(map(len, sounds), default=0)
        return {
            length: tuple(sound for sound in sounds if abs(len(sound) - length) <= slips_allowed(length))
            for length in range(SHORTEST_LIKE, longest + 4)
        }

    def lookalikes(self, key: str, district: Entry) -> tuple[str, ...]:
        """The other districts that an unusual spelling of one may be taken for: Ketch is Kech, but near Kachhi.

        A spelling that sounds like the district's own name is a usual one and has none.
        """
        alike = self._skeletons.get(skeleton(key), ())
        if len(alike) < 2 or district.name not in alike or sound_key(key) == sound_key(name_key(district.name)):
            return ()
        return tuple(name for name in alike if name != district.name)

    @cached_property
    def _skeletons(self) -> dict[str, tuple[str, ...]]:
        by_skeleton: dict[str, tuple[str, ...]] = {}
        for entry in self.gazetteer.entries.values():
            if entry.kind == "district" and entry.prominence >= 1:
                form = skeleton(name_key(entry.name))
                by_skeleton[form] = (*by_skeleton.get(form, ()), entry.name)
        return by_skeleton


def _by_sound(reading: Reading, key: str) -> Reading | None:
    likeness = JaroWinkler.similarity(compact(key), compact(reading.key))
    if likeness < LEAST_LIKENESS:
        return None
    return reading.scored(reading.score * (SOUND_WEIGHT - (1 - likeness) * 0.2))


def _by_likeness(reading: Reading, key: str, sound_likeness: float) -> Reading | None:
    if _is_another_name(key, reading.key):
        return None
    likeness = 0.5 * sound_likeness + 0.5 * JaroWinkler.similarity(compact(key), compact(reading.key))
    least = LEAST_LIKENESS_OF_SHORT if len(compact(key)) <= LONGEST_SHORT else LEAST_LIKENESS
    return reading.scored(reading.score * likeness) if likeness >= least else None


def _is_another_name(key: str, known: str) -> bool:
    """Whether two short names differ by one consonant put for another: Kakat isn't Kalat misspelt."""
    one, other = compact(key), compact(known)
    if len(one) > LONGEST_SHORT or len(one) != len(other) or sorted(one) == sorted(other):
        return False
    return skeleton(key) != skeleton(known)


def _best_first(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """One reading for each entry, its best."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda reading: (-reading.score, reading.entry.id)):
        best.setdefault(reading.entry.id, reading)
    return tuple(best.values())
