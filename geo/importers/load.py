"""A source's rows into the store, as one change: all of it, or nothing.

A row has the same ids in every release, so importing again duplicates nothing: an equal row stays, a changed one
supersedes, and rows that a newer release of a whole data set no longer has are withdrawn. Rows that cannot be used are
listed with line and reason. What people decided stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from geo.errors import InputError
from geo.importers.convert import Batch, batches
from geo.importers.make import IMPORT, origin_of
from geo.importers.rows import BadRow
from geo.importers.source import Source, release_order
from geo.models import Camp, DataSet
from geo.store.bulk import Rows, Values, columns, end_rows, insert_new, live_ids, live_of_documents, loading, values_of
from geo.store.engine import Store
from geo.store.rows import dataset_row, publisher_row
from geo.store.write import Change, change
from geo.vocab import default_vocabulary

MOST_LISTED = 1000  # bad rows that are kept with their reasons
CLAIM_ORIGIN = columns("claims").index("origin")

Progress = Callable[[int], None]


@dataclass(slots=True)
class Loaded:
    """What became of the rows of one import.

    Attributes:
        counts: Of `new`, `changed`, `unchanged`, `kept` (stored from a newer release), `repeated` (the same row again)
            and `withdrawn` (of an older release, and not in this one).
        bad: The first rows that could not be used; `left_out` says how many there were.
        remarks: What should be known of rows that were used all the same, with their number.
        countries: Codes of the countries that the rows lie in; None for an unlisted one.
        change: Number of the change; None where nothing changed.
    """

    counts: Counter[str] = field(default_factory=Counter)
    bad: list[BadRow] = field(default_factory=list)
    left_out: int = 0
    remarks: Counter[str] = field(default_factory=Counter)
    countries: set[str | None] = field(default_factory=set)
    change: int | None = None

    @property
    def used(self) -> int:
        """How many rows were good."""
        return sum(self.counts[what] for what in ("new", "changed", "unchanged", "kept", "repeated"))


def load(store: Store, source: Source, who: str, progress: Progress = lambda _line: None) -> Loaded:
    """Store what a source says.

    Args:
        progress: Called with the number of lines read so far.

    Raises:
        InputError: when not one row can be used, or the store holds a newer release; nothing is stored then.
        StoreError: when the store can't be written.
    """
    found = Loaded()
    what = f"import of {source.dataset.name} {source.release}"
    with batches(source) as ready, change(store, who, what, bulk=True) as made:
        held = live_ids(made, "documents", "dataset", source.dataset.id)
        older = _older_origins(source, set(held.values()))
        _put_dataset(made, source.dataset)
        seen: set[str] = set()
        with loading(store, made, source.lines):
            for batch in ready:
                _store(made, batch, held, seen, found, origin_of(source.dataset, source.release))
                progress(batch.line)
        if not found.used:
            raise InputError(_nothing(source, found))
        if source.dataset.whole and not source.part:
            missed = {key for key, origin in held.items() if origin in older} - seen
            gone = _of_countries(made, missed, found.countries)
            _withdraw(made, gone)
            found.counts["withdrawn"] += len(gone)
        found.change = made.n
    return found


def _nothing(source: Source, found: Loaded) -> str:
    if not found.left_out:
        return f"{source.path}: has no rows"
    return f"{source.path}: none of its {found.left_out} rows can be used; {found.bad[0]}"


def _older_origins(source: Source, origins: set[str]) -> set[str]:
    """The origins of older releases in the store.

    Raises:
        InputError: when it holds a newer one that this would take back.
    """
    own = release_order(source.release)
    newer = max((_order(origin), origin) for origin in (*origins, origin_of(source.dataset, source.release)))
    if newer[0] > own and source.dataset.whole:
        raise InputError(
            f"{source.path}: is {source.dataset.name} {source.release}, but the store holds the newer "
            f"{_release(newer[1])}; nothing was stored (--release says which one a file is)"
        )
    return {origin for origin in origins if _order(origin) < own}


def _release(origin: str) -> str:
    return origin.partition("@")[2]


def _order(origin: str) -> tuple[int, ...]:
    return release_order(_release(origin))


def _put_dataset(made: Change, dataset: DataSet) -> None:
    """Keep the data set with its licence, and who speaks in it."""
    publisher = default_vocabulary().publisher(dataset.speaker)
    if publisher.camp is Camp.UNKNOWN:
        publisher = replace(publisher, camp=Camp.DATA_SET, camp_source=f"speaks in the data set {dataset.name}")
    made.put("datasets", [dataset_row(dataset)])
    made.put("publishers", [publisher_row(publisher)])


def _store(made: Change, batch: Batch, held: dict[str, str], seen: set[str], found: Loaded, origin: str) -> None:
    found.left_out += len(batch.bad)
    found.bad += batch.bad[: max(MOST_LISTED - len(found.bad), 0)]
    found.counts["repeated"] += batch.repeated
    found.remarks.update(said.remark for said in batch.said.values() if said.remark)
    found.countries |= {said.country for said in batch.said.values()}
    ids = batch.said.keys()
    seen.update(ids)
    known = ids & held.keys()
    if not known:
        insert_new(made, batch.rows)
        found.counts["new"] += len(ids)
        return
    kept = {key for key in known if _order(held[key]) > _order(origin)}
    insert_new(made, batch.rows.of(ids - known))
    changed = _refresh(made, batch.rows.of(known - kept))
    found.counts["new"] += len(ids - known)
    found.counts["kept"] += len(kept)
    found.counts["changed"] += len(changed)
    found.counts["unchanged"] += len(known - kept) - len(changed)


def _refresh(made: Change, rows: Rows) -> set[str]:
    """Let these be what the data set says of documents that are stored already; gives those that say otherwise now."""
    documents = {row[0] for row in rows.documents}
    changed = _renew(made, "documents", rows.documents)
    _renew(made, "mentions", rows.mentions)
    wanted: dict[str, Values] = {row[0]: row for row in rows.claims}
    families = {_family(row[CLAIM_ORIGIN]) for row in rows.claims}
    live = {key: more for key, *more in live_of_documents(made, "claims", documents)}
    own = {key for key, (_, origin, _) in live.items() if _family(origin) in families}
    ended = {key for key in own if key not in wanted or wanted[key][CLAIM_ORIGIN] != live[key][1]}
    fresh = [row for key, row in wanted.items() if key not in live or key in ended]
    end_rows(made, "claims", ((key, live[key][2]) for key in ended))
    insert_new(made, Rows(claims=fresh))
    return changed | {live[key][0] for key in own - wanted.keys()} | {row[1] for row in fresh if row[0] not in live}


def _renew(made: Change, name: str, rows: list[Values]) -> set[str]:
    """Let these rows be live; gives the ids of those that were otherwise, whatever release said it."""
    origin = columns(name).index("origin")
    held = made.live(name, "id", [row[0] for row in rows])
    live = {row["id"]: values_of(name, row) for row in held}
    other = {row[0]: row for row in rows if live.get(row[0]) != row}
    end_rows(made, name, ((row["id"], row["added_in"]) for row in held if row["id"] in other))
    insert_new(made, Rows(**{name: list(other.values())}))
    return {
        key for key, row in other.items() if key not in live or _without(live[key], origin) != _without(row, origin)
    }


def _without(row: Values, column: int) -> Values:
    return (*row[:column], *row[column + 1 :])


@lru_cache(maxsize=4096)
def _family(origin: str) -> str:
    """Whose rows these are, of whatever release."""
    return origin.partition("@")[0]


def _of_countries(made: Change, documents: set[str], countries: set[str | None]) -> set[str]:
    """Those of the documents whose place lies in one of these countries: a file may be of some countries only."""
    rows = made.live("claims", "document_id", documents) if documents else []
    places = {row["document_id"]: row["value"] for row in rows if row["field"] == "place" and _is_own(row["origin"])}
    return {key for key in documents if (places.get(key) or {}).get("country") in countries}


def _is_own(origin: str) -> bool:
    return origin.startswith(f"{IMPORT}:")


def _withdraw(made: Change, documents: set[str]) -> None:
    """End documents with all that the data set, or anybody, says of them; decisions stay."""
    mentions = {row[0] for row in live_of_documents(made, "mentions", documents)}
    claims = {row[0] for row in live_of_documents(made, "claims", documents)}
    links = {row["id"] for end in ("a", "b") for row in made.live("links", end, mentions)}
    for name, ids in (("links", links), ("claims", claims), ("mentions", mentions), ("documents", documents)):
        made.withdraw(name, ids)
