"""The fields of a mapping as choices: which column means what, and what all rows have in common."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from geo.datafiles import slug
from geo.importers.days import DAY_FIRST, MONTH_FIRST, YEAR_FIRST
from geo.importers.mapping import DAYS, MANY, NO_LICENCE_TEXT, NOT_STATED, Field, dataset_fault
from geo.importers.propose import Look
from geo.importers.source import UNSTATED
from geo.models import Basis, DataSet
from geo.wording import BASIS_WORDS
from ui.import_codes import draw_codes, in_rows
from ui.import_table import Held, key
from ui.import_words import CONSTANTS, GROUPS, HELPS, LABELS, MORE
from ui.markup import literal

AS_WRITTEN = "as it is written"
FORMATS = (AS_WRITTEN, DAY_FIRST, MONTH_FIRST, YEAR_FIRST)
FORMAT_WORDS = {
    AS_WRITTEN: "can be read in one way only",
    DAY_FIRST: "day first (24/11/2025)",
    MONTH_FIRST: "month first (11/24/2025)",
    YEAR_FIRST: "year first (25/11/24)",
}
SPLITS = {"": "one name in a cell", ";": "apart by ;", ",": "apart by ,", "|": "apart by |", "/": "apart by /"}
WIDEST_EXAMPLE = 28
Fields = dict[str, Field]


def draw_fields(held: Held) -> Fields:
    """All fields, in groups; those that most tables don't have stand under "More columns"."""
    assert held.look is not None
    assert held.draft is not None
    found: Fields = {}
    for title, names in GROUPS:
        _group(held, held.look, title, names, found)
    many = sum(name in held.draft.fields for _, names in MORE for name in names)
    told = f" ({many} in use)" if many else ""
    with st.expander(f"More columns{told}", key=key("more"), on_change="rerun"):
        for title, names in MORE:
            _group(held, held.look, title, names, found)
    return found


def _group(held: Held, look: Look, title: str, names: tuple[str, ...], found: Fields) -> None:
    with st.container(key=key(f"group_{slug(title)}_{names[0]}"), gap="small"):
        st.markdown(f"**{title}**")
        for name, place in in_rows(names):
            with place:
                one = _field(held, look, name)
            if one:
                found[name] = one
        for name, place in in_rows([name for name in names if name in CONSTANTS and name not in found]):
            with place:
                one = _constant(held, name)
            if one:
                found[name] = one
        for name in names:
            _beside(held, look, name, found)


def _field(held: Held, look: Look, name: str) -> Field | None:
    """The columns of one field; None for none."""
    assert held.draft is not None
    before = held.draft.fields.get(name, Field())
    if name in MANY:
        chosen = _columns(look, name, before)
        return replace(before, columns=chosen, value=None) if chosen else None
    bound = _bind(name, before.columns[0] if before.columns else None)
    column = st.selectbox(
        LABELS[name],
        look.columns,
        key=bound,
        index=None,
        placeholder="no column",
        format_func=lambda one: _with_example(look, one),
        help=HELPS.get(name),
    )
    if column is None:
        return Field(value=before.value) if before.value and name not in CONSTANTS else None
    same = before.columns == (column,)
    return replace(before, columns=(column,), value=None) if same else Field((column,))


def _columns(look: Look, name: str, before: Field) -> tuple[str, ...]:
    bound = _bind(name, list(before.columns))
    chosen: list[str] = st.multiselect(
        LABELS[name],
        look.columns,
        key=bound,
        placeholder="no column",
        format_func=lambda one: _with_example(look, one),
        help=HELPS.get(name),
    )
    return tuple(chosen)


def _constant(held: Held, name: str) -> Field | None:
    """A value that all rows have in common."""
    assert held.draft is not None
    before = held.draft.fields.get(name, Field())
    bound = _bind(f"{name}_of_all", before.value or "")
    said = st.text_input(f"{LABELS[name]} of all rows", key=bound, max_chars=100).strip()
    return Field(value=said) if said else None


def _beside(held: Held, look: Look, name: str, found: Fields) -> None:
    """What a field needs said beside its column."""
    if name not in found:
        return
    if name in DAYS:
        found[name] = _format(name, found[name])
    if name == "perpetrator":
        basis = _basis(held, look)
        if basis:
            found["basis"] = basis
            found["basis"] = draw_codes(look, "basis", basis)
    if name in MANY and found[name].columns:
        found[name] = _split(look, name, found[name])
    if name in ("event_type", "where_prec", "date_prec"):
        found[name] = draw_codes(look, name, found[name])


def _format(name: str, found: Field) -> Field:
    """The order of day and month, or a pattern of one's own."""
    own = [found.format] if found.format and found.format not in FORMATS else []
    bound = _bind(f"{name}_format", found.format or AS_WRITTEN)
    form = st.selectbox(
        f"{LABELS[name]}: how it is written",
        [*FORMATS, *own],
        key=bound,
        format_func=lambda one: FORMAT_WORDS.get(one, one),
        accept_new_options=True,
        help="Or type a pattern: %d day, %m month, %b its name, %Y year, like %d.%m.%Y",
        width=360,
    )
    return replace(found, format=None if form in (None, AS_WRITTEN) else str(form))


def _basis(held: Held, look: Look) -> Field | None:
    """On whose word groups are named: the same for all rows, or as a column says."""
    assert held.draft is not None
    before = held.draft.fields.get("basis", Field())
    words = {f"={basis}": BASIS_WORDS[basis] for basis in Basis if basis is not Basis.DENIED}
    now = f"={before.value}" if before.value else before.columns[0] if before.columns else None
    chosen = st.selectbox(
        LABELS["basis"],
        [*words, *look.columns],
        key=_bind("basis", now),
        index=None,
        placeholder="Choose, or the groups count as sides only",
        format_func=lambda one: words.get(one) or f"as a column says: {one}",
        help=HELPS["perpetrator"],
        width=420,
    )
    if chosen is None:
        return None
    if chosen in words:
        return Field(value=chosen[1:])
    return replace(before, columns=(chosen,), value=None) if before.columns == (chosen,) else Field((chosen,))


def _split(look: Look, name: str, found: Field) -> Field:
    """What stands between several names; asked where cells hold such a sign."""
    cells = [cell for column in found.columns for cell in look.values(column)]
    signs = [sign for sign in SPLITS if not sign or any(sign in cell for cell in cells)]
    if found.split and found.split not in signs:
        signs.append(found.split)
    if len(signs) == 1:
        return found
    sign = st.selectbox(
        f"{LABELS[name]}: several in one cell",
        signs,
        key=_bind(f"{name}_split", found.split or ""),
        format_func=lambda one: SPLITS.get(one, f"apart by {one}"),
        width=360,
    )
    return replace(found, split=sign or None)


def _with_example(look: Look, column: str) -> str:
    """A column's name with a cell of it."""
    example = next(iter(look.values(column)), "")
    short = example if len(example) <= WIDEST_EXAMPLE else f"{example[:WIDEST_EXAMPLE]}…"
    return f"{column} ({short})" if short else f"{column} (empty)"


def _bind(name: str, value: object) -> str:
    """The key of a widget that begins with this value; it keeps its own from then on."""
    bound = key(name)
    st.session_state.setdefault(bound, value)
    return bound


# --- whose table it is ---------------------------------------------------------------------------------------------


def draw_dataset(held: Held, known: dict[str, DataSet]) -> tuple[DataSet, str]:
    """The data set: its name, who speaks in it, and what may be done with its rows; and its release."""
    assert held.draft is not None
    before = held.draft.dataset
    name_at, speaker_at, licence_at = st.columns(3, gap="small")
    name = name_at.text_input("Name of the data set", key=_bind("name", before.name), max_chars=120).strip()
    speaker = speaker_at.text_input(
        "Who speaks in it",
        key=_bind("speaker", before.speaker if before.speaker != before.name else ""),
        placeholder=name,
        max_chars=120,
        help="The organisation that coded the rows: every value is shown as said by it. Empty: the data set's name.",
    ).strip()
    licence = licence_at.text_input(
        "Licence", key=_bind("licence", "" if before.licence == NOT_STATED else before.licence), placeholder=NOT_STATED,
        max_chars=200,
    ).strip()  # fmt: skip
    citation = st.text_input(
        "How to cite it", key=_bind("citation", before.citation if before.citation != before.name else ""),
        placeholder=name, max_chars=1000,
    ).strip()  # fmt: skip
    redistribute = st.checkbox(
        "Its rows may be passed on to others",
        key=_bind("redistribute", before.redistribute),
        help="Only if the licence says so. Else exports leave them out, and a server for others doesn't show them.",
    )
    with st.expander("More about the data set", key=key("more_dataset"), on_change="rerun"):
        words_at, url_at = st.columns(2, gap="small")
        licence_text = words_at.text_area(
            "The licence's words or address",
            key=_bind("licence_text", "" if before.licence_text == NO_LICENCE_TEXT else before.licence_text),
            max_chars=5000,
        ).strip()
        url = url_at.text_input("Web address of the data set", key=_bind("dataset_url", before.url or "")).strip()
        release = url_at.text_input(
            "Release",
            key=_bind("release", "" if held.draft.release == UNSTATED else held.draft.release),
            help="A number or day. A file of an older release than the stored one takes nothing back.",
        ).strip()
        identity = url_at.text_input(
            "Id", key=_bind("dataset_id", before.id if before.id != slug(before.name) else ""),
            placeholder=slug(name) if name else "",
            help="Rows of the same id are brought up to date by the next import.",
        ).strip()  # fmt: skip
        whole = st.checkbox(
            "Each file is all of the data set: rows that a newer one doesn't have are taken back",
            key=_bind("whole", before.whole),
        )
    dataset = DataSet(
        id=identity or (slug(name) if name else ""),
        name=name,
        speaker=speaker or name,
        licence=licence or NOT_STATED,
        licence_text=licence_text or NO_LICENCE_TEXT,
        citation=citation or name,
        redistribute=redistribute,
        whole=whole,
        url=url or None,
    )
    fault = dataset_fault(dataset)
    if fault:
        st.error(literal(fault[:1].upper() + fault[1:]))
    elif dataset.id in known:
        st.caption(
            f"A data set with the id {literal(dataset.id)} is stored already: its rows are brought up to date, and its "
            "name, licence and citation become these."
        )
    return dataset, release or UNSTATED


def draw_missing(held: Held) -> frozenset[str]:
    """The cells that say that nothing is known."""
    assert held.draft is not None
    said: list[str] = st.multiselect(
        "Cells that mean “not known”",
        sorted(held.draft.missing | {"NA", "n/a", "-", "-99"}),
        key=_bind("missing", sorted(held.draft.missing)),
        accept_new_options=True,
        placeholder="only empty ones",
        help="Choose or type them. They count as empty in every column.",
    )
    return frozenset(said)
