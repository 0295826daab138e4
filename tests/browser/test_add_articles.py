"""The page "Add articles" in a real browser: read, correct, choose, preview; nothing of it is served or runs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import requests
from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.article import ARTICLE
from tests.browser.conftest import settled
from tests.test_intake import make_pdf

HOSTILE = """TITLE: <img src=x onerror="window.hit=1"> ![x](https://evil.example/a.png)
PUBLISHER: <b>[Post](javascript:window.hit=1)</b>
PUBLISHED: 2025-11-04

QUETTA: Gunmen opened fire on a post in "<script>window.hit=1</script>" Mangochar on Monday, killing two soldiers, \
officials said. ${window.hit=1} \\0 </textarea><svg onload="window.hit=1">

A bomb in <a href="javascript:window.hit=1">Turbat</a> on Sunday killed a labourer, police said.
"""


def open_page(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/add")
    expect(page.get_by_label("Text of the article")).to_be_visible(timeout=30_000)


def read_text(page: Page, text: str = ARTICLE) -> None:
    page.get_by_label("Text of the article").fill(text)
    page.get_by_role("button", name="Read the text").click()
    expect(
        page.get_by_label("Text of the article", exact=True).or_(page.locator(".evidence .text")).last
    ).to_be_visible()
    expect(page.locator(".evidence .text")).to_be_visible(timeout=20_000)


def card(page: Page, number: int) -> Locator:
    return page.locator(f".st-key-proposal_{number}")


def correct(page: Page, number: int, tab: str) -> None:
    card(page, number).get_by_role("button", name="Correct").click()
    page.get_by_role("tab", name=tab).click()


def fill(field: Locator, value: str) -> None:
    field.fill(value)
    field.press("Enter")


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(option)
    page.get_by_role("option", name=option, exact=True).click()


def on_the_map(page: Page) -> FrameLocator:
    page.get_by_role("button", name=re.compile("Add to the map preview")).click()
    page.get_by_role("button", name="See them on the map").click()
    frame = page.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator(".preview-badge")).to_be_visible(timeout=30_000)
    return frame


def served(app_url: str) -> tuple[str, str]:
    """Everything that the interface gives out about incidents."""
    items = requests.get(f"{app_url}/api/collections/incidents/items?limit=2000", timeout=20).json()
    claims = requests.get(f"{app_url}/api/export.claims.csv", timeout=20)
    return json.dumps(items["features"]), claims.text


def test_an_article_becomes_a_corrected_preview_that_nobody_else_sees(page: Page, app_url: str) -> None:
    before = served(app_url)
    open_page(page, app_url)
    read_text(page)
    expect(card(page, 1)).to_contain_text(
        "Armed attack, Mangochar, Kalat, 3 Nov 2025: 2 killed, according to officials"
    )
    expect(card(page, 1)).to_contain_text("Security personnel killed: 2 (officials) / 5 (BLA)")

    correct(page, 1, "How many")
    fill(page.get_by_role("spinbutton", name="Security: figure"), "4")
    expect(card(page, 1)).to_contain_text("4 killed, according to officials")
    expect(card(page, 1)).to_contain_text("machine read: 2")  # stays beside it
    expect(page.get_by_role("spinbutton", name="Security: at least")).to_have_value("4")
    fill(page.get_by_role("spinbutton", name="Security: figure"), "6")
    expect(card(page, 1)).to_contain_text("machine read: 2; then: 4")  # and so does every correction
    page.get_by_role("button", name="Undo").click()
    expect(card(page, 1)).to_contain_text("4 killed, according to officials")
    card(page, 1).get_by_role("button", name="Done").click()

    expect(card(page, 2)).to_contain_text("ambiguous place name")
    card(page, 2).get_by_text("Dasht, Mastung district").click()
    expect(card(page, 2)).to_contain_text("Bombing, Dasht, Mastung, 2 Nov 2025: 1 killed, according to police")

    frame = on_the_map(page)
    expect(frame.locator(".preview-badge")).to_contain_text("Only you see this 2 preview incidents")
    marks = frame.locator(".preview-icon")
    expect(marks).to_have_count(2)
    marks.first.click()
    popup = frame.locator(".leaflet-popup")
    expect(popup).to_contain_text("Only you see this")
    popup.get_by_role("button", name="Details").click()
    expect(frame.locator("#panel")).to_contain_text(re.compile("Corrected by you.*machine read", re.S))

    assert served(app_url) == before
    assert not any("Test Post" in text or "review:you" in text for text in before)

    frame.get_by_role("button", name="Remove from the preview").click()
    expect(frame.locator(".preview-badge")).to_contain_text("1 preview incident")
    expect(marks).to_have_count(1)


def test_another_tab_sees_nothing_of_it(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    on_the_map(page)
    other = page.context.new_page()
    other.goto(app_url)
    frame = other.frame_locator("iframe[title='Map of incidents']")
    expect(frame.locator("#counts")).to_contain_text("incident", timeout=30_000)
    expect(frame.locator(".preview-icon, .preview-district")).to_have_count(0)
    expect(frame.locator(".preview-badge")).to_be_hidden()


def test_a_place_known_to_its_district_is_hatched_never_pinned(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    correct(page, 1, "Where")
    fill(page.get_by_role("textbox", name="Place in words"), "Kech district")
    expect(card(page, 1)).to_contain_text("Kech district (district only)")
    expect(page.get_by_role("tab", name="Where")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name=re.compile("Undo")).click()
    expect(card(page, 1)).to_contain_text("machine reading")
    fill(page.get_by_role("textbox", name="Place in words"), "Kech district")
    expect(card(page, 1)).to_contain_text("Kech district (district only)")
    frame = on_the_map(page)
    expect(frame.locator(".preview-district")).to_have_count(1)
    expect(frame.locator(".preview-icon")).to_have_count(0)  # the other one is ambiguous: in no district
    frame.locator(".preview-district").focus()
    frame.locator(".preview-district").press("Enter")
    expect(frame.locator(".leaflet-popup")).to_contain_text("Armed attack, Kech district")
    frame.locator(".leaflet-popup-close-button").click()
    frame.locator(".preview-badge").click()
    expect(frame.locator("#panel")).to_contain_text("Not placed in a district, so it is not drawn.")
    frame.get_by_role("button", name="Remove all").click()
    expect(frame.locator(".preview-badge")).to_be_hidden()


def test_words_tell_their_claim_by_pointer_and_by_keyboard(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    tip = page.locator(".evidence .tip")
    page.locator(".evidence .mark", has_text="killing two personnel").hover()
    expect(tip).to_contain_text("Security personnel killed: 2")
    expect(tip).to_contain_text("officials (official statement)")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()
    page.locator(".evidence .mark").first.focus()
    expect(tip).to_contain_text("What happened: Armed attack")
    page.keyboard.press("ArrowRight")
    expect(tip).to_contain_text("Place: Mangochar, Kalat")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    expect(card(page, 1).get_by_role("button", name="Show all words")).to_be_visible()
    expect(page.locator(".evidence .mark", has_text="killing a labourer")).to_have_class(re.compile(r"\bdim\b"))


def test_hostile_text_stays_text(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page, HOSTILE)
    expect(page.locator(".evidence .text")).to_contain_text('<img src=x onerror="window.hit=1">')
    expect(page.locator(".evidence .text")).to_contain_text("<script>window.hit=1</script>")
    correct(page, 1, "Where")
    fill(page.get_by_role("textbox", name="Place in words"), "<img src=x onerror=window.hit=1> ![y](//evil.example)")
    expect(card(page, 1)).to_contain_text("<img src=x onerror=window.hit=1>")
    page.get_by_role("tab", name="Statements").click()
    expect(page.get_by_role("checkbox").first).to_be_visible()
    frame = on_the_map(page)
    frame.locator(".preview-badge").click()
    expect(frame.locator("#panel")).to_contain_text("onerror=window.hit=1")
    assert page.evaluate("window.hit") is None
    assert all(one.evaluate("window.hit") is None for one in page.frames)
    assert page.locator("img[src*='evil'], a[href^='javascript']").count() == 0


def test_a_missed_incident_is_added_and_an_unwanted_one_left_out(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    card(page, 2).get_by_role("button", name="Leave it out").click()
    expect(page.get_by_role("button", name="Add to the map preview (1 incident)")).to_be_visible()
    page.get_by_text("Add an incident that is missing").click()
    words = page.get_by_label("Words of the article that tell of it (optional)")
    fill(words, "a submarine sank")
    expect(page.get_by_text("The article doesn't hold these words")).to_be_visible()
    fill(words, "a roadside bomb went off")
    expect(card(page, 3)).to_contain_text("added by you")
    choose(page, "Kind of incident", "Bombing")
    expect(card(page, 3)).to_contain_text("Bombing")
    page.get_by_role("tab", name="Who").click()
    choose(page, "Carried out by", "BLF")
    expect(card(page, 3)).to_contain_text("named by the press: Test Post")
    choose(page, "On whose word", "claimed by the group itself")
    expect(card(page, 3)).to_contain_text("claimed by the group itself: BLF")
    expect(page.locator(".evidence .mark", has_text="roadside bomb").first).to_be_visible()
    card(page, 2).get_by_role("button", name="Take it in again").click()
    expect(page.get_by_role("button", name="Add to the map preview (3 incidents)")).to_be_visible()


def test_without_a_publication_date_days_stay_open_until_it_is_given(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page, re.sub("PUBLISHED: .*\n", "", ARTICLE))
    expect(page.get_by_role("alert")).to_contain_text("No publication date was found")
    expect(card(page, 1)).to_contain_text("date not stated")
    day = page.get_by_test_id("stDateInput").filter(has=page.get_by_text("Published on", exact=True))
    day.get_by_role("spinbutton").first.click()
    page.keyboard.type("20251104")
    page.keyboard.press("Escape")
    expect(card(page, 1)).to_contain_text("3 Nov 2025")
    expect(page.get_by_text("published 2025-11-04")).to_be_visible()


def test_another_article_comes_beside_the_first(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    page.get_by_text("Add another article").click()
    text = page.get_by_role("textbox", name="Text of the article")
    text.fill("TITLE: Another\n\nTwo men were killed by gunmen in Turbat on 2 November 2025, police said.")
    page.get_by_role("button", name="Read the text").click()
    expect(page.get_by_role("combobox", name=re.compile("2 articles: which one to look at"))).to_be_visible()
    expect(card(page, 1)).to_contain_text("Turbat")


def test_several_files_are_read_and_bad_ones_are_named(page: Page, app_url: str, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(ARTICLE, encoding="utf-8")
    rows = [
        {"text": "Two men were killed by gunmen in Turbat.", "title": "Two"},
        {"text": "The sun shone.", "title": "Sun"},
    ]
    (tmp_path / "more.json").write_text(json.dumps(rows), encoding="utf-8")
    (tmp_path / "scan.pdf").write_bytes(make_pdf())
    (tmp_path / "report.pdf").write_bytes(
        make_pdf("A bomb went off in Khuzdar on 3 November 2025,", "killing six people.")
    )
    open_page(page, app_url)
    page.get_by_role("tab", name="Upload files").click()
    page.locator("input[type=file]").set_input_files(
        [tmp_path / name for name in ("one.txt", "more.json", "scan.pdf", "report.pdf")]
    )
    expect(page.get_by_text("report.pdf")).to_be_visible()
    page.get_by_role("button", name="Read the files").click()
    expect(page.get_by_text("scan.pdf: holds no text, perhaps a scan")).to_be_visible(timeout=30_000)
    expect(card(page, 1)).to_contain_text("Khuzdar")
    expect(card(page, 1)).to_contain_text("6 killed")
    page.get_by_role("button", name="Preview all 4 articles").click()
    chosen = page.get_by_role("combobox", name=re.compile("4 articles: which one to look at"))
    expect(chosen).to_have_value(re.compile("on your map"))
    settled(page)
    chosen.click()
    expect(page.get_by_role("option", name=re.compile("on your map"))).to_have_count(3)
    page.get_by_role("option", name=re.compile("Sun: 0 incidents")).click()
    expect(page.get_by_text("No incident was read in this text.")).to_be_visible()
    page.get_by_role("button", name="Remove this article").click()
    expect(page.get_by_role("combobox", name=re.compile("3 articles"))).to_be_visible()


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("", "There is no address yet"),
        ("file:///etc/passwd", "begins with https://"),
        ("http://169.254.169.254/latest/meta-data/", "leads into this machine or its network"),
    ],
)
def test_an_address_inside_is_not_asked(page: Page, app_url: str, address: str, message: str) -> None:
    open_page(page, app_url)
    page.get_by_role("tab", name="Web address").click()
    page.get_by_role("textbox", name="Address").fill(address)
    page.get_by_role("button", name="Fetch and read").click()
    expect(page.get_by_role("alert")).to_contain_text(message, timeout=30_000)


def test_the_apps_own_address_is_not_asked(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    page.get_by_role("tab", name="Web address").click()
    page.get_by_role("textbox", name="Address").fill(f"{app_url}/api/")
    page.get_by_role("button", name="Fetch and read").click()
    expect(page.get_by_role("alert")).to_contain_text("is not asked")


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_everything_fits_the_width(page: Page, app_url: str) -> None:
    open_page(page, app_url)
    read_text(page)
    correct(page, 1, "How many")
    expect(page.get_by_role("spinbutton", name="Security: figure")).to_be_visible()
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 1
    frame = on_the_map(page)
    frame.locator(".preview-icon").first.click()
    expect(frame.locator("#panel")).to_contain_text("Only you see this")
