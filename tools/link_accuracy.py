"""Measure a linker by `tests/link_labels/`: pairwise precision and recall of which mentions tell one happening.

    python -m tools.link_accuracy none|curators|MODULE:FUNCTION [--errors N]

The linker is a callable, `linker(records) -> links`, and gets the mentions of the curated data, of the labelled
corpora and of the starting articles in one pool, without any link. Mentions are located in the labels by key
(curated) or by file, district and date (read from a text). A mention that no label describes counts neither way, as
do unsure pairs.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from typing import Any

from geo.assemble import assemble
from geo.curated import INCIDENTS_DIR, ORIGIN, read_curated
from geo.datafiles import fold
from geo.documents import prepare, read_articles
from geo.errors import InputError
from geo.extract import extract
from geo.models import CountRange, DateRange, Link, Place, Records, Relation, stable_id
from geo.pipeline import load_reference
from tools.link_labels import Label, Labels, Pair, Told, is_hard, load_labels, locate, read_lines

ROOT = Path(__file__).resolve().parent.parent
TEXTS = {
    "dev": ROOT.parent / "shared" / "eval" / "dev",
    "news": ROOT.parent / "shared" / "eval" / "news",
    "articles": ROOT.parent / "shared" / "articles",
}

Linker = Callable[[Records], Iterable[Link]]


@dataclass(slots=True)
class Figures:
    """Counts of pairs: labelled the same (and given to the linker), joined by it, both; and hard negatives."""

    positives: int = 0
    predicted: int = 0
    correct: int = 0
    hard: int = 0
    hard_joined: int = 0
    absent: int = 0

    @property
    def precision(self) -> float | None:
        return self.correct / self.predicted if self.predicted else None

    @property
    def recall(self) -> float | None:
        return self.correct / self.positives if self.positives else None


@dataclass(slots=True)
class Score:
    """Figures by corpus, of all pairs, and of part-of pairs; and the pairs that the linker has wrong.

    `happenings` counts those that several articles tell, `whole` those of them that became exactly one group: a
    happening with many reports weighs heavily in pairs, here each weighs the same.
    """

    same: dict[str, Figures] = field(default_factory=lambda: defaultdict(Figures))
    part_of: Figures = field(default_factory=Figures)
    parts_joined: int = 0
    happenings: int = 0
    whole: int = 0
    wrong: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)


def score(
    labels: Labels,
    located: Mapping[str, str],
    groups: Iterable[Collection[str]],
    parts: Iterable[tuple[str, str]] = (),
) -> Score:
    """Compare groups of mentions that a linker holds for one happening with the labels.

    `located` gives the label ids of mention ids; `parts` are pairs (part, whole) of mentions of any two groups.
    """
    held = [[located[mention] for mention in group if mention in located] for group in groups]
    group_of = {label: number for number, group in enumerate(held) for label in group}
    present = set(located.values())
    result = Score()
    for a, b in combinations(sorted(labels.mentions), 2):
        if Pair((a, b)) not in labels.unsure:
            both = a in present and b in present
            joined = both and group_of.get(a, a) == group_of.get(b, b)
            _count(result, labels, a, b, both=both, joined=joined)
    _count_whole(result, labels, held, present)
    _score_parts(result, labels, located, held, group_of, parts)
    return result


def _count_whole(result: Score, labels: Labels, held: Iterable[Collection[str]], present: Collection[str]) -> None:
    """A mention that the linker may or may not put there (unsure) doesn't spoil a group."""
    told: dict[str, set[str]] = defaultdict(set)
    for label in present:
        told[labels.happening[label]].add(label)
    groups = {label: set(group) for group in held for label in group}
    for members in told.values():
        if len({labels.mentions[label].article for label in members}) > 1:
            group = groups.get(min(members), set())
            extra = {label for label in group - members if Pair((label, min(members))) not in labels.unsure}
            result.happenings += 1
            result.whole += members <= group and not extra


def _count(result: Score, labels: Labels, a: str, b: str, *, both: bool, joined: bool) -> None:
    one, other, same = labels.mentions[a], labels.mentions[b], labels.same(a, b)
    if joined != same and both:
        (result.wrong if joined else result.missed).append((a, b))
    hard = both and not same and is_hard(one, other)
    for name in _strata(one, other):
        figures = result.same[name]
        figures.positives += same and both
        figures.absent += same and not both
        figures.predicted += joined
        figures.correct += joined and same
        figures.hard += hard
        figures.hard_joined += hard and joined


def _strata(a: Label, b: Label) -> tuple[str, ...]:
    """The rows that a pair counts in; two readings of one article say little and stand apart."""
    if a.corpus != b.corpus and a.article == b.article:
        return ("same article", "all")
    return (a.corpus if a.corpus == b.corpus else "across", "independent", "all")


def _score_parts(
    result: Score,
    labels: Labels,
    located: Mapping[str, str],
    held: Sequence[Collection[str]],
    group_of: Mapping[str, int],
    parts: Iterable[tuple[str, str]],
) -> None:
    present = set(located.values())
    wanted = {pair for pair in labels.part_of if present.issuperset(pair)}
    predicted: set[tuple[str, str]] = set()
    for ends in parts:
        sides = [held[group_of[name]] if name in group_of else [name] for name in map(located.get, ends) if name]
        if len(sides) == 2:
            predicted |= {(part, whole) for part in sides[0] for whole in sides[1]}
    predicted -= labels.unsure_part_of
    result.part_of = Figures(len(wanted), len(predicted), len(wanted & predicted), absent=len(labels.part_of - wanted))
    result.parts_joined = sum(group_of.get(a, a) == group_of.get(b, b) for a, b in wanted)


def groups_of(mentions: Iterable[str], links: Iterable[Link]) -> list[list[str]]:
    """The components of the certain links that say "same"."""
    root = {mention: mention for mention in mentions}

    def find(mention: str) -> str:
        while root[mention] != mention:
            root[mention] = root[root[mention]]
            mention = root[mention]
        return mention

    for link in links:
        if link.relation is Relation.SAME and link.certain:
            root[find(link.a)] = find(link.b)
    groups: dict[str, list[str]] = defaultdict(list)
    for mention in root:
        groups[find(mention)].append(mention)
    return list(groups.values())


def read_pool(labels: Labels) -> tuple[Records, dict[str, str]]:
    """All mentions without links, curated and read from the texts that are there, and the labels found for them."""
    reference = load_reference()
    curated = read_curated(reference)[0]
    located = _locate_curated(labels)
    records = Records(curated.documents, curated.mentions, curated.claims)
    for corpus, folder in TEXTS.items():
        for path in sorted(folder.glob("*.txt")):
            here = [label for label in labels.mentions.values() if (label.corpus, label.file) == (corpus, path.name)]
            published = next((label.published for label in here), None)
            document = prepare(next(iter(read_articles(path))), published).document
            read = extract(document)
            some = Records((document,), read.mentions, read.claims)
            located |= locate([_told(some, mention.id) for mention in read.mentions], here)
            records = records.plus(some)
    return records, located


def _locate_curated(labels: Labels) -> dict[str, str]:
    """A curated mention's id is made of its document's id and its key, so that the key finds it."""
    by_key: dict[str, str] = {}
    for path in sorted(INCIDENTS_DIR.glob("*.jsonl")):
        rows = [raw for _, raw in read_lines(path)]
        ids = {raw["key"]: stable_id("d", ORIGIN, raw["key"], raw.get("url")) for raw in rows if _is(raw, "document")}
        by_key |= {raw["key"]: stable_id("m", ids[raw["document"]], raw["key"]) for raw in rows if _is(raw, "mention")}
    return {by_key[label.key]: label.id for label in labels.mentions.values() if label.key in by_key}


def _is(raw: Mapping[str, Any], kind: str) -> bool:
    return bool(raw["kind"] == kind)


def _told(records: Records, mention: str) -> Told:
    mentions = [one for one in records.mentions if one.id == mention]
    claims = [claim for claim in records.claims if claim.mention_id == mention]
    incident = assemble(records.documents, mentions, claims, (), load_reference().vocabulary)[0]
    values = {name: estimate.value for name, estimate in incident.estimates.items()}
    days, place, killed = values.get("date"), values.get("place"), values.get("killed.total")
    where = place if isinstance(place, Place) else Place("")
    known = (days.first, days.last) if isinstance(days, DateRange) and days.first and days.last else None
    return Told(
        mention,
        known,
        frozenset(fold(name) for name in where.districts),
        where.province not in (None, "Balochistan") or where.country not in (None, "PK"),
        str(values.get("event_type") or ""),
        killed.best if isinstance(killed, CountRange) else None,
    )


def measure(linker: Linker, labels: Labels | None = None) -> Score:
    """The score of a linker over the whole pool."""
    known = labels or load_labels()
    records, located = read_pool(known)
    links = list(linker(records))
    parts = [(link.a, link.b) for link in links if link.relation is Relation.PART_OF and link.certain]
    return score(known, located, groups_of((mention.id for mention in records.mentions), links), parts)


def no_links(records: Records) -> tuple[Link, ...]:  # noqa: ARG001
    """A linker that joins nothing: shows the numbers of labelled pairs."""
    return ()


def curators_links(records: Records) -> tuple[Link, ...]:  # noqa: ARG001
    """The links that the curators wrote, as a linker: how far they and the labels agree."""
    return read_curated(load_reference())[0].links


def table(result: Score) -> list[str]:
    """The figures as Markdown."""
    lines = [
        "| pairs | precision | recall | same by label | joined | of these right "
        "| hard negatives | of these joined | not found |",
        f"| {' | '.join(['---'] * 9)} |",
    ]
    for name, f in [*sorted(result.same.items()), ("part of", result.part_of)]:
        shares = [f"{share:.3f}" if share is not None else "-" for share in (f.precision, f.recall)]
        counts = [str(n) for n in (f.positives, f.predicted, f.correct, f.hard, f.hard_joined, f.absent)]
        lines.append(f"| {' | '.join([name, *shares, *counts])} |")
    return [
        *lines,
        "",
        f"Happenings told by several articles: {result.happenings}, of these exactly one group: {result.whole}",
        f"Parts joined with their campaign as one happening: {result.parts_joined}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures of the linker that is named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("linker", help="none, curators, or MODULE:FUNCTION")
    parser.add_argument("--errors", type=int, default=0, help="pairs to list of each kind")
    chosen = parser.parse_args(arguments)
    result = measure(_linker(chosen.linker))
    lines = table(result)
    for what, pairs in (("wrongly joined", result.wrong), ("missed", result.missed)):
        lines += [f"{what}: {a}  {b}" for a, b in pairs[: chosen.errors]]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _linker(name: str) -> Linker:
    known: dict[str, Linker] = {"none": no_links, "curators": curators_links}
    if name in known:
        return known[name]
    module, _, function = name.partition(":")
    try:
        found: Linker = getattr(importlib.import_module(module), function)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"linker {name!r} cannot be loaded ({error}); give none, curators or MODULE:FUNCTION"
        ) from error
    return found


if __name__ == "__main__":
    sys.exit(main())
