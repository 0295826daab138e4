"""What the cells of a column with codes stand for, one choice for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.importers.mapping import Field, allowed_values, fold_code
from geo.importers.propose import Look, meaning
from geo.models import Basis
from geo.wording import BASIS_WORDS, DATE_PRECISION_WORDS, PLACE_PRECISION_WORDS
from ui.import_table import key
from ui.import_words import LABELS

MOST_SHOWN = 60
LEFT_OUT = "rows with it are left out"
ACROSS = 3


def in_rows(names: Iterable[str]) -> Iterator[tuple[str, DeltaGenerator]]:
    """Names with their places, side by side in rows; on a phone one below the other in the same order."""
    waiting = list(names)
    for start in range(0, len(waiting), ACROSS):
        part = waiting[start : start + ACROSS]
        columns = st.columns(ACROSS if len(waiting) > 1 else 1, gap="small")
        yield from zip(part, columns, strict=False)


def draw_codes(look: Look, name: str, found: Field) -> Field:
    """The codes of a field; a cell that nothing is said of makes its row a bad one."""
    if not found.columns:
        return found
    (column,) = found.columns
    cells = look.values(column)
    words = _words(name)
    known = {fold_code(code): code for code in found.codes}
    start = {cell: _meant(name, column, cell, found, known) for cell in cells[:MOST_SHOWN]}
    open_ones = sum(st.session_state.get(_key(name, column, cell), meant) is None for cell, meant in start.items())
    told = f": {open_ones} not yet" if open_ones else ""
    title = f"{LABELS[name]}: what the {len(cells)} different cells of “{column}” stand for{told}"
    codes = {code: value for code, value in found.codes.items() if fold_code(code) not in map(fold_code, start)}
    with st.expander(title, expanded=bool(open_ones), key=key(f"codes_{name}_{column}")):
        for cell, place in in_rows(start):
            with place:
                bound = _key(name, column, cell)
                st.session_state.setdefault(bound, start[cell])
                chosen = st.selectbox(
                    f"{cell} ({look.cells[column][cell]})",
                    list(words),
                    key=bound,
                    index=None,
                    placeholder=LEFT_OUT,
                    format_func=lambda code: words[code],
                )
            if chosen is not None:
                codes[cell] = chosen
        otherwise = _otherwise(name, column, found, words) if open_ones or len(cells) > MOST_SHOWN else None
    return replace(found, codes=codes, otherwise=otherwise if codes else None)


def _otherwise(name: str, column: str, found: Field, words: dict[str, str]) -> str | None:
    bound = _key(name, column, "")
    st.session_state.setdefault(bound, found.otherwise)
    chosen: str | None = st.selectbox(
        "All other cells",
        list(words),
        key=bound,
        index=None,
        placeholder=LEFT_OUT,
        format_func=lambda code: words[code],
        width=360,
    )
    return chosen


def _meant(name: str, column: str, cell: str, found: Field, known: dict[str, str]) -> str | None:
    """What a cell stands for to begin with."""
    code = known.get(fold_code(cell))
    if code is not None:
        return found.codes[code] or None
    if cell in allowed_values(name):
        return cell
    return meaning(name, column, cell)


def _words(name: str) -> dict[str, str]:
    if name == "where_prec":
        return {str(code): f"{code}: {words}" for code, words in PLACE_PRECISION_WORDS.items()}
    if name == "date_prec":
        return {str(code): f"{code}: {words}" for code, words in DATE_PRECISION_WORDS.items()}
    if name == "basis":
        return {str(basis): BASIS_WORDS[basis] for basis in Basis if basis is not Basis.DENIED}
    return allowed_values(name)


def _key(name: str, column: str, cell: str) -> str:
    return key(f"code_{name}_{column}_{cell}")
