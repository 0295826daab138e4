"""The labels of `tests/link_labels/`: which mentions tell one happening, and how a mention is found among them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from geo.datafiles import fold
from geo.errors import DataFileError

LABELS = Path(__file__).resolve().parent.parent / "tests" / "link_labels"
NEAR_DAYS = 3  # two incidents of one district that lie this close are easily taken for one
UNDATED_DAYS = 31  # a report that gives no day is held to tell the month before it
KINDS = ("part_of", "unsure", "unsure_part_of")

Pair = frozenset[str]
Days = tuple[date, date] | None


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled mention: where it is told, and enough of what it tells to find it again in an extraction."""

    id: str
    corpus: str
    article: str
    key: str | None = None
    file: str | None = None
    published: date | None = None
    days: Days = None
    date_alt: tuple[date, ...] = ()
    districts: frozenset[str] = frozenset()
    districts_alt: frozenset[str] = frozenset()
    elsewhere: bool = False
    event_type: str = ""
    killed: int | None = None


@dataclass(frozen=True, slots=True)
class Labels:
    """The mentions by id, the happening that each tells, and the pairs with a relation of their own."""

    mentions: dict[str, Label]
    happening: dict[str, str]
    part_of: frozenset[tuple[str, str]] = frozenset()
    unsure: frozenset[Pair] = frozenset()
    unsure_part_of: frozenset[tuple[str, str]] = frozenset()

    def same(self, a: str, b: str) -> bool:
        return self.happening[a] == self.happening[b]


@dataclass(frozen=True, slots=True)
class Told:
    """What an extracted mention tells, as far as a label is found by it."""

    mention: str
    days: Days
    districts: frozenset[str]
    elsewhere: bool
    event_type: str | None
    killed: int | None


def load_labels(folder: Path = LABELS) -> Labels:
    """The labels of a folder.

    Raises:
        DataFileError: where a line names a mention that is not labelled, or puts one into two happenings.
    """
    mentions = {label.id: label for _, raw in read_lines(folder / "mentions.jsonl") for label in [_label(raw)]}
    members: dict[str, list[str]] = {}
    happening = {key: key for key in mentions}
    for line, raw in read_lines(folder / "clusters.jsonl"):
        members[raw["cluster"]] = raw["members"]
        for member in raw["members"]:
            if happening.get(member) != member:
                what = "is in two clusters" if member in mentions else "is no labelled mention"
                raise DataFileError(folder / "clusters.jsonl", line, f"{member!r} {what}")
            happening[member] = raw["cluster"]
    found = _relations(folder / "relations.jsonl", members, mentions)
    return Labels(
        mentions,
        happening,
        frozenset(found["part_of"]),
        frozenset(frozenset(pair) for pair in found["unsure"]),
        frozenset(found["unsure_part_of"]),
    )


def _relations(
    path: Path, members: Mapping[str, list[str]], mentions: Collection[str]
) -> dict[str, list[tuple[str, str]]]:
    """Relations of clusters or mentions, written out as pairs of mentions."""
    found: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for line, raw in read_lines(path):
        if raw["relation"] not in found:
            raise DataFileError(path, line, f"relation {raw['relation']!r} is unknown; known: {', '.join(KINDS)}")
        sides = []
        for end in (raw["a"], raw["b"]):
            if end not in members and end not in mentions:
                raise DataFileError(path, line, f"{end!r} is no cluster and no labelled mention")
            sides.append(members.get(end, [end]))
        found[raw["relation"]] += product(*sides)
    return found


def read_lines(path: Path) -> list[tuple[int, dict[str, Any]]]:
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
    return [(number, json.loads(line)) for number, line in lines if line.strip()]


def _label(raw: Mapping[str, Any]) -> Label:
    first, last = _day(raw.get("date_start")), _day(raw.get("date_end"))
    return Label(
        id=raw["id"],
        corpus=raw["corpus"],
        article=raw["article"],
        key=raw.get("key"),
        file=raw.get("file"),
        published=_day(raw.get("published")),
        days=(first, last or first) if first else None,
        date_alt=tuple(date.fromisoformat(text) for text in raw.get("date_alt", ())),
        districts=frozenset(fold(name) for name in raw["districts"]),
        districts_alt=frozenset(fold(name) for name in raw.get("districts_alt", ())),
        elsewhere=raw.get("elsewhere", False),
        event_type=raw["event_type"],
        killed=raw.get("killed"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def is_hard(a: Label, b: Label) -> bool:
    """Whether two mentions of different happenings are near enough in time and place to be taken for one."""
    if a.elsewhere != b.elsewhere:
        return False
    places = (a.districts | a.districts_alt, b.districts | b.districts_alt)
    if all(places) and not places[0] & places[1]:
        return False
    gap = gap_in_days(_window(a), _window(b))
    return gap is None or gap <= NEAR_DAYS


def _window(label: Label) -> Days:
    if label.days or label.published is None:
        return label.days
    return label.published - timedelta(days=UNDATED_DAYS), label.published


def gap_in_days(a: Days, b: Days) -> int | None:
    """Days between two ranges: 0 where they overlap, None where one isn't known."""
    if a is None or b is None:
        return None
    return max(0, (a[0] - b[1]).days, (b[0] - a[1]).days)


def locate(told: Iterable[Told], labels: Iterable[Label]) -> dict[str, str]:
    """Label ids by mention id for the mentions of one text: the best fitting pairs first, each label used once."""
    fits = [(fit(label, one), label.id, one.mention) for label, one in product(labels, told)]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for value, label, mention in sorted(fits, key=lambda item: (-item[0], *item[1:])):
        if value > 0 and label not in taken and mention not in found:
            found[mention] = label
            taken.add(label)
    return found


def fit(label: Label, told: Told) -> float:
    """How well an extracted mention fits a label; 0 where place or date rule it out (as the corpora's scorer does)."""
    ranges = [label.days, *((day, day) for day in label.date_alt)]
    gaps = [gap for days in ranges if (gap := gap_in_days(days, told.days)) is not None]
    gap = min(gaps, default=None)
    if not _same_place(label, told) or (gap is not None and gap > 1):
        return 0.0
    killed = label.killed is not None and label.killed == told.killed
    return 1.0 + (gap == 0) + 0.5 * (label.event_type == told.event_type) + 0.75 * killed


def _same_place(label: Label, told: Told) -> bool:
    if label.elsewhere or told.elsewhere:
        return label.elsewhere and told.elsewhere
    if not label.districts:
        return told.districts <= label.districts_alt
    if len(label.districts & told.districts) / len(label.districts | told.districts) >= 0.5:
        return True
    return len(told.districts) == 1 and told.districts <= label.districts_alt
