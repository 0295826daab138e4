"""What the columns of anybody's table mean, and whose table it is: a mapping, read from a YAML file and written to one.

`docs/imports.md` describes the file. Everything in it is checked on load, so that a mapping that loads can be used.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from geo.datafiles import slug
from geo.datasets import RELEASES, known_datasets
from geo.errors import DataFileError
from geo.importers.days import ORDERS
from geo.importers.source import UNSTATED
from geo.importers.yaml_file import List, Node, Table, Word, parse_yaml, read_yaml
from geo.models import COUNT_FIELDS, Basis, DataSet
from geo.vocab import default_vocabulary

BOUNDS = ("low", "high")
COUNTS = tuple(name for count in COUNT_FIELDS for name in (count, *(f"{count}.{bound}" for bound in BOUNDS)))
DAYS = ("date", "date_end", "source_date")
ACTORS = ("perpetrator", "target", "involved")
MANY = (*ACTORS, "source")  # fields that several columns may give, and one cell several times
FIELDS = (
    *("id", "title", "url"),
    *("date", "date_end", "date_prec", "year", "month", "day"),
    *("place", "where_prec", "country", "province", "district", "latitude", "longitude", "radius_km"),
    *("event_type", *COUNTS),
    *(*ACTORS, "basis"),
    *("source", "source_title", "source_date", "source_url"),
)
NOT_STATED = "not stated"
NO_LICENCE_TEXT = "Nothing is known of what may be done with these rows; they are not passed on."
WORDS_OF_YES = {"yes": True, "true": True, "no": False, "false": False}
KEYS = ("column", "value", "codes", "else", "split", "format")
DATASET_KEYS = (
    *("id", "name", "speaker", "licence", "licence_text", "citation"),
    *("redistribute", "releases", "url", "release"),
)


@dataclass(frozen=True, slots=True)
class Field:
    """Where the value of a field comes from: columns, or one value for all rows.

    Attributes:
        codes: What a cell stands for, by the cell; others are as they are, or `otherwise`.
        otherwise: What cells stand for that `codes` doesn't have.
        split: What stands between several values in one cell.
        format: Order of day and month, or a pattern of `strptime`.
        line: Of the mapping file.
    """

    columns: tuple[str, ...] = ()
    value: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    otherwise: str | None = None
    split: str | None = None
    format: str | None = None
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class TableMapping:
    """A mapping: the data set, its fields, and the cells that say that nothing is known."""

    dataset: DataSet
    fields: Mapping[str, Field]
    missing: frozenset[str] = frozenset()
    release: str = UNSTATED
    path: Path = field(default=Path("mapping.yaml"), compare=False)

    def fault(self, name: str, message: str) -> DataFileError:
        """An error at a field."""
        found = self.fields.get(name)
        return DataFileError(self.path, found.line if found else None, f"{name}: {message}")


def load_mapping(path: Path) -> TableMapping:
    """The mapping of a file.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    return _mapping(read_yaml(path), path)


def parse_mapping(text: str, path: Path = Path("mapping.yaml")) -> TableMapping:
    """The mapping of a text; `path` is for messages.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    return _mapping(parse_yaml(text, path), path)


def check_columns(mapping: TableMapping, header: Iterable[str], file: str) -> None:
    """Whether a table has the columns of a mapping.

    Raises:
        DataFileError: naming the first that is missing.
    """
    known = list(header)
    for name, found in mapping.fields.items():
        for column in found.columns:
            if column not in known:
                shown = ", ".join(known[:12]) + (f" and {len(known) - 12} more" if len(known) > 12 else "")
                raise mapping.fault(name, f"column {column!r} is not in {file}; it has {shown}")


def checked(mapping: TableMapping) -> TableMapping:
    """The same mapping, when it can be used.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    for name, found in mapping.fields.items():
        fault = _field_fault(name, found)
        if fault:
            raise mapping.fault(name, fault)
    _check_together(mapping)
    return mapping


def dataset_fault(dataset: DataSet) -> str | None:
    """What is wrong with a data set's own words, in words for its user."""
    return next(_dataset_faults(dataset), None)


def _dataset_faults(dataset: DataSet) -> Iterator[str]:
    for name in ("id", "name", "speaker"):
        if not getattr(dataset, name).strip():
            yield f"{name} must not be empty"
    if dataset.id != slug(dataset.id):
        yield f"id {dataset.id!r} must be small letters, digits and hyphens, like {slug(dataset.id)!r}"
    known = known_datasets()
    if dataset.id in known:
        yield f"id {dataset.id!r} is {known[dataset.id].name}, which has a reader of its own; choose another id"
    actor = default_vocabulary().actor(dataset.speaker)
    if actor:
        yield f"speaker {dataset.speaker!r} is a party or source itself ({actor.name}); name who coded the rows"
    if dataset.redistribute and dataset.licence == NOT_STATED:
        yield "redistribute is yes, but no licence is given that allows it"
    if dataset.url and not is_address(dataset.url):
        yield f"url {dataset.url!r} must begin with https:// or http://"


def is_address(text: str) -> bool:
    """Whether a text can be a link of the web."""
    return text.startswith(("https://", "http://")) and not any(c.isspace() or c in "<>\"'`" for c in text)


# --- what may stand in a field -------------------------------------------------------------------------------------


def _field_fault(name: str, found: Field) -> str | None:
    return next(_field_faults(name, found), None)


def _field_faults(name: str, found: Field) -> Iterator[str]:
    if bool(found.columns) == (found.value is not None):
        yield "give a column, or a value for all rows"
    if len(found.columns) > 1 and name not in MANY:
        yield f"takes one column, not {', '.join(found.columns)}"
    if name == "id" and not found.columns:
        yield "an id that is the same in all rows makes all of them one"
    if found.split is not None and (name not in MANY or not found.split):
        yield f"split {found.split!r} is for {', '.join(MANY)}"
    if found.format is not None and (fault := _format_fault(name, found.format)):
        yield fault
    if found.otherwise is not None and not found.codes:
        yield "else is for what codes doesn't have; there are no codes"
    allowed = allowed_values(name)
    said = {*found.codes.values(), *(v for v in (found.value, found.otherwise) if v is not None)} - {""}
    wrong = sorted(said - allowed.keys()) if allowed else []
    if wrong:
        yield f"{wrong[0]!r} is unknown; known: {', '.join(allowed)}"


def _format_fault(name: str, form: str) -> str | None:
    if name not in DAYS:
        return f"format is for {', '.join(DAYS)}"
    if form in ORDERS:
        return None
    if "%" not in form:
        return f"format {form!r} is unknown; known: {', '.join(ORDERS)}, or a pattern like %d.%m.%Y"
    try:
        day = datetime(2025, 11, 24)
        read = datetime.strptime(day.strftime(form), form)
    except ValueError:
        return f"format {form!r} is no pattern that can be read; like %d.%m.%Y"
    return None if read.date() == day.date() else f"format {form!r} must have a day, a month and a year, like %d.%m.%Y"


def allowed_values(name: str) -> dict[str, str]:
    """The values of a field that has a list of them, with their wording; empty for other fields."""
    if name == "event_type":
        return {code: kind.label for code, kind in default_vocabulary().event_types.items()}
    if name == "basis":
        return {str(basis): str(basis).replace("_", " ") for basis in Basis if basis is not Basis.DENIED}
    if name == "where_prec":
        return {str(code): str(code) for code in range(1, 8)}
    if name == "date_prec":
        return {str(code): str(code) for code in range(6)}
    return {}


def _check_together(mapping: TableMapping) -> None:
    """What fields need of each other."""
    fields = mapping.fields
    if "date" in fields and "year" in fields:
        raise mapping.fault("year", "give date, or year with month and day; not both")
    if "date" not in fields and "year" not in fields:
        raise DataFileError(mapping.path, None, "fields must have date, or year")
    needs = {
        **{"date_end": "date", "month": "year", "day": "month", "latitude": "longitude", "longitude": "latitude"},
        **{"perpetrator": "basis", "basis": "perpetrator", "radius_km": "latitude"},
        **dict.fromkeys(("source_title", "source_date", "source_url"), "source"),
        **{f"{count}.{bound}": count for count in COUNT_FIELDS for bound in BOUNDS},
    }
    for name, other in needs.items():
        if name in fields and other not in fields:
            why = "; a column of names alone makes nobody a culprit" if name == "perpetrator" else ""
            raise mapping.fault(name, f"needs {other} beside it{why}")
    if not {"place", "district", "province", "country", "latitude"} & fields.keys():
        raise DataFileError(mapping.path, None, "fields must say where: place, district, province, country or latitude")


# --- reading -------------------------------------------------------------------------------------------------------


def _mapping(node: Node, path: Path) -> TableMapping:
    top = _table(node, path, "the file", ("dataset", "missing", "fields"))
    if "dataset" not in top.items or "fields" not in top.items:
        raise DataFileError(path, top.line, "must have dataset and fields")
    dataset, release = _dataset(top.items["dataset"], path)
    fields = _table(top.items["fields"], path, "fields", FIELDS)
    missing = _words(top.items["missing"], path, "missing") if "missing" in top.items else ()
    found = {name: _field(name, node, path, fields.lines[name]) for name, node in fields.items.items()}
    return checked(TableMapping(dataset, found, frozenset(missing), release, path))


def _dataset(node: Node, path: Path) -> tuple[DataSet, str]:
    told = _table(node, path, "dataset", DATASET_KEYS)
    words = {key: _word(value, path, key) for key, value in told.items.items()}
    name = words.get("name", "")
    dataset = DataSet(
        id=words.get("id") or (slug(name) if name else ""),
        name=name,
        speaker=words.get("speaker") or name,
        licence=words.get("licence") or NOT_STATED,
        licence_text=words.get("licence_text") or NO_LICENCE_TEXT,
        citation=words.get("citation") or name,
        redistribute=_one_of(words, "redistribute", WORDS_OF_YES, told, path),
        whole=_one_of(words, "releases", RELEASES, told, path),
        url=words.get("url") or None,
    )
    fault = dataset_fault(dataset)
    if fault:
        raise DataFileError(path, told.lines.get(fault.split()[0], told.line), fault)
    return dataset, words.get("release") or UNSTATED


def _one_of(words: Mapping[str, str], name: str, known: Mapping[str, bool], told: Table, path: Path) -> bool:
    """A choice of two; the careful one where nothing is said."""
    word = words.get(name, "")
    if not word:
        return False
    if word.casefold() not in known:
        raise DataFileError(path, told.lines[name], f"{name} {word!r} must be one of {', '.join(known)}")
    return known[word.casefold()]


def _field(name: str, node: Node, path: Path, line: int) -> Field:
    if not isinstance(node, Table):
        return _checked_field(name, Field(columns=_columns(node, path, name), line=line), path)
    told = _table(node, path, name, KEYS)
    found = Field(line=line)
    readers: dict[str, Callable[[Node], Field]] = {
        "column": lambda value: replace(found, columns=_columns(value, path, name)),
        "value": lambda value: replace(found, value=_word(value, path, name)),
        "codes": lambda value: replace(found, codes=_codes(value, path, name)),
        "else": lambda value: replace(found, otherwise=_word(value, path, name)),
        "split": lambda value: replace(found, split=_word(value, path, name)),
        "format": lambda value: replace(found, format=_word(value, path, name)),
    }
    for key, value in told.items.items():
        found = readers[key](value)
    fault = _field_fault(name, found)
    if fault:
        raise DataFileError(path, _line_of_fault(told, fault, line), f"{name}: {fault}")
    return found


def _checked_field(name: str, found: Field, path: Path) -> Field:
    fault = _field_fault(name, found)
    if fault:
        raise DataFileError(path, found.line, f"{name}: {fault}")
    return found


def _columns(node: Node, path: Path, name: str) -> tuple[str, ...]:
    return tuple(word for word in _words(node, path, name) if word)


def _line_of_fault(told: Table, fault: str, line: int) -> int:
    """The line of the value that is at fault, where it stands in one of its own."""
    for key, node in told.items.items():
        if isinstance(node, Table):
            for name, value in node.items.items():
                if isinstance(value, Word) and value.text and repr(value.text) in fault:
                    return node.lines[name]
        elif isinstance(node, Word) and node.text and repr(node.text) in fault:
            return told.lines[key]
    return line


def _codes(node: Node, path: Path, name: str) -> dict[str, str]:
    told = _table(node, path, f"codes of {name}")
    found: dict[str, str] = {}
    for code, value in told.items.items():
        if any(fold_code(code) == fold_code(other) for other in found):
            raise DataFileError(path, told.lines[code], f"code {code!r} of {name} stands twice")
        found[code] = _word(value, path, f"code {code!r} of {name}")
    return found


def fold_code(text: str) -> str:
    """A cell for comparing with codes: case and spaces don't matter."""
    return " ".join(text.casefold().split())


def _table(node: Node, path: Path, name: str, known: Collection[str] = ()) -> Table:
    if not isinstance(node, Table):
        raise DataFileError(path, node.line, f"{name} must be a list of names and values, like `name: value`")
    for key in node.items:
        if known and key not in known:
            raise DataFileError(path, node.lines[key], f"{key!r} is unknown in {name}; known: {', '.join(known)}")
    return node


def _word(node: Node, path: Path, name: str) -> str:
    if not isinstance(node, Word):
        raise DataFileError(path, node.line, f"{name} must be one value")
    return node.text.strip() if node.text.strip() else node.text


def _words(node: Node, path: Path, name: str) -> tuple[str, ...]:
    """A value or a list of them."""
    items = node.items if isinstance(node, List) else (node,)
    return tuple(_word(item, path, name) for item in items)
