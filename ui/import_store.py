"""From a table in this tab into the store: the button, its progress, and what became of the rows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.errors import IncidentMapError
from geo.importers.mapped import source_of
from geo.importers.mapping import TableMapping
from geo.importers.sample import Checked
from geo.models import DataSet
from geo.wording import number_text
from ui.access import access, editor, listens_to_this_machine_alone
from ui.import_table import FAULT, Held, forget
from ui.markup import literal
from ui.state import State
from ui.storing import map_page_of
from ui.writing import refresh, store_for_writing

DONE = "import_done"
WORDS = {
    "new": "new",
    "changed": "changed",
    "unchanged": "as they were",
    "kept": "stored from a newer release",
    "repeated": "the same again",
    "withdrawn": "taken back",
}
HIDDEN = "Rows that may not be passed on aren't shown here, because this app listens to other machines."
Told = tuple[list[str], list[str]]


def draw_store(state: State, held: Held, mapping: TableMapping, checked: Checked) -> None:
    """The button that stores all rows that can be used."""
    if editor() is None:
        st.caption(literal(access().why_not))
        return
    if not mapping.dataset.redistribute and not listens_to_this_machine_alone():
        st.caption(HIDDEN)
    number = f"{number_text(checked.good)} incident{'s' if checked.good != 1 else ''}"
    label = f"Store ({number})" if checked.whole else "Store all rows"
    if st.button(
        label, type="primary", key="import_store", disabled=not checked.good, help="For everybody who reads this map."
    ):
        _run(held, lambda: _store_table(state, held, mapping))


def draw_store_export(held: Held) -> None:
    """The button that takes an export of this program back as it was."""
    st.markdown(
        f"**{literal(held.path.name)}** was exported by this program. It needs no mapping: its incidents come back as "
        "they were, with every claim and who said it."
    )
    if editor() is None:
        st.caption(literal(access().why_not))
    elif st.button("Store what it holds", type="primary", key="import_store_export"):
        _run(held, lambda: _store_export(held))


def draw_done() -> None:
    """What was stored just now."""
    lines: list[str] = st.session_state.get(DONE, [])
    if lines:
        with st.container(key="imported"):
            first, *left = lines
            st.success(first)
            if left:
                with st.expander(f"{len(left)} more line{'s' if len(left) > 1 else ''}", expanded=len(left) < 4):
                    st.markdown("\n".join(f"- {line}" for line in left))
            if st.button("See it on the map", key="see_imported"):
                st.session_state.pop(DONE, None)
                st.switch_page(map_page_of())


def _run(held: Held, store: Callable[[], list[str]]) -> None:
    """Store, or say in one line why not; then the page begins anew."""
    st.session_state.pop(FAULT, None)
    try:
        st.session_state[DONE] = store()
    except IncidentMapError as error:
        st.session_state[FAULT] = f"Not stored: {held.words(error)}"
    else:
        forget()
    st.rerun()


def _store_table(state: State, held: Held, mapping: TableMapping) -> list[str]:
    from geo.importers.load import load  # noqa: PLC0415  (loads the database library, which readers don't need)
    from geo.relink import relink_few  # noqa: PLC0415

    who = editor()
    if who is None:
        return ["Not stored: you may no longer write; sign in again."]
    source = source_of(held.path, mapping)
    bar = st.progress(0.0, "Storing")
    lines = max(source.lines, 1)
    store = store_for_writing()
    loaded = load(store, source, who, lambda line: bar.progress(min(line / lines, 1.0), "Storing"))
    bar.progress(1.0, "Looking for reports of the same incidents")
    compared = relink_few(store, state.dataset.vocabulary, who, loaded.counts["new"] + loaded.counts["changed"])
    refresh()
    bar.empty()
    told = ", ".join(
        f"{number_text(loaded.counts[what])} {words}" for what, words in WORDS.items() if loaded.counts[what]
    )
    more = [f"Left out: {literal(str(fault))}" for fault in loaded.bad[:20]]
    if loaded.left_out > len(more):
        more.append(f"And {number_text(loaded.left_out - len(more))} more rows were left out")
    more += [f"{number_text(number)} rows: {literal(words)}" for words, number in sorted(loaded.remarks.items())]
    if not compared:
        more.append("So many rows came that reports of the same incidents are looked for with the next article.")
    return [f"Stored: {literal(mapping.dataset.name)}: {told}{_licence(mapping.dataset)}", *more]


def _licence(dataset: DataSet) -> str:
    return "" if dataset.redistribute else ". Exports leave these rows out, since they may not be passed on"


def _store_export(held: Held) -> list[str]:
    from geo.importers.exported import load_export  # noqa: PLC0415

    who = editor()
    if who is None:
        return ["Not stored: you may no longer write; sign in again."]
    with st.spinner("Storing", show_time=True):
        taken = load_export(store_for_writing(), held.path, who)
        refresh()
    words = {"new": "new", "known": "known from an earlier import", "own": "stored here by other means"}
    told = ", ".join(f"{number_text(taken.counts[what])} {said}" for what, said in words.items() if taken.counts[what])
    return [
        f"Stored: {literal(held.path.name)}: {told}",
        *(f"Left out: {literal(bad.reason)}" for bad in taken.bad[:20]),
    ]
