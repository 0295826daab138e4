"""What a person does on the page "Review": each action is stored at once, and the next item is shown.

Callbacks of buttons, so that the page is drawn once, with what holds afterwards. What is looked at, ticked and drafted
is of this browser tab alone, kept in one object: Streamlit may end a run at any touch of `st.session_state`, also in
the middle of a callback, and a decision that is stored must not go unsaid because the next key came quickly. The
browser may also send one press twice (its timer of fragments sends along what waits to be sent), so that every action
here is done once, however often it is asked for before the page is drawn anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from geo.errors import IncidentMapError
from geo.models import Decision, DecisionKind
from geo.review.decide import accept, correct_at, merge, reject, split, undo, undo_at
from geo.review.desk import deciding
from geo.review.proposal import Proposal
from geo.review.queue import Item, Queue, Wanted
from geo.review.stored import Step
from geo.store.engine import Store
from geo.wording import number_text
from ui.access import editor
from ui.review_desk import follow_beside
from ui.writing import store_for_writing

TAB = "review_tab"
PAGE = 25
NO_RIGHT = "You may look here, but not decide. Ask whoever runs this app to be put on the list of editors."


@dataclass(frozen=True, slots=True)
class Notice:
    """What was just done, with the decisions that would take it back, the newest first, and the item it was about."""

    words: str
    decisions: tuple[str, ...]
    item_id: str | None = None


@dataclass(slots=True)
class Tab:
    """What this browser tab looks at and has begun.

    Attributes:
        at: The item that is looked at; None = the first of the queue.
        asking: The action whose questions are open.
        ticks: Ids of the ticked items.
        serial: Grows when ticks are set here, so that the browser's give way.
        offset: The first item of the list's page.
        notice: What was just done.
        problem: What stood in the way of the last action.
        drafts: Corrections that are not stored yet, by mention.
        done: What was just stored or discarded of them.
        decided: How many actions were stored; one more, and what was drawn before decides nothing.
        reasons: How often the field for the reason was emptied.
    """

    at: str | None = None
    asking: str | None = None
    ticks: tuple[str, ...] = ()
    serial: int = 0
    offset: int = 0
    notice: Notice | None = None
    problem: str | None = None
    drafts: dict[str, Proposal] = field(default_factory=dict)
    done: Proposal | None = None
    decided: int = 0
    reasons: int = 0

    @property
    def reason_key(self) -> str:
        """The key of the field for the reason: a new field is an empty one."""
        return f"review_reason_{self.reasons}"


def this_tab() -> Tab:
    """What this browser tab has begun."""
    tab: Tab = st.session_state.setdefault(TAB, Tab())
    return tab


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person is in the queue: the part that is looked at, and what is left of it.

    Attributes:
        decided: How many actions this tab had stored when the page was drawn.
    """

    queue: Queue
    gone: frozenset[str]
    wanted: Wanted
    decided: int

    def is_current(self) -> bool:
        """Whether nothing was stored since the page was drawn; else it is the same press once more, or too late."""
        return self.decided == this_tab().decided

    def current(self) -> Item | None:
        """The item that is looked at: the chosen one, else the first."""
        item = self.queue.at.get(this_tab().at or "")
        if item and item.id not in self.gone and self.wanted.takes(item):
            return item
        return next(iter(self.queue.page(self.wanted, self.gone, 0, 1)), None)

    def beside(self, item_id: str, step: int, left_out: Iterable[str] = ()) -> str | None:
        """The item after (1) or before (-1) one, among those that stay."""
        gone = {*self.gone, *left_out} - {item_id}
        place = self.queue.place(self.wanted, gone, item_id)
        if place is None or place + step < 0:
            return None
        return next((item.id for item in self.queue.page(self.wanted, gone, place + step, 1)), None)


# --- looking ------------------------------------------------------------------------------------------------------


def look_at(place: Place, item_id: str | None) -> None:
    """Callback: show an item, and the page of the list that it is on."""
    tab = this_tab()
    tab.notice = None
    _look_at(tab, place, item_id)


def _look_at(tab: Tab, place: Place, item_id: str | None) -> None:
    tab.at, tab.asking = item_id, None
    tab.reasons += 1
    number = place.queue.place(place.wanted, place.gone, item_id) if item_id else None
    if number is not None:
        tab.offset = number - number % PAGE


def ask(what: str, open_: bool = True) -> None:
    """Callback: open what an action needs to know, or close it again."""
    tab = this_tab()
    tab.asking = what if open_ else None
    tab.notice = None  # it would lie over the fields


def tick(ids: Iterable[str], on: bool = True) -> None:
    """Callback: tick items, or take the ticks away."""
    tab, given = this_tab(), list(ids)
    kept = [key for key in tab.ticks if key not in set(given)]
    _set_ticks(tab, [*kept, *given] if on else kept)


def set_ticks(ids: Iterable[str]) -> None:
    """Callback: hold these ticks, also where the browser has others."""
    _set_ticks(this_tab(), ids)


def _set_ticks(tab: Tab, ids: Iterable[str]) -> None:
    tab.ticks = tuple(ids)
    tab.serial += 1


# --- deciding -----------------------------------------------------------------------------------------------------


def reason() -> str | None:
    """What the person wrote as the reason, or None."""
    return (st.session_state.get(this_tab().reason_key) or "").strip() or None


def accept_item(place: Place, item: Item) -> None:
    """Callback: the machine read it right; or two reports do tell one happening."""
    words, why = "Merged" if item.link and item.link.relation == "same" else "Accepted", reason()
    _decide(place, [item.id], f"{words}: {item.title}", lambda store, who: accept(store, [item.id], who, why))


def reject_item(place: Place, item: Item, why: str | None = None) -> None:
    """Callback: it is none; without a reason it is asked for."""
    given = why or reason()
    if not given:
        if place.is_current():
            ask("reject")
        return
    words = "Kept apart" if item.link else "Rejected"
    _decide(place, [item.id], f"{words}: {item.title}", lambda store, who: reject(store, [item.id], who, given))


def take_back(place: Place, item: Item, decision_id: str) -> None:
    """Callback: a rejected item waits again."""
    why = reason()
    _decide(place, [item.id], f"Waits again: {item.title}", lambda store, who: undo(store, decision_id, who, why))


def merge_item(place: Place, item: Item, other: str, title: str) -> None:
    """Callback: the report tells what another incident tells."""
    why = reason()
    _decide(place, (), f"Merged with: {title}", lambda store, who: merge(store, item.mentions[0], other, who, why))


def split_item(place: Place, item: Item, mentions: Sequence[str]) -> None:
    """Callback: these reports tell another happening than the rest."""
    count, why = "One report" if len(mentions) == 1 else f"{number_text(len(mentions))} reports", reason()
    words = f"{count} taken out of: {item.title}"
    _decide(place, (), words, lambda store, who: split(store, mentions, who, why))


def save_corrections(place: Place, item: Item, steps: Sequence[Step]) -> None:
    """Callback: store what was corrected; the report counts as looked at."""
    why = reason()

    def store_all(store: Store, who: str) -> Sequence[Decision]:
        with deciding(store, who, why, "corrections of a report") as desk:
            for one in steps:
                if one.undoes:
                    undo_at(desk, one.undoes)
                else:
                    correct_at(desk, one.subject, one.after, one.seen)
        return desk.decided

    _decide(place, [item.id], f"Corrected: {item.title}", store_all, lambda tab: _discard(tab, item.id))


def bulk(place: Place, ids: Sequence[str], kind: DecisionKind, why: str | None = None) -> None:
    """Callback: accept or reject many at once, all or none."""
    given = why or reason()

    def untick(tab: Tab) -> None:
        _set_ticks(tab, ())

    do = accept if kind is DecisionKind.ACCEPT else reject
    words = "Accepted" if kind is DecisionKind.ACCEPT else "Rejected"
    _decide(
        place, ids, f"{words}: {number_text(len(ids))} at once", lambda store, who: do(store, ids, who, given), untick
    )


def undo_all(decided: int, decisions: Sequence[str], item_id: str | None = None) -> None:
    """Callback: take decisions back, all or none, and show what they were about.

    Args:
        decided: How many actions this tab had stored when the button was drawn.
    """

    def undo_each(store: Store, who: str) -> Sequence[Decision]:
        with deciding(store, who, None, f"undoing of {len(decisions)} decisions") as desk:
            for key in decisions:
                undo_at(desk, key)
        return desk.decided

    tab = this_tab()
    if tab.decided == decided and _store(tab, "Undone", undo_each) and item_id:
        tab.at = item_id


def _decide(
    place: Place,
    leaving: Sequence[str],
    words: str,
    do: Callable[[Store, str], Sequence[Decision]],
    then: Callable[[Tab], None] = lambda _: None,
) -> None:
    """Store a decision and go on to the next item, where the present one leaves this part of the queue."""
    tab = this_tab()
    if not place.is_current():
        return
    item = place.current()
    following = None
    if item and item.id in leaving:
        following = place.beside(item.id, 1, leaving) or place.beside(item.id, -1, leaving)
    # From here on nothing touches st.session_state: what is stored is also said.
    if not _store(tab, words, do, item.id if item else None):
        return
    left = [key for key in tab.ticks if key not in set(leaving)]
    if len(left) < len(tab.ticks):
        _set_ticks(tab, left)
    if item and item.id in leaving:
        _look_at(tab, replace(place, gone=place.gone | frozenset(leaving)), following)
    tab.asking = None
    tab.reasons += 1
    then(tab)


def _store(tab: Tab, words: str, do: Callable[[Store, str], Sequence[Decision]], item_id: str | None = None) -> bool:
    """Store what a person decided; what stands in the way is said on the page."""
    who = editor()
    if who is None:
        tab.problem = NO_RIGHT
        return False
    try:
        store = store_for_writing()
        made = do(store, who)
    except IncidentMapError as error:
        tab.problem = plain(str(error))
        return False
    taking_back = any(decision.undoes for decision in made)
    ids = tuple(decision.id for decision in reversed(made))
    tab.notice = Notice(words, () if taking_back else ids, item_id)
    tab.decided += 1
    follow_beside(store, made, who)
    return True


def plain(fault: str) -> str:
    """What stands in the way without the ids of records: on this page it is about what is looked at."""
    line = re.sub(r" \(x-[0-9a-f]+\)", "", fault)
    line = re.sub(r"\bdecision x-[0-9a-f]+", "that", line)
    line = re.sub(r"\b(mention |claim |link )?[mcl]-[0-9a-z-]+", "this", line)
    return line[:1].upper() + line[1:]


# --- drafts -------------------------------------------------------------------------------------------------------


def drafts() -> dict[str, Proposal]:
    """Corrections that are not stored yet, by mention."""
    return this_tab().drafts


def is_echo(proposal: Proposal) -> bool:
    """Whether fields say only what was just stored or discarded, so that it is no new correction.

    A browser that hasn't heard yet that the fields are closed sends them once more with its next message, and Streamlit
    takes them for changed.
    """
    done = this_tab().done
    return done is not None and done.id == proposal.id and proposal.is_within(done)


def fields_are_open(mention_id: str) -> None:
    """The fields of a report are drawn: what they say from now on is meant."""
    tab = this_tab()
    if tab.done is not None and tab.done.id == mention_id:
        tab.done = None


def discard(mention_id: str) -> None:
    """Callback: forget what was not stored."""
    _discard(this_tab(), mention_id)


def _discard(tab: Tab, mention_id: str) -> None:
    tab.done = tab.drafts.pop(mention_id, None)
    tab.asking = None
