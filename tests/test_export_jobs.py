"""What several processes write is what one writes, from a store too."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo import export, export_jobs
from geo.cli.export import command
from geo.dataset import Dataset
from geo.errors import StoreError
from geo.export import ExportOptions, Form, write_claims_csv, write_csv, write_geojson
from geo.export_jobs import pieces
from geo.from_store import load as load_dataset
from geo.importers.load import load
from geo.importers.source import open_source
from geo.pipeline import load_reference
from geo.store.engine import Store, open_store
from tests.importers.ged import event, ged_file
from tests.store_servers import KINDS, fresh_db

ROWS = [event(number, deaths_a=str(number % 5)) for number in range(1, 41)]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process writes")


@pytest.fixture(scope="module", params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("jobs")
    opened = open_store(fresh_db(request.param, folder))
    load(opened, open_source("ucdp", ged_file(folder, *ROWS)), "tester")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def dataset(store: Store) -> Dataset:
    return load_dataset(store, load_reference())


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several parts of a few incidents."""
    monkeypatch.setattr(export_jobs, "LEAST", 1)
    monkeypatch.setattr(export_jobs, "CHUNK", 7)
    monkeypatch.setattr(export, "CHUNK", 7)


def whole(made: Iterator[bytes]) -> str:
    return re.sub(r'"generated":"[^"]+"', "", b"".join(made).decode())


@pytest.mark.parametrize("form", [write_geojson, write_csv, write_claims_csv], ids=["geojson", "csv", "claims"])
@pytest.mark.parametrize("options", [ExportOptions(), ExportOptions("q", coarse=True, restricted=True)])
@pytest.mark.parametrize("number", [0, 1, 7, 40])
def test_the_file_is_the_same(dataset: Dataset, form: Form, options: ExportOptions, number: int) -> None:
    ids = dataset.columns["id"].to_pylist()[::-1][:number]
    alone = whole(form(dataset, ids, options))
    assert whole(pieces(form, dataset, ids, options, jobs=2)) == alone
    assert alone.count("ucdp") >= number


def test_what_goes_wrong_in_a_process_is_told(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, _keys: object) -> None:
        raise StoreError("store s is damaged")

    monkeypatch.setattr(type(dataset.incidents), "many", broken)
    with pytest.raises(StoreError, match="store s is damaged"):
        list(pieces(write_csv, dataset, dataset.columns["id"].to_pylist(), ExportOptions(), jobs=2))


def test_the_command_uses_them(store: Store, tmp_path: Path) -> None:
    db = store.engine.url.render_as_string(hide_password=False)
    files = [tmp_path / f"{jobs}.geojson" for jobs in (1, 2)]
    for jobs, path in enumerate(files, start=1):
        done = CliRunner().invoke(command, ["--jobs", str(jobs), "--db", db, "-o", str(path)], catch_exceptions=False)
        assert done.output.startswith(f"{len(ROWS)} incidents of data version")
    alone, together = (whole(iter([path.read_bytes()])) for path in files)
    assert alone == together
