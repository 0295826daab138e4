"""Articles written for tests of the review: reports that are joined, that may be one incident, and that contradict."""

from __future__ import annotations

from functools import cache

from geo.documents import Article, prepare
from geo.extract import extract
from geo.extract.resolve import ORIGIN as RULES
from geo.models import Extraction
from geo.rebuild import rebuild, relink
from geo.store.engine import open_store
from geo.store.ingest import ingest
from geo.vocab import default_vocabulary

# Name, publisher, day, title, text. The first two are joined by themselves; `perhaps` is likely of them too; the two
# `claimed` ones agree in all but who did it.
ARTICLES = (
    (
        "blast",
        "Dawn",
        "2025-11-04",
        "Three killed in Mastung blast",
        "QUETTA: Three people were killed and five others injured when a bomb exploded in Mastung bazaar on Monday, "
        "police said. The Baloch Liberation Army (BLA) claimed responsibility.\n\nIn a separate incident, gunmen "
        "opened fire on a truck in Kalat, killing two drivers, officials said.",
    ),
    (
        "blast-again",
        "The Express Tribune",
        "2025-11-05",
        "Mastung blast toll rises",
        "QUETTA: At least four people died in Monday's bomb blast in Mastung bazaar, hospital officials said. Police "
        "said that six others were injured.",
    ),
    (
        "perhaps",
        "Geo News",
        "2025-11-05",
        "Explosion reported in Mastung",
        "QUETTA: A bomb went off in Mastung district on Monday, injuring three people, residents said.",
    ),
    (
        "claimed",
        "Dawn",
        "2025-10-15",
        "Seven soldiers killed in Panjgur",
        "QUETTA: Seven soldiers were killed when gunmen attacked a convoy in Panjgur on Tuesday. The Baloch "
        "Liberation Army (BLA) claimed responsibility for the attack.",
    ),
    (
        "claimed-by-others",
        "The Balochistan Post",
        "2025-10-15",
        "Convoy attacked in Panjgur",
        "Seven soldiers were killed when gunmen attacked a convoy in Panjgur on Tuesday. The Balochistan Liberation "
        "Front (BLF) claimed responsibility for the attack.",
    ),
    (
        "sentinel",
        "Dawn",
        "2025-09-10",
        "Labourers abducted in Dasht",
        "QUETTA: Unidentified gunmen abducted four labourers from a construction site in Dasht on Tuesday, police "
        "said.",
    ),
)


@cache
def extractions() -> tuple[Extraction, ...]:
    """What the machine reads in them."""
    return tuple(
        extract(prepare(Article(f"{name}.txt", text, False, title, publisher, day, None, name)).document)
        for name, publisher, day, title, text in ARTICLES
    )


def store_reports(db: str) -> None:
    """Store and link them, as `python -m geo ingest` does."""
    store = open_store(db)
    try:
        ingest(store, extractions(), "tester", RULES)
        relink(store, default_vocabulary(), "tester")
        rebuild(store, default_vocabulary())
    finally:
        store.close()
