"""Measure how long linking takes: made-up mentions, spread over years and districts as real ones are.

    python -m tools.bench_link [MENTIONS ...]

Prints, for each number of mentions, the seconds of linking all anew and of adding one document to them.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta

from geo.geocode import geocode
from geo.link import link_all, link_new
from geo.models import (
    ActorRef,
    Basis,
    Claim,
    CountRange,
    DateRange,
    Document,
    Mention,
    Place,
    Records,
    Stance,
    Value,
    make_claim,
    stable_id,
)

TOWNS = (
    *("Quetta", "Turbat", "Kalat", "Khuzdar", "Mastung", "Nushki", "Panjgur", "Gwadar", "Sibi", "Zhob", "Chaman"),
    *("Kharan", "Hub", "Pishin", "Loralai", "Mangochar", "Pasni", "Dera Bugti", "Sui", "Awaran", "Tump", "Buleda"),
)
KINDS = ("armed_attack", "bombing", "targeted_killing", "security_operation", "abduction", "sabotage")
FIRST = date(2010, 1, 1)
YEARS = 15
REPORTS = 2  # of one happening, on average


def make_records(mentions: int, seed: int = 4) -> Records:
    """Mentions of random happenings; every happening is told by some documents, each with its own toll and words."""
    dice = random.Random(seed)
    places = [geocode(name) for name in TOWNS]
    records: list[tuple[Document, Mention, list[Claim]]] = []
    while len(records) < mentions:
        day = FIRST + timedelta(days=dice.randrange(365 * YEARS))
        place, kind, toll = dice.choice(places), dice.choice(KINDS), int(dice.expovariate(0.3))
        for _ in range(dice.randint(1, 2 * REPORTS - 1)):
            records.append(_report(len(records), day, place, kind, max(0, toll + dice.choice((0, 0, 0, 1)))))
    kept = records[:mentions]
    return Records(
        tuple(document for document, _, _ in kept),
        tuple(mention for _, mention, _ in kept),
        tuple(claim for _, _, claims in kept for claim in claims),
    )


def _report(number: int, day: date, place: Place, kind: str, toll: int) -> tuple[Document, Mention, list[Claim]]:
    document = Document(stable_id("d", number), "dawn", None, f"https://example.org/{number}", day + timedelta(days=1))
    mention = Mention(stable_id("m", document.id), document.id)
    values: list[tuple[str, Value]] = [
        ("event_type", kind),
        ("date", DateRange.on(day)),
        ("place", place),
        ("killed.total", CountRange.exactly(toll)),
        ("perpetrator", ActorRef("unknown", "unknown", Basis.UNKNOWN)),
    ]
    claims = [
        make_claim(document.id, mention.id, name, value, speaker="Dawn", stance=Stance.MEDIA_REPORT, origin="curated")
        for name, value in values
    ]
    return document, mention, claims


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each number of mentions."""
    for number in [int(text) for text in (sys.argv[1:] if arguments is None else arguments)] or [10_000]:
        records = make_records(number)
        start = time.perf_counter()
        links = link_all(records)
        whole = time.perf_counter() - start
        last = records.documents[-1].id
        new = Records(
            records.documents[-1:],
            records.mentions[-1:],
            tuple(claim for claim in records.claims if claim.document_id == last),
        )
        start = time.perf_counter()
        link_new(new, Records(records.documents, records.mentions, records.claims, links))
        added = time.perf_counter() - start
        sys.stdout.write(
            f"{number:,} mentions: {whole:.1f} s, {len(links):,} links; one more document: {added:.1f} s\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
