"""What waits for a person (steps 6 to 8): new reports, suggested links, conflicts; and what was rejected. Pure.

A *report* is one mention that the machine read. It waits until somebody accepts, corrects or rejects it; a suggested
link waits until somebody decides it, or until its ends are one incident anyway. The queue holds what a list needs and
nothing else, so that a hundred thousand may wait: only a page of it is ever drawn.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from geo.decisions import standing
from geo.models import Decision, DecisionKind, Link
from geo.store.rows import link_id

Made = TypeVar("Made")
BUT = "but: "  # how the linker says what kept a certain pair apart
_POINTS = re.compile(r"^(.*) \(([+-]\d+\.\d+)\)$", re.DOTALL)


class Kind(StrEnum):
    """Why something is in the queue."""

    REPORT = "report"
    SUGGESTION = "suggestion"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Report:
    """A mention that the machine read: where it stands and who published it.

    Attributes:
        start: Where the words that show it begin, so that the incidents of one text stay in its order.
    """

    id: str
    document_id: str
    publisher: str
    published: date | None
    headline: str | None
    start: int = 0


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the incident that holds a mention."""

    incident_id: str
    title: str
    districts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide.

    Attributes:
        id: Of the mention, or of the link.
        mentions: The one mention, or the two ends of the link.
        titles: Of the incident, or of both.
        published: When the newest of its reports was published.
    """

    id: str
    kind: Kind
    mentions: tuple[str, ...]
    titles: tuple[str, ...]
    headline: str
    publishers: tuple[str, ...]
    districts: tuple[str, ...]
    published: date | None
    link: Link | None = None

    @property
    def title(self) -> str:
        return " / ".join(self.titles)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which part of the queue is looked at; None is any."""

    kind: Kind | None = Kind.REPORT
    district: str | None = None
    publisher: str | None = None
    newest_first: bool = True

    def takes(self, item: Item) -> bool:
        """Whether an item is of this part."""
        return (
            (self.kind is None or item.kind is self.kind)
            and (self.district is None or self.district in item.districts)
            and (self.publisher is None or self.publisher in item.publishers)
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """What people have decided so far, as far as the queue must know.

    Attributes:
        looked_at: Ids of mentions and links that somebody accepted or corrected.
        rejected: Id of the mention or link to the id of the decision that rejected it.
    """

    looked_at: frozenset[str] = frozenset()
    rejected: Mapping[str, str] = field(default_factory=dict)

    def since(self, earlier: Decided) -> frozenset[str]:
        """What was decided after an earlier moment."""
        return (self.looked_at - earlier.looked_at) | (self.rejected.keys() - earlier.rejected.keys())


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything that waits or was rejected when it was made, newest first; `at` finds an item by its id.

    What was decided since is named by whoever asks (`gone`), so that a long queue need not be made anew for it.
    """

    items: tuple[Item, ...]
    at: Mapping[str, Item]
    known: Decided = field(default_factory=Decided)
    _held: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, items: Sequence[Item], known: Decided) -> Queue:
        return cls(tuple(items), {item.id: item for item in items}, known)

    def part(self, wanted: Wanted) -> tuple[Item, ...]:
        """The items of a part, those that are gone since among them."""
        return self._once(wanted, lambda: self._part(wanted))

    def _part(self, wanted: Wanted) -> tuple[Item, ...]:
        found = [item for item in self.items if wanted.takes(item)]
        return tuple(found if wanted.newest_first else found[::-1])

    def kinds(self, gone: Collection[str] = ()) -> Counter[Kind]:
        """How many there are of each kind."""
        whole = self._once("kinds", lambda: Counter(item.kind for item in self.items))
        left = Counter(whole)
        left.subtract(item.kind for item in self._lost(gone))
        return +left

    def districts(self, wanted: Wanted, gone: Collection[str] = ()) -> Counter[str]:
        """How many a choice of each district would show, all else as wanted."""
        return self._counted("districts", replace(wanted, district=None), gone)

    def publishers(self, wanted: Wanted, gone: Collection[str] = ()) -> Counter[str]:
        """How many a choice of each publisher would show, all else as wanted."""
        return self._counted("publishers", replace(wanted, publisher=None), gone)

    def count(self, wanted: Wanted, gone: Collection[str] = ()) -> int:
        """How many a part holds now."""
        return len(self.part(wanted)) - sum(wanted.takes(item) for item in self._lost(gone))

    def page(self, wanted: Wanted, gone: Collection[str], offset: int, limit: int) -> list[Item]:
        """Some items of a part as it is now."""
        left = (item for item in self.part(wanted) if item.id not in gone)
        return list(islice(left, offset, offset + limit))

    def place(self, wanted: Wanted, gone: Collection[str], item_id: str) -> int | None:
        """Where an item stands in a part as it is now, from 0."""
        left = (item.id for item in self.part(wanted) if item.id not in gone)
        return next((number for number, key in enumerate(left) if key == item_id), None)

    def _counted(self, name: str, wanted: Wanted, gone: Collection[str]) -> Counter[str]:
        def values(items: Iterable[Item]) -> Counter[str]:
            return Counter(value for item in items for value in getattr(item, name))

        whole = self._once((name, replace(wanted, newest_first=True)), lambda: values(self.part(wanted)))
        left = Counter(whole)
        left.subtract(values(item for item in self._lost(gone) if wanted.takes(item)))
        return +left

    def _lost(self, gone: Collection[str]) -> Iterator[Item]:
        return (self.at[key] for key in gone if key in self.at)

    def _once(self, key: Any, make: Callable[[], Made]) -> Made:
        if key not in self._held:
            self._held[key] = make()
        found: Made = self._held[key]
        return found


def decided(decisions: Iterable[Decision], earlier: Decided | None = None) -> Decided:
    """What stands of these decisions: of several about one subject the latest.

    Args:
        earlier: What stood before them; only for decisions that take none of those back.
    """
    looked_at: set[str] = set(earlier.looked_at) if earlier else set()
    rejected: dict[str, str] = dict(earlier.rejected) if earlier else {}
    for decision in standing(decisions):
        for subject in subjects_of(decision):
            if decision.kind in (DecisionKind.REJECT, DecisionKind.UNLINK):
                rejected[subject] = decision.id
                looked_at.discard(subject)
            elif decision.kind in (DecisionKind.ACCEPT, DecisionKind.CORRECT, DecisionKind.LINK):
                looked_at.add(subject)
                rejected.pop(subject, None)
    return Decided(frozenset(looked_at), rejected)


def standing_rejections(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The rejections among these that hold, oldest first."""
    return tuple(decision for decision in standing(decisions) if decision.kind is DecisionKind.REJECT)


def subjects_of(decision: Decision) -> tuple[str, ...]:
    """Ids of what a decision is about; a correction also looked at the mention of its claim."""
    found = [decision.subject]
    for state in (decision.before, decision.after):
        mention = state.get("mention_id") if isinstance(state, dict) else None
        if isinstance(mention, str):
            found.append(mention)
    return tuple(dict.fromkeys(found))


def build_queue(
    reports: Iterable[Report],
    links: Iterable[Link],
    about: Callable[[str], About | None],
    known: Decided,
    publisher_name: Callable[[str], str] = str,
    others: Iterable[Report] = (),
) -> Queue:
    """What waits, newest first; the incidents of one text stand together, in its order.

    Args:
        reports: All mentions that the machine read, decided or not.
        links: Links that are not certain.
        about: Gives the incident that holds a mention; None where it isn't known yet.
        publisher_name: A publisher as it is stored to the name that it goes by.
        others: Mentions at the end of a link that people wrote: they don't wait themselves.
    """
    by_id = {report.id: report for report in reports}
    ends = {report.id: report for report in others} | by_id
    outlet = cache(publisher_name)
    waiting = (report for report in by_id.values() if report.id not in known.looked_at)
    items = [_report_item(report, about(report.id), known, outlet) for report in waiting]
    items += [item for link in links if (item := _link_item(link, ends, about, known, outlet))]
    items.sort(key=lambda item: _order(item, ends))
    return Queue.of(items, known)


def _order(item: Item, reports: Mapping[str, Report]) -> tuple[int, str, int, str]:
    report = reports.get(item.mentions[0])
    day = item.published.toordinal() if item.published else 0
    return -day, report.document_id if report else "", report.start if report else 0, item.id


def _report_item(report: Report, about: About | None, known: Decided, outlet: Callable[[str], str]) -> Item:
    return Item(
        report.id,
        Kind.REJECTED if report.id in known.rejected else Kind.REPORT,
        (report.id,),
        (about.title if about else report.headline or "Report",),
        report.headline or "",
        (outlet(report.publisher),),
        about.districts if about else (),
        report.published,
    )


def _link_item(
    link: Link,
    reports: Mapping[str, Report],
    about: Callable[[str], About | None],
    known: Decided,
    outlet: Callable[[str], str],
) -> Item | None:
    """A link that somebody must decide; None where nobody need."""
    key = link_id(link.a, link.b, link.relation, link.origin)
    ends = [about(link.a), about(link.b)]
    if key in known.looked_at or None in ends or {link.a, link.b} & known.rejected.keys():
        return None
    known_ends = [end for end in ends if end]
    if known_ends[0].incident_id == known_ends[1].incident_id:
        return None  # others have joined them meanwhile
    told = [report for end in (link.a, link.b) if (report := reports.get(end))]
    kind = Kind.CONFLICT if conflict_of(link) else Kind.SUGGESTION
    return Item(
        key,
        Kind.REJECTED if key in known.rejected else kind,
        (link.a, link.b),
        tuple(end.title for end in known_ends),
        "",
        tuple(sorted({outlet(report.publisher) for report in told})),
        tuple(sorted({name for end in known_ends for name in end.districts})),
        max((report.published for report in told if report.published), default=None),
        link,
    )


# --- a link's score, explained ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One piece of evidence for or against two reports telling one happening; `points` as the linker counts."""

    words: str
    points: float


def conflict_of(link: Link, labels: Mapping[str, str] | None = None) -> str | None:
    """What kept two reports apart that the linker was certain of otherwise."""
    found = next((words.removeprefix(BUT) for words in link.why if words.startswith(BUT)), None)
    return _named(found, labels or {}) if found else None


def reasons(why: Sequence[str], labels: Mapping[str, str]) -> tuple[Reason, ...]:
    """The linker's reasons in a reader's words, the weightiest first.

    Args:
        labels: Codes of kinds of incident and ids of parties to their words.
    """
    found = []
    for line in why:
        match = _POINTS.match(line)
        if match:
            found.append(Reason(_in_words(match[1], labels), float(match[2])))
    return tuple(sorted(found, key=lambda reason: (-abs(reason.points), reason.words)))


_PHRASES = {
    "chance": "Two reports seldom tell of one happening",
    "both tell a campaign": "Both tell of a campaign, of which there is seldom more than one at a time",
    "district": "The districts fit",
}
_OVERLAP = "days overlap within "
_OF_PARTIES = ("rival claims", "other groups named")
_CODE = re.compile(r"[a-z0-9_-]+")


def _named(line: str, labels: Mapping[str, str]) -> str:
    """Parties by their names."""
    head, _, ids = line.partition(": ")
    return f"{head}: {_CODE.sub(lambda code: labels.get(code[0], code[0]), ids)}" if head in _OF_PARTIES else line


def _in_words(line: str, labels: Mapping[str, str]) -> str:
    words = _PHRASES.get(line) or _named(line, labels)
    parts = line.split(" / ")
    if all(part in labels for part in parts):  # codes of kinds of incident
        words = f"kind of incident: {' / '.join(labels[part] for part in parts)}"
    elif line.startswith(_OVERLAP):
        words = f"the days overlap, known to within {line.removeprefix(_OVERLAP)} days"
    return words[:1].upper() + words[1:]
