"""The sidebar: widgets <-> `Query` <-> URL. Every filter lives in the URL, so a link is a selection.

Streamlit keeps a widget's value under its key (`f_<parameter>`). The URL is read when it changed without us (a link,
the back button) and written after the widgets; what it says that can't be used is shown once and left out.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import streamlit as st

from geo.errors import InputError
from geo.layers import facet_counts
from geo.query import LIST_PARAMETERS, Query
from geo.wording import PLACE_PRECISION_OR_BETTER
from ui.buttons import Button, Shape, draw_buttons
from ui.choices import Choice, Options, draw_choices
from ui.state import State

PAGE_PARAMETERS = ("data_version", "incident", "colour", "shade")  # of the page, not of the selection
UNDATED_WORDS = {
    "exclude": "Leave them out",
    "include": "Show them too",
    "only": "Only them",
}
ANY_PRECISION = 7
FIRST_MAP_SECONDS = 0.5  # until a new page has its map
MAP_SECONDS = 0.3  # until an open map shows another selection and has asked for its counts
FIRST_OPEN = ("When", "Who did it")
EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Section:
    """One group of filters, in the order in which people ask."""

    title: str
    parameters: tuple[str, ...]
    choices: tuple[Choice, ...]
    extra: Callable[[State, Query], None] | None = None


def _key(parameter: str) -> str:
    return f"f_{parameter}"


EMPTY: dict[str, Any] = {
    **{parameter: [] for parameter in LIST_PARAMETERS},
    "from": None,
    "to": None,
    "undated": "exclude",
    "min_killed": None,
    "where_prec_max": ANY_PRECISION,
    "disputed": False,
    "q": "",
}


# --- URL and widget state -----------------------------------------------------------------------------------------


def read_url(state: State) -> None:
    """Take over what the URL says, unless it is what we wrote ourselves."""
    given = [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]
    if st.session_state.get("url_written") == given and _key("q") in st.session_state:
        return
    if "url_written" not in st.session_state or given != st.session_state["url_written"]:
        query, problems = Query.parse_lenient(given, state.names, ignore=PAGE_PARAMETERS)
        query, beyond = _within_calendar(query)
        st.session_state["url_problems"] = (*problems, *beyond, *_version_problem(state))
    else:  # another page came between, and the widgets of this one lost their values
        query = st.session_state["query"]
    _fill_widgets(query)
    st.session_state["bbox"] = query.bbox


def _within_calendar(query: Query) -> tuple[Query, tuple[str, ...]]:
    """The query with dates that the widgets can show."""
    for parameter, day in (("from", query.date_from), ("to", query.date_to)):
        if day and not EARLIEST <= day <= LATEST:
            return query.without("from", "to"), (f"{parameter}: {day} is not between {EARLIEST} and {LATEST}",)
    return query, ()


def _version_problem(state: State) -> tuple[str, ...]:
    cited = st.query_params.get("data_version")
    if cited in (None, state.dataset.version):
        return ()
    return (f"The link cites data version {cited}; this is version {state.dataset.version}, so figures may differ.",)


def _fill_widgets(query: Query) -> None:
    values = {**EMPTY, "from": query.date_from, "to": query.date_to, "undated": query.undated or EMPTY["undated"]}
    values |= {name: list(getattr(query, name)) for name in LIST_PARAMETERS}
    values |= {"min_killed": query.min_killed, "where_prec_max": query.where_prec_max or ANY_PRECISION}
    values |= {"disputed": bool(query.disputed), "q": query.q or ""}
    for parameter, value in values.items():
        st.session_state[_key(parameter)] = value


def write_url(query: Query) -> None:
    """Put the selection into the URL; parameters of the page stay."""
    own = [(name, st.query_params[name]) for name in PAGE_PARAMETERS if name in st.query_params]
    wanted = [*query.pairs(), *own]
    if wanted != [(name, value) for name in st.query_params for value in st.query_params.get_all(name)]:
        listed: dict[str, list[str]] = {}
        for name, value in wanted:
            listed.setdefault(name, []).append(value)
        st.query_params.from_dict(listed)
    st.session_state["url_written"] = wanted
    st.session_state["query"] = query


def reset(parameters: tuple[str, ...]) -> None:
    """Callback: these filters ask for nothing again."""
    for parameter in parameters:
        if parameter == "bbox":
            st.session_state["bbox"] = None
        else:
            st.session_state[_key(parameter)] = EMPTY[parameter]


def drop_value(parameter: str, value: str) -> None:
    """Callback of a chip's cross: this value is no longer asked for."""
    if parameter in LIST_PARAMETERS:
        st.session_state[_key(parameter)] = [held for held in st.session_state[_key(parameter)] if held != value]
    else:
        reset((parameter,))


def set_dates(first: date | None, last: date | None) -> None:
    """Callback of the presets and of the brushed histogram."""
    st.session_state[_key("from")], st.session_state[_key("to")] = first, last


def current_query() -> Query:
    """The query that the widgets ask for.

    Raises:
        InputError: when the dates are the wrong way round.
    """
    held: Mapping[Any, Any] = st.session_state
    first, last, undated = held[_key("from")], held[_key("to")], held[_key("undated")]
    precision = held[_key("where_prec_max")]
    return Query(
        date_from=first,
        date_to=last,
        undated=undated if first or last or undated == "only" else None,
        **{parameter: tuple(held[_key(parameter)]) for parameter in LIST_PARAMETERS},
        min_killed=held[_key("min_killed")] or None,
        where_prec_max=precision if precision != ANY_PRECISION else None,
        disputed=True if held[_key("disputed")] else None,
        q=held[_key("q")].strip().lower() or None,
        bbox=held.get("bbox"),
    )


# --- widgets --------------------------------------------------------------------------------------------------------


def read_query(state: State) -> Query:
    """What the URL and the widgets ask for, in canonical form; a contradiction is said and left out.

    Comes before the widgets are drawn, so that the map can start to load first.
    """
    read_url(state)
    _keep_values()
    st.session_state["contradictions"] = ()
    try:
        query = current_query()
    except InputError as error:
        st.session_state["contradictions"] = (str(error),)
        reset(("from", "to"))
        query = current_query()
    query, _ = Query.parse_lenient(query.pairs(), state.names)
    write_url(query)
    return query


def draw_words() -> None:
    """The first filter, which opens the sidebar: a light one, so that the map needn't wait for the others."""
    with st.sidebar:
        _words()


def leave_time_for_map(query: Query) -> None:
    """Wait a moment before all else is drawn, where the selection changed.

    A browser that has to set up chips and widgets at the same time shows the map later, by about a second at the first
    time and by 0.2 s after that.
    """
    shown = st.session_state.get("map_shows")
    st.session_state["map_shows"] = query.canonical()
    if shown != query.canonical():
        _wait(FIRST_MAP_SECONDS if shown is None else MAP_SECONDS)


def _wait(seconds: float) -> None:
    """Wait, unless a newer wish ends this run: Streamlit sees to that at each touch of the session's state."""
    until = time.perf_counter() + seconds
    while (left := until - time.perf_counter()) > 0:
        st.session_state.get("map_shows")
        time.sleep(min(left, 0.01))


def draw_sections(state: State, query: Query) -> None:
    """All other filters, with how many incidents each value would show."""
    with st.sidebar:
        for section in SECTIONS:
            _section(state, query, section)
        if not query.is_all:
            everything = Button("all", "Reset all filters", Query(), partial(reset, (*EMPTY, "bbox")))
            draw_buttons("reset_all", Shape.WIDE, "All filters", query, [everything])


def _keep_values() -> None:
    """Hold on to the values of widgets in closed sections, which Streamlit forgets when they aren't drawn."""
    for parameter in EMPTY:
        st.session_state[_key(parameter)] = st.session_state[_key(parameter)]


def _words() -> None:
    st.text_input(
        "Words",
        key=_key("q"),
        placeholder="Words in title, place or outlet",
        help="Incidents whose title, place or publishers hold all these words.",
    )


def _section(state: State, query: Query, section: Section) -> None:
    asked = [name for name, _ in query.pairs() if name in section.parameters]
    # The title stays: to Streamlit another title is another section, which would fall shut under the reader's hand.
    opened = st.expander(
        section.title, expanded=section.title in FIRST_OPEN, key=f"section_{section.title}", on_change="rerun"
    )
    if not opened.open:  # what is closed isn't drawn: the page is there sooner, and no count is made in vain
        return
    with opened:
        if section.extra:
            section.extra(state, query)
        if section.choices:
            listed = [(choice, _options(state, query, choice.parameter)) for choice in section.choices]
            draw_choices(section.title, listed, _set_values)
        if asked:
            button = Button(
                section.title,
                "Reset",
                query.without(*section.parameters),
                partial(reset, section.parameters),
                f"Clear the filters under {section.title}",
            )
            draw_buttons(f"reset_{section.title}", Shape.LINK, section.title, query, [button])


def _options(state: State, query: Query, parameter: str) -> Options:
    counts = facet_counts(state.selector, query, parameter)
    return Options(counts, lambda value: state.names.label(parameter, value), st.session_state[_key(parameter)])


def _set_values(parameter: str, values: list[str]) -> None:
    """Callback of a multiple choice."""
    st.session_state[_key(parameter)] = values


def _when(state: State, query: Query) -> None:
    chosen = (st.session_state[_key("from")], st.session_state[_key("to")])
    periods = [
        Button(words, words, _dated(query, *dates), partial(set_dates, *dates), chosen=dates == chosen)
        for words, dates in _presets(state).items()
    ]
    draw_buttons("periods", Shape.PERIODS, "Period", query, periods)
    for end, words in (("from", "From"), ("to", "To")):  # one below the other: side by side, the day is cut off
        st.date_input(words, key=_key(end), format="YYYY-MM-DD", min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
    if any(chosen):
        st.selectbox(
            "Undated incidents",
            [None, *(code for code in UNDATED_WORDS if code != "exclude")],
            key=_key("undated"),
            format_func=lambda code: UNDATED_WORDS[code or "exclude"],
            help="Reports that give no date can't fall into a period.",
        )
    else:
        st.checkbox("Only undated incidents", key="only_undated", on_change=_only_undated)


def _dated(query: Query, first: date | None, last: date | None) -> Query:
    """The query once these dates are set; what is held about undated incidents then counts."""
    undated: str = st.session_state[_key("undated")] if first or last or query.undated == "only" else None
    return replace(query, date_from=first, date_to=last, undated=undated)


def _only_undated() -> None:
    st.session_state[_key("undated")] = "only" if st.session_state["only_undated"] else None


def _presets(state: State) -> dict[str, tuple[date | None, date | None]]:
    """Periods counted back from the newest incident, so that they hold something offline too."""
    text = state.selector.index.data_to
    if text is None:
        return {"All": (None, None)}
    newest = date.fromisoformat(text)
    return {
        "All": (None, None),
        "Last 30 days of data": (newest - timedelta(days=29), newest),
        "Last 12 months": (newest - timedelta(days=364), newest),
        **{str(year): (date(year, 1, 1), date(year, 12, 31)) for year in (newest.year, newest.year - 1)},
    }


def _what(_: State, __: Query) -> None:
    st.number_input(
        "At least so many killed",
        key=_key("min_killed"),
        min_value=1,
        max_value=999_999,
        value=None,
        placeholder="Any",
        help="By the shown figure, or the lowest one where none is agreed.",
    )
    st.toggle("Only where sources disagree", key=_key("disputed"))


def _where(_: State, __: Query) -> None:
    st.selectbox(
        "Where is it known to?",
        list(dict.fromkeys((*PLACE_PRECISION_OR_BETTER, st.session_state[_key("where_prec_max")]))),
        key=_key("where_prec_max"),
        format_func=lambda code: PLACE_PRECISION_OR_BETTER.get(code, f"Code {code} or better"),
        help="How precisely reports say where it happened (UCDP code where_prec).",
    )


SECTIONS = (
    Section("When", ("from", "to", "undated"), (), _when),
    Section(
        "Who did it",
        ("perpetrator", "basis", "group"),
        (
            Choice(
                "perpetrator",
                "Claimed or blamed",
                "Who is said to have carried it out, by anyone. Denials don't count.",
            ),
            Choice("basis", "On whose word", "Together with the party above it must hold for the same statement."),
            Choice("group", "Any involved group", "Named in any role: as perpetrator or as target."),
        ),
    ),
    Section(
        "What happened",
        ("event_type", "min_killed", "disputed", "review"),
        (
            Choice("event_type", "Kind of incident", "Codes as in the codebook on the page About."),
            Choice("review", "Who has checked it", "Unreviewed is a machine's reading that nobody has looked at."),
        ),
        _what,
    ),
    Section(
        "Where",
        ("district", "where_prec_max", "bbox"),
        (Choice("district", "District", "An incident in several districts counts in each."),),
        _where,
    ),
    Section(
        "Who says so",
        ("publisher", "camp", "speaker", "dataset"),
        (
            Choice("publisher", "Publisher", "Outlets that carry a report of it."),
            Choice("speaker", "Speaker", "Who says it inside the reports: police, ISPR, BLA, residents..."),
            Choice("camp", "Side of the speaker", "State, armed group, press, local and civil..."),
            Choice("dataset", "Data set", "Reports read here, or a data set that was taken over."),
        ),
    ),
)
