"""What the first rows of a table would become, as incidents, and the bad ones with their reason."""

from __future__ import annotations

import streamlit as st

from geo.assemble import assemble
from geo.details import value_text
from geo.importers.mapped import source_of
from geo.importers.mapping import TableMapping
from geo.importers.sample import Checked, Sampled, check, sample
from geo.models import ActorRef, Claim, DateRange, Records
from geo.wording import BASIS_WORDS, FIELD_LABELS, number_text
from ui.import_table import Held
from ui.markup import tag, text
from ui.state import State

SHOWN = 10
STYLE = """
<style>
ol.import-rows { list-style: none; margin: 0 0 .4rem; padding: 0; }
ol.import-rows > li { border-top: 1px solid rgba(128, 128, 128, .35); margin: 0; padding: .5rem 0 .55rem; }
ol.import-rows h4 { font-size: 1rem; font-weight: 600; margin: 0; padding: 0; overflow-wrap: anywhere; }
ol.import-rows p { margin: .1rem 0 0; font-size: .93rem; overflow-wrap: anywhere; }
ol.import-rows .line { font-size: .85rem; opacity: .8; margin-right: .6em; font-weight: 400; }
ol.import-rows li.bad h4 { font-weight: 400; }
ol.import-rows li.bad h4 b { color: var(--bad); }
</style>
"""
BAD = {"light": "#a12622", "dark": "#f2958f"}


def draw_preview(state: State, held: Held, mapping: TableMapping) -> Checked:
    """The first rows, and how many can be used.

    Raises:
        InputError: in one line, when the table can't be read.
    """
    rows, checked = _looked(held, mapping)
    st.markdown(_count_words(checked, held))
    theme = "dark" if st.context.theme.type == "dark" else "light"
    shown = tag("ol", *(_row(state, one) for one in rows), css="import-rows")
    st.html(f"{STYLE}<div style='--bad: {BAD[theme]}'>{shown}</div>")
    later = [fault for fault in checked.listed if fault.line not in {one.line for one in rows}]
    if later:
        with st.expander(f"Rows further down that are left out ({number_text(len(later))} listed)"):
            listed = (_bad(fault.line, fault.reason) for fault in later)
            st.html(f"{STYLE}<div style='--bad: {BAD[theme]}'>{tag('ol', *listed, css='import-rows')}</div>")
    return checked


def _looked(held: Held, mapping: TableMapping) -> tuple[tuple[Sampled, ...], Checked]:
    """Sample and count, made once for each mapping."""
    shape = repr(mapping)
    if held.made.get("shape") != shape:
        source = source_of(held.path, mapping)
        held.made = {"shape": shape, "found": (sample(source, SHOWN), check(source))}
    found: tuple[tuple[Sampled, ...], Checked] = held.made["found"]  # type: ignore[assignment]
    return found


def _count_words(checked: Checked, held: Held) -> str:
    rows = checked.good + checked.bad
    assert held.table is not None
    told = f"{number_text(rows)} rows" if checked.whole else f"the first {number_text(rows)} rows"
    left = f"**{number_text(checked.bad)}** are left out" if checked.bad != 1 else "**1** is left out"
    if not checked.bad:
        return f"All of {told} can be used." if rows > 1 else "The one row can be used."
    return f"Of {told}, **{number_text(checked.good)}** can be used, {left}."


def _row(state: State, one: Sampled) -> str:
    if isinstance(one.found, str):
        return _bad(one.line, one.found)
    return tag("li", *_incident(state, one.line, one.found))


def _bad(line: int, reason: str) -> str:
    words = text(f"line {line}", css="line") + tag("b", "Left out: ") + text(reason)
    return tag("li", tag("h4", words), css="bad")


def _incident(state: State, line: int, records: Records) -> tuple[str, ...]:
    """An incident as it will be called, and all that is said of it."""
    (incident,) = assemble(records.documents, records.mentions, records.claims, (), state.dataset.vocabulary)
    (document,) = records.documents
    said = [_claim(state, claim) for claim in records.claims if not _in_title(claim)]
    cited = ", ".join(cited.publisher or cited.title or "" for cited in document.cites)
    facts = [*said, *([f"Sources named: {cited}"] if cited else []), f"Row: {document.title}"]
    return (
        tag("h4", text(f"line {line}", css="line") + text(incident.title)),
        text(" · ".join(facts), "p"),
    )


def _in_title(claim: Claim) -> bool:
    """Whether the title says it already; that a day isn't known it doesn't."""
    return claim.field == "event_type" or (isinstance(claim.value, DateRange) and claim.value.first is not None)


def _claim(state: State, claim: Claim) -> str:
    value = claim.value
    if value is None:
        return f"{FIELD_LABELS[claim.field]}: not stated"
    basis = f" ({BASIS_WORDS[value.basis]})" if isinstance(value, ActorRef) and value.basis else ""
    return f"{FIELD_LABELS[claim.field]}: {value_text(state.dataset, value)}{basis}"
