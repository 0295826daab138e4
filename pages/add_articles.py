"""The page "Add articles": a text, files or an address go in; what was read is shown, corrected, and previewed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from geo.documents import MAX_FILE_BYTES, read_plain
from geo.errors import InputError
from geo.intake import UPLOAD_SUFFIXES, Taken, take_address, take_files
from geo.wording import number_text
from ui.access import access, editor
from ui.articles import (
    CHOSEN,
    FAULTS,
    Entry,
    Known,
    chosen_entry,
    entries,
    look_at,
    read_again,
    take_articles,
    take_out,
)
from ui.evidence import draw_evidence
from ui.markup import literal
from ui.preview import marks_of, preview_marks, put_on_map, take_off_map
from ui.proposals import draw_proposals, draw_sketch_of
from ui.state import State, load_state
from ui.storing import draw_store_buttons, draw_stored, forget_stored, map_page_of

TURN, DRAWN = "articles_turn", "articles_drawn"
LONGEST_PASTE = 500_000
INTRODUCTION = (
    "Paste an article, upload files or give an address. What is read in it stands beside the text, each figure with "
    "who says it. You correct it, and put it on the map as a preview that only this browser tab sees. "
)
STORING = "Then you store it for everybody; what you don't store is forgotten when you close or reload the tab."
NOT_STORING = "Nothing is stored, and closing or reloading the tab forgets it. "


def page() -> None:
    """Draw the page."""
    state = load_state()
    if not entries():
        st.header("Add articles")
        held = access()
        st.markdown(INTRODUCTION + (STORING if held.editor else NOT_STORING + literal(held.why_not)))
    draw_stored()
    _ways_in(state)
    for fault in st.session_state.get(FAULTS, ()):
        st.error(literal(fault))
    st.session_state[DRAWN] = tuple(entries())
    if entries():
        _workbench()


@st.fragment
def _workbench() -> None:
    """The articles that were read; a click there draws only this part anew."""
    state = load_state()
    if st.session_state[DRAWN] != tuple(entries()):
        st.rerun()  # the rest of the page tells how many there are
    entry = _pick()
    if entry is None:
        return
    _head(state, entry)
    text, incidents = st.columns([6, 5], gap="medium")
    with text, st.container(key="article_text"):
        draw_evidence(
            state.dataset,
            entry.document,
            entry.proposals,
            entry.looked_at,
            lambda number: look_at(entry.document.id, number),
        )
    with incidents:
        _warnings(entry)
        draw_sketch_of(state, entry)
        draw_proposals(state, entry)
        _to_the_map(state, entry)


# --- ways in ------------------------------------------------------------------------------------------------------


def _ways_in(state: State) -> None:
    held = entries()
    turn = st.session_state.setdefault(TURN, 0)
    if held:
        way_in = st.expander("Add another article", key=f"ways_in_{turn}", on_change="rerun")
        if not way_in.open:
            return
    else:
        way_in = st.container(border=True)
    with way_in:
        paste, upload, address = st.tabs(["Paste text", "Upload files", "Web address"])
        with paste, st.form("paste_form", border=False, clear_on_submit=False):
            text = st.text_area("Text of the article", height=240, max_chars=LONGEST_PASTE, key=f"pasted_{turn}")
            known = _known(state, f"paste_{turn}")
            if st.form_submit_button("Read the text", type="primary"):
                _take(state, known, lambda: _pasted(text))
        with upload, st.form("upload_form", border=False):
            files = st.file_uploader(
                "Files",
                type=[suffix[1:] for suffix in UPLOAD_SUFFIXES],
                accept_multiple_files=True,
                max_upload_size=MAX_FILE_BYTES // 1_000_000,
                key=f"uploaded_{turn}",
            )
            st.caption("Text, HTML, PDF, JSON or JSON lines. For a whole folder: `python -m geo extract FOLDER`.")
            known = _known(state, f"upload_{turn}")
            if st.form_submit_button("Read the files", type="primary"):
                _take(state, known, lambda: _uploaded([(file.name, file.getvalue()) for file in files]))
        with address, st.form("address_form", border=False):
            url = st.text_input("Address", placeholder="https://", key=f"address_{turn}")
            st.caption("This app asks the site for this one page, and for nothing else.")
            known = _known(state, f"address_{turn}")
            if st.form_submit_button("Fetch and read", type="primary"):
                _take(state, known, lambda: _fetched(url))


def _known(state: State, name: str) -> Known:
    """What the reader knows of the article; it holds where the article says nothing."""
    title, publisher, published = st.columns([2, 1, 1])
    outlets = sorted(outlet.name for outlet in state.dataset.vocabulary.publishers.values())
    return Known(
        title.text_input("Title (optional)", key=f"{name}_title", max_chars=300).strip() or None,
        publisher.selectbox(
            "Publisher (optional)",
            outlets,
            None,
            key=f"{name}_publisher",
            accept_new_options=True,
            placeholder="Outlet",
        ),
        published.date_input(
            "Published on (optional)",
            None,
            key=f"{name}_published",
            format="YYYY-MM-DD",
            help="Days such as “on Monday” are counted from it. Left empty, nothing is assumed.",
        ),
    )


def _pasted(text: str) -> Taken:
    if not text.strip():
        raise InputError("There is no text yet: paste an article.")
    return Taken((read_plain(text, "pasted text"),))


def _uploaded(files: Sequence[tuple[str, bytes]]) -> Taken:
    if not files:
        raise InputError("There is no file yet: choose one or several.")
    return take_files(files)


def _fetched(url: str) -> Taken:
    if not url.strip():
        raise InputError("There is no address yet: give one that begins with https://")
    with st.spinner("Asking the site", show_time=True):
        return Taken((take_address(url),))


def _take(state: State, known: Known, give: Callable[[], Taken]) -> None:
    """Take articles in, with progress in place."""
    try:
        taken = give()
    except InputError as error:
        st.session_state[FAULTS] = [str(error)]
        st.rerun()
    bar = st.progress(0.0, "Reading")
    forget_stored()
    faults = take_articles(
        taken.articles,
        known if len(taken.articles) == 1 else replace(known, title=None),
        state.dataset.vocabulary,
        lambda done: bar.progress(done, "Reading"),
    )
    st.session_state[FAULTS] = [*taken.faults, *faults]
    st.session_state[TURN] += 1  # the fields begin anew for the next article
    st.rerun()


# --- one article --------------------------------------------------------------------------------------------------


def _pick() -> Entry | None:
    """The article that is looked at; a list to choose from where there are several."""
    held = entries()
    entry = chosen_entry()
    if entry is None or len(held) == 1:
        return entry
    st.session_state[CHOSEN] = entry.document.id
    st.selectbox(
        f"{number_text(len(held))} articles: which one to look at",
        list(held),
        key=CHOSEN,
        format_func=lambda key: _words(held[key]),
    )
    return chosen_entry()


def _words(entry: Entry) -> str:
    count = len(entry.kept)
    incidents = "1 incident" if count == 1 else f"{number_text(count)} incidents"
    on_map = " (on your map)" if any(proposal.id in preview_marks() for proposal in entry.kept) else ""
    return f"{entry.document.title or entry.article.file}: {incidents}{on_map}"


def _head(state: State, entry: Entry) -> None:
    document = entry.document
    publisher = state.dataset.vocabulary.publisher(document.publisher).name
    published = f"published {document.published.isoformat()}" if document.published else "publication date not known"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="article_head"):
        st.markdown(f"**{literal(document.title or entry.article.file)}**  \n{literal(publisher)}, {published}")
        if document.published is None:
            st.date_input(
                "Published on",
                None,
                key=f"published_{document.id}",
                format="YYYY-MM-DD",
                width=180,
                help="The article is read again with it; corrections made so far are given up.",
                on_change=_date_article,
                args=(state, document.id),
            )
        st.button(
            "Remove this article", type="tertiary", on_click=take_out, args=((document.id,),), key="remove_article"
        )


def _date_article(state: State, document_id: str) -> None:
    published = st.session_state[f"published_{document_id}"]
    if published:
        read_again(document_id, published, state.dataset.vocabulary)


def _warnings(entry: Entry) -> None:
    lines = [warning.replace("(give --published)", "until you give it above") for warning in entry.warnings]
    lines = [line[:1].upper() + line[1:] for line in lines]
    if lines:
        st.warning("\n".join(f"- {literal(line)}" for line in lines) if len(lines) > 1 else literal(lines[0]))


def _to_the_map(state: State, entry: Entry) -> None:
    """The steps to the preview and to the store; they say whether what is there is what is here."""
    marks = marks_of(state, entry)
    held = {key: mark for key, mark in preview_marks().items() if mark["document"] == entry.document.id}
    count = "1 incident" if len(marks) == 1 else f"{number_text(len(marks))} incidents"
    may_store = editor() is not None
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="to_the_map"):
        if may_store and (entry.kept or len(entries()) > 1):
            draw_store_buttons(state, entry, count if entry.kept else "")
        if marks and marks != held:
            words = f"Update the map preview ({count})" if held else f"Add to the map preview ({count})"
            kind = "secondary" if may_store else "primary"
            st.button(words, type=kind, on_click=put_on_map, args=(marks, entry.document.id), key="add_preview")
        if held:
            if st.button("See them on the map", key="see_map"):
                st.switch_page(map_page_of())
            st.button("Take them off the map", on_click=take_off_map, args=(entry.document.id,), key="drop_preview")
        if len(entries()) > 1:
            words = f"Preview all {number_text(len(entries()))} articles"
            st.button(words, on_click=_put_all_on_map, args=(state,), key="add_all_previews")
    if held and marks == held:
        st.caption("On your map now. Only this tab sees them; nobody else, and no export, does.")
    if not may_store:
        st.caption(literal(access().why_not))


def _put_all_on_map(state: State) -> None:
    """Callback: the incidents of every article, as they are now."""
    for entry in entries().values():
        put_on_map(marks_of(state, entry), entry.document.id)
