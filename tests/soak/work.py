"""What the killed and the competing processes do: made-up articles, and the ways of writing to a store.

Loaded once by the fork server, so that a process starts in milliseconds and can be killed anywhere in its work.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from sqlalchemy import func, select

from geo.curated import read_curated
from geo.documents import Article, prepare
from geo.errors import InputError
from geo.extract import extract
from geo.extract.resolve import ORIGIN as RULES
from geo.importers import make
from geo.importers.load import load
from geo.importers.rows import WHOLE, Item, Share
from geo.importers.source import Source, open_source
from geo.models import Decision, Extraction, Records
from geo.pipeline import load_reference
from geo.rebuild import decided, rebuild, refresh, relink
from geo.review import decide
from geo.store.engine import Store, open_store
from geo.store.ingest import ingest
from geo.store.read import read_state
from geo.store.schema import decisions
from geo.store.write import change, replace_origin
from geo.vocab import default_vocabulary
from tests.importers.ged import event, ged_file

TOWNS = ("Mastung", "Turbat", "Gwadar", "Panjgur", "Khuzdar", "Kalat", "Nushki", "Sibi", "Kharan", "Awaran")
NUMBERS = ("Two", "Three", "Four", "Five", "Six", "Seven")
ARTICLES = 32
BATCH = 4
DECISIONS = 20


@cache
def extractions() -> tuple[Extraction, ...]:
    """What the rules read in made-up articles, every one another."""
    return tuple(extract(prepare(_article(number)).document) for number in range(ARTICLES))


def _article(number: int) -> Article:
    town, killed = TOWNS[number % len(TOWNS)], NUMBERS[number % len(NUMBERS)]
    day = date(2025, 1, 6) + timedelta(days=number)
    body = (
        f"QUETTA: {killed} people were killed and nine others injured when a bomb exploded in {town} on "
        f"{day:%A}, police said. The Baloch Liberation Army (BLA) claimed responsibility for the attack.\n\n"
        f"In a separate incident, gunmen opened fire on a vehicle in {TOWNS[(number + 3) % len(TOWNS)]}, killing "
        f"{NUMBERS[(number + 1) % len(NUMBERS)].casefold()} men, officials said. Report {number}."
    )
    return Article(f"{number}.txt", body, False, f"Blast in {town}", "Dawn", day.isoformat(), None, str(number))


@cache
def curated() -> Records:
    return read_curated(load_reference())[0]


def part_of_curated(kept: int) -> Records:
    """The curated data as if later files had been removed."""
    whole = curated()
    documents = whole.documents[:kept]
    ids = {document.id for document in documents}
    mentions = tuple(mention for mention in whole.mentions if mention.document_id in ids)
    held = {mention.id for mention in mentions}
    claims = tuple(claim for claim in whole.claims if claim.document_id in ids)
    return Records(documents, mentions, claims, tuple(link for link in whole.links if {link.a, link.b} <= held))


def _acknowledge(path: str, line: str) -> None:
    """Say that something is stored; one write, which outlives the process."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(handle, f"{line}\n".encode())
    os.close(handle)


def do_ingest(db: str, acknowledged: str, numbers: Sequence[int] = range(ARTICLES)) -> None:
    store = open_store(db)
    chosen = [extractions()[number] for number in numbers]
    for start in range(0, len(chosen), BATCH):
        for outcome in ingest(store, chosen[start : start + BATCH], f"process {os.getpid()}", RULES):
            _acknowledge(acknowledged, outcome.document.id)
    relink(store, default_vocabulary(), "tester")
    refresh(store, default_vocabulary())
    store.close()


def do_import(db: str, acknowledged: str) -> None:
    """The curated files as they come and go."""
    store = open_store(db)
    for kept in (20, 5, 54):
        with change(store, "curated files", "import") as made:
            replace_origin(made, part_of_curated(kept), "curated")
        _acknowledge(acknowledged, f"kept {kept}")
    rebuild(store, default_vocabulary())
    store.close()


@cache
def releases() -> tuple[Source, ...]:
    """Two releases of a data set; of the first some rows are changed in the second, and some are gone."""
    with tempfile.TemporaryDirectory() as folder:
        old = [event(key, best="15") for key in range(1, 41)]
        new = [event(key, best="16", high="21") for key in range(11, 51)]
        files = [
            ged_file(Path(folder), *rows, name=f"GEDEvent_v{release}_1.csv")
            for release, rows in (("24", old), ("25", new))
        ]
        sources = [open_source("ucdp", path) for path in files]
        return tuple(replace(source, read=partial(_taken, tuple(source.read()))) for source in sources)


def _taken(items: tuple[Item, ...], share: Share = WHOLE) -> Iterator[Item]:
    return share.take(iter(items))


@cache
def documents_of_releases() -> tuple[set[str], ...]:
    """The documents that the store holds after each release."""
    dataset = releases()[0].dataset
    return tuple({make.document_id(dataset, str(key)) for key in range(*ends)} for ends in ((1, 41), (11, 51)))


def do_dataset(db: str, acknowledged: str) -> None:
    """Two releases of a data set, one after the other; the store refuses an older one after a newer."""
    store = open_store(db)
    for source in releases():
        with suppress(InputError):
            load(store, source, "tester")
        _acknowledge(acknowledged, source.release)
    store.close()


def do_review(db: str, acknowledged: str) -> None:
    """A person decides one thing after another, in every way, until there are as many as wanted."""
    store = open_store(db)
    ingest(store, extractions()[:BATCH], "tester", RULES)
    keys = sorted(mention.id for mention in read_state(store).records.mentions)
    while (number := decided_changes(store)) < DECISIONS:
        made = _decide(store, number, keys)
        _acknowledge(acknowledged, " ".join(decision.id for decision in made))
    store.close()


def decided_changes(store: Store) -> int:
    """How many changes brought decisions."""
    with store.reading() as connection:
        return connection.execute(select(func.count(decisions.c.added_in.distinct()))).scalar_one()


def _decide(store: Store, number: int, keys: Sequence[str]) -> tuple[Decision, ...]:
    """The decision of this number: the first of several kinds that can be made now."""
    one, two, three = (keys[(number + step) % len(keys)] for step in range(3))
    claim = next(c.id for c in decided(read_state(store)).claims if c.field == "killed.total")
    ways: list[Callable[[], tuple[Decision, ...]]] = [
        lambda: decide.accept(store, [one, two, three], "tester", f"decision {number}"),
        lambda: decide.merge(store, one, two, "tester"),
        lambda: decide.correct(store, claim, {"value": {"best": number + 50}}, "tester"),
        lambda: decide.split(store, [one], "tester"),
        lambda: decide.reject(store, [two, three], "tester"),
    ]
    turn = number % len(ways)
    for way in (*ways[turn:], *ways[:turn]):
        with suppress(InputError):
            return way()
    newest = next(decision for decision, stands in decide.history(store) if stands)
    return decide.undo(store, newest.id, "tester")


def decide_on(db: str, acknowledged: str, who: str, subjects: Sequence[str]) -> None:
    """Accept or reject one thing after another, and say of each whether that was done."""
    store = open_store(db)
    for number, subject in enumerate(subjects):
        way = decide.accept if number % 2 else decide.reject
        try:
            (made,) = way(store, [subject], who)
            _acknowledge(acknowledged, f"{made.id} {subject}")
        except InputError as error:
            _acknowledge(acknowledged, f"refused {subject} {error}")
    store.close()


def do_open(db: str, acknowledged: str) -> None:
    """What a start does with an older store: bring it up to date."""
    open_store(db).close()
    _acknowledge(acknowledged, "open")


WORK = {
    "ingest": do_ingest,
    "import": do_import,
    "dataset": do_dataset,
    "review": do_review,
    "migration": do_open,
}


def read_on(db: str, until: str, seen: str) -> None:
    """A reader like the app: whatever it sees is whole, until the file `until` appears."""
    whole = claims_by_document(curated())
    whole |= {one.document.id: {claim.id for claim in one.claims} for one in extractions()}
    store = open_store(db)
    reads = 0
    while not os.path.exists(until) or not reads:  # noqa: PTH110
        for document_id, claims in claims_by_document(read_state(store).records).items():
            assert claims == whole[document_id], f"{document_id} is half there"
        reads += 1
    store.close()
    _acknowledge(seen, str(reads))


def show_on(db: str, until: str, seen: str) -> None:
    """The app: its shared state follows the store and never has to warn, until the file `until` appears."""
    from ui import state  # noqa: PLC0415  (Streamlit, which the others don't need)

    state.ASK_SECONDS = 0.0
    live = state.Live(db, {})
    sound = live.current().dataset.problems
    looks = 0
    while not os.path.exists(until) or not looks:  # noqa: PTH110
        shown = live.current()
        assert shown.dataset.problems == sound, shown.dataset.problems
        looks += 1
    live.refresh()
    _acknowledge(seen, " ".join(sorted(live.current().dataset.owners)))


def claims_by_document(records: Records) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {document.id: set() for document in records.documents}
    for claim in records.claims:
        found[claim.document_id].add(claim.id)
    return found


extractions()
curated()
releases()
