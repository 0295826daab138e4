"""Playing through time on the map: it follows the selection, runs no page script, and can become the filter."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from geo.pipeline import load_dataset
from tests.browser.test_app import asked, counts, open_app

TABLE = load_dataset().table
YEAR = "from=2025-01-01&to=2025-12-31"
FRAME = "/api/layers/frame"


def overlapping(first: str, last: str) -> int:
    """How many incidents of the table fall into a period, as the filter counts them."""
    return int(((TABLE["date_end"] >= first) & (TABLE["date_start"] <= last)).sum())


def open_paused(page: Page, address: str) -> FrameLocator:
    """The playback of a page, stopped at its first step."""
    frame = open_app(page, address)
    expect(frame.locator("html[data-counted]")).to_be_attached()
    frame.get_by_role("button", name="Play through time").click()
    pause = frame.get_by_role("button", name="Pause")
    if pause.is_visible():
        pause.click()
    frame.get_by_role("slider", name="Time", exact=True).fill("0")
    expect(frame.locator("html[data-frame^='2025-01-01/']")).to_be_attached()
    return frame


def shown_frame(frame: FrameLocator) -> str:
    return frame.locator("html").get_attribute("data-frame") or ""


@pytest.fixture
def still_page(browser: Browser, app_url: str) -> Iterator[Page]:
    """A reader who has asked their system for little motion."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.goto(app_url)
    yield opened
    context.close()


def test_playing_shows_period_after_period_and_asks_only_for_frames(page: Page, app_url: str) -> None:
    reruns: list[int] = []  # whatever the page asks of its script goes through the socket
    page.on("websocket", lambda socket: socket.on("framesent", lambda sent: reruns.append(len(sent))))
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    expect(frame.locator(".play-words")).to_have_text("Jan 2025")
    page.wait_for_timeout(1500)
    assert reruns, "the page did not come through the socket"
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    before = len(reruns)
    frame.get_by_label("Speed", exact=True).select_option("125")
    frame.locator(".play-toggle").click()
    expect(frame.locator("html[data-frame^='2025-12-01/']")).to_be_attached(timeout=15_000)
    expect(frame.locator(".play-words")).to_have_text("Dec 2025")
    expect(frame.locator(".play-toggle")).to_contain_text("Play")
    others = [url for url in sent if FRAME not in url and "/api/layers/version" not in url]
    assert others == []
    assert len([url for url in sent if FRAME in url]) >= 10, "twelve months, two of which were fetched ahead"
    assert len(reruns) == before
    assert asked(page)["from"] == ["2025-01-01"], "the filters stay as they are"


def test_the_counts_of_each_step_are_those_of_the_period(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    for place, (first, last) in ((2, ("2025-03-01", "2025-03-31")), (9, ("2025-10-01", "2025-10-31"))):
        frame.get_by_role("slider", name="Time", exact=True).fill(str(place))
        expect(frame.locator(f"html[data-frame='{first}/{last}']")).to_be_attached()
        assert counts(frame)["incident"] == overlapping(first, last) > 0
    frame.get_by_label("Shows", exact=True).select_option("growing")
    expect(frame.locator("html[data-frame='2025-01-01/2025-10-31']")).to_be_attached()
    assert counts(frame)["incident"] == overlapping("2025-01-01", "2025-10-31")
    expect(frame.locator(".play-words")).to_have_text("1 Jan \u2013 31 Oct 2025")


def test_days_and_weeks_keep_the_date_that_is_shown(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    frame.get_by_role("slider", name="Time", exact=True).fill("3")
    expect(frame.locator(".play-words")).to_have_text("Apr 2025")
    frame.get_by_label("Step", exact=True).select_option("week")
    expect(frame.locator("html[data-frame='2025-03-31/2025-04-06']")).to_be_attached()
    frame.get_by_label("Step", exact=True).select_option("day")
    expect(frame.locator("html[data-frame='2025-03-31/2025-03-31']")).to_be_attached()
    expect(frame.locator(".play-words")).to_have_text("31 Mar 2025")


def test_the_keyboard_steps_plays_and_closes(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    alone = counts(frame)["incident"]
    slider = frame.get_by_role("slider", name="Time", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(frame.locator("html[data-frame='2025-02-01/2025-02-28']")).to_be_attached()
    assert slider.get_attribute("aria-valuetext") == "Feb 2025"
    page.keyboard.press(" ")
    expect(frame.locator(".play-toggle")).to_contain_text("Pause")
    page.keyboard.press(" ")
    expect(frame.locator(".play-toggle")).to_contain_text("Play")
    page.keyboard.press("Escape")
    expect(frame.locator(".playback")).to_be_hidden()
    expect(frame.locator("html[data-frame]")).not_to_be_attached()
    expect(frame.locator(".count").first).to_contain_text(str(overlapping("2025-01-01", "2025-12-31")))
    assert alone < overlapping("2025-01-01", "2025-12-31")


def test_a_period_can_become_the_filter(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    frame.get_by_role("slider", name="Time", exact=True).fill("4")
    expect(frame.locator("html[data-frame^='2025-05-01/']")).to_be_attached()
    frame.get_by_role("button", name="Use as filter").click()
    expect(page.get_by_role("button", name=re.compile("^from 1 May 2025"))).to_be_visible()
    assert (asked(page)["from"], asked(page)["to"]) == (["2025-05-01"], ["2025-05-31"])
    expect(frame.locator(".playback")).to_be_hidden()
    expect(frame.locator("html[data-counted*='2025-05-31']")).to_be_attached()
    assert counts(frame)["incident"] == overlapping("2025-05-01", "2025-05-31")


def test_moving_the_map_while_it_plays_keeps_playing(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    frame.locator(".play-toggle").click()
    box = frame.locator("#map-area").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 200, steps=5)
    page.mouse.up()
    expect(frame.locator(".play-toggle")).to_contain_text("Pause")
    before = shown_frame(frame)
    expect(frame.locator("html")).not_to_have_attribute("data-frame", before)


def test_another_filter_ends_the_playback(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    page.get_by_role("button", name="2026", exact=True).click()
    expect(frame.locator(".playback")).to_be_hidden()
    expect(frame.locator("html[data-counted*='2026-12-31']")).to_be_attached()
    assert counts(frame)["incident"] == overlapping("2026-01-01", "2026-12-31")


def test_frames_that_are_no_longer_wanted_are_cancelled(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    page.route(f"**{FRAME}*", lambda route: (page.wait_for_timeout(250), route.continue_()))
    ended: list[str] = []
    page.on("requestfailed", lambda request: ended.append(request.url))
    slider = frame.get_by_role("slider", name="Time", exact=True)
    for place in ("3", "6", "11"):
        slider.fill(place)
    expect(frame.locator("html[data-frame^='2025-12-01/']")).to_be_attached()
    page.unroute(f"**{FRAME}*")
    assert ended, "no request was given up"
    assert all(FRAME in url for url in ended)


def test_little_motion_is_respected(still_page: Page, app_url: str) -> None:
    frame = open_app(still_page, f"{app_url}/?{YEAR}")
    expect(frame.locator("html[data-counted]")).to_be_attached()
    frame.get_by_role("button", name="Play through time").click()
    expect(frame.locator("html[data-frame^='2025-01-01/']")).to_be_attached()
    expect(frame.locator(".play-toggle")).to_contain_text("Play"), "nothing moves by itself"
    frame.get_by_label("Speed", exact=True).select_option("125")
    frame.locator(".play-toggle").click()
    still_page.wait_for_timeout(2500)
    frame.locator(".play-toggle").click()
    assert shown_frame(frame)[:7] in ("2025-02", "2025-03", "2025-04"), "a step a second at most"


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_all_controls_are_in_sight_and_large_enough(page: Page, app_url: str) -> None:
    frame = open_paused(page, f"{app_url}/?{YEAR}")
    controls = frame.locator(".playback button, .playback select, .playback input")
    assert controls.count() == 9
    for place in range(controls.count()):
        box = controls.nth(place).bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] + box["height"] <= 844
        assert box["height"] >= 29
    area = frame.locator("#map-area").bounding_box()
    assert area
    assert area["height"] >= 250
