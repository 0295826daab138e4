"""Rows of a data set and reports of the same incident: the machine only suggests, people decide."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import geo.relink
from geo.cli.import_ import command
from geo.importers.load import load
from geo.importers.source import open_source
from geo.link import link_all
from geo.models import Link, Records
from geo.relink import relink
from geo.store.engine import Store, open_store
from geo.store.read import read_state
from geo.store.write import change, put_records
from geo.vocab import default_vocabulary
from tests.builders import at_point, claim, count, document, mention, on
from tests.importers.ged import event, ged_file


def report(key: str) -> Records:
    """A report of what the row of `ged.BASE` is about, in all that a linker looks at."""
    return Records(
        (document(key, published="2024-01-30"),),
        (mention(key, key),),
        (
            claim(key, key, "event_type", "armed_clash"),
            claim(key, key, "date", on("2024-01-29")),
            claim(key, key, "place", at_point("Machh", "Kachhi", 29.865, 67.33)),
            claim(key, key, "killed.total", count(15)),
            claim(key, key, "killed.militants", count(9)),
        ),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'incidents.sqlite'}")
    yield opened
    opened.close()


def put(store: Store, *reports: Records) -> None:
    with change(store, "tester", "reports") as made:
        for records in reports:
            put_records(made, records, "ingest")


def found(store: Store) -> list[Link]:
    relink(store, default_vocabulary(), "tester")
    return list(read_state(store).records.links)


def test_a_report_and_a_row_are_only_suggested(store: Store, tmp_path: Path) -> None:
    put(store, report("a"), report("b"))
    assert [link.certain for link in found(store)] == [True]  # two reports that tell the same
    load(store, open_source("ucdp", ged_file(tmp_path, event(1))), "tester")
    links = found(store)
    with_row = [link for link in links if {link.a, link.b} - {"m-a", "m-b"}]
    assert with_row
    assert not any(link.certain for link in with_row)


def test_rows_of_one_data_set_are_never_the_same(store: Store, tmp_path: Path) -> None:
    load(store, open_source("ucdp", ged_file(tmp_path, event(1), event(2))), "tester")
    assert found(store) == []


def test_linking_a_part_gives_what_linking_all_gives(store: Store, tmp_path: Path) -> None:
    load(store, open_source("ucdp", ged_file(tmp_path, event(1), event(2))), "tester")
    found(store)
    put(store, report("a"))
    near = set(found(store))
    assert near == set(link_all(read_state(store).records, default_vocabulary()))
    assert near


def test_a_very_large_data_set_is_left_aside(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geo.relink, "LARGEST", 1)
    put(store, report("a"))
    load(store, open_source("ucdp", ged_file(tmp_path, event(1), event(2))), "tester")
    assert found(store) == []  # all of it is linked anew
    put(store, report("b"))
    assert [link.certain for link in found(store)] == [True]  # only what the report touches


def test_the_command_says_when_it_looks_for_no_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTS_DATA_DIR", str(tmp_path))
    path = ged_file(tmp_path, event(1), event(2, best="many"))
    first = CliRunner().invoke(command, ["ucdp", str(path)], catch_exceptions=False)
    assert first.exit_code == 0
    assert "UCDP GED 25.1: 1 new" in first.stderr
    assert "left out: GEDEvent_v25_1.csv, line 3: best 'many' is no whole number" in first.stderr
    assert "not looked for" not in first.stderr
    for module in ("geo.cli.import_", "geo.relink"):
        monkeypatch.setattr(f"{module}.MOST_CHANGED", 0)
    path = ged_file(tmp_path, event(1), event(3))
    assert "not looked for: more than 0 rows came" in CliRunner().invoke(command, ["ucdp", str(path)]).stderr


def test_strict_ends_with_1_after_storing_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INCIDENTS_DATA_DIR", str(tmp_path))
    path = ged_file(tmp_path, event(1), event(2, best="many"))
    result = CliRunner().invoke(command, ["ucdp", str(path), "--strict"])
    assert result.exit_code == 1
    assert "1 new" in result.stderr
