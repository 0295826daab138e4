"""The editor of one proposed incident: every field, each change a replacement claim at once, nothing to submit.

Widgets show the proposal's value anew in each run (`_bind`), so that an undone or adjusted value is seen everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import streamlit as st

from geo.details import claim_text
from geo.errors import InputError
from geo.estimate import date_precision
from geo.models import GROUPS, UNKNOWN_ACTOR, ActorRef, Basis, DateRange, Document, Place, Value
from geo.review.correct import change_count, correct, leave_out, place_in_districts, place_in_words, undo
from geo.review.proposal import Proposal, actor_ref
from geo.review.show import HARMS
from geo.wording import (
    BASIS_WORDS,
    DATE_PRECISION_WORDS,
    FIELD_LABELS,
    STANCE_WORDS,
    place_precision_text,
    place_text,
)
from ui.articles import change, current
from ui.markup import literal
from ui.state import State

GROUP_WORDS = {"total": "All", "militants": "Militants", "security": "Security", "civilians": "Civilians"}
PART_WORDS = {"low": "at least", "best": "figure", "high": "at most"}
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 1, 1)
PROBLEM = "correction_problem"


class Told(Protocol):
    """A text with the incidents that are proposed from it."""

    @property
    def document(self) -> Document: ...

    @property
    def proposals(self) -> tuple[Proposal, ...]: ...


@dataclass(frozen=True, slots=True)
class Editor:
    """One proposal in the making: what its widgets are called, and how they change it.

    Attributes:
        current: Gives the newest state of a document's proposals, for callbacks.
        change: Holds a newer state of one of them.
    """

    state: State
    entry: Told
    proposal: Proposal
    current: Callable[[str], Told | None] = current
    change: Callable[[str, Proposal], None] = change

    def key(self, name: str) -> str:
        return f"edit_{self.proposal.id}_{name}"

    def bind(self, name: str, value: Any) -> str:
        """The key of a widget that shows this value."""
        key = self.key(name)
        if key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value
        return key

    def speaker(self, name: str) -> str:
        """Who says a field, as shown; the outlet where nobody does yet."""
        said = self.proposal.said(name) or self.proposal.main.get(name)
        return said.speaker if said else self.entry.document.publisher

    def given(self, name: str) -> Any:
        """What a widget holds, for callbacks."""
        return st.session_state[self.key(name)]

    def set(self, name: str, value: Value | None, speaker: str | None = None) -> None:
        """Correct a field."""
        now = self._now()
        vocabulary = self.state.dataset.vocabulary
        said_by = speaker or self.speaker(name)
        self.change(self.entry.document.id, correct(now, self.entry.document, name, value, said_by, vocabulary))

    def undo(self, name: str) -> None:
        self.change(self.entry.document.id, undo(self._now(), name))

    def leave_out(self, claim_id: str) -> None:
        kept = self.given(f"claim_{claim_id}")
        self.change(self.entry.document.id, leave_out(self._now(), claim_id, not kept))

    def _now(self) -> Proposal:
        entry = self.current(self.entry.document.id) or self.entry
        return next((held for held in entry.proposals if held.id == self.proposal.id), self.proposal)


def draw_editor(editor: Editor) -> None:
    """All fields of one incident, in tabs."""
    problem = st.session_state.pop(PROBLEM, None)
    if problem:
        st.error(literal(problem))
    parts: dict[str, Callable[[Editor], None]] = {
        "What and when": _what_and_when,
        "Where": _where,
        "How many": _how_many,
        "Who": _who,
    }
    if editor.proposal.claims:
        parts["Statements"] = _statements
    tabs = st.tabs(list(parts), key=editor.key("tabs"), on_change="rerun")
    for tab, draw in zip(tabs, parts.values(), strict=True):
        if tab.open:
            with tab:
                draw(editor)


# --- what and when ------------------------------------------------------------------------------------------------


def _what_and_when(editor: Editor) -> None:
    labels = {code: entry.label for code, entry in editor.state.dataset.vocabulary.event_types.items()}
    st.selectbox(
        "Kind of incident",
        list(labels),
        key=editor.bind("event_type", editor.proposal.event_type() or "other"),
        format_func=labels.__getitem__,
        on_change=lambda: editor.set("event_type", editor.given("event_type")),
    )
    when = editor.proposal.date()
    first, last = st.columns(2)
    for column, end, words in ((first, "first", "First day"), (last, "last", "Last day")):
        column.date_input(
            words,
            key=editor.bind(end, getattr(when, end)),
            format="YYYY-MM-DD",
            min_value=FIRST_DAY,
            max_value=LAST_DAY,
            on_change=_set_days,
            args=(editor, end),
        )
    st.selectbox(
        "How well is the date known?",
        list(DATE_PRECISION_WORDS) if when.first is None else list(DATE_PRECISION_WORDS)[1:],
        key=editor.bind("prec", when.prec if when.first is None else when.prec or 1),
        format_func=DATE_PRECISION_WORDS.__getitem__,
        disabled=when.first is None,
        help="UCDP code date_prec. A siege known to last three days is known to the day.",
        on_change=lambda: _set_date(editor, when.first, when.last, editor.given("prec")),
    )
    _said_by(editor, "date")


def _set_days(editor: Editor, changed: str) -> None:
    """A first day after the last one moves it, and the other way round; without a day the date is unknown."""
    first, last = editor.given("first"), editor.given("last")
    moved = first if changed == "first" else last
    if moved is None:
        first = last = None
    elif first is None or last is None or first > last:
        first = last = moved
    _set_date(editor, first, last, date_precision((last - first).days + 1) if first and last else 0)


def _set_date(editor: Editor, first: date | None, last: date | None, prec: int) -> None:
    _try(lambda: editor.set("date", DateRange(first, last, prec if first else 0)))


def _try(change_it: Callable[[], None]) -> None:
    """A change that can't be: its reason stands above the fields, and nothing is changed."""
    try:
        change_it()
    except InputError as error:
        st.session_state[PROBLEM] = str(error)


# --- where --------------------------------------------------------------------------------------------------------


def _where(editor: Editor) -> None:
    place = editor.proposal.place() or Place("")
    st.text_input(
        "Place in words",
        key=editor.bind("place_words", place.text),
        max_chars=150,
        help="Looked up anew when you press Enter: “near Turbat”, “7 km from Mangochar”, “Dasht, Mastung”.",
        on_change=lambda: _try(lambda: _set_place_words(editor)),
    )
    districts = [row.name for row in editor.state.dataset.districts.current()]
    others = [name for name in place.districts if name not in districts]
    st.multiselect(
        "Or choose districts",
        sorted([*districts, *others]),
        key=editor.bind("place_districts", list(place.districts)),
        placeholder="None: known to the province only",
        help="For a place that is known to its districts only; they are shaded, never pinned.",
        on_change=lambda: _try(lambda: _set_place_districts(editor, place)),
    )
    st.caption(f"Read as: {literal(place_text(place) or 'not stated')} ({place_precision_text(place)})")
    if place.note:
        st.caption(f"Note: {literal(place.note)}")
    _said_by(editor, "place")


def _set_place_words(editor: Editor) -> None:
    words = editor.given("place_words").strip()
    editor.set("place", place_in_words(words) if words else None)


def _set_place_districts(editor: Editor, place: Place) -> None:
    editor.set("place", place_in_districts(place.text, tuple(editor.given("place_districts"))))


# --- how many -----------------------------------------------------------------------------------------------------


def _how_many(editor: Editor) -> None:
    key = editor.key("harm")
    st.session_state.setdefault(key, HARMS[0])
    harm = st.segmented_control(
        "What happened to them", HARMS, key=key, format_func=str.capitalize, required=True, label_visibility="collapsed"
    )
    for group in GROUPS if harm in HARMS[:2] else GROUPS[:1]:
        _count_row(editor, f"{harm or HARMS[0]}.{group}", GROUP_WORDS[group])


def _count_row(editor: Editor, name: str, words: str) -> None:
    count = editor.proposal.count(name)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        for part, part_words in PART_WORDS.items():
            st.number_input(
                f"{words}: {part_words}",
                key=editor.bind(f"{name}_{part}", getattr(count, part) if count else None),
                min_value=0,
                max_value=1_000_000,
                step=1,
                width=116,
                on_change=_set_count,
                args=(editor, name, part),
            )
        _said_by(editor, name, width=170)


def _set_count(editor: Editor, name: str, part: str) -> None:
    count = editor._now().count(name)
    _try(lambda: editor.set(name, change_count(count, part, editor.given(f"{name}_{part}"))))


# --- who ----------------------------------------------------------------------------------------------------------


def _who(editor: Editor) -> None:
    ref = editor.proposal.actor("perpetrator") or ActorRef(UNKNOWN_ACTOR, UNKNOWN_ACTOR, Basis.UNKNOWN)
    names = _actor_names(editor, ref.actor)
    st.selectbox(
        "Carried out by",
        list(names),
        key=editor.bind("actor", ref.actor),
        format_func=names.__getitem__,
        on_change=lambda: _set_actor(editor, ref),
    )
    known = [basis for basis in Basis if basis is not Basis.UNKNOWN]
    unknown = ref.actor == UNKNOWN_ACTOR
    st.selectbox(
        "On whose word",
        [Basis.UNKNOWN] if unknown else known,
        key=editor.bind("basis", Basis.UNKNOWN if unknown else ref.basis or Basis.ATTRIBUTED_BY_MEDIA),
        format_func=BASIS_WORDS.__getitem__,
        disabled=unknown,
        on_change=lambda: _set_party(editor, ref.actor, editor.given("basis")),
    )
    _said_by(editor, "perpetrator")
    target = editor.proposal.actor("target")
    targets = {None: "not stated", **_actor_names(editor, target.actor if target else UNKNOWN_ACTOR)}
    st.selectbox(
        "Against",
        list(targets),
        key=editor.bind("target", target.actor if target else None),
        format_func=targets.__getitem__,
        help="In an operation: the group that those killed or arrested are said to belong to.",
        on_change=lambda: _set_target(editor),
    )


def _actor_names(editor: Editor, held: str) -> dict[str, str]:
    """All parties by name, unknown first; the held one even where no list has it."""
    actors = sorted(editor.state.dataset.vocabulary.actors.values(), key=lambda actor: actor.name.casefold())
    return {UNKNOWN_ACTOR: "unknown", held: held, **{actor.id: actor.name for actor in actors}}


def _set_actor(editor: Editor, before: ActorRef) -> None:
    actor = editor.given("actor")
    basis = before.basis if before.actor != UNKNOWN_ACTOR else Basis.ATTRIBUTED_BY_MEDIA
    _set_party(editor, actor, Basis.UNKNOWN if actor == UNKNOWN_ACTOR else basis or Basis.ATTRIBUTED_BY_MEDIA)


def _set_party(editor: Editor, actor: str, basis: Basis) -> None:
    """A group that claims it speaks for itself."""
    ref = actor_ref(actor, basis, editor.state.dataset.vocabulary)
    editor.set("perpetrator", ref, ref.name if basis is Basis.CLAIMED_BY_GROUP else None)


def _set_target(editor: Editor) -> None:
    actor = editor.given("target")
    editor.set("target", actor_ref(actor, None, editor.state.dataset.vocabulary) if actor else None)


# --- who says so --------------------------------------------------------------------------------------------------


def _said_by(editor: Editor, name: str, width: int | str = "stretch") -> None:
    speaker = editor.speaker(name)
    widget = f"{name}_speaker"
    st.selectbox(
        "Said by",
        _speakers(editor, speaker),
        key=editor.bind(widget, speaker),
        accept_new_options=True,
        disabled=editor.proposal.said(name) is None,
        width=width,  # type: ignore[arg-type]
        on_change=lambda: _set_speaker(editor, name, editor.given(widget)),
    )


def _set_speaker(editor: Editor, name: str, speaker: str | None) -> None:
    said = editor._now().said(name)
    if said and speaker and speaker.strip():
        known = editor.state.dataset.vocabulary.actor(speaker)
        editor.set(name, said.value, known.name if known else " ".join(speaker.split())[:80])


def _speakers(editor: Editor, held: str) -> list[str]:
    """Who speaks in this article first, then everybody who is known."""
    here = [claim.speaker for proposal in editor.entry.proposals for claim in proposal.claims]
    actors = sorted(actor.name for actor in editor.state.dataset.vocabulary.actors.values())
    return list(dict.fromkeys([held, *here, editor.entry.document.publisher, *actors]))


# --- statements ---------------------------------------------------------------------------------------------------


def _statements(editor: Editor) -> None:
    st.caption("What was read, by whoever says it. Take away the tick where the words were misread.")
    for claim in editor.proposal.claims:
        words = f"{FIELD_LABELS[claim.field]}: {claim_text(editor.state.dataset, claim)}"
        source = f"{claim.speaker}, {STANCE_WORDS[str(claim.stance)]}"
        quoted = f": “{claim.original[:120]}”" if claim.original else ""
        st.checkbox(
            literal(f"{words} ({source}{quoted})"),
            key=editor.bind(f"claim_{claim.id}", claim.id not in editor.proposal.left_out),
            on_change=editor.leave_out,
            args=(claim.id,),
        )
