"""The page About: what the figures mean, the codebook from the files that the app itself uses, and the data's state."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import streamlit as st

from geo.export import ATTRIBUTION
from geo.restricted import told
from geo.vocab import Vocabulary
from geo.wording import BASIS_WORDS, DATE_PRECISION_WORDS, PLACE_PRECISION_WORDS, STANCE_WORDS, number_text
from ui.state import State, load_state

LICENSES = Path(__file__).resolve().parent.parent / "data" / "LICENSES.md"
CAMP_WORDS = {
    "state": "State",
    "armed_group": "Armed group",
    "national_press": "National press",
    "international": "International",
    "local_civil": "Local and civil: residents, relatives, hospitals, rights groups, local press",
    "data_set": "Data set",
    "unknown": "Not known",
}
METHOD = """
This map shows **reported** incidents of political violence in Balochistan, Pakistan. It records what was said and by
whom, and chooses what to show by rules that anyone can read.

- A **document** (one article) holds **mentions** of incidents; a mention holds **claims**: one field, one value, said
  by one speaker. Reports of the same happening are linked into one **incident**. Nothing that was said is merged away.
- The figures shown are **estimates**. The voting unit is the speaker, not the outlet: ten outlets that carry one
  military statement are one voice. Of a speaker's figures only the latest counts; earlier ones are kept as revised.
  The best figure is the one that most speakers give; a tie goes to the later, then to the lower one. Low and high are
  the extremes. Figures of different speakers are never added up.
- **Sources disagree** is said where the current values of two speakers or reports cannot both be true.
- A place that is known only to its district is **shaded, never pinned**. Ambiguous places stand in a list.
- **State labels** such as "Fitna al-Hindustan" name no organisation and stay labels.
- A **campaign** (a wave of attacks, an operation over days) has parts; its own toll is never added to theirs.
- Empty areas may be unreported. A district's number counts reports, not danger.
"""


def page() -> None:
    """Draw the page."""
    state = load_state()
    _middle = st.columns([1, 6, 1])[1]
    with _middle:
        st.title("About this map")
        st.markdown(METHOD)
        _state_of_data(state)
        _codebook(state.dataset.vocabulary)
        _sources(state.dataset.vocabulary)
        _data_sets(state)
        st.header("Boundaries and licences")
        st.markdown(ATTRIBUTION.format(layer=state.dataset.layer.attribution))
        with st.expander("Licences, file by file"):
            st.markdown(LICENSES.read_text(encoding="utf-8"))


def _state_of_data(state: State) -> None:
    st.header("The data now")
    dataset = state.dataset
    st.markdown(
        f"Data version **{dataset.version}**: {number_text(len(dataset))} incidents, "
        f"{number_text(dataset.incidents.count_documents())} sources, {number_text(dataset.n_claims)} claims. "
        f"Districts: {dataset.layer.name}."
    )
    if dataset.problems:
        with st.expander(f"{len(dataset.problems)} things could not be loaded"):
            st.text("\n".join(dataset.problems))


def _data_sets(state: State) -> None:
    """The data sets that incidents were taken over from, each with its licence and how to cite it."""
    dataset = state.dataset
    if not dataset.sets and not dataset.left_out:
        return
    st.header("Data sets")
    rows = [
        (found.name, found.licence, "yes" if found.redistribute else "no", found.citation, found.licence_text)
        for found in dataset.sets.values()
    ]
    if rows:
        _table(rows, ("Data set", "Licence", "May be passed on", "Cite as", "Terms"))
    if dataset.left_out:
        st.caption(f"{told(dataset.left_out)}: their licence lets nobody pass them on.")


def _codebook(vocabulary: Vocabulary) -> None:
    st.header("Codebook")
    st.subheader("Kinds of incident")
    rows = [
        (entry.code, entry.label, entry.letter, entry.acled_event_type, entry.acled_sub_event_type)
        for entry in vocabulary.event_types.values()
    ]
    _table(rows, ("Code", "Words", "Letter", "ACLED event type", "ACLED sub-event type"))
    st.subheader("How well place and date are known")
    st.caption("Codes where_prec and date_prec of the Uppsala Conflict Data Program (UCDP GED).")
    _table(list(PLACE_PRECISION_WORDS.items()), ("where_prec", "Words"))
    _table(list(DATE_PRECISION_WORDS.items()), ("date_prec", "Words"))
    st.subheader("Who says so, and how")
    _table([(str(code), words) for code, words in BASIS_WORDS.items()], ("perpetrator_basis", "Words"))
    _table(list(STANCE_WORDS.items()), ("Stance of a claim", "Words"))
    _table(list(CAMP_WORDS.items()), ("Camp of a speaker", "Words"))


def _sources(vocabulary: Vocabulary) -> None:
    st.header("Parties and publishers")
    with st.expander(f"{len(vocabulary.actors)} parties and speakers"):
        actors = sorted(vocabulary.actors.values(), key=lambda actor: (actor.kind, actor.name))
        rows = [(a.name, a.kind.replace("_", " "), CAMP_WORDS[str(a.camp)], ", ".join(a.aliases)) for a in actors]
        _table(rows, ("Name", "Kind", "Camp", "Also called"))
    with st.expander(f"{len(vocabulary.publishers)} publishers"):
        publishers = sorted(vocabulary.publishers.values(), key=lambda publisher: publisher.name)
        rows = [(p.name, p.country or "", CAMP_WORDS[str(p.camp)], p.camp_source or "") for p in publishers]
        _table(rows, ("Name", "Country", "Camp", "Why"))


def _table(rows: list[tuple[object, ...]], columns: tuple[str, ...]) -> None:
    st.dataframe(pd.DataFrame(rows, columns=list(columns)).astype(str), hide_index=True, width="stretch")
