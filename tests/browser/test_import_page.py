"""The page Import in a real browser: a table goes in, its mapping is corrected, and its rows are everybody's."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from geo.importers.mapping import parse_mapping
from tests.browser.conftest import running_app, settled, total, wait_for_total
from tests.browser.test_add_articles import choose

HEADER = ("Ref", "Date", "Location", "District", "Type", "Dead", "Killed", "Group", "Source")
ROWS = (
    ("T-1", "03/11/2025", "Mangochar", "Kalat", "Firing", "2", "20", "BLA", "Dawn"),
    ("T-2", "13/11/2025", "Turbat", "Kech", "Bomb blast", "3", "30", "", "Dawn; The Balochistan Post"),
    ("T-3", "14/11/2025", "Chitkan", "Panjgur", "Zzz", "1", "10", "<b>x</b> ![a](https://evil.example/a.png)", "Dawn"),
    ("T-4", "31/02/2025", "Hub", "Hub", "Firing", "1", "10", "", "Dawn"),
)
PREVIEW = ".st-key-import_preview"


@pytest.fixture
def app_url(tmp_path: Path) -> Iterator[str]:
    """An app with a store that this test may write to."""
    with running_app(tmp_path) as url:
        yield url


def table_file(folder: Path) -> Path:
    path = folder / "attacks 2025.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows((HEADER, *ROWS))
    return path


def upload(page: Page, app_url: str, path: Path) -> None:
    page.goto(f"{app_url}/import")
    expect(page.get_by_text("one row is one incident")).to_be_visible(timeout=30_000)
    settled(page)
    page.locator("input[type=file]").first.set_input_files(path)


def opened(page: Page, app_url: str, folder: Path) -> None:
    upload(page, app_url, table_file(folder))
    expect(page.get_by_text("What becomes of the first ten rows")).to_be_visible(timeout=60_000)
    expect(page.locator(PREVIEW)).to_contain_text("Of 4 rows, 2 can be used, 2 are left out.", timeout=30_000)


def test_a_table_becomes_incidents_that_everybody_sees(page: Page, app_url: str, tmp_path: Path) -> None:
    before = total(app_url)
    opened(page, app_url, tmp_path)
    rows = page.locator(PREVIEW)
    expect(rows).to_contain_text("Armed attack, Mangochar, Kalat, 3 Nov 2025: 20 killed, according to attacks 2025")
    expect(rows).to_contain_text("Side involved: BLA")
    expect(rows).to_contain_text("Date '31/02/2025' is no day with the day first")
    expect(page.get_by_text("Group is taken for sides of the fighting")).to_be_visible()

    choose(page, "Killed", "Dead (1)")
    expect(rows).to_contain_text("Mangochar, Kalat, 3 Nov 2025: 2 killed")
    settled(page)
    choose(page, "Zzz (1)", "Abduction")
    expect(rows).to_contain_text("Of 4 rows, 3 can be used, 1 is left out.")
    expect(rows).to_contain_text("<b>x</b> ![a](https://evil.example/a.png)")
    name = page.get_by_role("textbox", name="Name of the data set")
    name.fill("Test Table")
    name.press("Enter")
    expect(rows).to_contain_text("2 killed, according to Test Table")

    with page.expect_download() as download:
        page.get_by_role("button", name="Download the mapping").click()
    mapping = parse_mapping(Path(download.value.path()).read_text(encoding="utf-8"))
    assert mapping.fields["killed.total"].columns == ("Dead",)
    assert mapping.fields["event_type"].codes["Zzz"] == "abduction"
    assert (mapping.dataset.id, mapping.dataset.redistribute) == ("test-table", False)

    page.get_by_role("button", name="Store (3 incidents)").click()
    done = page.get_by_text(re.compile("Stored: Test Table: 3 new"))
    expect(done).to_be_visible(timeout=60_000)
    expect(page.get_by_text("line 5: Date '31/02/2025' is no day")).to_be_visible()
    wait_for_total(app_url, before + 3)
    items = requests.get(f"{app_url}/api/collections/incidents/items?limit=2000", timeout=20).json()["features"]
    own = [one["properties"] for one in items if "Test Table" in json.dumps(one)]
    assert {one["review"] for one in own} == {"imported"}
    page.get_by_role("button", name="See it on the map").click()
    frame = page.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator("#counts")).to_contain_text(f"{before + 3} incidents", timeout=30_000)

    upload(page, app_url, tmp_path / "attacks 2025.csv")  # again, with the mapping that was kept
    page.get_by_text("Why it is proposed so, or use a mapping file").click()
    page.locator("input[type=file]").first.set_input_files(
        {"name": "kept.yaml", "mimeType": "application/yaml", "buffer": Path(download.value.path()).read_bytes()}
    )
    expect(page.locator(PREVIEW)).to_contain_text("2 killed, according to Test Table", timeout=30_000)
    expect(page.get_by_text("is stored already")).to_be_visible()
    page.get_by_role("button", name="Store (3 incidents)").click()
    expect(page.get_by_text(re.compile("Stored: Test Table: 3 as they were"))).to_be_visible(timeout=60_000)
    assert total(app_url) == before + 3


def test_a_culprit_only_with_whose_word(page: Page, app_url: str, tmp_path: Path) -> None:
    opened(page, app_url, tmp_path)
    choose(page, "Said to have done it", "Group (BLA)")
    page.keyboard.press("Escape")
    rows = page.locator(PREVIEW)
    expect(rows).to_contain_text("Said to have done it: choose on whose word")
    expect(page.get_by_role("button", name=re.compile("^Store"))).to_have_count(0)
    settled(page)
    choose(page, "On whose word", "claimed by the group itself")
    expect(rows).to_contain_text("Carried out by: BLA (claimed by the group itself)")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("table.csv", b"A,B\n", "table.csv: has no rows below its header"),
        ("table.xlsx", b"no workbook", "table.xlsx: is no Excel workbook that can be read"),
        ("table.json", b"{", "table.json: is not JSON"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line(
    page: Page, app_url: str, tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    (tmp_path / name).write_bytes(content)
    upload(page, app_url, tmp_path / name)
    expect(page.get_by_role("alert")).to_contain_text(told, timeout=30_000)
    expect(page.get_by_role("alert")).not_to_contain_text("/tmp/")
    expect(page.locator("input[type=file]")).to_have_count(1)  # another one may come


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_everything_fits_and_the_keyboard_reaches_it(page: Page, app_url: str, tmp_path: Path) -> None:
    opened(page, app_url, tmp_path)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 1
    settled(page)
    page.get_by_role("combobox", name="Killed").focus()
    page.keyboard.type("Dead")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator(PREVIEW)).to_contain_text("3 Nov 2025: 2 killed")
    page.get_by_role("link", name="To the first ten rows").click()
    expect(page.locator(PREVIEW).get_by_text("Of 4 rows")).to_be_in_viewport()
