"""A store to import into, and what is in it then."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo.importers.load import Loaded, load
from geo.importers.source import open_source
from geo.store.engine import Store, open_store
from tests.store_servers import KINDS, fresh_db

Take = Callable[..., Loaded]


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = open_store(fresh_db(request.param, tmp_path))
    yield opened
    opened.close()


@pytest.fixture
def take(store: Store) -> Take:
    """Import a file with the reader of a name."""

    def run(path: Path, reader: str = "ucdp", release: str | None = None) -> Loaded:
        return load(store, open_source(reader, path, None, release), "tester")

    return run
