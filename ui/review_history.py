"""Every decision: who, when, what, before and after, why; undone with one click, and brought back with another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from geo.details import value_text
from geo.models import Decision, DecisionKind, value_from_json
from geo.review.queue import subjects_of
from geo.review.reading import read_reports
from geo.store.engine import Store
from geo.wording import EN_DASH, FIELD_LABELS, day_text, number_text
from ui.access import editor
from ui.markup import facts, literal, tag, text
from ui.review_actions import this_tab, undo_all
from ui.review_desk import about, desk
from ui.state import State

PAGE = 25
OFFSET, MINE = "history_offset", "history_mine"
LINKING = (DecisionKind.MERGE, DecisionKind.LINK)
WORDS = {
    DecisionKind.ACCEPT: "Accepted",
    DecisionKind.CORRECT: "Corrected",
    DecisionKind.MERGE: "Merged",
    DecisionKind.SPLIT: "Split",
    DecisionKind.REJECT: "Rejected",
    DecisionKind.LINK: "Linked",
    DecisionKind.UNLINK: "Unlinked",
}


def draw_history(state: State, store: Store, *, may_write: bool) -> None:
    """The list, newest first."""
    decisions, undone = desk().history(store)
    if not decisions:
        st.info("Nobody has decided anything yet. Accept or reject a report under Waiting, and it is listed here.")
        return
    shown = _mine(decisions)
    offset = min(st.session_state.get(OFFSET, 0), max(len(shown) - 1, 0) // PAGE * PAGE)
    page = shown[::-1][offset : offset + PAGE]
    titles = _titles(state, store, page)
    for decision in page:
        with st.container(border=True, key=f"decision_{decision.id}"):
            _draw(state, decision, titles, undone=decision.id in undone, may_write=may_write)
    if len(shown) > PAGE:
        _draw_pager(offset, len(shown))


def _mine(decisions: Sequence[Decision]) -> Sequence[Decision]:
    who = editor()
    people = {decision.who for decision in decisions}
    if who is None or len(people) < 2:
        return decisions
    mine = st.toggle("Only my own", key=MINE)
    return [decision for decision in decisions if decision.who == who] if mine else decisions


def _draw(state: State, decision: Decision, titles: Mapping[str, str], *, undone: bool, may_write: bool) -> None:
    what = f"Undone: {WORDS[decision.kind].lower()}" if decision.undoes else WORDS[decision.kind]
    head = tag("div", text(what, "b"), text(f" {_moment(decision.when)} by {decision.who}", css="aside"))
    before, after = _sides(state, decision)
    change = text(before, "span", "before") + text(" → ") + text(after, "span", "after")
    rows = [("What", text(_title(decision, titles))), (_label(decision), change)]
    if decision.reason:
        rows.append(("Reason", text(decision.reason)))
    with st.container(horizontal=True, vertical_alignment="top", gap="medium"):
        st.html(tag("div", head, facts(rows), css="decision undone" if undone else "decision"), width="stretch")
        if undone:
            st.markdown("Undone")
        elif may_write:
            words = "Do it again" if decision.undoes else "Undo"
            st.button(words, key=f"undo_{decision.id}", on_click=undo_all, args=(this_tab().decided, (decision.id,)))


def _moment(when: str) -> str:
    moment = datetime.fromisoformat(when)
    return f"{day_text(moment.date())}, {moment:%H:%M} UTC"


# --- in words -----------------------------------------------------------------------------------------------------


def _label(decision: Decision) -> str:
    claim = decision.after or decision.before
    if decision.kind is DecisionKind.CORRECT and isinstance(claim, dict):
        return FIELD_LABELS.get(str(claim.get("field")), "Statement")
    return "Change"


def _sides(state: State, decision: Decision) -> tuple[str, str]:
    """What held before and after, in words."""
    sides = [_side(state, decision, side) for side in (decision.before, decision.after)]
    return sides[0], sides[1]


def _side(state: State, decision: Decision, side: Any) -> str:
    if decision.kind is DecisionKind.CORRECT:
        return _claim_words(state, side)
    if not isinstance(side, dict):
        return "kept apart" if decision.kind in (DecisionKind.REJECT, DecisionKind.UNLINK) else "not there"
    return str(side["state"]) if "state" in side else _membership(decision, side)


def _membership(decision: Decision, side: dict[str, Any]) -> str:
    """Which reports are one incident."""
    if "incident" in side:
        return f"one incident of {_reports(side['incident'])}"
    parts = (side.get("moved"), side.get("rest")) if "moved" in side else (side.get("a"), side.get("b"))
    if isinstance(parts[0], list) and isinstance(parts[1], list):
        return f"two incidents, of {_reports(parts[0])} and {_reports(parts[1])}"
    suggested = decision.kind not in LINKING and not side.get("certain")
    return "suggested as one incident" if suggested else "one incident"


def _reports(ids: Sequence[str]) -> str:
    return "1 report" if len(ids) == 1 else f"{number_text(len(ids))} reports"


def _claim_words(state: State, side: Any) -> str:
    if not isinstance(side, dict):
        return "not stated"
    value = value_from_json(side["field"], side["value"])
    words = value_text(state.dataset, value) if value is not None else "could not be read"
    return f"{words} ({side['speaker']})"


def _title(decision: Decision, titles: Mapping[str, str]) -> str:
    found = dict.fromkeys(titles[key] for key in _mentions(decision) if key in titles)
    return " / ".join(list(found)[:2]) or "A report that is not there any more"


def _mentions(decision: Decision) -> list[str]:
    """The mentions that tell what a decision is about, a few."""
    found = list(subjects_of(decision))
    for side in (decision.before, decision.after):
        if isinstance(side, dict):
            ends = [side.get("a"), side.get("b")]
            found += [end[0] if isinstance(end, list) else end for end in ends if end]
            found += (side.get("moved") or [])[:1]
    return list(dict.fromkeys(found))


def _titles(state: State, store: Store, decisions: Iterable[Decision]) -> dict[str, str]:
    """Titles of incidents by mention; of the article where the mention is in none, being rejected."""
    keys = {key for decision in decisions for key in _mentions(decision)}
    titles = {report.id: report.headline or "Report" for report in read_reports(store, keys)}
    return titles | {key: held.title for key, held in about(state, keys).items()}


def _draw_pager(offset: int, total: int) -> None:
    last = min(offset + PAGE, total)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button("Newer", key="history_back", disabled=offset == 0, on_click=_turn, args=(offset - PAGE,))
        st.markdown(literal(f"{number_text(offset + 1)}{EN_DASH}{number_text(last)} of {number_text(total)}"))
        st.button("Older", key="history_more", disabled=last == total, on_click=_turn, args=(offset + PAGE,))


def _turn(offset: int) -> None:
    st.session_state[OFFSET] = max(offset, 0)
