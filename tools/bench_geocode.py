"""Places a second on one core, nothing looked up before: known spellings, misspellings and unknown names.

`make bench` calls `measure`; alone: `python -m tools.bench_geocode`.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Iterable, Sequence

from geo.gazetteer import Gazetteer
from geo.geocode import Geocoder

KNOWN_WANTED = 50_000
OTHER_WANTED = 1_000
SEED = 20


def misspell(name: str, chance: random.Random) -> str:
    """One slip of the pen: a letter lost, added, changed or swapped with the next."""
    at = chance.randrange(len(name))
    letter = chance.choice(string.ascii_lowercase)
    return chance.choice(
        [
            name[:at] + name[at + 1 :],
            name[:at] + letter + name[at:],
            name[:at] + letter + name[at + 1 :],
            name[:at] + name[at : at + 2][::-1] + name[at + 2 :],
        ]
    )


def invent(chance: random.Random) -> str:
    """A name that nothing has: one to three words of random letters."""
    lengths = [chance.randint(3, 10) for _ in range(chance.randint(1, 3))]
    return " ".join("".join(chance.choices(string.ascii_lowercase, k=length)) for length in lengths).title()


def rate(names: Sequence[str], geocoder: Geocoder) -> float:
    """Names a second of processor time."""
    started = time.process_time()
    for name in names:
        geocoder.geocode(name)
    return len(names) / (time.process_time() - started)


def measure() -> Iterable[tuple[str, float, float]]:
    """(what, names a second, wanted at least), each on a gazetteer loaded for it, so that no cache is warm."""
    chance = random.Random(SEED)
    known = [name.text for name in Gazetteer.load().names()]
    known = [*known, *map(str.upper, known), *map(str.lower, known)]
    misspelt = [misspell(chance.choice(known), chance) for _ in range(2_000)]
    unknown = [invent(chance) for _ in range(2_000)]
    described = [f"{chance.choice(known)} {chance.choice(['district', 'area', 'town'])}" for _ in range(2_000)]
    cases = {
        "geocode, known spellings": (known, KNOWN_WANTED),
        "geocode, misspelt names": (misspelt, OTHER_WANTED),
        "geocode, unknown names": (unknown, OTHER_WANTED),
        'geocode, "X district", "X area"': (described, OTHER_WANTED),
    }
    for what, (names, wanted) in cases.items():
        yield what, rate(names, Geocoder.of(Gazetteer.load())), wanted


if __name__ == "__main__":
    for what, found, wanted in measure():
        print(f"{what}: {found:,.0f}/s (wanted {wanted:,.0f}/s)")
