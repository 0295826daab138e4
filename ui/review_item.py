"""One report that waits: its text with the words that were read, what they say, and what can be decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from geo.assemble import assemble
from geo.datafiles import slug
from geo.details import incident_details
from geo.layers.lists import ListRequest, list_incidents
from geo.models import Document, Incident, Role
from geo.query import Query
from geo.review import queue
from geo.review.proposal import Proposal
from geo.review.queue import Item, Kind
from geo.review.reading import Shown
from geo.review.show import changes, incident_of
from geo.review.stored import steps, stored_proposals
from geo.wording import FIELD_LABELS, day_text, number_text
from ui.corrections import Editor, draw_editor
from ui.evidence import draw_evidence
from ui.markup import facts, literal, tag, text
from ui.preview import machine_words, own_words
from ui.proposals import disagreements, draw_open_question, draw_pins, fact_rows
from ui.review_actions import (
    Place,
    accept_item,
    ask,
    discard,
    drafts,
    fields_are_open,
    is_echo,
    look_at,
    merge_item,
    reject_item,
    save_corrections,
    split_item,
    take_back,
    this_tab,
)
from ui.state import State

NEAR_DAYS = 7
MOST_NEAR = 40
REASONS = (
    "Not an incident",
    "Read wrongly",
    "Told twice in this text",
    "Not in Balochistan",
    "Too vague to place or date",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A stored text with its incidents: as they are stored, and as they are drafted in this tab."""

    document: Document
    stored: tuple[Proposal, ...]

    @property
    def proposals(self) -> tuple[Proposal, ...]:
        return tuple(drafts().get(proposal.id, proposal) for proposal in self.stored)

    def number(self, mention_id: str) -> int:
        """The number of an incident in this text, from 1."""
        return next(number for number, one in enumerate(self.stored, 1) if one.id == mention_id)

    def held(self, mention_id: str) -> Proposal:
        """An incident as it is stored."""
        return self.stored[self.number(mention_id) - 1]

    def editor(self, state: State, proposal: Proposal) -> Editor:
        """What buttons change."""
        return Editor(state, self, proposal, lambda _: self, self._change)

    def fields(self, state: State, proposal: Proposal) -> Editor:
        """What fields change while they are open."""
        return Editor(state, self, proposal, lambda _: self, self._change_by_field)

    def _change_by_field(self, document_id: str, proposal: Proposal) -> None:
        if not is_echo(proposal):
            self._change(document_id, proposal)

    def _change(self, _document_id: str, proposal: Proposal) -> None:
        if proposal == self.held(proposal.id):
            drafts().pop(proposal.id, None)
        else:
            drafts()[proposal.id] = proposal


def reading_of(state: State, shown: Shown, mention_id: str) -> Reading | None:
    """The text that a mention stands in; None when it isn't stored any more."""
    mention = next((one for one in shown.state.records.mentions if one.id == mention_id), None)
    if mention is None:
        return None
    document = next(one for one in shown.state.records.documents if one.id == mention.document_id)
    told = shown.state
    return Reading(
        document,
        stored_proposals(document, told.records, shown.records, state.dataset.vocabulary, told.decisions),
    )


def incident_with(state: State, shown: Shown, mention_id: str) -> Incident | None:
    """The incident that holds a mention, as it is stored now; None for a rejected one."""
    group = set(shown.members.get(mention_id, ()))
    records = shown.records
    mentions = [mention for mention in records.mentions if mention.id in group]
    if not mentions:
        return None
    claims = [claim for claim in records.claims if claim.mention_id in group]
    links = [link for link in records.links if link.a in group and link.b in group]
    return assemble(records.documents, mentions, claims, links, state.dataset.vocabulary)[0]


# --- one report ---------------------------------------------------------------------------------------------------


def draw_report(state: State, place: Place, item: Item, shown: Shown, *, may_write: bool) -> None:
    """Draw it."""
    reading = reading_of(state, shown, item.id)
    if reading is None:
        st.info("This report is not there any more: its article was read anew, or withdrawn.")
        return
    stored = reading.held(item.id)
    proposal = drafts().get(item.id, stored)
    number = reading.number(item.id)
    details = incident_details(
        state.dataset, incident_of(replace(proposal, kept=True), reading.document, state.dataset.vocabulary)
    )
    st.html(tag("h2", text(details["title"]), css="item-title") + _badges(reading, proposal, details, item))
    if may_write:
        _draw_actions(place, item, shown, stored != proposal)
        _draw_asked(state, place, item, reading, shown)
    words, facts_of = st.columns([6, 5], gap="medium")
    with words, st.container(key="article_text"):
        _draw_text(state, place, reading, item, number)
    with facts_of:
        _draw_card(state, place, item, reading, stored, proposal, details, shown, may_write=may_write)


def _draw_text(state: State, place: Place, reading: Reading, item: Item, number: int) -> None:
    document = reading.document
    outlet = literal(state.dataset.vocabulary.publisher(document.publisher).name)
    published = f"published {day_text(document.published)}" if document.published else "publication date not known"
    address = f" [Open the article]({document.url})" if _is_web(document.url) else ""
    st.markdown(f"{outlet}, {published}.{address}")
    if not document.text:
        st.info("The text of this report is not held: only what it says is.")
        return
    marked = [one if one.id != item.id else replace(one, kept=True) for one in reading.proposals]
    ids = [one.id for one in reading.stored]
    draw_evidence(
        state.dataset,
        document,
        marked,
        number if len(ids) > 1 else None,
        lambda chosen: look_at(place, ids[chosen - 1]) if ids[chosen - 1] in place.queue.at else None,
    )


def _is_web(url: str | None) -> bool:
    return bool(url) and str(url).startswith(("https://", "http://")) and not set(str(url)) & set("()<> \"'\\")


def _badges(reading: Reading, proposal: Proposal, details: Mapping[str, Any], item: Item) -> str:
    badges = [details["place"]["precision"], details["date"]["precision"]]
    people = sorted({claim.origin.partition(":")[2] for claim in proposal.corrections.values()})
    drafted = item.id in drafts()
    if item.kind is Kind.REJECTED:
        badges.append("rejected")
    badges.append(
        "corrections not stored yet"
        if drafted
        else f"corrected by {', '.join(people)}"
        if people
        else "machine reading, corrected"
        if proposal.reviewed
        else "machine reading"
    )
    if proposal.mention.role is Role.BACKGROUND:
        badges.append("recalled by the article")
    if proposal.mention.campaign:
        badges.append("campaign: made of other incidents")
    badges += [
        f"part of incident {number}" for number, one in enumerate(reading.stored, 1) if one.id == proposal.part_of
    ]
    return tag("div", *(text(words) for words in badges if words), css="badges")


def _draw_card(
    state: State,
    place: Place,
    item: Item,
    reading: Reading,
    stored: Proposal,
    proposal: Proposal,
    details: Mapping[str, Any],
    shown: Shown,
    *,
    may_write: bool,
) -> None:
    editor = reading.editor(state, proposal)
    with st.container(border=True, key="review_card"):
        st.html(facts(fact_rows(details)) + disagreements(details))
        _draw_changes(state, editor, proposal, may_write=may_write)
        if may_write and item.kind is not Kind.REJECTED:
            draw_open_question(editor)
            if this_tab().asking == "correct":
                fields_are_open(item.id)
                draw_editor(reading.fields(state, proposal))
        if may_write and stored != proposal:
            _draw_save(place, item, stored, proposal, shown)
    _draw_company(state, item, shown)
    draw_pins(state, reading.proposals, reading.number(item.id))


def _draw_changes(state: State, editor: Editor, proposal: Proposal, *, may_write: bool) -> None:
    """Each correction beside the machine's reading."""
    for one in changes(proposal):
        machine = text(f"machine read: {machine_words(state, one)}", css="aside")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.html(facts([(FIELD_LABELS[one.field], text(own_words(state, one)) + machine)]))
            if may_write:
                st.button(
                    "Take back",
                    key=f"back_{proposal.id}_{one.field}",
                    on_click=editor.undo,
                    args=(one.field,),
                    help=f"Back to the machine's reading of {FIELD_LABELS[one.field].lower()}",
                )
    if proposal.left_out:
        count = len(proposal.left_out)
        noun = "statement" if count == 1 else "statements"
        st.html(text(f"{number_text(count)} {noun} left out as misread", "p", "aside"))


def _draw_save(place: Place, item: Item, stored: Proposal, proposal: Proposal, shown: Shown) -> None:
    to_store = tuple(steps(stored, proposal, shown.state.decisions))
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="review_save"):
        st.button(
            "Store the corrections",
            key="save_corrections",
            type="primary",
            on_click=save_corrections,
            args=(place, item, to_store),
            help="With the reason given above. The report then counts as looked at.",
        )
        st.button("Discard them", key="discard_corrections", on_click=discard, args=(item.id,))


def _draw_company(state: State, item: Item, shown: Shown) -> None:
    """The other reports of the same incident."""
    others = [key for key in shown.members.get(item.id, ()) if key != item.id]
    if not others:
        return
    incident = incident_with(state, shown, item.id)
    count = "another report" if len(others) == 1 else f"{number_text(len(others))} other reports"
    title = text(incident.title, "b") if incident else ""
    lines = (text(_report_line(state, shown, key), "li") for key in others)
    st.html(tag("div", text(f"One incident with {count}: "), title, tag("ul", *lines), css="company"))


def _report_line(state: State, shown: Shown, mention_id: str) -> str:
    mention = next(one for one in shown.records.mentions if one.id == mention_id)
    document = next(one for one in shown.records.documents if one.id == mention.document_id)
    outlet = state.dataset.vocabulary.publisher(document.publisher).name
    day = day_text(document.published) if document.published else "not dated"
    return f"{outlet}, {day}" + (f": {document.title}" if document.title else "")


# --- what can be done ---------------------------------------------------------------------------------------------


def _draw_actions(place: Place, item: Item, shown: Shown, drafted: bool) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom", key="review_actions"):
        if item.kind is Kind.REJECTED:
            draw_take_back(place, item, shown)
            return
        asked = this_tab().asking
        st.button(
            "Accept",
            key="accept",
            type="secondary" if drafted else "primary",
            shortcut="A",
            on_click=accept_item,
            args=(place, item),
            disabled=drafted,
            help="Store or discard your corrections first." if drafted else None,
        )
        st.button(
            "Done" if asked == "correct" else "Correct",
            key="correct",
            shortcut="E",
            on_click=ask,
            args=("correct", asked != "correct"),
        )
        st.button("Merge", key="merge", shortcut="M", on_click=ask, args=("merge", asked != "merge"))
        alone = len(shown.members.get(item.id, ())) < 2
        st.button(
            "Split",
            key="split",
            shortcut="S",
            on_click=ask,
            args=("split", asked != "split"),
            disabled=alone,
            help="The only report of its incident: there is nothing to take apart." if alone else None,
        )
        st.button("Reject", key="reject", shortcut="X", on_click=reject_item, args=(place, item))
        draw_reason()


def draw_reason() -> None:
    """The field that goes with every decision."""
    st.text_input(
        "Reason (needed to reject)",
        key=this_tab().reason_key,
        max_chars=1000,
        placeholder="Reason, if there is one to give",
        label_visibility="collapsed",
    )


def draw_take_back(place: Place, item: Item, shown: Shown) -> None:
    """The way back for what was rejected, with who did it and why."""
    told = [one for one in queue.standing_rejections(shown.state.decisions) if one.subject == item.id]
    if not told:
        return
    why = f", because: {told[-1].reason}" if told[-1].reason else ""
    st.button(
        "Undo the rejection", key="take_back", type="primary", on_click=take_back, args=(place, item, told[-1].id)
    )
    st.markdown(literal(f"Rejected by {told[-1].who} on {told[-1].when[:10]}{why}"))


def _draw_asked(state: State, place: Place, item: Item, reading: Reading, shown: Shown) -> None:
    """What an action needs to know, below the buttons."""
    asked = this_tab().asking
    if asked == "reject":
        draw_reasons(place, item, REASONS)
    elif asked == "merge":
        with st.container(border=True, key="review_asked"):
            _draw_merge(state, place, item, reading, shown)
    elif asked == "split":
        with st.container(border=True, key="review_asked"):
            _draw_split(state, place, item, shown)


def draw_reasons(place: Place, item: Item, reasons: Sequence[str]) -> None:
    """Common reasons, one key each; or one's own words in the field above."""
    with st.container(border=True, key="review_asked"):
        st.markdown("**Why?** Choose one, or write your own above and press Reject again.")
        with st.container(horizontal=True, gap="small"):
            for number, why in enumerate(reasons, 1):
                st.button(why, key=f"why_{number}", shortcut=str(number), on_click=reject_item, args=(place, item, why))
            st.button("Cancel", key="why_not", type="tertiary", shortcut="Esc", on_click=ask, args=("reject", False))


def _draw_merge(state: State, place: Place, item: Item, reading: Reading, shown: Shown) -> None:
    own = set(shown.members.get(item.id, ()))
    proposal = reading.held(item.id)
    words = st.text_input(
        "Find the other incident",
        key="merge_words",
        placeholder="Words of its title, place or outlet; left empty: what lies near in place and time",
        max_chars=200,
    )
    options = _near(state, proposal, words, own)
    chosen = None
    if options:
        chosen = st.selectbox(
            f"The same happening ({number_text(len(options))} to choose from)",
            list(options),
            index=None,
            key="merge_with",
            format_func=options.__getitem__,
            placeholder="Choose the incident that tells the same",
        )
    else:
        st.markdown("No other incident is near in place and time. Find it by words.")
    with st.container(horizontal=True, gap="small"):
        if options:
            st.button(
                "Merge with it",
                key="merge_now",
                type="primary",
                disabled=chosen is None,
                on_click=merge_item,
                args=(place, item, chosen, options.get(chosen or "", "")),
            )
        st.button("Cancel", key="merge_not", type="tertiary", shortcut="Esc", on_click=ask, args=("merge", False))


def _near(state: State, proposal: Proposal, words: str, own: set[str]) -> dict[str, str]:
    """Incidents that may be the same: by words, else those of the days and districts."""
    if words.strip():
        query = Query(q=words)
    else:
        when, where = proposal.date(), proposal.place()
        span = timedelta(days=NEAR_DAYS)
        first = when.first - span if when.first and when.first > date.min + span else None
        last = when.last + span if when.last and when.last < date.max - span else None
        districts = tuple(slug(name) for name in where.districts) if where else ()
        query = Query(date_from=first, date_to=last, district=districts, undated="include")
    found = list_incidents(state.selector, query, ListRequest(limit=MOST_NEAR))["items"]
    return {item["id"]: item["title"] for item in found if item["id"] not in own}


def _draw_split(state: State, place: Place, item: Item, shown: Shown) -> None:
    group = shown.members[item.id]
    st.markdown("**Which reports tell another happening?** They leave together and become an incident of their own.")
    chosen = [
        key
        for key in group
        if st.checkbox(
            literal(_report_line(state, shown, key) + (" (this one)" if key == item.id else "")),
            value=key == item.id,
            key=f"split_{key}",
        )
    ]
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Take out the ticked",
            key="split_now",
            type="primary",
            disabled=not 0 < len(chosen) < len(group),
            on_click=split_item,
            args=(place, item, chosen),
        )
        st.button("Cancel", key="split_not", type="tertiary", shortcut="Esc", on_click=ask, args=("split", False))
