"""Which mentions are compared (step 6): those that share a block of `geo.link.keys`, so that work stays linear."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import TypeVar

from geo.link import weights as w
from geo.link.compare import Verdict, compare, same_article
from geo.link.facts import Facts, facts_of, most_days_apart
from geo.link.keys import Block, Keys, keys_of
from geo.models import Claim, Document, Link, Mention, Records
from geo.vocab import Vocabulary

Row = TypeVar("Row", Document, Mention, Claim)


class Pool:
    """Mentions with the blocks that they stand in; facts and verdicts are made when asked for, and kept."""

    def __init__(self, records: Records, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._speaker = cache(lambda name: vocabulary.speaker(name).id)
        self._documents = _by_id(records.documents)
        known = _by_id(records.mentions)
        self.mentions = {key: known[key] for key in sorted(known) if known[key].document_id in self._documents}
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for claim in _by_id(records.claims).values():
            self._claims[claim.mention_id].append(claim)
        self._facts: dict[str, Facts] = {}
        self._verdicts: dict[tuple[str, str], Verdict] = {}
        self._matches: dict[str, dict[str, tuple[Verdict, bool]]] = {}
        self._campaigns = {key for key, mention in self.mentions.items() if mention.campaign}
        self._dataset = {key: self._documents[mention.document_id].dataset for key, mention in self.mentions.items()}
        self.of_document: dict[str, list[str]] = defaultdict(list)
        for key, mention in self.mentions.items():
            self.of_document[mention.document_id].append(key)
        self.keys: dict[str, Keys] = {}
        self._in_block: dict[Block, list[str]] = defaultdict(list)
        for key, mention in self.mentions.items():
            keys = keys_of(mention, self._documents[mention.document_id], self._claims[key])
            self.keys[key] = keys
            for block in keys.found_in:
                self._in_block[block].append(key)

    def facts(self, key: str) -> Facts:
        found = self._facts.get(key)
        if found is None:
            mention = self.mentions[key]
            claims = self._claims[key]
            alone = len(self.of_document[mention.document_id]) == 1
            document = self._documents[mention.document_id]
            found = facts_of(mention, document, claims, self._vocabulary, self._speaker, alone=alone)
            self._facts[key] = found
        return found

    def holds(self, link: Link) -> bool:
        """Whether both ends of a link are there."""
        return link.a in self.mentions and link.b in self.mentions

    def verdict(self, a: str, b: str) -> Verdict:
        pair = (a, b) if a < b else (b, a)
        found = self._verdicts.get(pair)
        if found is None:
            found = self._verdicts[pair] = compare(self.facts(a), self.facts(b), self._vocabulary)
        return found

    def beside(self, key: str) -> set[str]:
        """The mentions of other documents that share a block with this one; rows of one data set are never the same."""
        own, dataset = self.mentions[key].document_id, self._dataset[key]
        found: set[str] = set()
        for block in self.keys[key].looks_in:
            found.update(self._in_block[block])
        if dataset is not None:
            found = {other for other in found if self._dataset[other] != dataset}
        return {other for other in found if self.mentions[other].document_id != own}

    def of_dataset(self, *keys: str) -> bool:
        """Whether one of these is a row of a data set: such links are for people to confirm."""
        return any(self._dataset[key] is not None for key in keys)

    def matches(self, key: str) -> dict[str, tuple[Verdict, bool]]:
        """Every mention that this one may be one with: the verdict, and whether it is certain.

        Certain is a high score that is the best which either finds in the other's document, by a margin. What the one
        finds in the other the other finds in the one.
        """
        found = self._matches.get(key)
        if found is None:
            found = {}
            for other in self._near(key):
                known = self._matches.get(other)
                match = self._match(key, other) if known is None else known.get(key)
                if match is not None:
                    found[other] = match
            self._matches[key] = found
        return found

    def _match(self, a: str, b: str) -> tuple[Verdict, bool] | None:
        """The verdict on a pair where it is likely; others are too many to be kept."""
        pair = (a, b) if a < b else (b, a)
        verdict = self._verdicts.get(pair) or compare(self.facts(a), self.facts(b), self._vocabulary)
        if verdict.points < w.LIKELY:
            return None
        self._verdicts[pair] = verdict
        sure = verdict.points >= w.CERTAIN and not verdict.against and not self.of_dataset(a, b)
        return verdict, sure and self._is_best(a, b, verdict)

    def _near(self, key: str) -> Iterator[str]:
        """Those beside that `compare` doesn't rule out by kind or day: most of them, so they are passed over here."""
        campaign, days = self.mentions[key].campaign, self.keys[key].days
        most = most_days_apart(campaign=campaign)
        first, last = (days[0] - most, days[1] + most) if days else (0, 0)
        for other in self.beside(key):
            if self.mentions[other].campaign == campaign:
                others = self.keys[other].days
                if days is None or others is None or (others[0] <= last and first <= others[1]):
                    yield other

    def _is_best(self, a: str, b: str, verdict: Verdict) -> bool:
        """A text tells an incident once: where a second one of it fits as well, a person must choose."""
        rivals = [self.verdict(a, key) for key in self._others(b)] + [self.verdict(key, b) for key in self._others(a)]
        needed = 0.0 if same_article(self.facts(a), self.facts(b)) else w.MARGIN
        best = max((rival.points for rival in rivals), default=float("-inf"))
        return verdict.points > best + needed if needed else verdict.points > best

    def _others(self, key: str) -> list[str]:
        return [other for other in self.of_document[self.mentions[key].document_id] if other != key]

    def campaigns(self, keys: Collection[str]) -> Iterator[tuple[str, str]]:
        """Pairs of a single incident and a campaign that share a block or a document, one end of them in `keys`."""
        few = self._campaigns if len(self._campaigns) < len(keys) else keys
        for key in few:
            own = self.mentions[key].campaign
            for other in self.beside(key) | set(self._others(key)):
                if self.mentions[other].campaign != own and (key in keys or other in keys):
                    yield (other, key) if own else (key, other)


def _by_id(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by id; of one that is there twice, with another date or method, always the same one."""
    found: dict[str, Row] = {}
    for row in rows:
        held = found.setdefault(row.id, row)
        if held is not row and held != row:
            found[row.id] = max(held, row, key=repr)
    return found
