"""Actions of the page "Review": what is stored is also said, and one press decides once, however it arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
import streamlit as st

from geo.models import Decision, DecisionKind
from geo.review.queue import Decided, Item, Kind, Wanted, build_queue
from tests.test_review_queue import ABOUT, REPORTS
from ui import review_actions
from ui.review_actions import Place, accept_item, ask, bulk, look_at, reject_item, this_tab, tick, undo_all

QUEUE = build_queue(REPORTS, (), ABOUT.get, Decided())
WAITING = ("m-b1", "m-b2", "m-a", "m-c")


class Interrupted(Exception):
    """What Streamlit raises where a run that is to end touches the session's state."""


class Session(MutableMapping[str, Any]):
    """A session's state as a callback finds it: once `ends`, any touch ends the callback."""

    def __init__(self) -> None:
        self.held: dict[str, Any] = {}
        self.ends = False

    def touched(self) -> dict[str, Any]:
        if self.ends:
            raise Interrupted
        return self.held

    def __getitem__(self, key: str) -> Any:
        return self.touched()[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.touched()[key] = value

    def __delitem__(self, key: str) -> None:
        del self.touched()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.touched())

    def __len__(self) -> int:
        return len(self.touched())


class Desk:
    """Stands in for the store: remembers what was decided, and may end the run right after."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.decided: list[tuple[str, tuple[str, ...]]] = []
        self.another_key_follows = False

    def decide(self, kind: str) -> Callable[..., tuple[Decision, ...]]:
        def store(_store: object, ids: list[str], who: str, reason: str | None = None) -> tuple[Decision, ...]:
            self.decided.append((kind, tuple(ids)))
            self.session.ends = self.another_key_follows
            when = "2026-01-01T00:00:00Z"
            return (Decision(f"x-{len(self.decided)}", DecisionKind(kind), ids[0], who, when, reason=reason),)

        return store


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> Session:
    held = Session()
    monkeypatch.setattr(st, "session_state", held)
    return held


@pytest.fixture
def desk(session: Session, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(session)
    monkeypatch.setattr(review_actions, "accept", made.decide("accept"))
    monkeypatch.setattr(review_actions, "reject", made.decide("reject"))
    monkeypatch.setattr(review_actions, "editor", lambda: "local")
    monkeypatch.setattr(review_actions, "store_for_writing", object)
    monkeypatch.setattr(review_actions, "follow_beside", lambda *_: None)
    return made


def drawn(*gone: str) -> Place:
    """The page as a run draws it."""
    return Place(QUEUE, frozenset(gone), Wanted(kind=Kind.REPORT), this_tab().decided)


def item(key: str) -> Item:
    return QUEUE.at[key]


@pytest.mark.parametrize("follows", [False, True], ids=["alone", "another key follows"])
def test_what_is_stored_is_said_and_the_next_item_is_shown(session: Session, desk: Desk, follows: bool) -> None:
    place = drawn()
    tick(["m-b1", "m-a"])
    ask("reject")
    desk.another_key_follows = follows
    reject_item(place, item("m-b1"), "Read wrongly")
    session.ends = False
    tab = this_tab()
    assert desk.decided == [("reject", ("m-b1",))]
    assert tab.notice
    assert tab.notice.words == "Rejected: Attack in Kalat"
    assert tab.notice.decisions == ("x-1",)
    assert (tab.at, tab.asking, tab.ticks, tab.problem) == ("m-b2", None, ("m-a",), None)


def test_a_press_that_arrives_twice_decides_once(desk: Desk) -> None:
    place = drawn()
    for _ in range(2):
        accept_item(place, item("m-b1"))
    assert desk.decided == [("accept", ("m-b1",))]
    assert this_tab().at == "m-b2"
    assert this_tab().problem is None
    accept_item(drawn("m-b1"), item("m-b2"))
    assert desk.decided[1:] == [("accept", ("m-b2",))]
    assert this_tab().at == "m-a"


def test_a_rejection_with_its_own_reason_that_arrives_twice_asks_for_none_the_second_time(
    session: Session, desk: Desk
) -> None:
    place = drawn()
    session[this_tab().reason_key] = "told twice"
    for _ in range(2):
        reject_item(place, item("m-b1"))
    assert desk.decided == [("reject", ("m-b1",))]
    assert this_tab().asking is None
    assert this_tab().notice


@pytest.mark.usefixtures("desk")
def test_an_undo_that_arrives_twice_undoes_once(monkeypatch: pytest.MonkeyPatch) -> None:
    accept_item(drawn(), item("m-b1"))
    tab = this_tab()
    assert tab.notice
    undone: list[str] = []

    def store(given: review_actions.Tab, words: str, *_: object) -> bool:
        undone.append(words)
        given.decided += 1
        return True

    monkeypatch.setattr(review_actions, "_store", store)
    args = (tab.decided, tab.notice.decisions, tab.notice.item_id)
    undo_all(*args)
    undo_all(*args)
    assert undone == ["Undone"]
    assert tab.at == "m-b1"


@pytest.mark.usefixtures("session")
def test_steps_and_questions_that_arrive_twice_are_taken_once() -> None:
    place = drawn()
    following = place.beside("m-b1", 1)
    for _ in range(2):
        look_at(place, following)
    assert this_tab().at == WAITING[1]
    for open_ in (True, False):
        for _ in range(2):
            ask("correct", open_)
        assert this_tab().asking == ("correct" if open_ else None)


def test_the_reason_of_one_decision_is_not_kept_for_the_next(session: Session, desk: Desk) -> None:
    session[this_tab().reason_key] = " told twice "
    reject_item(drawn(), item("m-b1"))
    assert desk.decided == [("reject", ("m-b1",))]
    reject_item(drawn("m-b1"), item("m-b2"))
    assert len(desk.decided) == 1
    assert this_tab().asking == "reject", "it is asked for"
    session[this_tab().reason_key] = "too vague"
    look_at(drawn("m-b1"), "m-a")
    assert review_actions.reason() is None


def test_many_at_once_leave_no_tick_behind(desk: Desk) -> None:
    tick(WAITING)
    bulk(drawn(), WAITING[:3], DecisionKind.ACCEPT)
    assert desk.decided == [("accept", WAITING[:3])]
    assert (this_tab().ticks, this_tab().at) == ((), "m-c")


@pytest.mark.usefixtures("desk")
def test_who_may_not_decide_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(review_actions, "editor", lambda: None)
    accept_item(drawn(), item("m-b1"))
    assert this_tab().problem == review_actions.NO_RIGHT
    assert this_tab().notice is None
