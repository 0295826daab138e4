"""The multiple choices of the sidebar: the map follows a click at once, no click is lost, the keyboard reaches all."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import asked, open_app, pick, settled

PARTY = "Claimed or blamed"
NEVER_UNCHOSEN = """
async (list) => {
  const chosen = () => list.querySelectorAll("[aria-selected=true]").length;
  for (const option of [...list.querySelectorAll("[role=option]")].slice(0, 3)) option.click();
  const seen = [];
  for (const until = performance.now() + 2500; performance.now() < until; ) {
    await new Promise((done) => setTimeout(done, 15));
    seen.push(chosen());
  }
  return [...new Set(seen)];
}
"""


def open_all(page: Page, address: str) -> FrameLocator:
    """Open the page of the map and wait until all of it is there."""
    frame = open_app(page, address)
    expect(page.get_by_text("Who says so")).to_be_visible()
    settled(page)
    return frame


def values(page: Page, label: str = PARTY) -> Locator:
    return page.get_by_role("listbox", name=label)


def hold_back(page: Page) -> Callable[[], None]:
    """From now on nothing that the page sends reaches its script, until the returned function is called."""
    held: list[str | bytes] = []
    routes: list[tuple[WebSocketRoute, WebSocketRoute]] = []
    holding = [False]

    def connect(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        routes.append((route, server))
        route.on_message(lambda message: held.append(message) if holding[0] else server.send(message))

    def toggle() -> None:
        holding[0] = not holding[0]
        while not holding[0] and held:
            routes[-1][1].send(held.pop(0))

    page.route_web_socket(re.compile("_stcore/stream"), connect)
    return toggle


def test_the_map_follows_a_click_before_the_script_of_the_page_does(page: Page, app_url: str) -> None:
    toggle = hold_back(page)
    frame = open_all(page, app_url)
    before = frame.locator("#counts").inner_text()
    chip = page.get_by_role("button", name=re.compile("^by: BLF"))
    toggle()
    pick(page, PARTY, "BLF")
    expect(frame.locator("#counts")).not_to_have_text(before)
    expect(frame.locator("html")).to_have_attribute("data-counted", "perpetrator=blf")
    narrowed = frame.locator("#counts").inner_text()
    assert not chip.is_visible()
    assert asked(page).get("perpetrator", []) == []
    toggle()
    expect(chip).to_be_visible()
    settled(page)
    assert frame.locator("#counts").inner_text() == narrowed
    assert asked(page).get("perpetrator", []) == ["blf"]


def test_quick_clicks_are_all_kept_and_none_is_undone_meanwhile(page: Page, app_url: str) -> None:
    frame = open_all(page, app_url)
    shown = frame.locator("html").evaluate_handle(
        """(root) => {
          const seen = [];
          new MutationObserver(() => seen.push(root.dataset.drawn)).observe(root, { attributeFilter: ["data-drawn"] });
          return seen;
        }"""
    )
    assert values(page).evaluate(NEVER_UNCHOSEN) == [3]
    settled(page)
    assert len(asked(page).get("perpetrator", [])) == 3
    drawn = [len(parse_qs(query)["perpetrator"]) for query in shown.json_value()]
    assert drawn == sorted(drawn)  # what an earlier run of the script sent was not drawn again
    assert drawn[-1] == 3


def test_a_reset_after_a_click_holds(page: Page, app_url: str) -> None:
    frame = open_all(page, app_url)
    everything = frame.locator("#counts").inner_text()
    option = values(page).get_by_role("option").first
    option.click()
    expect(option).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Reset all filters").click()
    expect(option).to_have_attribute("aria-selected", "false")
    expect(frame.locator("#counts")).to_have_text(everything)
    expect(page.get_by_role("button", name=re.compile("^by: "))).to_be_hidden()
    option.click()
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name=re.compile("^by: "))).to_be_visible()
    settled(page)
    page.go_back()
    expect(option).to_have_attribute("aria-selected", "false")
    expect(frame.locator("#counts")).to_have_text(everything)


def test_values_are_chosen_by_keyboard_and_the_place_is_kept(page: Page, app_url: str) -> None:
    open_all(page, app_url)
    page.get_by_role("button", name=re.compile(f"^About .{PARTY}")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Denials don't count.")).to_be_visible()
    first, second = (values(page).get_by_role("option").nth(place) for place in (0, 1))
    first.focus()
    page.keyboard.press("ArrowDown")
    expect(second).to_be_focused()
    page.keyboard.press("Space")
    expect(second).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name=re.compile("^by: "))).to_be_visible()
    settled(page)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    expect(second).to_have_attribute("aria-selected", "false")
    second.click()
    expect(second).to_be_focused()
    settled(page)
    expect(second).to_be_focused()
    page.keyboard.press("End")
    expect(values(page).get_by_role("option").last).to_be_focused()


def test_a_long_list_is_searched_and_shown_whole_on_demand(page: Page, app_url: str) -> None:
    open_all(page, app_url)
    page.get_by_test_id("stSidebar").get_by_text("Where", exact=True).click()
    options = values(page, "District").get_by_role("option")
    expect(options).to_have_count(6)
    find = page.get_by_role("searchbox", name="Find in District")
    find.fill("gwad")
    expect(options).to_have_count(1)
    find.press("Enter")
    expect(options.first).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name=re.compile("Gwadar \u00d7"))).to_be_visible()
    find.fill("no such place")
    expect(page.get_by_text("Nothing of that name.")).to_be_visible()
    find.press("Escape")
    expect(find).to_have_value("")
    page.get_by_role("button", name=re.compile("^Show all ")).last.click()
    expect(page.get_by_role("button", name="Show fewer")).to_be_visible()
    assert options.count() > 20
    assert len(asked(page).get("district", [])) == 1


def test_the_table_follows_the_same_choices(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/table")
    rows = page.get_by_text(re.compile(r"^\d+ incidents; rows"))
    expect(rows).to_be_visible(timeout=30_000)
    before = rows.inner_text()
    values(page).get_by_role("option").first.click()
    expect(rows).not_to_have_text(before)
    assert len(asked(page).get("perpetrator", [])) == 1


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_the_choices_fit_their_drawer(page: Page, app_url: str) -> None:
    open_app(page, app_url)
    page.get_by_test_id("stExpandSidebarButton").click()
    expect(values(page)).to_be_visible()
    assert values(page).evaluate("list => list.scrollWidth <= list.clientWidth")


def test_chips_are_removed_by_keyboard_one_after_the_other(page: Page, app_url: str) -> None:
    frame = open_all(page, f"{app_url}/?perpetrator=bla&perpetrator=blf&event_type=bombing")
    chips = page.get_by_role("group", name="Filters in use").get_by_role("button")
    expect(chips).to_have_count(3)
    settled(page)
    chips.first.focus()
    for left in (2, 1):
        page.keyboard.press("Enter")
        expect(chips).to_have_count(left)
        expect(chips.first).to_be_focused()
        settled(page)
    expect(frame.locator("html")).to_have_attribute("data-counted", "event_type=bombing")
    assert not asked(page).get("perpetrator", [])


def test_the_chosen_period_is_marked_at_once_and_follows_the_dates(page: Page, app_url: str) -> None:
    toggle = hold_back(page)
    frame = open_all(page, app_url)
    periods = page.get_by_role("group", name="Period").get_by_role("button")
    whole, year = periods.first, periods.get_by_text("2025", exact=True)
    expect(whole).to_have_attribute("aria-pressed", "true")
    toggle()
    year.click()
    expect(year).to_have_attribute("aria-pressed", "true")
    expect(whole).to_have_attribute("aria-pressed", "false")
    expect(frame.locator("html")).to_have_attribute("data-counted", "from=2025-01-01&to=2025-12-31")
    toggle()
    settled(page)
    expect(year).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Reset all filters").click()
    expect(whole).to_have_attribute("aria-pressed", "true")


def test_scripts_of_components_are_not_sent_with_every_run(page: Page, app_url: str) -> None:
    received: list[bytes] = []
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: received.append(bytes(frame))))
    open_all(page, app_url)
    received.clear()
    values(page).get_by_role("option").first.click()
    expect(page.get_by_role("button", name=re.compile("^by: "))).to_be_visible()
    settled(page)
    assert any(b"choices" in frame for frame in received)  # the lists were drawn anew
    assert not any(b"replaceChildren" in frame or b"border-radius" in frame for frame in received)
