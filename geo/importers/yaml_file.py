"""A YAML file as words with the lines that they stand in, so that every fault of a mapping can be named by line.

Values are taken as they are written: `no` is the word, not a truth value, and `01` keeps its zero. Anchors, aliases and
tags aren't read, so that a small file can't grow to a large one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from geo.errors import DataFileError

MOST_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Word:
    """A single value."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class List:
    """Several values, one after another."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """Values by name, each name with its own line."""

    items: Mapping[str, Node]
    lines: Mapping[str, int]
    line: int


Node = Word | List | Table


def read_yaml(path: Path) -> Node:
    """What a file holds.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise DataFileError(path, None, f"cannot be read ({error.strerror})") from error
    if len(raw) > MOST_BYTES:
        raise DataFileError(path, None, f"is larger than {MOST_BYTES // 1_000_000} MB, so it is no mapping")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(path, None, f"is not UTF-8 ({error.reason} at byte {error.start})") from error
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> Node:
    """What a text holds; `path` is for messages.

    Raises:
        DataFileError: naming file, line and value of the first fault.
    """
    try:
        _refuse_aliases(text, path)
        found = yaml.compose(text, Loader=yaml.SafeLoader)
        if found is None:
            raise DataFileError(path, None, "is empty")
        return _node(found, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DataFileError(path, mark.line + 1 if mark else None, f"is no YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise DataFileError(path, None, f"is no YAML: {str(error).splitlines()[0]}") from error
    except RecursionError as error:
        raise DataFileError(path, None, "has too many levels to be a mapping") from error


def _refuse_aliases(text: str, path: Path) -> None:
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or getattr(event, "tag", None):
            line = event.start_mark.line + 1
            raise DataFileError(path, line, "anchors (&), aliases (*) and tags (!) are not read; write the value out")


def _node(found: yaml.Node, path: Path) -> Node:
    line = found.start_mark.line + 1
    if isinstance(found, yaml.ScalarNode):
        plain_nothing = found.style is None and found.value in ("~", "null")
        return Word("" if plain_nothing else found.value, line)
    if isinstance(found, yaml.SequenceNode):
        return List(tuple(_node(item, path) for item in found.value), line)
    items: dict[str, Node] = {}
    lines: dict[str, int] = {}
    for name, value in _pairs(found, path):
        if name.text in items:
            raise DataFileError(path, name.line, f"{name.text!r} stands twice")
        items[name.text], lines[name.text] = _node(value, path), name.line
    return Table(items, lines, line)


def _pairs(found: yaml.Node, path: Path) -> Iterator[tuple[Word, yaml.Node]]:
    for key, value in found.value:
        if not isinstance(key, yaml.ScalarNode):
            raise DataFileError(path, key.start_mark.line + 1, "a name must be a word")
        yield Word(key.value, key.start_mark.line + 1), value
