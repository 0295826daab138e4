"""Step 7 for our own exports: a GeoJSON file that this program wrote -> the same documents, mentions and claims.

What was exported comes back as it was: ids, every claim with its speaker and origin, which reports are of one incident,
and that a person looked at it. A report that this store has by its own means stays as it is here; one that came by
an import is brought up to the file. The words of articles are in no export, so they don't come along.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from pathlib import Path
from typing import Any

import ijson  # type: ignore[import-untyped]

from geo.errors import InputError
from geo.importers.rows import BadRow
from geo.models import (
    Cited,
    Claim,
    DataSet,
    Decision,
    DecisionKind,
    Document,
    Link,
    Mention,
    Records,
    Relation,
    Role,
    Span,
    Stance,
    stable_id,
    value_from_json,
)
from geo.store.engine import Store
from geo.store.rows import claim_row, dataset_row, document_row, link_row, mention_row
from geo.store.write import Change, change, now, put_decisions, put_publishers
from geo.vocab import Vocabulary, default_vocabulary

ORIGIN = "import:export"
BATCH = 200  # incidents
TOGETHER = ("reports of one incident in the imported file",)
PART = ("part of it in the imported file",)
RELATED = ("related to it in the imported file",)
REVIEWED = "a person had looked at it where the file was exported"


@dataclass(frozen=True, slots=True)
class Exported:
    """One incident of an export."""

    number: int
    records: Records
    reviewed: tuple[str, ...]


@dataclass(slots=True)
class Taken:
    """What became of an export.

    Attributes:
        counts: Incidents that were `new`, `known` from an earlier import, or `own`: stored here by other means.
        bad: Features that could not be read; `line` is the number of the feature.
        change: Number of the change; None where nothing changed.
    """

    counts: Counter[str] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    change: int | None = None


def is_export(path: Path) -> bool:
    """Whether a file is GeoJSON that this program wrote.

    Raises:
        InputError: in one line, when it can't be read.
    """
    try:
        with path.open("rb") as file:
            names = {name for _, name in zip(range(40), _first_names(file), strict=False)}
    except (OSError, ijson.JSONError) as error:
        raise _unreadable(path, error) from error
    return {"data_version", "attribution"} <= names


def _first_names(file: Any) -> Iterator[str]:
    """The names of a collection's members up to its features."""
    for prefix, event, value in ijson.parse(file):
        if prefix == "" and event == "map_key":
            if value == "features":
                return
            yield value


def read_export(path: Path) -> Iterator[Exported | BadRow]:
    """The incidents of an export, one after another.

    Raises:
        InputError: in one line, when the file breaks off or isn't JSON.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(ijson.items(file, "features.item", use_float=True), start=1):
                yield _incident(number, raw)
    except (OSError, ijson.JSONError) as error:
        raise _unreadable(path, error) from error


def load_export(store: Store, path: Path, who: str, progress: Callable[[int], None] = lambda _number: None) -> Taken:
    """Store what an export holds: all of it, or nothing.

    Args:
        progress: Called with the number of incidents stored so far.

    Raises:
        InputError: when the file is no export, or not one of its incidents can be read.
        StoreError: when the store can't be written.
    """
    found, vocabulary = Taken(), default_vocabulary()
    with change(store, who, f"import of {path.name}") as made:
        _put_data_sets(made, data_sets(path))
        items = read_export(path)
        while batch := list(islice(items, BATCH)):
            found.bad += [item for item in batch if isinstance(item, BadRow)]
            _store(made, [item for item in batch if isinstance(item, Exported)], vocabulary, found.counts)
            progress(found.counts.total() + len(found.bad))
        if not found.counts:
            told = found.bad[0].reason if found.bad else "it has no features"
            raise InputError(f"{path}: holds no incident that can be read; {told}")
        _drop_loose_links(made)
        found.change = made.n
    return found


def data_sets(path: Path) -> tuple[DataSet, ...]:
    """The data sets whose rows an export may hold.

    Raises:
        InputError: in one line, when the file breaks off or isn't JSON.
    """
    try:
        with path.open("rb") as file:
            return tuple(_data_set(raw) for raw in ijson.items(file, "data_sets.item"))
    except (OSError, KeyError, ijson.JSONError) as error:
        raise _unreadable(path, error) from error


def _data_set(raw: Mapping[str, Any]) -> DataSet:
    return DataSet(
        raw["id"],
        raw["name"],
        raw["speaker"],
        raw["licence"],
        raw["licence_text"],
        raw["citation"],
        bool(raw["redistribute"]),
        bool(raw["whole"]),
        raw["url"],
    )


def _unreadable(path: Path, error: Exception) -> InputError:
    if isinstance(error, OSError):
        return InputError(f"{path}: cannot be read ({error.strerror})")
    if isinstance(error, KeyError):
        return InputError(f"{path}: a data set in it lacks its {error}")
    return InputError(f"{path}: is broken JSON ({str(error).splitlines()[0]}); nothing was stored")


def _incident(number: int, raw: Mapping[str, Any]) -> Exported | BadRow:
    try:
        told = raw["properties"]
        mentions = tuple(_mention(item) for item in told["mentions"])
        records = Records(
            tuple(_document(item) for item in told["sources"]),
            mentions,
            tuple(_claim(item) for item in told["claims"]),
            tuple(_links(told, mentions)),
        )
        reviewed = tuple(item["id"] for item in told["mentions"] if item["reviewed"])
    except (KeyError, TypeError, ValueError, AttributeError, InputError) as error:
        named = f"member {error} is missing" if isinstance(error, KeyError) else str(error)
        return BadRow(number, f"feature {number} is no incident of an export: {named}")
    fault = _fault(records)
    return BadRow(number, f"feature {number}: {fault}") if fault else Exported(number, records, reviewed)


def _fault(records: Records) -> str | None:
    """What points at nothing."""
    documents = {document.id for document in records.documents}
    mentions = {mention.id for mention in records.mentions}
    if not mentions:
        return "has no mention"
    if any(mention.document_id not in documents for mention in records.mentions):
        return "a mention is of a source that isn't listed"
    lost = (claim for claim in records.claims if claim.mention_id not in mentions or claim.document_id not in documents)
    claim = next(lost, None)
    return f"claim {claim.id} is of a mention or source that isn't listed" if claim else None


def _document(raw: Mapping[str, Any]) -> Document:
    listed = default_vocabulary().publisher(raw["publisher"])
    return Document(
        id=raw["document_id"],
        publisher=listed.id if listed.id in default_vocabulary().publishers else raw["publisher"],
        title=raw["title"],
        url=raw["url"],
        published=_day(raw["published"]),
        language=raw["language"],
        archived_url=raw["archived_url"],
        retracted=bool(raw["retracted"]),
        dataset=raw.get("dataset"),
        cites=tuple(Cited.from_json(cited) for cited in raw.get("cites") or ()),
    )


def _mention(raw: Mapping[str, Any]) -> Mention:
    return Mention(raw["id"], raw["document_id"], Role(raw["role"]), _span(raw["trigger"]), bool(raw["campaign"]))


def _claim(raw: Mapping[str, Any]) -> Claim:
    return Claim(
        id=raw["id"],
        document_id=raw["document_id"],
        mention_id=raw["mention_id"],
        field=raw["field"],
        value=value_from_json(raw["field"], raw["value"]),
        speaker=raw["speaker"],
        stance=Stance(raw["stance"]),
        origin=raw["origin"],
        original=raw["original"],
        span=_span(raw["span"]),
        speaker_span=_span(raw["speaker_span"]),
        said_on=_day(raw["said_on"]),
    )


def _links(told: Mapping[str, Any], mentions: tuple[Mention, ...]) -> Iterator[Link]:
    first, *others = (mention.id for mention in mentions)
    for other in others:
        yield Link(other, first, Relation.SAME, 1.0, TOGETHER, ORIGIN)
    if told["part_of"]:
        yield Link(first, told["part_of"], Relation.PART_OF, 1.0, PART, ORIGIN)
    for other in told["related"]:
        if first < other:  # the other one says so too
            yield Link(first, other, Relation.RELATED, 1.0, RELATED, ORIGIN)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _span(ends: list[int] | None) -> Span | None:
    return Span(*ends) if ends else None


def _store(made: Change, batch: list[Exported], vocabulary: Vocabulary, counts: Counter[str]) -> None:
    """Store some incidents; reports that are here by other means than an import stay as they are."""
    mentions = [mention for item in batch for mention in item.records.mentions]
    held = {row["id"]: row["origin"] for row in made.live("mentions", "id", [mention.id for mention in mentions])}
    own = {key for key, origin in held.items() if origin != ORIGIN}
    for item in batch:
        keys = {mention.id for mention in item.records.mentions}
        counts["own" if keys <= own else "known" if keys & held.keys() else "new"] += 1
    documents = {document.id: document for item in batch for document in item.records.documents}
    foreign = {row["id"] for row in made.live("documents", "id", documents) if row["origin"] != ORIGIN}
    fresh = [document for key, document in documents.items() if key not in foreign]
    put_publishers(made, fresh, vocabulary)
    made.put("documents", [document_row(document, ORIGIN) for document in fresh])
    wanted = [mention for mention in mentions if mention.id not in own]
    made.put("mentions", [mention_row(mention, ORIGIN) for mention in wanted])
    _put_claims(made, {mention.id for mention in wanted}, [claim for item in batch for claim in item.records.claims])
    links = [link for item in batch for link in item.records.links if not {link.a, link.b} <= own]
    made.put("links", [link_row(link) for link in links])
    _put_reviewed(made, {key for item in batch for key in item.reviewed} - own)


def _put_data_sets(made: Change, sets: tuple[DataSet, ...]) -> None:
    """Keep what may be done with a data set's rows; what this store knows of it stays."""
    known = {row["id"] for row in made.live("datasets", "id", [dataset.id for dataset in sets])}
    made.put("datasets", [dataset_row(dataset) for dataset in sets if dataset.id not in known])


def _put_claims(made: Change, mentions: set[str], claims: list[Claim]) -> None:
    """Let the claims on these mentions be those of the file."""
    wanted = {claim.id: claim for claim in claims if claim.mention_id in mentions}
    live = {row["id"] for row in made.live("claims", "mention_id", mentions)}
    made.put("claims", [claim_row(claim) for claim in wanted.values()])
    made.withdraw("claims", live - wanted.keys())


def _put_reviewed(made: Change, mentions: set[str]) -> None:
    decided = {row["subject"] for row in made.live("decisions", "subject", mentions)}
    put_decisions(
        made,
        (
            Decision(stable_id("x", ORIGIN, key), DecisionKind.ACCEPT, key, made.who, now(), reason=REVIEWED)
            for key in sorted(mentions - decided)
        ),
    )


def _drop_loose_links(made: Change) -> None:
    """A file may hold a part of an incident, or of a campaign, without the rest: such links point at nothing."""
    links = made.live("links", "origin", [ORIGIN])
    ends = set(chain.from_iterable((row["a"], row["b"]) for row in links))
    there = {row["id"] for row in made.live("mentions", "id", ends)}
    made.withdraw("links", {row["id"] for row in links if row["a"] not in there or row["b"] not in there})
