"""Up to which change something derived was kept in the store, and under which rules."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from geo.store.schema import derived


@dataclass(frozen=True, slots=True)
class Derived:
    """What is kept holds for the state at change `n`, under `rules`."""

    n: int
    rules: str


def derived_state(connection: Connection, what: str) -> Derived | None:
    """Up to where something was derived; None where it never was."""
    row = connection.execute(select(derived.c.n, derived.c.rules).where(derived.c.what == what)).first()
    return Derived(row.n, row.rules) if row else None


def keep_derived(connection: Connection, what: str, n: int, rules: str) -> None:
    """Note that something was derived from the state at change n."""
    connection.execute(delete(derived).where(derived.c.what == what))
    connection.execute(insert(derived), {"what": what, "n": n, "rules": rules})
