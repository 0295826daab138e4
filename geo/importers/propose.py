"""A table of anybody's -> the mapping that its header and cells suggest, for a person to look through.

What only a person can know is asked, never assumed: whose table it is, what may be done with it, whether names of
groups are those of culprits, and the order of day and month where no cell proves it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import islice

from geo.datafiles import DATA_DIR, fold, read_rows, slug, split_list
from geo.errors import InputError
from geo.geocode import geocode
from geo.importers.days import ORDERS, order_of, read_days
from geo.importers.mapped import read_count
from geo.importers.mapping import (
    COUNTS,
    MANY,
    NO_LICENCE_TEXT,
    NOT_STATED,
    Field,
    TableMapping,
    allowed_values,
    fold_code,
)
from geo.importers.named import NamedTable, read_named
from geo.importers.places import HOME, HOME_COUNTRY
from geo.importers.rows import BadRow
from geo.importers.source import READERS
from geo.importers.tables import codes_of, columns_of, country_name, find_columns, missing_columns
from geo.models import DataSet
from geo.vocab import default_vocabulary

ALIASES = "csv"  # in data/import_columns.csv
LOOKED_AT = 20_000  # rows
MOST_VALUES = 2_000  # different cells of a column that are kept
MOST_CODES = 100  # different cells; a column with more is no list of codes
ENOUGH = 0.5  # share of a column's rows that must be of the kind that its name says
HOMELY = 0.7  # share of the places found that must lie in a country, for it to be that of all
FEW = 12  # names of places that are looked up
NOTHING = frozenset(
    ("na", "n/a", "n.a.", "nan", "null", "-", "--", "—", "?", "not available", "not stated", "not reported", "#n/a")
)
NUMBERS_FOR_NOTHING = ("-9", "-99", "-999", "-9999")
SEPARATORS = (";", "|")
DEGREES = {"latitude": 90.0, "longitude": 180.0, "radius_km": 1000.0}


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen of a table: its columns, and how often which cell stands in them."""

    columns: tuple[str, ...]
    rows: int
    whole: bool
    cells: Mapping[str, Counter[str]]

    def values(self, column: str) -> list[str]:
        """The different cells of a column that aren't empty, the commonest first."""
        return [cell for cell, _ in self.cells[column].most_common() if cell and fold_code(cell) not in NOTHING]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping to look through; with questions it may not be complete.

    Attributes:
        remarks: What was found, and by what.
        questions: What a person must say.
    """

    mapping: TableMapping
    remarks: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()


@dataclass(slots=True)
class _Draft:
    """What is found bit by bit."""

    fields: dict[str, Field] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)


def look_at(table: NamedTable) -> Look:
    """Read the beginning of a table.

    Raises:
        InputError: in one line, when it has no row that can be read.
    """
    cells: dict[str, Counter[str]] = {name: Counter() for name in table.places}
    rows, lines = 0, 0
    for found in islice(read_named(table), LOOKED_AT):
        lines += 1
        if isinstance(found, BadRow):
            continue
        rows += 1
        for name, cell in found[1].items():
            counted = cells[name]
            text = cell.strip()
            if text in counted or len(counted) < MOST_VALUES:
                counted[text] += 1
    if not rows:
        raise InputError(f"{table.path}: has no rows below its header")
    return Look(tuple(table.places), rows, lines < LOOKED_AT, cells)


def propose(table: NamedTable, look: Look | None = None) -> Proposal:
    """The mapping that a table suggests.

    Raises:
        InputError: in one line, when it has no row that can be read.
    """
    seen = look or look_at(table)
    draft = _Draft()
    _known_reader(draft, seen)
    _columns(draft, seen)
    _id(draft, seen)
    _days(draft, seen)
    _where(draft, seen)
    for name in ("event_type", "where_prec", "date_prec"):
        _codes(draft, seen, name)
    _actors(draft)
    _several_in_one(draft, seen)
    name = table.path.stem.replace("_", " ").strip() or "table"
    draft.questions.append("dataset: say whose table this is, its licence, and whether its rows may be passed on")
    dataset = DataSet(slug(name), name, name, NOT_STATED, NO_LICENCE_TEXT, name, redistribute=False, whole=False)
    mapping = TableMapping(dataset, draft.fields, frozenset(_missing(draft, seen)))
    return Proposal(mapping, tuple(draft.remarks), tuple(draft.questions))


# --- which column is which -----------------------------------------------------------------------------------------


def _known_reader(draft: _Draft, seen: Look) -> None:
    """Say it when the table is one that has a reader of its own."""
    for reader in READERS:
        columns = columns_of(reader)
        needed = [column for column in columns if column.required]
        if needed and not missing_columns(find_columns(seen.columns, columns), columns):
            draft.questions.append(f"these are the columns of {reader}: `import {reader}` reads them, with their terms")


def _columns(draft: _Draft, seen: Look) -> None:
    """Columns by their names; one that says something else in its cells is left out, and said."""
    taken: set[str] = set()
    for column in columns_of(ALIASES):
        names = dict.fromkeys(fold(alias) for alias in (column.name, *column.aliases))
        found = [header for name in names for header in seen.columns if fold(header) == name and header not in taken]
        fitting = [header for header in found if _fits(column.name, seen, header)]
        for header in found:
            if header not in fitting and seen.values(header):
                draft.questions.append(f"{column.name}: the cells of {header} don't look like it, so it was not taken")
        if fitting:
            chosen = tuple(fitting) if column.name in MANY else (fitting[0],)
            draft.fields[column.name] = Field(chosen)
            taken.update(chosen)
    _drop_alone(draft)
    unused = [header for header in seen.columns if header not in taken and seen.values(header)]
    if unused:
        draft.remarks.append(f"not used: {', '.join(unused[:20])}{' and more' if len(unused) > 20 else ''}")


def _drop_alone(draft: _Draft) -> None:
    """Fields that say nothing without another one."""
    fields = draft.fields
    if "date" in fields:
        for name in ("year", "month", "day"):
            fields.pop(name, None)
    needs = {"date_end": "date", "month": "year", "day": "month", "latitude": "longitude", "longitude": "latitude"}
    needs |= {"radius_km": "latitude", "source_title": "source", "source_date": "source", "source_url": "source"}
    needs |= {name: name.rpartition(".")[0] for name in COUNTS if name.count(".") == 2}
    for name, other in needs.items():
        if name in fields and other not in fields:
            del fields[name]


def _fits(name: str, seen: Look, header: str) -> bool:
    """Whether the cells of a column are of the kind that its name says."""
    cells = seen.values(header)[:500]
    checks: dict[str, Callable[[str], bool]] = {
        **dict.fromkeys(("date", "date_end", "source_date"), _is_day),
        **dict.fromkeys(COUNTS, _is_count),
        **{name: partial(_is_degrees, most=most) for name, most in DEGREES.items()},
        "year": lambda cell: cell.isdecimal() and len(cell) == 4,
        "url": lambda cell: cell.startswith(("http://", "https://")),
    }
    if not cells:
        return False
    check = checks.get(name)
    if check is None:
        return True
    rows = seen.cells[header]
    return sum(rows[cell] for cell in cells if check(cell)) >= ENOUGH * sum(rows[cell] for cell in cells)


def _is_day(cell: str) -> bool:
    return any(_reads(cell, form) for form in (None, *ORDERS))


def _reads(cell: str, form: str | None) -> bool:
    try:
        read_days("", cell, form)
    except InputError:
        return False
    return True


def _is_count(cell: str) -> bool:
    try:
        read_count("", cell)
    except InputError:
        return cell in NUMBERS_FOR_NOTHING
    return True


def _is_degrees(cell: str, most: float) -> bool:
    try:
        return -most <= float(cell) <= most
    except ValueError:
        return False


# --- what cells say ------------------------------------------------------------------------------------------------


def _id(draft: _Draft, seen: Look) -> None:
    """A column of ids only where every row has its own."""
    found = draft.fields.get("id")
    if not found:
        draft.remarks.append("no column of ids: a row counts as the same again when all its cells are the same")
        return
    (column,) = found.columns
    counted = seen.cells[column]
    if len(counted) >= MOST_VALUES or (not counted[""] and max(counted.values()) == 1):
        return
    del draft.fields["id"]
    repeated, times = counted.most_common(1)[0]
    told = f"{repeated!r} stands in {times} rows" if times > 1 else "some rows have none"
    draft.remarks.append(f"{column}: is no id of rows, since {told}; a row is known by all its cells")


def _days(draft: _Draft, seen: Look) -> None:
    """The order of day and month, proved by cells or asked for."""
    if "date" not in draft.fields and "year" not in draft.fields:
        draft.questions.append("date: say which column is the day of the incident (or year, month and day)")
    for name in ("date", "date_end", "source_date"):
        if name not in draft.fields:
            continue
        (column,) = draft.fields[name].columns
        order = order_of(seen.values(column))
        if not order.needed:
            continue
        if order.proved:
            draft.fields[name] = replace(draft.fields[name], format=order.proved)
            draft.remarks.append(f"{name}: {order.proved}, since {order.proof!r} can be read in no other way")
        elif order.against:
            draft.questions.append(
                f"{name}: cells of {column} contradict each other ({order.proof!r}, {order.against!r}): "
                "say which order is meant; rows of the other one are listed as bad"
            )
        else:
            example = next(cell for cell in seen.values(column) if order_of([cell]).needed)
            draft.questions.append(
                f"{name}: nothing in {column} tells whether {example!r} is {' or '.join(order.possible)}; say which"
            )


def _where(draft: _Draft, seen: Look) -> None:
    """Country and province, where the names of places say which."""
    fields = draft.fields
    if not {"place", "district", "latitude"} & fields.keys():
        draft.questions.append("place: say which column says where (place, district, or latitude and longitude)")
    if "country" in fields:
        return
    names = [(kind, name) for kind in ("province", "district", "place") for name in _names(draft, seen, kind)]
    found = [geocode(f"{name} district" if kind == "district" else name, ()) for kind, name in names[: 2 * FEW]]
    known = [place for place in found if place.country]
    at_home = sum(place.country == HOME_COUNTRY for place in known)
    if known and at_home > HOMELY * len(known):
        fields["country"] = Field(value=country_name(HOME_COUNTRY))
        draft.remarks.append(f"country: {at_home} of {len(found)} names looked up lie in {country_name(HOME_COUNTRY)}")
        if "province" not in fields and all(place.province == HOME for place in known) and "district" in fields:
            fields["province"] = Field(value=HOME)
            draft.remarks.append(f"province: all names that were found lie in {HOME}")
    else:
        draft.questions.append("country: say which one all rows lie in, or which column has it")


def _names(draft: _Draft, seen: Look, name: str) -> list[str]:
    return seen.values(draft.fields[name].columns[0])[:FEW] if name in draft.fields else []


def _codes(draft: _Draft, seen: Look, name: str) -> None:
    """What the codes of a column stand for; those that nobody knows are asked for."""
    if name not in draft.fields:
        return
    found = draft.fields[name]
    (column,) = found.columns
    cells = seen.values(column)
    if len(cells) > MOST_CODES:
        del draft.fields[name]
        draft.remarks.append(f"{column}: has {len(cells)} different cells, so it is no list of codes for {name}")
        return
    codes = {cell: meant for cell in cells if (meant := meaning(name, column, cell))}
    draft.fields[name] = replace(found, codes={cell: meant for cell, meant in codes.items() if cell != meant})
    unknown = [cell for cell in cells if cell not in codes]
    if unknown:
        rows = sum(seen.cells[column][cell] for cell in unknown)
        shown = f"{', '.join(map(repr, unknown[:12]))}{' and more' if len(unknown) > 12 else ''}"
        draft.questions.append(
            f"{name}: say what these cells of {column} stand for ({rows} row{'s' if rows > 1 else ''}): {shown}"
        )


def meaning(name: str, column: str, cell: str) -> str | None:
    """What a code stands for, as far as the tables in `data/` know it."""
    allowed = allowed_values(name)
    for reader in ("acled", "gtd", "ucdp"):
        named = codes_of(reader).get(column.strip().casefold(), cell, name)
        if named:
            return named
    if name == "event_type":
        return kind_of(cell)
    own = {fold_code(label): code for code, label in allowed.items()}
    return own.get(fold_code(cell)) if column.strip().casefold() == name else None


@lru_cache(maxsize=4096)
def kind_of(cell: str) -> str | None:
    """The kind of incident that words name: as a kind is called here or in ACLED or GTD, or as reports call it."""
    key = fold(cell)
    kinds = default_vocabulary().event_types
    own = {fold(name): code for code, kind in kinds.items() for name in (code, kind.label)}
    if key in own:
        return own[key]
    others = {
        fold(code): value
        for reader in ("acled", "gtd")
        for (_, code, what), value in codes_of(reader).table.items()
        if what == "event_type" and len(code) > 1 and fold(code) != "unknown"
    }
    if key in others:
        return others[key]
    said = [(weight, len(words), code) for words, weight, code in _event_words() if f" {words} " in f" {key} "]
    return max(said)[2] if said else None


@lru_cache(maxsize=1)
def _event_words() -> tuple[tuple[str, int, str], ...]:
    rows = read_rows(DATA_DIR / "event_words.csv", ("event_type", "weight", "words"))
    return tuple(
        (fold(words), int(row["weight"]), row["event_type"]) for _, row in rows for words in split_list(row["words"])
    )


def _actors(draft: _Draft) -> None:
    """Names of groups are sides of the fighting until a person says that they are culprits, and on whose word."""
    found = draft.fields.pop("perpetrator", None)
    if not found:
        return
    held = draft.fields.get("involved", Field()).columns
    draft.fields["involved"] = Field((*held, *found.columns))
    draft.questions.append(
        f"perpetrator: {', '.join(found.columns)} is taken for sides of the fighting (involved); if it names who is "
        "said to have done it, say so, and on whose word (basis)"
    )


def _several_in_one(draft: _Draft, seen: Look) -> None:
    """What stands between several names in one cell."""
    for name in MANY:
        if name in draft.fields:
            cells = [cell for column in draft.fields[name].columns for cell in seen.values(column)]
            mark = next((mark for mark in SEPARATORS if any(mark in cell for cell in cells)), None)
            if mark:
                draft.fields[name] = replace(draft.fields[name], split=mark)


def _missing(draft: _Draft, seen: Look) -> Iterable[str]:
    """The cells that say that nothing is known, as they stand in the columns that are used."""
    for name, found in draft.fields.items():
        for column in found.columns:
            for cell in seen.cells[column]:
                if fold_code(cell) in NOTHING or (name in COUNTS and cell in NUMBERS_FOR_NOTHING):
                    yield cell
