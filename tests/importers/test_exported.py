"""What was exported comes back as it was: the same incidents, claims and membership of mentions, ids and all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cli.import_ import command
from geo.dataset import Dataset
from geo.errors import InputError
from geo.export import ExportOptions, write_geojson
from geo.importers.exported import is_export, load_export
from geo.importers.load import load
from geo.importers.source import open_source
from geo.models import Relation
from geo.pipeline import load_dataset, load_from_store, load_reference, sync_curated
from geo.rebuild import check
from geo.store.engine import Store
from geo.store.read import newest, read_state
from tests.importers.test_acled import acled_file
from tests.test_from_store import KEYS, REFERENCE, STEPS, copied, joined, put, report, take, template

SHIPPED = load_dataset()
__all__ = ["template"]  # a fixture


def write(dataset: Dataset, path: Path, **options: Any) -> Path:
    path.write_bytes(b"".join(write_geojson(dataset, options=ExportOptions(**options))))
    return path


def told(path: Path) -> dict[str, Any]:
    """An export without what is of its moment only."""
    found = orjson.loads(path.read_bytes())
    for feature in found["features"]:
        del feature["properties"]["data_version"]
    return {name: value for name, value in found.items() if name not in ("generated", "data_version")}


def again(store: Store, folder: Path, **options: Any) -> dict[str, Any]:
    return told(write(load_from_store(store, REFERENCE), folder / "again.geojson", **options))


def test_the_shipped_data_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    taken = load_export(store, path, "tester")
    assert (taken.counts["new"], taken.bad) == (len(SHIPPED), [])
    assert again(store, tmp_path) == told(path)
    assert check(store, REFERENCE.vocabulary).faults == ()


def test_importing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    first = load_export(store, path, "tester").change
    taken = load_export(store, path, "tester")
    assert (taken.change, taken.counts["known"]) == (None, len(SHIPPED))
    with store.reading() as connection:
        assert newest(connection).n == first


def test_what_is_stored_by_other_means_stays_as_it_is(store: Store, tmp_path: Path) -> None:
    sync_curated(store, load_reference())
    path = write(load_from_store(store, REFERENCE), tmp_path / "all.geojson")
    before = read_state(store)
    taken = load_export(store, path, "tester")
    assert taken.counts["own"] == len(SHIPPED)
    assert read_state(store).records == before.records


def test_curated_claims_of_others_outlast_the_next_start(store: Store, tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    found = orjson.loads(path.read_bytes())
    wanted = found["features"][0]
    renamed = orjson.dumps({**found, "features": [wanted]})
    for key in (
        *(m["id"] for m in wanted["properties"]["mentions"]),
        *(c["id"] for c in wanted["properties"]["claims"]),
    ):
        renamed = renamed.replace(key.encode(), f"{key[:-4]}0000".encode())
    path.write_bytes(renamed)
    load_export(store, path, "tester")
    sync_curated(store, load_reference())
    sync_curated(store, load_reference())
    known = {claim.id for claim in read_state(store).records.claims}
    assert {claim["id"] for claim in orjson.loads(renamed)["features"][0]["properties"]["claims"]} <= known


def test_a_newer_export_brings_what_came_by_an_older_one_up_to_date(
    store: Store, tmp_path: Path, template: Path
) -> None:
    with copied(template) as other:
        put(other, report("a", 3), report("b", 4))
        path = write(load_from_store(other, REFERENCE), tmp_path / "older.geojson")
        load_export(store, path, "tester")
        put(other, report("a", 4), joined("a", "b"))
        path = write(load_from_store(other, REFERENCE), tmp_path / "newer.geojson")
    load_export(store, path, "tester")
    links = [link for link in read_state(store).records.links if link.relation is Relation.SAME]
    assert len(links) == 1
    wanted = {claim["id"] for f in told(path)["features"] for claim in f["properties"]["claims"]}
    assert {c["id"] for f in again(store, tmp_path)["features"] for c in f["properties"]["claims"]} >= wanted


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 10_000)), max_size=12))
def test_whatever_was_stored_and_decided_comes_back(
    template: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    folder = tmp_path_factory.mktemp("trip")
    with copied(template) as store:
        put(store, *(report(key, 2 + number) for number, key in enumerate(KEYS[:5])))
        put(store, joined("a", "b"), joined("c", "a", Relation.PART_OF), joined("d", "e", Relation.RELATED))
        for name, seed in steps:
            take(store, name, seed)
        path = write(load_from_store(store, REFERENCE), folder / "all.geojson")
    if not told(path)["features"]:
        return
    with copied(template) as other:
        load_export(other, path, "tester")
        assert again(other, folder) == told(path)
        assert load_export(other, path, "tester").change is None


def test_rows_of_data_sets_keep_their_licence_and_sources(store: Store, tmp_path: Path, template: Path) -> None:
    with copied(template) as other:
        load(other, open_source("acled", acled_file(tmp_path, {})), "tester")
        path = write(load_from_store(other, REFERENCE), tmp_path / "all.geojson", restricted=True)
    load_export(store, path, "tester")
    assert again(store, tmp_path, restricted=True) == told(path)
    assert again(store, tmp_path)["features"] == [], "what may not be passed on still may not"


def test_a_part_of_a_campaign_comes_without_the_rest(store: Store, tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    found = orjson.loads(path.read_bytes())
    parts = [feature for feature in found["features"] if feature["properties"]["part_of"]]
    assert parts
    path.write_bytes(orjson.dumps({**found, "features": parts[:1]}))
    load_export(store, path, "tester")
    assert check(store, REFERENCE.vocabulary).faults == ()
    assert len(again(store, tmp_path)["features"]) == 1


def drop_claims(feature: dict[str, Any]) -> None:
    del feature["properties"]["claims"]


def bad_day(feature: dict[str, Any]) -> None:
    feature["properties"]["sources"][0]["published"] = "soon"


def lost_source(feature: dict[str, Any]) -> None:
    feature["properties"]["claims"][0]["document_id"] = "d-0"


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (drop_claims, "feature 2 is no incident of an export: member 'claims' is missing"),
        (bad_day, "feature 2 is no incident of an export: Invalid isoformat string: 'soon'"),
        (lost_source, "is of a mention or source that isn't listed"),
    ],
)
def test_a_feature_that_is_none_is_told_and_the_rest_comes_in(
    store: Store, tmp_path: Path, spoil: Callable[[dict[str, Any]], None], reason: str
) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    found = orjson.loads(path.read_bytes())
    spoil(found["features"][1])
    path.write_bytes(orjson.dumps(found))
    taken = load_export(store, path, "tester")
    assert [reason in bad.reason for bad in taken.bad] == [True]
    assert taken.counts["new"] == len(SHIPPED) - 1


def test_a_file_that_breaks_off_stores_nothing(store: Store, tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    path.write_bytes(path.read_bytes()[:-200_000])
    with pytest.raises(InputError, match="is broken JSON"):
        load_export(store, path, "tester")
    assert read_state(store).records.mentions == ()


@pytest.mark.parametrize(
    ("content", "own"),
    [
        (b'{"type": "FeatureCollection", "data_version": "1-2", "attribution": "x", "features": []}', True),
        (b'{"type": "FeatureCollection", "features": []}', False),
        (b"[]", False),
    ],
)
def test_own_exports_are_known_from_others(tmp_path: Path, content: bytes, own: bool) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(content)
    assert is_export(path) is own


def test_from_the_command_line(tmp_path: Path) -> None:
    path = write(SHIPPED, tmp_path / "all.geojson")
    db = f"sqlite:///{tmp_path / 'incidents.sqlite'}"
    result = CliRunner().invoke(command, ["geojson", str(path), "--db", db], catch_exceptions=False)
    assert result.exit_code == 0
    assert f"{len(SHIPPED)} own" in result.stderr
