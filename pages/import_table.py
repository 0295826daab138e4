"""The page "Import": a table of anybody's comes in; what its columns mean is proposed, corrected, seen, and stored."""

from __future__ import annotations

import streamlit as st

from geo.errors import InputError
from geo.importers.mapping import TableMapping, checked
from geo.importers.mapping_text import mapping_text
from ui.access import access
from ui.import_fields import draw_dataset, draw_fields, draw_missing
from ui.import_preview import draw_preview
from ui.import_store import DONE, draw_done, draw_store, draw_store_export
from ui.import_table import FAULT, SUFFIXES, Held, forget, held, key, take, turn, use_mapping
from ui.import_words import LABELS
from ui.markup import literal
from ui.state import load_state

INTRODUCTION = (
    "Upload a table in which one row is one incident. What its columns mean is proposed; you correct it, see ten rows "
    "as the incidents that they would become, and {end} The values count as said by the data set."
)
ANCHOR = "first-ten-rows"
# Beside the long list of fields the rows stay in sight; on a phone, where they come after it, a link leads to them.
STYLE = """
<style>
@media (min-width: 900px) {
  .st-key-import_preview { position: sticky; top: 4rem; max-height: calc(100vh - 5rem); overflow-y: auto; }
  .st-key-import_to_rows { display: none; }
}
</style>
"""
STORING = "store them for everybody."
NOT_STORING = "download the mapping for the command line. "


def page() -> None:
    """Draw the page."""
    st.header("Import")
    table = held()
    if table is None:
        end = STORING if access().editor else NOT_STORING + literal(access().why_not)
        st.markdown(INTRODUCTION.format(end=end))
    draw_done()
    if table is None:
        _upload()
    fault = st.session_state.get(FAULT)
    if fault:
        st.error(literal(fault))
    if table is not None:
        _head(table)
        if table.export:
            draw_store_export(table)
        else:
            _workbench()


def _upload() -> None:
    file = st.file_uploader("Table", type=list(SUFFIXES), key=f"import_file_{turn()}")
    st.caption(
        "CSV, TSV, Excel (.xlsx), JSON or GeoJSON; its first row names the columns. UCDP, ACLED and GTD have readers "
        "of their own on the command line: `python -m geo import ucdp FILE`."
    )
    if file is not None:
        with st.spinner("Reading the table"):
            take(file.file_id, file.name, file.getvalue())
        st.session_state.pop(DONE, None)
        st.rerun()


def _head(table: Held) -> None:
    rows = f": {table.look.rows} rows, {len(table.look.columns)} columns" if table.look else ""
    more = " looked at, and more" if table.look and not table.look.whole else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="import_head"):
        st.markdown(f"**{literal(table.path.name)}**{rows}{more}")
        st.button("Take another table", type="tertiary", on_click=forget, key="import_other")


@st.fragment
def _workbench() -> None:
    """The mapping and what becomes of it; a change there draws only this part anew."""
    state, table = load_state(), held()
    if table is None:
        st.rerun()
    assert table is not None
    assert table.draft is not None
    st.html(STYLE)
    left, right = st.columns([6, 5], gap="medium")
    with left:
        _found(table)
        with st.container(key="import_to_rows"):
            st.markdown(f"[To the first ten rows](#{ANCHOR})")
        st.subheader("Whose table it is")
        dataset, release = draw_dataset(table, dict(state.dataset.sets))
        st.subheader("What the columns mean")
        fields = draw_fields(table)
        missing = draw_missing(table)
    mapping = TableMapping(dataset, fields, missing, release)
    table.draft = mapping
    with right, st.container(key="import_preview"):
        st.subheader("What becomes of the first ten rows", anchor=ANCHOR)
        try:
            checked(mapping)
            counted = draw_preview(state, table, mapping)
        except InputError as error:
            st.warning(literal(_words(table.words(error))))
            return
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="import_actions"):
            draw_store(state, table, mapping, counted)
            st.download_button(
                "Download the mapping",
                mapping_text(mapping),
                file_name=f"{mapping.dataset.id}.mapping.yaml",
                mime="application/yaml",
                on_click="ignore",
                key="import_mapping",
                help="For the next release of the same table: here, or with `python -m geo import csv FILE --mapping`.",
            )


def _found(table: Held) -> None:
    """What the proposal rests on, and what only a person can say; or a mapping file from before."""
    asked = [_asked(line) for line in table.questions if not line.startswith("dataset:")]
    if asked:
        st.info("Please look at this:\n" + "\n".join(f"- {literal(line)}" for line in asked))
    with st.expander("Why it is proposed so, or use a mapping file", key=key("why"), on_change="rerun") as why:
        if not why.open:
            return
        if table.remarks:
            st.markdown("\n".join(f"- {literal(line)}" for line in table.remarks))
        file = st.file_uploader("Mapping file", type=["yaml", "yml"], key=key("mapping"))
        if file is not None:
            try:
                use_mapping(table, file.name, file.getvalue())
            except InputError as error:
                st.error(literal(str(error)))
            else:
                st.rerun(scope="fragment")


def _asked(line: str) -> str:
    """A question with the field as the page calls it."""
    name, _, rest = line.partition(": ")
    return f"{LABELS[name]}: {rest}" if name in LABELS else line


def _words(told: str) -> str:
    """A fault of the mapping as the page calls its fields, without the name of a file that there isn't."""
    name, colon, rest = told.removeprefix("mapping.yaml: ").partition(": ")
    if name == "perpetrator" and "needs basis" in rest:
        return f"{LABELS[name]}: choose on whose word; a column of names alone makes nobody a culprit"
    return f"{LABELS.get(name, name)}{colon}{rest}"
