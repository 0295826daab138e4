"""Rows that may not be passed on: on this machine they are shown, and nothing of them reaches anybody else."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path

import geopandas as gpd
import pytest
import streamlit as st
from click.testing import CliRunner
from starlette.applications import Starlette
from starlette.testclient import TestClient

from geo.api.features import EXPORTS, feature_routes
from geo.api.layer_routes import layer_routes
from geo.api.routes import routes
from geo.api.state import AppState
from geo.cli.export import command as export
from geo.dataset import Dataset
from geo.datasets import known_datasets
from geo.details import incident_details
from geo.errors import NotFound
from geo.export import ExportOptions, write_claims_csv, write_csv, write_geojson
from geo.from_store import load as load_dataset
from geo.importers.load import load
from geo.importers.rows import WHOLE, Item, Row, Share, Where
from geo.importers.source import Source, open_source
from geo.models import CountRange, DateRange, Link, Records, Relation
from geo.pipeline import load_reference
from geo.restricted import told, without_restricted
from geo.store.engine import Store, open_store
from geo.store.write import change, put_records
from tests.importers.ged import event, ged_file
from ui.access import listens_to_this_machine_alone
from ui.state import Live

SECRET = "Secretabad"
TERMS = known_datasets()["acled"].licence_text


def restricted_rows(keys: tuple[str, ...], share: Share = WHOLE) -> Iterator[Item]:
    """Rows as a reader of a restricted data set gives them."""
    for line, key in share.take(enumerate(keys, start=2)):
        where = Where(SECRET, 1, "Pakistan", "Balochistan", "Quetta", 30.2, 67.0)
        counts = (("killed.total", CountRange.exactly(7777)),)
        yield Row(line, key, "bombing", DateRange.on(date(2024, 5, 6)), where, counts)


def mention_of(dataset: Dataset, publisher: str) -> str:
    return next(i.id for i in dataset.each() if i.documents[0].publisher == publisher)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two rows of UCDP's, three restricted ones."""
    opened = open_store(f"sqlite:///{tmp_path / 'incidents.sqlite'}")
    load(opened, open_source("ucdp", ged_file(tmp_path, event(1), event(2, source_article="AP 4/11"))), "tester")
    read = partial(restricted_rows, ("a", "b", "c"))
    load(opened, Source(tmp_path, known_datasets()["acled"], "2025.1", read, 3), "tester")
    yield opened
    opened.close()


@pytest.fixture
def every(store: Store) -> Dataset:
    return load_dataset(store, load_reference())


@pytest.fixture
def free(every: Dataset) -> Dataset:
    return without_restricted(every)


def client(dataset: Dataset) -> TestClient:
    state = AppState.of(dataset)

    return TestClient(Starlette(routes=routes(lambda: state)))


def text(pieces: Iterator[bytes]) -> str:
    return b"".join(pieces).decode()


def test_what_is_restricted_is_known(every: Dataset) -> None:
    assert (len(every), len(every.restricted), set(every.sets)) == (5, 3, {"ucdp", "acled"})


def test_nothing_of_it_is_left(every: Dataset, free: Dataset) -> None:
    assert (len(free), free.left_out, set(free.sets), len(free.incidents)) == (2, 3, {"ucdp"}, 2)
    assert free.incidents.count_documents() == 2
    assert {incident.documents[0].dataset for incident in free.each()} == {"ucdp"}
    for key in every.restricted:
        with pytest.raises(NotFound):
            free.incident(key)
        assert free.title(key) is None
    assert free.version == every.version
    assert without_restricted(free) is free


PARAMETERS = {
    "/api/layers/cells": "?z=8&bbox=60,24,72,34",
    "/api/layers/frame": "?z=8&bbox=60,24,72,34&from=2024-05-01&to=2024-05-30",
    "/api/layers/list": "?kind=unplaced",
}


def addresses() -> list[str]:
    """Every route that takes no id, with what it needs; downloads with the word that includes what is restricted."""
    paths = [str(getattr(route, "path", "")) for route in guarded_routes()]
    plain = [path + PARAMETERS.get(path, "") for path in paths if path.startswith("/api") and "{" not in path]
    return ["/map", *plain, *(f"/api/export.{ending}?include_restricted=true" for ending in EXPORTS)]


def guarded_routes() -> list[object]:
    state: list[AppState] = []
    return [*layer_routes(lambda: state[0]), *feature_routes(lambda: state[0])]


def test_no_route_of_a_server_for_others_tells_of_it(free: Dataset) -> None:
    asked = client(free)
    assert len(addresses()) > 15
    for path in addresses():
        body = asked.get(path).text
        for word in (SECRET, "7777", "2024-05-06", TERMS):
            assert word not in body, (path, word)


def test_on_this_machine_it_is_shown(every: Dataset) -> None:
    asked = client(every)
    items = asked.get("/api/collections/incidents/items")
    assert items.json()["numberMatched"] == 5
    assert SECRET in items.text


def test_its_popups_and_items_are_not_found(every: Dataset, free: Dataset) -> None:
    asked = client(free)
    for key in every.restricted:
        assert asked.get(f"/api/incidents/{key}").status_code == 404
        assert asked.get(f"/api/collections/incidents/items/{key}").status_code == 404
    mine = client(every)
    assert {mine.get(f"/api/incidents/{key}").status_code for key in every.restricted} == {200}


def test_an_export_for_others_says_how_many_are_left_out(free: Dataset) -> None:
    body = json.loads(client(free).get("/api/export.geojson").text)
    assert (len(body["features"]), body["restricted_left_out"]) == (2, 3)
    assert body["note"] == told(3) == "3 incidents of restricted data sets left out"


def test_on_this_machine_an_export_needs_the_word(every: Dataset) -> None:
    plain = json.loads(client(every).get("/api/export.geojson").text)
    assert (len(plain["features"]), plain["restricted_left_out"]) == (2, 3)
    asked = json.loads(client(every).get("/api/export.geojson?include_restricted=true").text)
    assert len(asked["features"]) == 5
    assert "restricted_left_out" not in asked
    assert {entry["id"]: entry["licence_text"] for entry in asked["data_sets"]}["acled"] == TERMS


@pytest.mark.parametrize("write", [write_geojson, write_csv, write_claims_csv])
def test_the_licence_text_is_in_the_file(every: Dataset, write: object) -> None:
    options = ExportOptions(restricted=True)
    assert TERMS in text(write(every, None, options))  # type: ignore[operator]
    left = text(write(every, None, ExportOptions()))  # type: ignore[operator]
    assert SECRET not in left
    assert "7777" not in left


def test_a_selection_of_restricted_ids_alone_is_empty(every: Dataset) -> None:
    rows = list(csv.reader(io.StringIO(text(write_csv(every, sorted(every.restricted))))))
    assert len(rows) == 1


def test_an_incident_that_rests_on_one_such_row_is_left_out(store: Store, every: Dataset) -> None:
    """Also where a person joined it with a row that may be passed on: its figures rest on both."""
    joined = mention_of(every, "ucdp"), mention_of(every, "acled")
    link = Link(*joined, Relation.SAME, 1.0, (), "review:tester")
    with change(store, "tester", "joined") as made:
        put_records(made, Records(links=(link,)), "review:tester")
    both = load_dataset(store, load_reference())
    left = without_restricted(both)
    assert (len(both), len(left), left.left_out) == (4, 1, 3)
    assert SECRET not in text(write_geojson(left))


def test_a_data_set_that_nobody_knows_is_restricted(store: Store) -> None:
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE documents SET dataset = 'strange' WHERE dataset = 'acled'")
    found = load_dataset(store, load_reference())
    assert (found.sets["strange"].redistribute, len(found.restricted)) == (False, 3)


def test_the_command_line_leaves_it_out_unless_asked(store: Store, tmp_path: Path) -> None:
    for more, number in (([], 2), (["--include-restricted"], 5)):
        path = tmp_path / "out.geojson"
        arguments = ["-o", str(path), "--db", f"sqlite:///{store.path}", *more]
        result = CliRunner().invoke(export, arguments, catch_exceptions=False)
        assert f"{number} incidents of data version" in result.stdout
        assert (told(3) in result.stderr) == (not more)
        assert (TERMS in path.read_text()) == bool(more)


def test_a_file_for_gis_programs_has_the_licence_in_each_row(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "out.gpkg"
    arguments = ["-o", str(path), "--format", "gpkg", "--include-restricted", "--db", f"sqlite:///{store.path}"]
    CliRunner().invoke(export, arguments, catch_exceptions=False)
    frame = gpd.read_file(path)
    assert sum(TERMS in cell for cell in frame["licence"]) == 3


def test_licence_and_sources_are_shown_with_the_row(every: Dataset) -> None:
    shown = [
        document
        for incident in every.each()
        for version in incident_details(every, incident)["versions"]
        for document in version["documents"]
    ]
    assert {document["licence"] for document in shown} == {"UCDP GED, CC BY 4.0", "ACLED, ACLED Terms of Use"}
    assert [{"text": "AP 4/11", "url": None}] in [document["cites"] for document in shown]


def test_the_source_entry_of_an_export_names_what_the_row_names(free: Dataset) -> None:
    features = json.loads(text(write_geojson(free)))["features"]
    sources = [source for item in features for source in item["properties"]["sources"]]
    cited = [entry for source in sources for entry in source["cites"]]
    assert cited == [{"role": "source", "publisher": None, "title": "AP 4/11", "published": None, "url": None}]
    assert {source["licence"] for source in sources} == {"CC BY 4.0"}


def test_the_app_shows_it_on_this_machine_alone(store: Store) -> None:
    for restricted in (True, False):
        live = Live(f"sqlite:///{store.path}", {}, restricted=restricted)
        before = {i.id for i in live.current().dataset.each() if i.documents[0].dataset == "acled"}
        assert len(before) == (len(live.current().dataset.restricted) if restricted else 0)
        load(store, Source(Path("more"), known_datasets()["acled"], "2025.1", partial(restricted_rows, ("d",)), 1), "t")
        live.refresh()  # the next state is made from the whole of the last one
        after = [i for i in live.current().dataset.each() if i.documents[0].dataset]
        assert len(after) == (6 if restricted else 2)
        assert live.current().dataset.left_out == (0 if restricted else 4)


def test_the_app_goes_by_the_address_that_it_listens_on(monkeypatch: pytest.MonkeyPatch) -> None:
    for address, alone in (("127.0.0.1", True), ("localhost", True), ("0.0.0.0", False), (None, False)):
        monkeypatch.setattr(st, "get_option", lambda _name, address=address: address)
        assert listens_to_this_machine_alone() is alone
