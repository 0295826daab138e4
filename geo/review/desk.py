"""A person at the store: one change in which they decide, and what is looked up for it under the writers' lock.

So of two people who decide about one thing at once the second is told what the first decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from geo.decisions import Effect, corrected_claims, standing, undone_ids
from geo.errors import InputError
from geo.models import Claim, Decision, DecisionKind, Document, stable_id
from geo.near import corrections, decisions_about, effect_near, undoings
from geo.store.engine import Store
from geo.store.read import live_rows
from geo.store.rows import claim_of, document_of
from geo.store.schema import KEPT
from geo.store.write import Change, change, now, put_decisions

LONGEST_NAME, LONGEST_REASON = 200, 2000
JUDGED = (DecisionKind.ACCEPT, DecisionKind.REJECT)
WORDS = {
    DecisionKind.ACCEPT: "accepted",
    DecisionKind.REJECT: "rejected",
    DecisionKind.CORRECT: "corrected",
    DecisionKind.MERGE: "merged",
    DecisionKind.SPLIT: "split",
    DecisionKind.LINK: "linked",
    DecisionKind.UNLINK: "unlinked",
}


@dataclass(slots=True)
class Desk:
    """One change in which a person decides."""

    made: Change
    who: str
    reason: str | None
    moment: datetime
    decisions: list[Decision] = field(default_factory=list)

    @property
    def connection(self) -> Connection:
        return self.made.connection

    @property
    def decided(self) -> tuple[Decision, ...]:
        return tuple(self.decisions)

    def decide(self, kind: DecisionKind, subject: str, before: Any, after: Any, undoes: str | None = None) -> None:
        when = self.moment.isoformat(timespec="microseconds")
        self.moment += timedelta(microseconds=1)  # so that the order of decisions is never in doubt
        key = stable_id("x", subject, kind, self.who, when, undoes)
        self.decisions.append(Decision(key, kind, subject, self.who, when, before, after, self.reason, undoes))

    def near(self, mentions: Iterable[str]) -> tuple[Effect, Mapping[str, tuple[str, ...]]]:
        """What holds around these mentions, all of which must be in an incident, and who shares one."""
        keys = list(mentions)
        _, effect, members = effect_near(self.connection, keys)
        lost = [key for key in keys if key not in members]
        if lost:
            self.refuse_decided(lost, (DecisionKind.REJECT,))
            raise InputError(gone(lost[0]))
        return effect, members

    def standing_about(self, subjects: Iterable[str]) -> list[Decision]:
        told = standing([*decisions_about(self.connection, subjects), *undoings(self.connection)])
        return list(told)

    def refuse_decided(self, subjects: Iterable[str], kinds: Sequence[DecisionKind]) -> None:
        """Refuse what somebody decided about in one of these ways.

        Raises:
            InputError: naming the first.
        """
        wanted = set(subjects)
        for decision in self.standing_about(wanted):
            if decision.kind in kinds and decision.subject in wanted:
                raise InputError(
                    f"{decision.subject} was {_by(decision)} already: undo that decision first ({decision.id})"
                )

    def claims_with(self, subject: str) -> tuple[str, dict[str, Claim]]:
        """The mention that a claim belongs to, or that is meant, and its claims as they hold now."""
        told = standing([*corrections(self.connection), *undoings(self.connection)])
        told = tuple(decision for decision in told if decision.kind is DecisionKind.CORRECT)
        rows = live_rows(self.connection, "claims", "id", [subject])
        made = [d.after for d in told if d.after is not None and d.after["id"] == subject]
        mention_id = str(rows[0]["mention_id"] if rows else made[-1]["mention_id"] if made else subject)
        if not live_rows(self.connection, "mentions", "id", [mention_id]):
            raise InputError(gone(subject))
        self.refuse_decided([mention_id], (DecisionKind.REJECT,))
        stored = [claim_of(row) for row in live_rows(self.connection, "claims", "mention_id", [mention_id])]
        claims, _ = corrected_claims(stored, told, {mention_id})
        held = {claim.id: claim for claim in claims}
        if subject not in held and subject != mention_id:
            by = [decision for decision in told if decision.subject == subject]
            raise InputError(f"claim {subject} was {_by(by[-1])}: look at it again" if by else gone(subject))
        return mention_id, held

    def document_of(self, mention_id: str) -> Document:
        (mention,) = live_rows(self.connection, "mentions", "id", [mention_id])
        (row,) = live_rows(self.connection, "documents", "id", [mention["document_id"]])
        return document_of(row)

    def check_undo(self, decision: Decision) -> None:
        """Whether a decision can be taken back by itself.

        Raises:
            InputError: saying what stands in the way.
        """
        backs = undoings(self.connection)
        if decision.id in undone_ids(backs):
            by = next(back for back in reversed(backs) if back.undoes == decision.id)
            raise InputError(f"decision {decision.id} was undone by {by.who} on {_moment(by)} already")
        if decision.kind is DecisionKind.CORRECT:
            held = {side["id"] for side in (decision.before, decision.after) if side is not None}
        else:
            held = {decision.subject}
        wanted = (DecisionKind.CORRECT,) if decision.kind is DecisionKind.CORRECT else JUDGED
        later = [
            other
            for other in self.standing_about(held)
            if other.kind in wanted
            and other.subject in held
            and other.id != decision.id
            and (other.when, other.id) > (decision.when, decision.id)
        ]
        if later and decision.kind in wanted:
            raise InputError(f"{later[-1].subject} was {_by(later[-1])} after that: undo decision {later[-1].id} first")


@contextmanager
def deciding(store: Store, who: str, reason: str | None, what: str) -> Iterator[Desk]:
    """One change in which a person decides: all of it or nothing."""
    name, why = _line(who, "the name of who decides", LONGEST_NAME), (reason or "").strip() or None
    if not name:
        raise InputError("a decision needs the name of who decides")
    if why and len(why) > LONGEST_REASON:
        raise InputError(f"a reason has at most {LONGEST_REASON} characters, not {len(why)}")
    with change(store, name, what) as made:
        table = KEPT["decisions"]
        last = made.connection.execute(select(func.max(table.c.made))).scalar()
        moment = datetime.fromisoformat(now())
        if last is not None:  # clocks of several machines differ; the order of decisions is that of the store
            moment = max(moment, datetime.fromisoformat(last) + timedelta(microseconds=1))
        desk = Desk(made, name, why, moment)
        yield desk
        put_decisions(made, desk.decisions)


def _line(text: str, what: str, most: int) -> str:
    line = " ".join(text.split())
    if len(line) > most:
        raise InputError(f"{what} has at most {most} characters, not {len(line)}")
    return line


def gone(key: str) -> str:
    return f"{key} is not there any more: it was withdrawn or never stored; load the list again"


def _moment(decision: Decision) -> str:
    return f"{decision.when[:16].replace('T', ' ')} UTC"


def _by(decision: Decision) -> str:
    return f"{WORDS[decision.kind]} by {decision.who} on {_moment(decision)}"
