"""What the killed and the competing processes do: made-up articles, and the ways of writing to a store.

Loaded once by the fork server, so that a process starts in milliseconds and can be killed anywhere in its work.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

from geo.curated import read_curated
from geo.documents import Article, prepare
from geo.extract import extract
from geo.extract.resolve import ORIGIN as RULES
from geo.models import Decision, DecisionKind, Extraction, Records
from geo.pipeline import load_reference
from geo.rebuild import rebuild, relink
from geo.store.engine import open_store
from geo.store.ingest import ingest
from geo.store.read import read_state
from geo.store.write import change, put_decisions, replace_origin
from geo.vocab import default_vocabulary

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
    rebuild(store, default_vocabulary())
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


def decision(number: int, subject: str) -> Decision:
    moment = f"2026-11-20T12:00:00.{number:06d}+00:00"
    return Decision(f"x-{number}", DecisionKind.ACCEPT, subject, "tester", moment, reason=f"decision {number}")


def do_review(db: str, acknowledged: str) -> None:
    """A person decides one thing after another."""
    store = open_store(db)
    ingest(store, extractions()[:BATCH], "tester", RULES)
    subjects = [mention.id for mention in read_state(store).records.mentions]
    for number in range(DECISIONS):
        with change(store, "tester", "decision") as made:
            put_decisions(made, [decision(number, subjects[number % len(subjects)])])
        _acknowledge(acknowledged, f"x-{number}")
    store.close()


def do_open(db: str, acknowledged: str) -> None:
    """What a start does with an older store: bring it up to date."""
    open_store(db).close()
    _acknowledge(acknowledged, "open")


WORK = {"ingest": do_ingest, "import": do_import, "review": do_review, "migration": do_open}


def read_on(db: str, until: str, seen: str) -> None:
    """A reader like the app: whatever it sees is whole, until the file `until` appears."""
    whole = {extraction.document.id: extraction for extraction in extractions()}
    store = open_store(db)
    reads = 0
    while not os.path.exists(until) or not reads:  # noqa: PTH110
        for document_id, claims in claims_by_document(read_state(store).records).items():
            assert claims == {claim.id for claim in whole[document_id].claims}, f"{document_id} is half there"
        reads += 1
    store.close()
    _acknowledge(seen, str(reads))


def claims_by_document(records: Records) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {document.id: set() for document in records.documents}
    for claim in records.claims:
        found[claim.document_id].add(claim.id)
    return found


extractions()
curated()
