"""A mapping as the text of a YAML file, which `geo.importers.mapping` reads back as the same mapping."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import yaml  # type: ignore[import-untyped]

from geo.importers.mapping import FIELDS, Field, TableMapping
from geo.importers.source import UNSTATED

WIDTH = 110


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Writes yes and no as words, as the loader reads them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, False)


class _Plain(str):
    """A word that stands without quotation marks."""

    __slots__ = ()


def _represent_plain(dumper: yaml.SafeDumper, word: _Plain) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:bool", str(word))


_Dumper.add_representer(_Plain, _represent_plain)


def mapping_text(mapping: TableMapping, remarks: Iterable[str] = ()) -> str:
    """The file of a mapping; remarks stand above it."""
    dataset = mapping.dataset
    told: dict[str, Any] = {
        "id": dataset.id,
        "name": dataset.name,
        "speaker": dataset.speaker,
        "licence": dataset.licence,
        "licence_text": dataset.licence_text,
        "citation": dataset.citation,
        "redistribute": _Plain("yes" if dataset.redistribute else "no"),
        "releases": "whole" if dataset.whole else "parts",
        "url": dataset.url,
        "release": None if mapping.release == UNSTATED else mapping.release,
    }
    whole: dict[str, Any] = {"dataset": {key: value for key, value in told.items() if value is not None}}
    if mapping.missing:
        whole["missing"] = sorted(mapping.missing)
    whole["fields"] = {name: _field(mapping.fields[name]) for name in FIELDS if name in mapping.fields}
    body = yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return "".join(f"# {' '.join(line.split())}\n" for line in remarks) + str(body)


def _field(found: Field) -> Any:
    columns = found.columns[0] if len(found.columns) == 1 else list(found.columns)
    told = {
        "column": columns or None,
        "value": found.value,
        "format": found.format,
        "split": found.split,
        "codes": dict(found.codes) or None,
        "else": found.otherwise,
    }
    given = {key: value for key, value in told.items() if value is not None}
    return columns if given.keys() == {"column"} else given
