"""Speed of reading articles: whole articles a second on one core, over a made mix of about 300 words each.

Every sentence is written for this measurement. Processor time is measured, so that other work on the machine
doesn't count.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date

from geo.documents import Article, prepare
from geo.extract import read
from geo.extract.present import as_json

WANTED = 200
REPEATS = 25  # a shared machine is quick only now and then; the best of many runs is nearest to what the program needs
PLACES = ("Turbat", "Mastung", "Khuzdar", "Panjgur", "Nushki", "Kharan", "Dera Bugti", "Chaman", "Zhob", "Hub")
SENTENCES = (
    "QUETTA: At least {n} people, including two policemen, were killed and {m} others injured when a bomb exploded "
    "near a market in {place} on Thursday evening, officials said.",
    "The blast took place on the main road, and several shops and vehicles were damaged, the police said.",
    "The injured were shifted to the district hospital, from where three of them were taken to Quetta.",
    "A senior police officer told reporters that the explosives had been planted in a motorcycle.",
    "Nobody had claimed responsibility for the attack by the evening.",
    "In a separate incident, unidentified armed men opened fire on a vehicle of the Levies in {other}, killing an "
    "official on the spot and wounding his driver.",
    "Security forces reached the area and launched a search operation to trace the attackers.",
    "Meanwhile, the military's media wing said that {n} militants had been killed during an intelligence-based "
    "operation in the {third} district, and that weapons and ammunition were recovered from the site.",
    "The banned Balochistan Liberation Army said in a statement that its fighters had attacked a convoy there.",
    "The chief minister condemned the attacks and expressed his condolences to the families of the victims.",
    "He said that the government would provide the best possible treatment to the injured.",
    "Last month, five passengers were killed when gunmen stopped a bus on the highway near Ormara.",
    "Balochistan, the largest province of Pakistan, has seen a surge in violence over the past few years.",
    "Traders announced a shutter-down strike for the next day and demanded the arrest of those responsible.",
    "The home department asked officials of all districts to tighten the security of public places and offices.",
    "Residents of {place} said they had heard heavy firing through the night, and that the road to {third} stayed "
    "closed until {n} in the morning, when {m} trucks were let through.",
)


def articles(number: int = 40) -> list[Article]:
    """Made articles, each with other places and figures."""
    return [
        Article(f"{n}.txt", "\n\n".join(_sentences(n)), publisher="Example Daily", published="2025-08-08")
        for n in range(number)
    ]


def _sentences(number: int) -> Iterator[str]:
    """The first sentence, then the others in an order of the article's own."""
    turn = 1 + number % (len(SENTENCES) - 1)
    for sentence in (SENTENCES[0], *SENTENCES[turn:], *SENTENCES[1:turn]):
        yield sentence.format(
            n=3 + number % 7,
            m=5 + number % 11,
            place=PLACES[number % 10],
            other=PLACES[(number + 3) % 10],
            third=PLACES[(number + 6) % 10],
        )


def seconds(batch: list[Article]) -> float:
    """Processor time for reading a batch, the best of some runs."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        for article in batch:
            prepared = prepare(article, date(2025, 8, 8))
            as_json(read(prepared.document, prepared.warnings), article.file)
        best = min(best, time.process_time() - start)
    return best


def measure() -> Iterator[tuple[str, float, float]]:
    """(what, figure per second, figure wanted), for `make bench`."""
    batch = articles()
    seconds(batch[:2])
    yield "articles of 300 words read, per second and core", len(batch) / seconds(batch), WANTED
    long = Article("long.txt", "\n\n".join(article.body for article in batch), published="2025-08-08")
    yield f"the same {len(batch)} in one text, per second and core", len(batch) / seconds([long]), WANTED
