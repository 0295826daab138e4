"""The queue beside the item: filters, one page of it with tick boxes, and what is done to all that are ticked."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from geo.models import DecisionKind
from geo.review.queue import Item, Kind, Wanted
from geo.wording import EN_DASH, day_text, number_text
from ui.component import component
from ui.markup import literal
from ui.review_actions import PAGE, Place, ask, bulk, look_at, set_ticks, this_tab, tick
from ui.review_desk import Waiting

KEY = "review_list"
KIND, DISTRICT, PUBLISHER, ORDER = "review_kind", "review_district", "review_publisher", "review_order"
KINDS = {
    Kind.REPORT: "New reports",
    Kind.SUGGESTION: "Perhaps one incident",
    Kind.CONFLICT: "Contradictions",
    Kind.REJECTED: "Rejected",
}
KIND_HELP = (
    "New reports: what was read in articles and nobody has looked at. Perhaps one incident: two reports that may tell "
    "of the same happening. Contradictions: reports that agree in nearly everything, but not in something that one "
    "happening can't have twice."
)
ORDERS = {True: "Newest first", False: "Oldest first"}

_component = component("review_list", "queue")


def draw_filters(waiting: Waiting) -> Wanted:
    """Which part of the queue is looked at."""
    counts = waiting.queue.kinds(waiting.gone)
    kind = st.pills(  # buttons: while a radio button has the focus, no key of a shortcut is heard
        "What waits",
        list(KINDS),
        key=_kept(KIND, next((kind for kind in KINDS if counts[kind]), Kind.REPORT)),
        format_func=lambda kind: f"{KINDS[kind]} ({number_text(counts[kind])})",
        on_change=_start_again,
        help=KIND_HELP,
        required=True,
    )
    wanted = Wanted(
        kind, st.session_state.get(DISTRICT), st.session_state.get(PUBLISHER), st.session_state.get(ORDER, True)
    )
    chosen = [value for value in (wanted.district, wanted.publisher) if value]
    with st.expander(f"Filter: {', '.join(chosen)}" if chosen else "Filter and order", key="review_filter"):
        _choice("District", DISTRICT, waiting.queue.districts(wanted, waiting.gone))
        _choice("Publisher", PUBLISHER, waiting.queue.publishers(wanted, waiting.gone))
        st.selectbox(
            "Order", list(ORDERS), key=_kept(ORDER, True), format_func=ORDERS.__getitem__, on_change=_start_again
        )
    return wanted


def _kept(key: str, default: object) -> str:
    """The key of a widget whose choice outlives a visit to another page."""
    st.session_state[key] = st.session_state.get(key, default)
    return key


def _choice(label: str, key: str, counts: Counter[str]) -> None:
    held = st.session_state.get(key)
    options = sorted(set(counts) | ({held} if held else set()), key=str.casefold)
    st.selectbox(
        label,
        options,
        key=_kept(key, None),
        format_func=lambda value: f"{value} ({number_text(counts[value])})",
        placeholder="All",
        on_change=_start_again,
    )


def _start_again() -> None:
    """Callback: another part begins with its first item."""
    tab = this_tab()
    tab.offset, tab.asking = 0, None
    set_ticks(())


def draw_list(place: Place, current: Item | None, *, may_write: bool) -> None:
    """One page of the list."""
    total = place.queue.count(place.wanted, place.gone)
    if not total:
        return
    offset = min(this_tab().offset, (total - 1) // PAGE * PAGE)
    items = place.queue.page(place.wanted, place.gone, offset, PAGE)
    may_tick = may_write and place.wanted.kind is not Kind.REJECTED
    if may_tick:
        _draw_bulk(place, items, total)
    _component(
        key=KEY,
        data={
            "label": f"{KINDS[place.wanted.kind]}, page {offset // PAGE + 1}" if place.wanted.kind else "Queue",
            "items": [_row(item) for item in items],
            "at": current.id if current else None,
            "ticked": list(this_tab().ticks),
            "serial": this_tab().serial,
            "ticking": may_tick,
            "between": "and",
        },
        on_open_change=lambda: _opened(place),
        on_ticked_change=_ticked,
    )
    if total > PAGE:
        _draw_pager(offset, total)


def _row(item: Item) -> dict[str, object]:
    told = ", ".join([*item.publishers, day_text(item.published) if item.published else "not dated"])
    more = f"{told}: {item.headline}" if item.headline else told
    return {"id": item.id, "titles": list(item.titles), "more": more}


def _opened(place: Place) -> None:
    chosen = st.session_state[KEY].get("open")
    if chosen in place.queue.at:
        look_at(place, chosen)


def _ticked() -> None:
    given = st.session_state[KEY].get("ticked")
    if given is not None:
        this_tab().ticks = tuple(given)


def _draw_pager(offset: int, total: int) -> None:
    last = min(offset + PAGE, total)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="review_pager"):
        st.button("Back", key="list_back", disabled=offset == 0, on_click=_turn, args=(offset - PAGE,))
        st.markdown(f"{number_text(offset + 1)}{EN_DASH}{number_text(last)} of {number_text(total)}")
        st.button("More", key="list_more", disabled=last == total, on_click=_turn, args=(offset + PAGE,))


def _turn(offset: int) -> None:
    this_tab().offset = max(offset, 0)


# --- many at once -------------------------------------------------------------------------------------------------


def _draw_bulk(place: Place, items: list[Item], total: int) -> None:
    held = [key for key in this_tab().ticks if key in place.queue.at and key not in place.gone]
    here = [item.id for item in items]
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="review_bulk"):
        if not held:
            words = f"Tick these {len(here)}" if len(here) > 1 else "Tick this one"
            st.button(words, key="tick_page", on_click=tick, args=(here,))
            return
        count = number_text(len(held))
        st.button(
            f"Accept {count} ticked",
            key="bulk_accept",
            type="primary",
            on_click=bulk,
            args=(place, held, DecisionKind.ACCEPT),
        )
        st.button(f"Reject {count}", key="bulk_reject", on_click=ask, args=("bulk reject",))
        st.button("Untick", key="untick", on_click=set_ticks, args=((),))
        if total > len(held) and set(here) <= set(held):
            st.button(f"Tick all {number_text(total)}", key="tick_all", on_click=_tick_all, args=(place,))
    if this_tab().asking == "bulk reject":
        with st.form("bulk_reject_form"):
            why = st.text_input(f"Why reject these {count}?", key="bulk_reason", max_chars=1000)
            if st.form_submit_button("Reject them"):
                if why.strip():
                    bulk(place, held, DecisionKind.REJECT, why.strip())
                    st.rerun()
                st.error(literal("Say why first: others see it beside the decision."))


def _tick_all(place: Place) -> None:
    """Callback: everything of this part, of all pages."""
    set_ticks(item.id for item in place.queue.part(place.wanted) if item.id not in place.gone)
