"""Storing in a real browser: what an editor corrected and stored is everybody's, and what fails stays on the page."""

from __future__ import annotations

import csv
import getpass
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import running_app, total, wait_for_total
from tests.browser.test_add_articles import card, choose, correct, fill, open_page, read_text, served


@pytest.fixture
def app_url(tmp_path: Path) -> Iterator[str]:
    """An app with a store that this test may write to."""
    with running_app(tmp_path) as url:
        yield url


def test_what_an_editor_stores_everybody_sees_within_seconds(page: Page, app_url: str) -> None:
    before = total(app_url)
    open_page(page, app_url)
    read_text(page)
    correct(page, 1, "How many")
    fill(page.get_by_role("spinbutton", name="Security: figure"), "4")
    expect(card(page, 1)).to_contain_text("machine read: 2")
    card(page, 2).get_by_role("button", name="Leave it out").click()
    page.get_by_text("Add an incident that is missing").click()
    fill(page.get_by_label("Words of the article that tell of it (optional)"), "a roadside bomb went off")
    choose(page, "Kind of incident", "Bombing")
    expect(card(page, 3)).to_contain_text("Bombing")
    page.get_by_role("button", name="Store (2 incidents)").click()
    expect(page.get_by_text("Stored: Three killed in two attacks in Balochistan (2 incidents,")).to_be_visible(
        timeout=60_000
    )
    wait_for_total(app_url, before + 2)
    expect(page.get_by_label("Text of the article")).to_be_visible()  # the next article may come
    items, claims = served(app_url)
    features = [feature["properties"] for feature in json.loads(items)]
    stored_now = [one for one in features if any(source["publisher"] == "Test Post" for source in one["sources"])]
    assert [one["review"] for one in stored_now] == ["reviewed", "reviewed"]
    by_me = [one for one in csv.DictReader(io.StringIO(claims)) if one["origin"] == f"review:{getpass.getuser()}"]
    assert "4" in [one["best"] for one in by_me if one["field"] == "killed.security"]
    page.get_by_role("button", name="See it on the map").click()
    frame = page.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator("#counts")).to_contain_text(f"{before + 2} incidents", timeout=30_000)
    expect(frame.locator(".preview-badge")).to_be_hidden()


def test_what_cannot_be_stored_is_one_line_and_stays_on_the_page(page: Page, app_url: str, tmp_path: Path) -> None:
    open_page(page, app_url)
    read_text(page)
    correct(page, 1, "How many")
    fill(page.get_by_role("spinbutton", name="Security: figure"), "4")
    expect(card(page, 1)).to_contain_text("machine read: 2")
    store = tmp_path / "incidents.sqlite"
    store.write_bytes(b"no database at all " * 400)
    page.get_by_role("button", name="Store (2 incidents)").click()
    expect(page.get_by_role("alert")).to_contain_text("Not stored: Three killed in two attacks", timeout=30_000)
    expect(page.get_by_role("alert")).to_contain_text("damaged")
    expect(card(page, 1)).to_contain_text("machine read: 2")  # nothing is lost
    store.unlink()
    page.get_by_role("button", name="Store (2 incidents)").click()
    expect(page.get_by_text("Stored: Three killed in two attacks")).to_be_visible(timeout=60_000)
