"""The HTTP interface over a real socket: layers, incidents, OGC features, downloads, errors, ETags, and GDAL."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import pyogrio
import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from geo.api import AppState, routes
from geo.layers import count_selection, find_cells
from geo.query import Query
from tests.make_dataset import make_dataset
from tests.rfc7946 import faults

SIZE = 400
STATE = AppState.of(make_dataset(SIZE), {"correction_address": "mailto:corrections@example.org"})
ITEMS = "/api/collections/incidents/items"


@contextmanager
def served(provide: Callable[[], AppState]) -> Iterator[str]:
    """A server on a free port, in a thread."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    app = Starlette(routes=routes(provide), middleware=[Middleware(GZipMiddleware, minimum_size=500)])
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with served(lambda: STATE) as address:
        yield address


def get(url: str, path: str, **more: Any) -> requests.Response:
    return requests.get(url + path, timeout=20, **more)


def body(url: str, path: str) -> Any:
    answer = get(url, path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_counts_partition_and_name_the_query(url: str) -> None:
    answer = body(url, "/api/layers/counts?district=Kech&perpetrator=BLA")
    assert answer["query"] == "perpetrator=bla&district=kech"
    counts = answer["counts"]
    assert counts["total"] == counts["points"] + counts["shaded"] + counts["unplaced"] > 0
    assert counts == count_selection(STATE.selector, Query(district=("kech",), perpetrator=("bla",))).as_json()
    assert [chip["words"] for chip in answer["chips"]] == ["by: BLA", "in: Kech"]


@pytest.mark.parametrize(
    ("asked", "named"),
    [("district=Atlantis", "Atlantis"), ("from=2025-13-01", "2025-13-01"), ("min_killed=x", "'x'")],
)
def test_layers_leave_out_what_cannot_be_used_and_say_so(url: str, asked: str, named: str) -> None:
    answer = body(url, f"/api/layers/counts?{asked}&event_type=bombing")
    assert answer["query"] == "event_type=bombing"
    assert len(answer["problems"]) == 1
    assert named in answer["problems"][0]


def test_cells_hold_every_point_and_know_each_single(url: str) -> None:
    answer = body(url, "/api/layers/cells?z=12")
    cells = find_cells(STATE.selector.index, STATE.selector.mask(Query()), 12)
    total = sum(count for _, _, count, _ in answer["clusters"]) + len(answer["points"])
    assert total == count_selection(STATE.selector, Query()).points
    assert len(answer["points"]) == len(cells.singles) > 0
    lon, lat, key, kind, party, flags, radius = answer["points"][0]
    row = STATE.dataset.table.set_index("id").loc[key]
    assert (lon, lat) == (pytest.approx(row["lon"], abs=1e-4), pytest.approx(row["lat"], abs=1e-4))
    meta = body(url, "/api/layers/meta")
    assert meta["type_order"][kind] == row["event_type"]
    assert meta["perpetrator_order"][party] == row["perpetrator_id"]
    assert bool(flags & 2) == row["disputed"]
    assert bool(flags & 1) == (row["review"] == "unreviewed")
    assert radius == (0 if row["where_prec"] == 1 else row["radius_km"])


def test_viewports_that_differ_a_little_share_an_answer(url: str) -> None:
    tags = {get(url, f"/api/layers/cells?z=7&view=62.{edge},25.0,66.0,29.0").headers["ETag"] for edge in (10, 11, 12)}
    assert len(tags) == 1
    assert get(url, "/api/layers/cells?z=7&view=62.1,25.0,66.0,29.0&district=kech").headers["ETag"] not in tags


def test_a_view_is_small(url: str) -> None:
    answer = requests.get(f"{url}/api/layers/cells?z=7&view=60.5,24.5,71,32.3", stream=True, timeout=20)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.raw.read(decode_content=False)) < 20_000


def test_a_frame_is_all_that_one_picture_of_a_playback_shows(url: str) -> None:
    asked = "from=2015-01-01&to=2015-06-30&z=7&view=60.5,24.5,71,32.3"
    answer = requests.get(f"{url}/api/layers/frame?{asked}", timeout=20)
    shown = answer.json()
    assert shown["cells"] == body(url, f"/api/layers/cells?{asked}")
    assert shown["counts"] == body(url, f"/api/layers/counts?{asked}")["counts"]
    assert shown["districts"] == body(url, f"/api/layers/districts?{asked}")["districts"]
    assert 0 < shown["counts"]["total"] < SIZE
    again = {"If-None-Match": answer.headers["ETag"]}
    assert get(url, f"/api/layers/frame?{asked}", headers=again).status_code == 304


def test_facets_and_histogram_and_lists_answer(url: str) -> None:
    facets = body(url, "/api/layers/facets?district=kech")
    assert facets["perpetrator"][0].keys() == {"value", "label", "count"}
    histogram = body(url, "/api/layers/histogram?from=2020-01-01")
    assert len(histogram["starts"]) == len(next(iter(histogram["series"].values())))
    listed = body(url, "/api/layers/list?part=shaded&in_district=kech&limit=5")
    assert listed["total"] >= len(listed["items"]) > 0
    assert all("Kech" in item["districts"] for item in listed["items"])
    assert body(url, "/api/layers/districts?event_type=bombing")["districts"]
    assert len(body(url, "/api/layers/towns")["towns"]) > 100


def test_district_shapes_are_valid_and_say_what_they_are(url: str) -> None:
    shapes = body(url, "/api/layers/districts.geojson")
    assert faults(shapes) == []
    assert len(shapes["features"]) == 36
    assert shapes["schematic"] is True
    assert "no endorsement" in shapes["disclaimer"]
    assert {feature["id"] for feature in shapes["features"]} == set(STATE.shapes.shapes)


def test_an_incident_comes_with_every_version(url: str) -> None:
    key = STATE.dataset.table["id"].iloc[3]
    details = body(url, f"/api/incidents/{key}")
    assert details["id"] == key
    assert {version["speaker"] for version in details["versions"]} >= {"police", "BLA"}
    assert details["disagreements"]


@pytest.mark.parametrize(
    ("path", "status", "named"),
    [
        ("/api/incidents/nobody", 404, "nobody"),
        (f"{ITEMS}/nobody", 404, "nobody"),
        (f"{ITEMS}?district=Atlantis", 400, "Atlantis"),
        (f"{ITEMS}?colour=red", 400, "colour"),
        (f"{ITEMS}?limit=-5", 400, "-5"),
        (f"{ITEMS}?datetime=soon", 400, "soon"),
        (f"{ITEMS}?bbox=1,2", 400, "1,2"),
        ("/api/layers/list?part=some", 400, "some"),
        ("/api/layers/cells?z=high", 400, "high"),
        ("/api/layers/cells?view=1,1,1,1", 400, "1,1,1,1"),
        ("/api/export.xlsx", 404, "xlsx"),
        ("/api/export.csv?from=2025-99", 400, "2025-99"),
    ],
)
def test_errors_are_one_clear_line(url: str, path: str, status: int, named: str) -> None:
    answer = get(url, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert named in problem["detail"]
    assert "\n" not in problem["detail"]


@pytest.mark.parametrize("path", ["/api/layers/counts?district=kech", f"{ITEMS}?limit=3", "/map", "/api/layers/meta"])
def test_an_unchanged_answer_costs_nothing(url: str, path: str) -> None:
    first = get(url, path)
    assert first.headers["Cache-Control"] == "no-cache"
    again = get(url, path, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content
    assert again.headers["ETag"] == first.headers["ETag"]


def test_the_same_selection_has_one_etag_however_it_is_written(url: str) -> None:
    written = ("district=kech&district=quetta", "district=Quetta,Kech", "district=quetta&district=Kech&district=kech")
    assert len({get(url, f"/api/layers/counts?{query}").headers["ETag"] for query in written}) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_written(url: str, method: str) -> None:
    for path in ("/api/layers/counts", ITEMS, "/api/incidents/m-1", "/map"):
        assert requests.request(method, url + path, timeout=20).status_code == 405


def test_items_page_through_the_selection_once(url: str) -> None:
    total = STATE.selector.count(Query(event_type=("bombing",)))
    address, seen = f"{url}{ITEMS}?event_type=bombing&limit=30", []
    while address:
        page = requests.get(address, timeout=20).json()
        assert faults(page) == []
        assert page["numberMatched"] == total
        assert page["numberReturned"] == len(page["features"])
        seen += [feature["id"] for feature in page["features"]]
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    assert len(seen) == len(set(seen)) == total > 30


@pytest.mark.parametrize(
    ("period", "query"),
    [
        ("2015-01-01/2016-12-31", "from=2015-01-01&to=2016-12-31"),
        ("2015-01-01T00:00:00Z/..", "from=2015-01-01"),
        ("../2015-01-01", "to=2015-01-01"),
        ("2015-01-05", "from=2015-01-05&to=2015-01-05"),
    ],
)
def test_items_read_the_datetime_of_the_standard(url: str, period: str, query: str) -> None:
    matched = body(url, f"{ITEMS}?datetime={period}&limit=1")["numberMatched"]
    assert matched == body(url, f"/api/layers/counts?{query}")["counts"]["total"]


def test_one_item_links_to_its_collection(url: str) -> None:
    key = STATE.dataset.table["id"].iloc[0]
    item = body(url, f"{ITEMS}/{key}")
    assert faults({"type": "FeatureCollection", "features": [item]}) == []
    assert item["id"] == key
    assert {link["rel"] for link in item["links"]} == {"self", "collection"}


def test_the_interface_describes_itself(url: str) -> None:
    landing = body(url, "/api/")
    assert {link["rel"] for link in landing["links"]} >= {"self", "service-desc", "conformance", "data"}
    for link in landing["links"]:
        if link["rel"] != "alternate":
            assert requests.get(link["href"], timeout=20).ok
    assert any(name.endswith("conf/geojson") for name in body(url, "/api/conformance")["conformsTo"])
    collection = body(url, "/api/collections")["collections"][0]
    assert collection["id"] == "incidents"
    assert collection["extent"]["temporal"]["interval"][0][0] < collection["extent"]["temporal"]["interval"][0][1]
    assert "/api/collections/incidents/items/{id}" in body(url, "/api/openapi.json")["paths"]


@pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="this build of GDAL has no OGC API driver")
def test_gdal_opens_it(url: str) -> None:
    # In a process of its own: GDAL waits for the answer while it holds this one's interpreter.
    script = f"import pyogrio; print(len(pyogrio.read_dataframe('OAPIF:{url}/api', layer='incidents')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=True)
    assert int(done.stdout) == SIZE


def test_downloads_hold_exactly_the_selection(url: str) -> None:
    wanted = STATE.selector.count(Query(district=("kech",)))
    answer = get(url, "/api/export.geojson?district=Kech")
    assert "attachment" in answer.headers["Content-Disposition"]
    collection = orjson.loads(answer.content)
    assert faults(collection) == []
    assert len(collection["features"]) == wanted > 0
    assert collection["query"] == "district=kech"
    lines = get(url, "/api/export.csv?district=kech").content.decode("utf-8-sig").splitlines()
    assert len(lines) == wanted + 1
    everything = get(url, "/api/export.csv").content.decode("utf-8-sig").splitlines()
    assert len(everything) == SIZE + 1


def test_every_answer_is_safe_to_open(url: str) -> None:
    for path in ("/map", "/api/", "/api/layers/counts", "/api/incidents/nobody", "/api/export.csv", ITEMS):
        assert get(url, path).headers["X-Content-Type-Options"] == "nosniff", path


def test_the_page_may_load_from_here_only(url: str) -> None:
    policy = get(url, "/map").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'self'" in policy
    chosen = get(url, "/map?basemap=osm").headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://tile.openstreetmap.org" in chosen
    assert chosen.replace(" https://tile.openstreetmap.org", "") == policy.replace(
        policy.split("script-src ")[1].split(";")[0], chosen.split("script-src ")[1].split(";")[0]
    )
    assert get(url, "/map?basemap=elsewhere").headers["Content-Security-Policy"] == policy


@pytest.mark.parametrize("path", ["../geo/api/state.py", "..%2f..%2fapp.py", "map/page.html", "vendor/README.md", "x"])
def test_only_files_for_the_browser_are_served(url: str, path: str) -> None:
    assert get(url, f"/map/static/v/{path}").status_code == 404


def test_a_newer_data_set_takes_over_at_once() -> None:
    held = [STATE]
    with served(lambda: held[0]) as here:
        before = body(here, "/api/layers/counts")["counts"]["total"]
        held[0] = AppState.of(make_dataset(5))
        after = body(here, "/api/layers/counts")["counts"]["total"]
    assert (before, after) == (SIZE, 5)
