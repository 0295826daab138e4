"""The map index against a plain reading of the table: the same rows, the same counts, nothing lost or counted twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.datafiles import slug
from geo.layers import (
    ListRequest,
    Selector,
    build_histogram,
    build_index,
    count_selection,
    district_numbers,
    facet_counts,
    find_cells,
    list_incidents,
)
from geo.layers.cells import MAX_FEATURES, MAX_ZOOM
from geo.layers.counts import FACETS
from geo.layers.grid import LEVELS, box_corners, code_ranges, interleave, mercator, split_levels, squeeze
from geo.query import Query
from geo.vocab import default_vocabulary
from tests.make_table import make_table

SIZE = 1500
TABLE = make_table(SIZE)
VOCABULARY = default_vocabulary()
INDEX = build_index(TABLE, "1-test", children=VOCABULARY.with_children, lineage=VOCABULARY.lineage)
SELECTOR = Selector(INDEX)
RECORDS: list[dict[str, Any]] = [
    {**row, "slugs": [slug(name) for name in row["districts"]]} for row in TABLE.to_dict("records")
]
GROUPS = {code: entry.colour_group for code, entry in VOCABULARY.event_types.items()}
CHILDREN_OF_FORCES = VOCABULARY.with_children("pakistan-security-forces")


def day(text: str) -> date:
    return date.fromisoformat(text)


def dated(row: dict[str, Any]) -> bool:
    return bool(not pd.isna(row["date_start"]))


def within(row: dict[str, Any], first: str, last: str) -> bool:
    if not dated(row):
        return False
    return bool(row["date_start"].date() <= day(last) and row["date_end"].date() >= day(first))


def deaths(row: dict[str, Any]) -> int | None:
    known = [row[name] for name in ("killed_best", "killed_low") if not pd.isna(row[name])]
    return int(known[0]) if known else None


def part(row: dict[str, Any]) -> str:
    if row["where_prec"] in (1, 2) and not np.isnan(row["lat"]):
        return "points"
    return "shaded" if row["where_prec"] in (1, 2, 3, 5) and len(row["districts"]) else "unplaced"


def pairs(row: dict[str, Any]) -> set[tuple[str, ...]]:
    return {tuple(pair.split("|")) for pair in row["perpetrator_pairs"]}


def everything(_: dict[str, Any]) -> bool:
    return True


def nothing(_: dict[str, Any]) -> bool:
    return False


CASES: list[tuple[str, Query, Callable[[dict[str, Any]], bool]]] = [
    ("everything", Query(), everything),
    (
        "a period",
        Query(date_from=day("2015-03-01"), date_to=day("2016-02-10")),
        lambda row: within(row, "2015-03-01", "2016-02-10"),
    ),
    (
        "a period and the undated",
        Query(date_from=day("2015-03-01"), undated="include"),
        lambda row: within(row, "2015-03-01", "2999-01-01") or not dated(row),
    ),
    ("undated only", Query(undated="only"), lambda row: not dated(row)),
    ("dated only", Query(undated="exclude"), dated),
    ("a party", Query(perpetrator=("bla",)), lambda row: any(actor == "bla" for actor, _ in pairs(row))),
    (
        "a party with those below it",
        Query(perpetrator=("pakistan-security-forces",)),
        lambda row: any(actor in CHILDREN_OF_FORCES for actor, _ in pairs(row)),
    ),
    (
        "party and basis on one claim",
        Query(perpetrator=("bla", "blf"), basis=("claimed_by_group",)),
        lambda row: bool({("bla", "claimed_by_group"), ("blf", "claimed_by_group")} & pairs(row)),
    ),
    ("a basis alone", Query(basis=("unknown",)), lambda row: any(basis == "unknown" for _, basis in pairs(row))),
    ("any role", Query(group=("ttp", "bla")), lambda row: bool({"ttp", "bla"} & set(row["groups"]))),
    ("kinds", Query(event_type=("bombing", "takeover")), lambda row: row["event_type"] in ("bombing", "takeover")),
    ("districts", Query(district=("kech", "quetta")), lambda row: bool({"kech", "quetta"} & set(row["slugs"]))),
    ("publisher", Query(publisher=("nukta",)), lambda row: "nukta" in row["publisher_ids"]),
    ("camp", Query(camp=("armed_group",)), lambda row: "armed_group" in row["camps"]),
    ("speaker", Query(speaker=("levies", "ispr")), lambda row: bool({"levies", "ispr"} & set(row["speakers"]))),
    ("deaths", Query(min_killed=4), lambda row: (deaths(row) or 0) >= 4),
    ("no deaths needed", Query(min_killed=0), lambda row: deaths(row) is not None),
    ("precision", Query(where_prec_max=2), lambda row: row["where_prec"] <= 2),
    ("disputed", Query(disputed=True), lambda row: row["disputed"]),
    ("not disputed", Query(disputed=False), lambda row: not row["disputed"]),
    ("review", Query(review=("curated", "reviewed")), lambda row: row["review"] in ("curated", "reviewed")),
    ("words", Query(q="bomb turb"), lambda row: all(begins(row, word) for word in ("bomb", "turb"))),
    ("data set", Query(dataset=("reports",)), everything),
    ("unknown value", Query(district=("nowhere",)), nothing),
    (
        "much at once",
        Query(date_from=day("2010-01-01"), perpetrator=("bla",), camp=("state",), where_prec_max=3),
        lambda row: (
            within(row, "2010-01-01", "2999-01-01")
            and any(actor == "bla" for actor, _ in pairs(row))
            and "state" in row["camps"]
            and row["where_prec"] <= 3
        ),
    ),
]
QUERIES = [query for _, query, _ in CASES]


def begins(row: dict[str, Any], prefix: str) -> bool:
    return any(word.startswith(prefix) for word in row["search"].split())


def ids(query: Query) -> set[str]:
    return set(TABLE["id"].to_numpy()[SELECTOR.table_rows(query)])


def selected(query: Query) -> list[dict[str, Any]]:
    return [RECORDS[row] for row in SELECTOR.table_rows(query)]


@pytest.mark.parametrize(("query", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_selects_what_a_plain_reading_selects(query: Query, wanted: Callable[[dict[str, Any]], bool]) -> None:
    expected = {row["id"] for row in RECORDS if wanted(row)}
    assert ids(query) == expected
    assert query == Query(district=("nowhere",)) or expected, "a case that selects nothing tests nothing"


def test_a_box_takes_points_inside_and_districts_that_it_touches() -> None:
    selector = Selector(INDEX, touching=lambda _: frozenset({"kech"}))
    query = Query(bbox=(62.0, 25.0, 64.0, 26.5))
    found = set(TABLE["id"].to_numpy()[selector.table_rows(query)])
    inside = {
        row["id"]
        for row in RECORDS
        if part(row) == "points" and 62.0 <= row["lon"] <= 64.0 and 25.0 <= row["lat"] <= 26.5
    }
    shaded = {row["id"] for row in RECORDS if part(row) == "shaded" and "kech" in row["slugs"]}
    assert inside
    assert shaded
    assert found == inside | shaded


def test_masks_are_shared_and_cannot_be_written_to() -> None:
    mask = SELECTOR.mask(Query(disputed=True))
    assert mask is SELECTOR.mask(Query(disputed=True))
    with pytest.raises(ValueError, match="read-only"):
        mask[0] = True


@pytest.mark.parametrize("query", QUERIES, ids=[case[0] for case in CASES])
def test_counts_partition_the_selection(query: Query) -> None:
    counts = count_selection(SELECTOR, query)
    rows = selected(query)
    parts = Counter(part(row) for row in rows)
    assert counts.total == len(rows) == counts.points + counts.shaded + counts.unplaced
    assert (counts.points, counts.shaded, counts.unplaced) == (parts["points"], parts["shaded"], parts["unplaced"])
    assert counts.undated == sum(not dated(row) for row in rows)
    assert counts.campaigns == sum(row["campaign"] for row in rows)
    assert counts.killed == sum(deaths(row) or 0 for row in rows if not row["campaign"])
    assert counts.campaign_tolls == sum(deaths(row) is not None for row in rows if row["campaign"])


def test_says_how_many_the_dates_keep_out() -> None:
    counts = count_selection(SELECTOR, Query(date_from=day("2020-01-01"), event_type=("bombing",)))
    bombings = [row for row in RECORDS if row["event_type"] == "bombing"]
    assert counts.undated == 0
    assert counts.undated_left_out == sum(not dated(row) for row in bombings) > 0
    assert counts.outside_dates == len(bombings) - counts.total


@pytest.mark.parametrize("query", QUERIES, ids=[case[0] for case in CASES])
def test_a_facet_tells_what_choosing_its_value_would_give(query: Query) -> None:
    for parameter in FACETS:
        counts = facet_counts(SELECTOR, query, parameter)
        for value, number in list(counts.items())[:6]:
            chosen: Any = value == "true" if parameter == "disputed" else (value,)
            values = {name: getattr(query, name) for name in Query.__slots__} | {parameter: chosen}
            assert SELECTOR.count(Query(**values)) == number, (parameter, value)


@pytest.mark.parametrize("query", QUERIES, ids=[case[0] for case in CASES])
def test_a_district_counts_each_incident_that_touches_it_once(query: Query) -> None:
    rows = selected(query)
    numbers = district_numbers(SELECTOR, query)
    for district in {key for row in rows for key in row["slugs"]} | set(numbers):
        touching = [row for row in rows if district in row["slugs"]]
        singular = [row for row in touching if not row["campaign"]]
        assert numbers[district] == {
            "count": len(singular),
            "district_only": sum(part(row) == "shaded" for row in singular),
            "killed": sum(deaths(row) or 0 for row in singular),
            "campaigns": len(touching) - len(singular),
        }


def test_a_district_outside_the_shown_set_counts_where_it_is_drawn() -> None:
    def shown(name: str) -> tuple[str, ...]:
        return {"Hub": ("Lasbela",), "Kech": ("Kech", "Tump")}.get(name, (name,))

    selector = Selector(build_index(TABLE, "1-test", shown_districts=shown))
    numbers = district_numbers(selector, Query())
    plain = [row for row in RECORDS if not row["campaign"]]
    assert "hub" not in numbers
    assert numbers["lasbela"]["count"] == sum(bool({"hub", "lasbela"} & set(row["slugs"])) for row in plain)
    assert numbers["tump"] == numbers["kech"]
    assert selector.count(Query(district=("hub",))) == sum("hub" in row["slugs"] for row in RECORDS)


@pytest.mark.parametrize("query", QUERIES, ids=[case[0] for case in CASES])
@pytest.mark.parametrize("zoom", [0, 5, 6, 8, 11, 14, MAX_ZOOM])
def test_cells_hold_every_point_once(query: Query, zoom: int) -> None:
    cells = find_cells(INDEX, SELECTOR.mask(query), zoom)
    drawn = sum(count for _, _, count, _ in cells.clusters) + len(cells.singles)
    assert drawn == count_selection(SELECTOR, query).points
    assert len(cells.clusters) + len(cells.singles) <= MAX_FEATURES
    assert all(count > 1 for _, _, count, _ in cells.clusters)
    assert all(apart == 0 or zoom < apart <= MAX_ZOOM or zoom == MAX_ZOOM for *_, apart in cells.clusters)


@pytest.mark.parametrize("bbox", [(62.0, 25.0, 64.5, 27.0), (66.9, 30.1, 67.1, 30.3), (60.0, 24.0, 71.0, 33.0)])
@pytest.mark.parametrize("zoom", [6, 9, 13])
def test_cells_of_a_viewport_hold_its_points(bbox: tuple[float, float, float, float], zoom: int) -> None:
    cells = find_cells(INDEX, SELECTOR.mask(Query()), zoom, bbox)
    west, south, east, north = cells.box
    assert west <= bbox[0] < bbox[2] <= east
    assert south <= bbox[1] < bbox[3] <= north

    def points_in(margin: float) -> int:
        wide, high = margin * (east - west), margin * (north - south)
        columns = (INDEX.lon >= west - wide) & (INDEX.lon <= east + wide)
        return int((columns & (INDEX.lat >= south - high) & (INDEX.lat <= north + high)).sum())

    drawn = sum(count for _, _, count, _ in cells.clusters) + len(cells.singles)
    assert points_in(-1e-6) <= drawn <= points_in(0.5)


def test_incidents_of_one_spot_are_a_stack_that_never_falls_apart() -> None:
    rows = TABLE.iloc[[0] * 3].assign(id=["m-a", "m-b", "m-c"], lat=26.0, lon=63.0, where_prec=1)
    index = build_index(rows.reset_index(drop=True), "1-test")
    cells = find_cells(index, np.ones(3, dtype=bool), 12)
    assert [(count, apart) for _, _, count, apart in cells.clusters] == [(3, 0)]


def test_a_cluster_says_at_which_zoom_it_falls_apart() -> None:
    rows = TABLE.iloc[[0] * 2].assign(id=["m-a", "m-b"], lat=[26.0, 26.01], lon=63.0, where_prec=1)
    index = build_index(rows.reset_index(drop=True), "1-test")
    mask = np.ones(2, dtype=bool)
    (_, _, count, apart) = find_cells(index, mask, 6).clusters[0]
    assert count == 2
    assert 6 < apart <= MAX_ZOOM
    later = next(zoom for zoom in range(6, MAX_ZOOM + 1) if len(find_cells(index, mask, zoom).singles) == 2)
    assert abs(later - apart) <= 1


def test_marks_that_are_near_are_joined() -> None:
    cells = find_cells(INDEX, SELECTOR.mask(Query()), 7)
    x, y = mercator(np.array([c[0] for c in cells.clusters]), np.array([c[1] for c in cells.clusters]))
    pixels = np.column_stack([x, y]).astype(float) / (1 << LEVELS) * 256 * 2**7
    apart = np.hypot(*(pixels[:, None, :] - pixels[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    assert apart.min() > 40


@pytest.mark.parametrize("query", QUERIES, ids=[case[0] for case in CASES])
def test_the_histogram_holds_every_dated_incident_of_the_selection_without_its_dates(query: Query) -> None:
    histogram = build_histogram(SELECTOR, query, GROUPS)
    rows = selected(query.without("from", "to", "undated"))
    assert sum(map(sum, histogram.series.values())) == sum(dated(row) for row in rows)
    assert histogram.undated == sum(not dated(row) for row in rows)
    vague = sum(histogram.series.get("vague", []))
    assert vague == sum(dated(row) and row["date_prec"] in (4, 5) for row in rows)
    bombings = sum(dated(row) and row["date_prec"] < 4 and GROUPS[row["event_type"]] == "explosion" for row in rows)
    assert sum(histogram.series.get("explosion", [])) == bombings


@pytest.mark.parametrize(
    ("days", "unit", "first", "bins"),
    [
        (["2025-01-30", "2025-02-03"], "day", "2025-01-30", 5),
        (["2024-01-03", "2025-02-03"], "week", "2024-01-01", 58),
        (["2015-05-20", "2025-02-03"], "month", "2015-05-01", 118),
        (["1947-08-14", "2025-02-03"], "year", "1947-01-01", 79),
        (["2025-02-03"], "day", "2025-02-03", 1),
    ],
)
def test_the_bins_fit_the_span(days: list[str], unit: str, first: str, bins: int) -> None:
    stamps = pd.to_datetime(pd.Series(days)).astype("datetime64[s]")
    rows = TABLE.iloc[[0] * len(days)].reset_index(drop=True).assign(date_start=stamps, date_end=stamps, date_prec=1)
    histogram = build_histogram(Selector(build_index(rows, "1-test")), Query(), GROUPS)
    assert (histogram.unit, histogram.starts[0], len(histogram.starts)) == (unit, first, bins)
    (counts,) = histogram.series.values()
    assert counts[0] >= 1
    assert counts[-1] >= 1


@pytest.mark.parametrize("name", ["all", "points", "shaded", "unplaced", "undated", "campaigns"])
def test_a_list_pages_through_what_a_count_stands_for(name: str) -> None:
    query = Query(event_type=("bombing",))
    counts = count_selection(SELECTOR, query).as_json()
    first = list_incidents(SELECTOR, query, ListRequest(part=name, limit=7))
    rest = list_incidents(SELECTOR, query, ListRequest(part=name, offset=7, limit=200))
    assert first["total"] == counts["total" if name == "all" else name]
    items = first["items"] + rest["items"]
    assert len({item["id"] for item in items}) == len(items) == min(first["total"], 207)
    days = [item["date_start"] or "" for item in items]
    assert days == sorted(days, reverse=True)


def test_a_list_can_be_of_one_district_or_one_spot() -> None:
    listed = list_incidents(SELECTOR, Query(), ListRequest(district="kech", limit=200))
    assert listed["total"] == sum("kech" in row["slugs"] for row in RECORDS)
    assert all("Kech" in item["districts"] for item in listed["items"])
    row = next(row for row in RECORDS if part(row) == "points")
    near = (row["lon"] - 1e-4, row["lat"] - 1e-4, row["lon"] + 1e-4, row["lat"] + 1e-4)
    spot = list_incidents(SELECTOR, Query(), ListRequest(part="points", box=near, limit=200))
    assert row["id"] in {item["id"] for item in spot["items"]}
    assert spot["total"] < 200


def test_an_empty_table_has_an_index_too() -> None:
    selector = Selector(build_index(make_table(0), "0-empty"))
    assert count_selection(selector, Query(q="bus", district=("kech",))).total == 0
    assert find_cells(selector.index, selector.mask(Query()), 6).clusters == []
    assert build_histogram(selector, Query(), GROUPS).starts == []
    assert district_numbers(selector, Query()) == {}
    assert all(sum(facet_counts(selector, Query(), name).values()) == 0 for name in FACETS)
    assert selector.index.bounds is None
    assert selector.index.data_to is None


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-85, 85)), min_size=1, max_size=50))
def test_morton_codes_hold_both_coordinates(points: list[tuple[float, float]]) -> None:
    x, y = mercator(np.array([lon for lon, _ in points]), np.array([lat for _, lat in points]))
    codes = interleave(x, y)
    assert (squeeze(codes) == x).all()
    assert (squeeze(codes >> np.uint64(1)) == y).all()


@given(st.floats(-179, 178), st.floats(-80, 79), st.floats(0.001, 1), st.floats(0.001, 1))
def test_ranges_cover_their_box(west: float, south: float, width: float, height: float) -> None:
    corners = box_corners((west, south, west + width, south + height))
    ranges = code_ranges(corners)
    assert ranges == sorted(ranges)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))
    lon, lat = np.meshgrid(np.linspace(west, west + width, 9), np.linspace(south, south + height, 9))
    codes = interleave(*mercator(lon.ravel(), lat.ravel()))
    assert all(any(start <= code < end for start, end in ranges) for code in codes.tolist())


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1))
def test_codes_part_where_their_squares_first_differ(a: int, b: int) -> None:
    level = int(split_levels(np.array([a], dtype=np.uint64), np.array([b], dtype=np.uint64))[0])
    if a == b:
        assert level == LEVELS + 1
        return
    assert a >> 2 * (LEVELS - level) != b >> 2 * (LEVELS - level)
    assert a >> 2 * (LEVELS - level + 1) == b >> 2 * (LEVELS - level + 1)
