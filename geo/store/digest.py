"""What tells two states of a store apart without reading them: a digest of the live rows after each change.

The digest is the sum, modulo 2^256, of a hash of each live row (its table, id and the change that added it, which
never change while it lives). Order doesn't matter, so a change adds what it brought and takes away what it ended.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import Connection, func, select

from geo.store.schema import KEPT, changes

MODULUS = 2**256


def weight(name: str, rows: Iterable[tuple[str, int]]) -> int:
    """What these rows of a table, each an id and the change that added it, add to the digest."""
    hashed, number = hashlib.sha256, int.from_bytes
    return sum(number(hashed(f"{name} {key} {added}".encode()).digest(), "big") for key, added in rows)


def as_text(total: int) -> str:
    """A digest as it is stored."""
    return f"{total % MODULUS:064x}"


def digest_at(connection: Connection, n: int) -> str:
    """The digest of what was live after change n: as it was kept, else from the rows."""
    if n < 1:
        return as_text(0)
    kept = connection.execute(select(changes.c.digest).where(changes.c.n == n)).scalar()
    return kept or digests(connection).get(n, as_text(0))


def digests(connection: Connection, names: Iterable[str] = tuple(KEPT)) -> dict[int, str]:
    """The digest after every change, from the rows alone.

    Args:
        names: The tables; an older store hasn't all of them.
    """
    brought: dict[int, int] = defaultdict(int)
    for name in names:
        table = KEPT[name]
        rows = select(table.c.id, table.c.added_in, table.c.withdrawn_in)
        for key, added, ended in connection.execute(rows, execution_options={"yield_per": 10_000}):
            own = weight(name, [(key, added)])
            brought[added] += own
            if ended is not None:
                brought[ended] -= own
    last = connection.execute(select(func.max(changes.c.n))).scalar() or 0
    found, total = {}, 0
    for n in range(1, last + 1):
        total += brought[n]
        found[n] = as_text(total)
    return found
