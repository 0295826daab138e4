"""The page "Review", once there is a store: the queue in the sidebar, what waits in the middle, the decisions beside.

Nothing here computes: the queue comes from `ui.review_desk`, one item's records from the store, actions go through
`ui.review_actions`.
"""

from __future__ import annotations

import streamlit as st

from geo.review.queue import Item, Kind
from geo.review.reading import read_shown
from geo.store.engine import Store
from geo.wording import number_text
from ui.access import access
from ui.markup import literal, tag, text
from ui.proposals import card_style
from ui.review_actions import Place, look_at, this_tab, tick, undo_all
from ui.review_desk import Waiting, desk
from ui.review_history import draw_history
from ui.review_item import draw_report
from ui.review_list import draw_filters, draw_list
from ui.review_pair import draw_pair
from ui.state import State, load_state

WATCH_SECONDS = 2.0
KEYS = (
    ("A", "accept"),
    ("E", "correct"),
    ("M", "merge"),
    ("S", "split"),
    ("X", "reject"),
    ("J", "next"),
    ("K", "previous"),
    ("T", "tick"),
    ("U", "undo the last"),
)
OF_REPORTS = ("correct", "merge", "split")
STYLE = """
<style>
h2.item-title { margin: 0; padding: 0; font-size: 1.2rem; line-height: 1.35; font-weight: 600;
  overflow-wrap: anywhere; }
p.keys { margin: 0; font-size: 0.94rem; opacity: 0.85; line-height: 1.9; }
p.keys kbd { padding: 0.05rem 0.4rem; border: 1px solid color-mix(in srgb, currentColor 35%, transparent);
  border-radius: 4px; font: inherit; font-size: 0.88rem; background: none; color: inherit; }
p.keys span { margin-right: 0.9rem; white-space: nowrap; }
[data-testid="stLayoutWrapper"]:has(> .st-key-review_actions) { position: sticky; top: 3.25rem; z-index: 6; }
.st-key-review_actions { padding: 0.4rem 0; background: PAPER; }
[data-testid="stLayoutWrapper"]:has(> .st-key-review_notice) { position: absolute; }
.st-key-review_notice { position: fixed; bottom: 1rem; right: 1.2rem; z-index: 20; width: max-content;
  max-width: min(44rem, calc(100vw - 1.6rem)); padding: 0.4rem 0.5rem 0.4rem 1rem; border-radius: 6px;
  border-left: 4px solid #009e73; box-shadow: 0 2px 14px rgba(0, 0, 0, 0.25);
  background: color-mix(in srgb, #009e73 12%, PAPER); }
[data-testid="stLayoutWrapper"]:has(> .st-key-review_bulk) { position: sticky; top: 0; z-index: 5; }
.st-key-review_bulk { padding: 0.4rem 0; background: ASIDE; }
.st-key-review_bulk button, .st-key-review_pager button { min-height: 2rem; padding: 0.1rem 0.7rem; }
.company { margin: 0.2rem 0 0.6rem; line-height: 1.45; }
.company ul, .pair ul { margin: 0.2rem 0 0; padding-left: 1.1rem; }
.pair { display: grid; border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 6px;
  overflow: hidden; line-height: 1.45; }
.pair-row { display: grid; grid-template-columns: 8.4rem 1fr 1fr; gap: 0 1.2rem; padding: 0.45rem 0.9rem;
  border-top: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.pair-row:first-child { border-top: 0; }
.pair-row > div { min-width: 0; overflow-wrap: anywhere; }
.pair-head { background: color-mix(in srgb, currentColor 6%, transparent); }
.pair-title { font-weight: 600; }
.pair-title .disagree { font-weight: 400; }
.pair-row .term { opacity: 0.85; }
.pair-row.apart { background: color-mix(in srgb, #e69f00 14%, transparent); }
.pair-row.apart > div + div { font-weight: 600; }
.pair-row .aside { display: block; font-weight: 400; font-size: 0.94rem; opacity: 0.85; }
.differs { display: block; font-size: 0.94rem; }
h3.why-head { margin: 0.4rem 0 0.3rem; padding: 0; font-size: 1rem; }
.decision { line-height: 1.5; }
.decision .aside { font-size: 0.94rem; opacity: 0.85; }
.decision.undone { opacity: 0.75; }
.decision.undone .after { text-decoration: line-through; }
@media (max-width: 640px) {
  .pair-row { grid-template-columns: 1fr 1fr; gap: 0.1rem 0.8rem; padding: 0.45rem 0.6rem; }
  .pair-row > :first-child { grid-column: 1 / -1; }
  p.keys { display: none; }
  .st-key-review_actions, .st-key-review_steps { gap: 0.4rem; }
  .st-key-review_actions button, .st-key-review_steps button { padding: 0.2rem 0.6rem; }
}
</style>
"""


def draw_review(state: State, store: Store) -> None:
    """Draw the page."""
    _draw_style()
    waiting = desk().look(store, state)
    may_write = _draw_rights()
    _draw_notice()
    _draw_problem()
    tabs = st.tabs(["Waiting", "Decisions"], key="review_tabs", on_change="rerun")
    with st.sidebar:
        wanted = draw_filters(waiting)
        place = Place(waiting.queue, waiting.gone, wanted, this_tab().decided)
        item = place.current()
        draw_list(place, item, may_write=may_write)
    if tabs[0].open:
        with tabs[0]:
            _draw_waiting(state, store, place, item, waiting, may_write=may_write)
    if tabs[1].open:
        with tabs[1]:
            draw_history(state, store, may_write=may_write)
    _watch(state.version)


@st.fragment(run_every=WATCH_SECONDS)
def _watch(drawn: str) -> None:
    """Draw the page anew where the data has changed since: by what was just decided here, or by others."""
    if load_state().version != drawn:
        st.rerun()


def _draw_style() -> None:
    st.html(card_style())
    kind = "dark" if st.context.theme.type == "dark" else "light"
    paper = str(st.get_option(f"theme.{kind}.backgroundColor"))
    aside = str(st.get_option(f"theme.{kind}.sidebar.backgroundColor"))
    st.html(STYLE.replace("PAPER", paper).replace("ASIDE", aside))


def _draw_rights() -> bool:
    """Whether this session may decide; where it may not, why."""
    held = access()
    if held.editor is None:
        st.info(literal(f"You may look, but not decide. {held.why_not}".strip()))
    return held.editor is not None


def _draw_problem() -> None:
    """What stood in the way of the last action."""
    tab = this_tab()
    problem, tab.problem = tab.problem, None
    if problem:
        st.error(literal(problem))


def _draw_notice() -> None:
    """What was just done, with its way back; it floats, so that nothing moves."""
    tab = this_tab()
    notice = tab.notice
    if notice is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="review_notice"):
        st.html(text(notice.words, "span"), width="content")
        if notice.decisions:
            undoing = (tab.decided, notice.decisions, notice.item_id)
            st.button("Undo", key="undo_last", shortcut="U", on_click=undo_all, args=undoing)


def _draw_waiting(
    state: State, store: Store, place: Place, item: Item | None, waiting: Waiting, *, may_write: bool
) -> None:
    if item is None:
        _draw_nothing(place, waiting)
        return
    _draw_steps(place, item, may_write=may_write)
    shown = read_shown(store, item.mentions)
    if item.link is not None:
        draw_pair(state, place, item, shown, may_write=may_write)
    else:
        draw_report(state, place, item, shown, may_write=may_write)
    if may_write:
        keys = [(key, words) for key, words in KEYS if item.link is None or words not in OF_REPORTS]
        st.html(tag("p", *(tag("span", text(key, "kbd"), f" {words}") for key, words in keys), css="keys"))


def _draw_nothing(place: Place, waiting: Waiting) -> None:
    counts = waiting.queue.kinds(waiting.gone)
    if place.wanted.district or place.wanted.publisher:
        st.info("Nothing waits in this selection. Choose another district or publisher on the left, or all of them.")
    elif place.wanted.kind is Kind.REJECTED:
        st.info("Nothing is rejected.")
    elif sum(counts.values()) - counts[Kind.REJECTED]:
        st.info("Nothing of this kind waits. Choose another kind on the left.")
    else:
        st.success(
            "Nothing waits for review. New reports come from the page Add articles, or from `python -m geo ingest`."
        )


def _draw_steps(place: Place, item: Item, *, may_write: bool) -> None:
    """Where this item stands in the queue, and the ways on."""
    number = place.queue.place(place.wanted, place.gone, item.id) or 0
    total = place.queue.count(place.wanted, place.gone)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="review_steps"):
        for words, key, shortcut, by in (("Previous", "previous", "K", -1), ("Next", "next", "J", 1)):
            other = place.beside(item.id, by)
            args = (place, other or item.id)
            st.button(words, key=key, shortcut=shortcut, on_click=look_at, args=args, disabled=other is None)
        st.markdown(f"{number_text(number + 1)} of {number_text(total)}")
        if may_write and item.kind is not Kind.REJECTED:
            on = item.id in this_tab().ticks
            st.button("Untick" if on else "Tick", key="tick", shortcut="T", on_click=tick, args=((item.id,), not on))
