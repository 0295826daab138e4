"""A selection of incidents in words that fit in a URL: parsed, checked, written canonically (step 10 of the flow).

The same parameter names serve the URL, the HTTP interface, the command line and Python. Values of one parameter are
OR-ed, parameters are AND-ed. What a query selects is computed by `geo.layers`; here is only what it says.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode

from geo.datafiles import fold
from geo.errors import InputError
from geo.names import Names

LIST_PARAMETERS = (
    "perpetrator",
    "basis",
    "group",
    "event_type",
    "district",
    "publisher",
    "camp",
    "speaker",
    "review",
    "dataset",
)
PARAMETERS = (
    "from",
    "to",
    "undated",
    *LIST_PARAMETERS[:8],
    "min_killed",
    "where_prec_max",
    "disputed",
    "review",
    "q",
    "bbox",
    "dataset",
)
UNDATED_CHOICES = ("exclude", "include", "only")
MAX_WORDS = 200

BBox = tuple[float, float, float, float]
Source = str | Mapping[str, str | Sequence[str]] | Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Query:
    """Which incidents are asked for; no argument asks for all.

    List values are ids, kept sorted and once each, so equal selections are equal objects.

    Attributes:
        date_from, date_to: An incident counts when its date range overlaps (`from`, `to`).
        undated: `exclude`, `include` or `only`; None means include when no date is asked for, else exclude.
        perpetrator, basis: Both must hold on the same claim, and it must not be a denial.
        group: Actors in any role.
        min_killed: Best figure, or the lowest where there is no best.
        q: Words that must all begin a word of title, place or publisher.
        bbox: west, south, east, north in degrees.
    """

    date_from: date | None = None
    date_to: date | None = None
    undated: str | None = None
    perpetrator: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    group: tuple[str, ...] = ()
    event_type: tuple[str, ...] = ()
    district: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    camp: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    min_killed: int | None = None
    where_prec_max: int | None = None
    disputed: bool | None = None
    review: tuple[str, ...] = ()
    q: str | None = None
    bbox: BBox | None = None
    dataset: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in LIST_PARAMETERS:
            object.__setattr__(self, name, tuple(sorted(set(getattr(self, name)))))
        object.__setattr__(self, "q", _words(self.q or ""))
        if self.date_from and self.date_to and self.date_from > self.date_to:
            raise InputError(f"from: {self.date_from} is after to: {self.date_to}; swap them or drop one")
        if self.undated is not None and self.undated not in UNDATED_CHOICES:
            raise InputError(f"undated: {self.undated!r} is unknown; use one of {', '.join(UNDATED_CHOICES)}")
        if self.undated == self._undated_default:
            object.__setattr__(self, "undated", None)

    @classmethod
    def parse(cls, source: Source, names: Names, ignore: Collection[str] = ()) -> Query:
        """Read a query string, a mapping, or (name, value) pairs.

        Args:
            source: Parameters; lists may repeat a parameter or separate ids by commas.
            names: Turns ids, names and aliases into ids.
            ignore: Parameters of somebody else, such as a page's own.

        Raises:
            InputError: for the first thing that cannot be used.
        """
        query, problems = cls.parse_lenient(source, names, ignore)
        if problems:
            raise InputError(problems[0])
        return query

    @classmethod
    def parse_lenient(cls, source: Source, names: Names, ignore: Collection[str] = ()) -> tuple[Query, tuple[str, ...]]:
        """As `parse`, but what cannot be used is left out and said, one line each."""
        given = _gather(source, ignore)
        values: dict[str, Any] = {}
        problems: list[str] = []
        for parameter, texts in given.items():
            try:
                read, trouble = _read(parameter, texts, names)
            except InputError as error:
                problems.append(str(error))
                continue
            problems += trouble
            values[_ATTRIBUTE.get(parameter, parameter)] = read
        try:
            return cls(**values), tuple(problems)
        except InputError as error:
            problems.append(str(error))
            return cls(**{**values, "date_from": None, "date_to": None}), tuple(problems)

    @property
    def has_dates(self) -> bool:
        """Whether a date is asked for."""
        return self.date_from is not None or self.date_to is not None

    @property
    def _undated_default(self) -> str:
        return "exclude" if self.has_dates else "include"

    @property
    def undated_rule(self) -> str:
        """`exclude`, `include` or `only`, with the default filled in."""
        return self.undated or self._undated_default

    @property
    def is_all(self) -> bool:
        """Whether nothing is asked for."""
        return self == Query()

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(name, value) in fixed order, as a URL repeats them."""
        return tuple((parameter, text) for parameter in PARAMETERS for text in _texts(self, parameter))

    def canonical(self) -> str:
        """The one query string of this selection; parsing it gives an equal query."""
        return urlencode(self.pairs())

    def without(self, *parameters: str) -> Query:
        """The query with these parameters (names as in the URL) left out."""
        empty = {_ATTRIBUTE.get(name, name): _EMPTY[_ATTRIBUTE.get(name, name)] for name in parameters}
        return replace(self, **empty)

    def without_value(self, parameter: str, value: str) -> Query:
        """The query with one value of a parameter left out, as a chip's cross does it."""
        rest = [(name, text) for name, text in self.pairs() if (name, text) != (parameter, value)]
        return Query.parse(rest, Names.accepting_ids())


_ATTRIBUTE = {"from": "date_from", "to": "date_to"}
_EMPTY: dict[str, Any] = {field.name: field.default for field in fields(Query)}


def _texts(query: Query, parameter: str) -> tuple[str, ...]:
    value = getattr(query, _ATTRIBUTE.get(parameter, parameter))
    if value is None or value == ():
        return ()
    if parameter == "bbox":
        return (",".join(f"{number:.10g}" for number in value),)
    if isinstance(value, tuple):
        return tuple(value)
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (value.isoformat() if isinstance(value, date) else str(value),)


def _gather(source: Source, ignore: Collection[str]) -> dict[str, list[str]]:
    """Each parameter with its values that aren't empty."""
    given: dict[str, list[str]] = {}
    for name, text in _as_pairs(source):
        if name not in ignore and text.strip():
            given.setdefault(name, []).append(text.strip())
    return given


def _as_pairs(source: Source) -> Iterable[tuple[str, str]]:
    if isinstance(source, str):
        return parse_qsl(source.removeprefix("?"), keep_blank_values=True)
    if isinstance(source, Mapping):
        listed = ((name, [value] if isinstance(value, str) else value) for name, value in source.items())
        return [(name, text) for name, texts in listed for text in texts]
    return source


def _read(parameter: str, texts: list[str], names: Names) -> tuple[Any, list[str]]:
    """The value of one parameter, and what of a list could not be used."""
    if parameter in LIST_PARAMETERS:
        return _read_list(parameter, texts, names)
    if parameter not in _READERS:
        shown = parameter if parameter.isidentifier() else repr(parameter)
        raise InputError(f"{shown}: no such parameter; known: {', '.join(PARAMETERS)}")
    if len(set(texts)) > 1:
        raise InputError(f"{parameter}: given twice ({texts[0]!r} and {texts[1]!r}); give one value")
    return _READERS[parameter](parameter, texts[0]), []


def _read_list(parameter: str, texts: list[str], names: Names) -> tuple[tuple[str, ...], list[str]]:
    found: list[str] = []
    problems: list[str] = []
    for text in texts:
        whole = names.find(parameter, text)
        for part in [text] if whole else _comma_parts(text):
            value = whole or names.find(parameter, part)
            if value:
                found.append(value)
            else:
                problems.append(names.unknown(parameter, part))
    return tuple(found), problems


def _comma_parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()] or [text]


def _read_from(parameter: str, text: str) -> date:
    return _read_date(parameter, text, last=False)


def _read_to(parameter: str, text: str) -> date:
    return _read_date(parameter, text, last=True)


def _read_date(parameter: str, text: str, *, last: bool) -> date:
    """A day; a year or a month stands for its first or last day."""
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text)
    if not match:
        raise InputError(f"{parameter}: {text!r} is no date; write it as 2025-11-01")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        month = month or (12 if last else 1)
        day = day or (calendar.monthrange(year or 0, month)[1] if last else 1)
        return date(year or 0, month, day)
    except (ValueError, calendar.IllegalMonthError) as error:
        raise InputError(f"{parameter}: there is no day {text!r}; write a date such as 2025-11-01") from error


def _read_undated(parameter: str, text: str) -> str:
    if text.lower() not in UNDATED_CHOICES:
        raise InputError(f"{parameter}: {text!r} is unknown; use one of {', '.join(UNDATED_CHOICES)}")
    return text.lower()


def _read_count(parameter: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise InputError(f"{parameter}: {text!r} is no number of people; write a whole number such as 5")
    return int(text)


def _read_where_prec(parameter: str, text: str) -> int:
    if not re.fullmatch(r"[1-7]", text):
        raise InputError(f"{parameter}: {text!r} is no precision; use 1 (exact place) to 7 (sea or air)")
    return int(text)


def _read_flag(parameter: str, text: str) -> bool:
    word = text.lower()
    if word not in ("true", "false", "1", "0", "yes", "no"):
        raise InputError(f"{parameter}: {text!r} is neither true nor false")
    return word in ("true", "1", "yes")


def _read_words(parameter: str, text: str) -> str | None:
    if len(text) > MAX_WORDS:
        raise InputError(f"{parameter}: {len(text)} characters are too many words; use at most {MAX_WORDS}")
    return _words(text)


def _words(text: str) -> str | None:
    """Words as the index holds them, sorted; folded twice, since taking accents off can bring capitals back."""
    return " ".join(sorted(set(fold(fold(text)).split()))) or None


def read_bbox(parameter: str, text: str) -> BBox:
    """Four numbers; of the six of a box with heights, the heights are dropped."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError as error:
        raise InputError(f"{parameter}: {text!r} is no box; write west,south,east,north in degrees") from error
    if len(numbers) == 6:
        numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
    if len(numbers) != 4:
        raise InputError(f"{parameter}: {text!r} has {len(numbers)} numbers; write west,south,east,north")
    west, south, east, north = (float(f"{number:.10g}") for number in numbers)
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise InputError(f"{parameter}: {text!r} is no box on the globe; write west,south,east,north in degrees")
    return west, south, east, north


_READERS: dict[str, Any] = {
    "from": _read_from,
    "to": _read_to,
    "undated": _read_undated,
    "min_killed": _read_count,
    "where_prec_max": _read_where_prec,
    "disputed": _read_flag,
    "q": _read_words,
    "bbox": read_bbox,
}
