"""The app as people see it: filters, map, popup, panel, links, downloads, bad links. Real server and browser."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import geopandas as gpd
import orjson
import pytest
from playwright.sync_api import FrameLocator, Page, expect

from geo.pipeline import load_dataset
from tests.browser.conftest import asked, expect_asked, open_app, pick
from tests.rfc7946 import faults

DATASET = load_dataset()
TOTAL = len(DATASET.incidents)
KETCH = next(key for key, incident in DATASET.incidents.items() if incident.rival_places)


def counts(frame: FrameLocator) -> dict[str, int]:
    """The numbers of the line above the map."""
    words = frame.locator("#counts").inner_text().replace("\u2009", "")
    names = ("incident", "point", "shaded by district", "not placed in a district")
    found = {name: re.search(rf"(\d+) {name}", words) for name in names}
    return {name: int(match[1]) for name, match in found.items() if match}


def open_first_mark(frame: FrameLocator) -> None:
    """Open the first mark on the map by keyboard."""
    stop = frame.get_by_role("button", name="Go through the marks on the map")
    stop.focus()
    stop.press("Enter") if stop.count() else frame.locator(".mark-stop").press("Enter")


def test_the_first_view_shows_all_incidents_and_counts_that_partition_them(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    shown = counts(frame)
    assert shown["incident"] == TOTAL
    assert shown["incident"] == shown["point"] + shown["shaded by district"] + shown["not placed in a district"]
    expect(frame.locator("#note")).to_contain_text("Reported incidents, not all incidents")
    expect(frame.locator("#caption")).to_contain_text("imply no endorsement")


def test_dates_narrow_the_selection_and_say_what_is_undated(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    page.get_by_role("button", name="2026", exact=True).click()
    expect(frame.locator("#counts")).to_contain_text("undated not shown")
    assert 0 < counts(frame)["incident"] < TOTAL
    expect_asked(page, "from", ["2026-01-01"])


def test_a_changed_filter_asks_for_its_marks_once(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(urlsplit(request.url).query) if "/cells" in request.url else None)
    page.get_by_role("button", name="2026", exact=True).click()
    expect(frame.locator("#counts")).to_contain_text("undated not shown")
    expect(page.get_by_role("button", name=re.compile("^from "))).to_be_visible()  # all else is drawn too
    assert [parse_qs(query)["from"] for query in sent] == [["2026-01-01"]]


def test_the_claimed_perpetrator_narrows_the_selection(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    pick(page, "Claimed or blamed", "BLF")
    expect(frame.locator("#counts")).not_to_contain_text(f"{TOTAL} incidents")
    expect_asked(page, "perpetrator", ["blf"])
    table = DATASET.table
    wanted = sum(any(pair.startswith("blf|") for pair in pairs) for pairs in table["perpetrator_pairs"])
    assert counts(frame)["incident"] == wanted > 0
    page.get_by_role("button", name=re.compile("^by: BLF")).click()
    expect(frame.locator("#counts")).to_contain_text(f"{TOTAL} incidents")
    expect_asked(page, "perpetrator", [])


def test_a_popup_tells_two_sources_versions_and_the_panel_all(page: Page, app_url: str) -> None:
    frame = open_app(page, f"{app_url}/?q=korki")
    open_first_mark(frame)
    popup = frame.locator(".incident-popup")
    expect(popup).to_contain_text("Korki, Kalat")
    expect(popup).to_contain_text("Levies")
    expect(popup).to_contain_text("Aaj TV")
    expect(popup).to_contain_text("Sources disagree")
    popup.get_by_role("button", name="Open all versions").click()
    panel = frame.locator("#panel")
    expect(panel).to_contain_text("Who says what")
    expect(panel.get_by_role("link").first).to_have_attribute("href", re.compile("^https?://"))
    expect(panel).to_contain_text("Report a correction")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()


def test_a_link_to_a_disputed_place_opens_it_with_both_places(page: Page, app_url: str) -> None:
    frame = open_app(page, f"{app_url}/?incident={KETCH}")
    panel = frame.locator("#panel")
    expect(panel).to_contain_text("Kachhi")
    expect(panel).to_contain_text("Rival places")
    expect(panel).to_contain_text("Kech")


def test_a_link_with_filters_is_the_selection(page: Page, app_url: str) -> None:
    frame = open_app(page, f"{app_url}/?district=Turbat&from=2025-01-01&to=2025-12-31&event_type=targeted_killing")
    table = DATASET.table
    dates = (table["date_end"] >= "2025-01-01") & (table["date_start"] <= "2025-12-31")
    here = table["districts"].map(lambda names: "Kech" in names)
    wanted = int((dates & here & (table["event_type"] == "targeted_killing")).sum())
    assert counts(frame)["incident"] == wanted > 0
    assert asked(page)["district"] == ["kech"]
    expect(page.get_by_role("button", name=re.compile("^in: Kech"))).to_be_visible()


def test_the_back_button_undoes_a_filter(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    page.get_by_role("button", name="2026", exact=True).click()
    expect(frame.locator("#counts")).to_contain_text("undated not shown")
    expect_asked(page, "from", ["2026-01-01"])
    page.go_back()
    expect(frame.locator("#counts")).to_contain_text(f"{TOTAL} incidents")


def test_a_brushed_histogram_becomes_the_dates(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    box = frame.locator("#time canvas").bounding_box()
    assert box
    y = box["y"] + box["height"] / 3
    page.mouse.move(box["x"] + box["width"] * 0.5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, y, steps=4)
    page.mouse.up()
    expect(frame.locator("#counts")).to_contain_text("undated not shown")
    expect(page.get_by_role("button", name=re.compile("^from "))).to_be_visible()
    assert {"from", "to"} <= set(asked(page))


@pytest.mark.parametrize("query", ["", "?perpetrator=bla&to=2025-12-31"])
def test_the_geojson_download_is_exactly_the_selection(page: Page, app_url: str, tmp_path: Path, query: str) -> None:
    frame = open_app(page, f"{app_url}/{query}")
    shown = counts(frame)["incident"]
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="GeoJSON").click()
    path = tmp_path / "incidents.geojson"
    started.value.save_as(path)
    collection = orjson.loads(path.read_bytes())
    assert faults(collection) == []
    assert len(collection["features"]) == shown
    assert collection["data_version"] == DATASET.version
    frame_of_file = gpd.read_file(path)
    assert len(frame_of_file) == shown
    assert frame_of_file.crs.to_epsg() == 4326
    if query:
        for feature in collection["features"]:
            assert any(party["actor"] in ("BLA", "Majeed Brigade") for party in feature["properties"]["perpetrators"])


def test_the_lists_behind_the_counts_open(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    unplaced = counts(frame)["not placed in a district"]
    frame.get_by_role("button", name=re.compile("not placed in a district")).click()
    panel = frame.locator("#panel")
    expect(panel).to_be_visible()
    expect(panel.locator("li, .item").first).to_be_visible()
    assert unplaced > 0


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?district=Atlantis", "Atlantis"),
        ("?from=2025-13-40", "2025-13-40"),
        ("?from=2025-05-01&to=2025-01-01", "2025-05-01"),
        ("?data_version=9-deadbeef", "9-deadbeef"),
        ("?colour_of_money=green", "colour_of_money"),
    ],
)
def test_a_bad_link_is_said_once_and_the_rest_works(page: Page, app_url: str, query: str, words: str) -> None:
    frame = open_app(page, f"{app_url}/{query}")
    expect(page.get_by_text(words).first).to_be_visible()
    assert counts(frame)["incident"] == TOTAL


def test_an_empty_selection_says_why_and_what_to_do(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/?q=nosuchword")
    frame = page.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator("#notice")).to_contain_text("No incident in this selection", timeout=30_000)


def test_the_table_page_shows_the_same_selection(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/table?q=korki")
    expect(page.get_by_text("1 incident; rows 1 to 1")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()


def test_the_about_page_prints_the_codebook(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/about")
    expect(page.get_by_text("Codebook").first).to_be_visible(timeout=30_000)
    expect(page.get_by_text(DATASET.version).first).to_be_visible()


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_the_map_comes_first_and_nothing_is_wider_than_the_screen(page: Page, app_url: str) -> None:
    frame = open_app(page, app_url)
    expect(frame.locator("#map-area")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert frame.locator("body").evaluate("body => body.scrollWidth") <= 390
    frame.get_by_role("button", name=re.compile("not placed in a district")).click()
    sheet = frame.locator("#panel").bounding_box()
    assert sheet
    assert sheet["width"] >= 360


def test_a_section_of_filters_stays_open_while_its_values_are_chosen(page: Page, app_url: str) -> None:
    open_app(page, app_url)
    page.get_by_test_id("stSidebar").get_by_text("What happened").click()
    pick(page, "Kind of incident", "Bombing")
    expect(page.get_by_role("button", name="Reset all filters")).to_be_visible()
    expect(page.get_by_role("listbox", name="Kind of incident")).to_be_visible()
    page.get_by_role("button", name="Reset all filters").click()
    expect(page.get_by_role("button", name="Reset all filters")).to_be_hidden()
    expect(page.get_by_role("listbox", name="Kind of incident")).to_be_visible()
