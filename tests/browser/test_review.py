"""The page "Review" in a real browser: every way to decide, each undone with one click, seen by others in seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from geo.pipeline import load_reference, sync_curated
from geo.review.decide import history, undo
from geo.store.engine import open_store
from tests.browser.conftest import free_port, running_app, start_app, stop_app
from tests.make_reports import store_reports

SECONDS = 5.0
BLAST = "Three killed in Mastung blast"
AGAIN = "Mastung blast toll rises"
PERHAPS = "Explosion reported in Mastung"
ABDUCTED = "Labourers abducted in Dasht"
MAP = "iframe[title='Map of incidents']"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("review")
    db = f"sqlite:///{made / 'incidents.sqlite'}"
    store = open_store(db)
    sync_curated(store, load_reference())  # as `ingest` does: they are linked with the reports
    store.close()
    store_reports(db)
    return made


@pytest.fixture(scope="module")
def app_url(folder: Path) -> Iterator[str]:
    """An app of its own, with reports that wait."""
    with running_app(folder) as url:
        yield url


@pytest.fixture(autouse=True)
def _as_before(folder: Path) -> Iterator[None]:
    """After each test nothing is decided, whatever became of it."""
    yield
    store = open_store(f"sqlite:///{folder / 'incidents.sqlite'}")
    for decision, stands in history(store):
        if stands and not decision.undoes:
            undo(store, decision.id, "test")
    store.close()


def open_review(page: Page, url: str, kind: str = "New reports") -> None:
    page.goto(f"{url}/review")
    expect(page.get_by_role("button", name=re.compile("^Next"))).to_be_visible(timeout=30_000)
    show(page, kind)


def show(page: Page, kind: str) -> None:
    """Look at another part of the queue."""
    kind_of(page, kind).click()
    expect(kind_of(page, kind)).to_have_attribute("aria-checked", "true")


def kind_of(page: Page, kind: str) -> Locator:
    """The choice of a part, with its count."""
    return page.get_by_role("radio", name=kind)


def count_of(page: Page, kind: str) -> int:
    """How many of a part wait."""
    found = re.search(r"\(([\d,]+)\)", kind_of(page, kind).text_content() or "")
    assert found, kind
    return int(found[1].replace(",", ""))


def rows(page: Page, headline: str) -> Locator:
    return page.locator(".queue li").filter(has_text=headline)


def opener(page: Page, headline: str, number: int = 0) -> Locator:
    return rows(page, headline).nth(number).locator("[data-part=open]")


def pick(page: Page, headline: str, number: int = 0) -> None:
    """Open a report from the list."""
    opener(page, headline, number).click()
    expect(opener(page, headline, number)).to_have_attribute("aria-current", "true")
    expect(page.locator(".evidence .text")).to_contain_text(headline)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile(f"^{name}\\b")).first.click()


def notice(page: Page) -> Locator:
    return page.locator(".st-key-review_notice")


def take_back(page: Page, count: str) -> None:
    """Undo the last decision with its one click."""
    notice(page).get_by_role("button", name="Undo").click()
    expect(notice(page)).to_contain_text("Undone")
    expect(kind_of(page, count)).to_be_visible()


def decisions(page: Page) -> Locator:
    """The list of decisions, newest first."""
    page.get_by_role("tab", name="Decisions").click()
    found = page.locator(".decision")
    expect(found.first).to_be_visible()
    return found


def test_a_report_is_accepted_and_the_next_is_shown(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    expect(page.get_by_text("1 of 7", exact=True)).to_be_visible()
    pick(page, ABDUCTED)
    expect(page.locator("h2.item-title")).to_have_text("Abduction, Dasht, 9 Sep 2025: 4 abducted, according to police")
    expect(page.locator(".evidence .mark", has_text="four labourers")).to_be_visible()
    press(page, "Accept")
    expect(notice(page)).to_contain_text("Accepted: Abduction, Dasht")
    expect(page.get_by_text("6 of 6", exact=True)).to_be_visible()
    expect(rows(page, ABDUCTED)).to_have_count(0)
    take_back(page, "New reports (7)")
    expect(page.locator("h2.item-title")).to_contain_text("Abduction, Dasht")


def test_a_figure_is_corrected_and_the_machines_reading_stays(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    pick(page, BLAST)
    press(page, "Correct")
    page.get_by_role("tab", name="How many").click()
    field = page.get_by_role("spinbutton", name="All: figure")
    field.fill("9")
    field.press("Enter")
    card = page.locator(".st-key-review_card")
    expect(card).to_contain_text("machine read: 3")
    expect(page.get_by_text("corrections not stored yet")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Accept"))).to_be_disabled()
    reason = page.get_by_placeholder("Reason, if there is one to give")
    reason.fill("the later edition says so")
    reason.press("Enter")
    page.get_by_role("button", name="Store the corrections").click()
    expect(notice(page)).to_contain_text("Corrected: Bombing, Mastung")
    expect(kind_of(page, "New reports (6)")).to_be_visible()

    last = decisions(page).first
    expect(last).to_contain_text(re.compile("Corrected.*Killed.*3 \\(police\\) → 9 \\(police\\)", re.S))
    expect(last).to_contain_text("the later edition says so")
    page.get_by_role("button", name="Undo").first.click()
    expect(page.locator(".decision").first).to_contain_text("Undone: corrected")
    expect(kind_of(page, "New reports (7)")).to_be_visible()
    page.get_by_role("tab", name="Waiting").click()
    pick(page, BLAST)
    expect(page.locator(".st-key-review_card")).not_to_contain_text("machine read")


def test_a_suggestion_is_explained_merged_and_parted_again(page: Page, app_url: str) -> None:
    open_review(page, app_url, "Perhaps one incident")
    waiting = count_of(page, "Perhaps one incident")  # some of them between curated reports
    page.locator(".queue li:has([data-row^='l-'])").filter(has_text="Mastung district, 3 Nov 2025").locator(
        "[data-part=open]"
    ).click()
    expect(page.get_by_role("heading", name="Do these reports tell one happening?")).to_be_visible()
    expect(page.locator(".pair-row.apart", has_text="Injured")).to_be_visible()
    expect(page.locator(".pair-row:not(.apart)", has_text="3 Nov 2025").last).to_be_visible()
    expect(page.get_by_text("Speaks for one happening")).to_be_visible()
    expect(page.get_by_text("Same district: Mastung")).to_be_visible()
    press(page, "One incident: merge")
    expect(notice(page)).to_contain_text("Merged: Bombing, Mastung")
    expect(kind_of(page, f"Perhaps one incident ({waiting - 1})")).to_be_visible()
    show(page, "New reports")
    pick(page, PERHAPS)
    expect(page.locator(".company")).to_contain_text("2 other reports")
    decisions(page)
    page.get_by_role("button", name="Undo").first.click()
    expect(kind_of(page, f"Perhaps one incident ({waiting})")).to_be_visible()


def test_a_contradiction_waits_for_a_person_and_is_kept_apart(page: Page, app_url: str) -> None:
    open_review(page, app_url, "Contradictions")
    expect(page.get_by_text("rival claims: BLF / BLA")).to_be_visible()
    expect(page.locator(".pair-row.apart", has_text="Carried out by")).to_contain_text("BLF")
    press(page, "Two incidents: keep apart")
    page.get_by_role("button", name="Other people").click()
    expect(notice(page)).to_contain_text("Kept apart:")
    show(page, "Rejected")
    expect(page.get_by_text(re.compile("because: Other people"))).to_be_visible()
    press(page, "Undo the rejection")
    expect(kind_of(page, "Contradictions (1)")).to_be_visible()


def test_a_report_is_split_from_its_incident_and_merged_with_another(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    pick(page, AGAIN)
    press(page, "Split")
    page.get_by_role("button", name="Take out the ticked").click()
    expect(notice(page)).to_contain_text("One report taken out of:")
    expect(page.locator(".company")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("^Split"))).to_be_disabled()
    press(page, "Merge")
    page.get_by_role("combobox", name=re.compile("The same happening")).click()
    page.get_by_role("option", name=re.compile("Bombing, Mastung district, 3 Nov 2025: 3 killed")).click()
    page.get_by_role("button", name="Merge with it").click()
    expect(notice(page)).to_contain_text("Merged with: Bombing")
    expect(page.locator(".company")).to_contain_text("another report")
    told = decisions(page)
    expect(told.nth(0)).to_contain_text("two incidents, of 1 report and 1 report → one incident")
    expect(told.nth(1)).to_contain_text("one incident of 2 reports → two incidents, of 1 report and 1 report")
    for done in ("merged", "split"):
        page.get_by_role("button", name="Undo", exact=True).first.click()
        expect(page.locator(".decision").first).to_contain_text(f"Undone: {done}")


def test_a_search_that_finds_no_other_incident_can_be_left(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    press(page, "Merge")
    page.get_by_role("textbox", name="Find the other incident").fill("no such word")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No other incident is near")).to_be_visible()
    press(page, "Cancel")
    expect(page.get_by_text("No other incident is near")).to_have_count(0)


def test_rejecting_needs_a_reason_and_can_be_undone_from_the_list(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    pick(page, ABDUCTED)
    press(page, "Reject")
    expect(page.get_by_text("Why?")).to_be_visible()
    expect(kind_of(page, "New reports (7)")).to_be_visible()
    reason = page.get_by_placeholder("Reason, if there is one to give")
    reason.fill("told by <b>nobody</b>")
    reason.press("Enter")
    press(page, "Reject")
    expect(notice(page)).to_contain_text("Rejected: Abduction")
    show(page, "Rejected")
    expect(rows(page, ABDUCTED)).to_have_count(1)
    expect(page.get_by_text("because: told by <b>nobody</b>")).to_be_visible()
    expect(page.locator(".evidence .mark", has_text="four labourers")).to_be_visible()
    press(page, "Undo the rejection")
    expect(kind_of(page, "Rejected (0)")).to_be_visible()
    expect(kind_of(page, "New reports (7)")).to_be_visible()


def test_many_are_accepted_and_undone_at_once(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    for headline in (PERHAPS, ABDUCTED):
        rows(page, headline).get_by_role("checkbox").click()
    page.get_by_role("button", name="Accept 2 ticked").click()
    expect(notice(page)).to_contain_text("Accepted: 2 at once")
    expect(kind_of(page, "New reports (5)")).to_be_visible()
    expect(page.locator(".queue [aria-checked=true]")).to_have_count(0)
    take_back(page, "New reports (7)")
    page.get_by_role("button", name="Tick these 7").click()
    expect(page.locator(".queue [aria-checked=true]")).to_have_count(7)
    page.get_by_role("button", name="Reject 7").click()
    page.get_by_role("button", name="Reject them").click()
    expect(page.get_by_text("Say why first")).to_be_visible()
    page.get_by_label("Why reject these 7?").fill("a test")
    page.get_by_role("button", name="Reject them").click()
    expect(kind_of(page, "Rejected (7)")).to_be_visible()
    take_back(page, "New reports (7)")


def test_everything_can_be_done_by_keyboard(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    titles = page.locator("h2.item-title")
    page.keyboard.press("j")
    expect(page.get_by_text("2 of 7", exact=True)).to_be_visible()
    page.keyboard.press("k")
    expect(page.get_by_text("1 of 7", exact=True)).to_be_visible()
    first = titles.inner_text()
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="Accept 1 ticked")).to_be_visible()
    page.keyboard.press("t")
    page.keyboard.press("a")
    expect(page.get_by_text("1 of 6", exact=True)).to_be_visible()
    expect(notice(page).get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(page.get_by_text("1 of 7", exact=True)).to_be_visible()
    expect(titles).to_have_text(first)
    page.keyboard.press("e")
    expect(page.get_by_role("tab", name="How many")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("m")
    expect(page.get_by_text("Find the other incident")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()  # the key is that button's
    page.keyboard.press("Escape")
    expect(page.get_by_text("Find the other incident")).to_have_count(0)
    page.get_by_placeholder("Reason, if there is one to give").click()
    page.keyboard.type("axe")  # letters in a field are letters
    expect(page.get_by_placeholder("Reason, if there is one to give")).to_have_value("axe")
    page.get_by_placeholder("Reason, if there is one to give").fill("")
    page.keyboard.press("Tab")
    page.keyboard.press("x")
    expect(page.get_by_role("button", name=re.compile("Read wrongly"))).to_be_visible()
    page.keyboard.press("2")
    expect(notice(page)).to_contain_text("Rejected:")
    expect(notice(page).get_by_role("button", name="Undo")).to_be_visible()
    page.keyboard.press("u")
    expect(kind_of(page, "New reports (7)")).to_be_visible()
    opener(page, ABDUCTED).focus()
    page.keyboard.press("Enter")
    expect(titles).to_contain_text("Abduction, Dasht")


def test_filters_narrow_the_queue(page: Page, app_url: str) -> None:
    open_review(page, app_url)
    page.get_by_text("Filter and order").click()
    box, option = page.get_by_role("combobox", name="Publisher"), page.get_by_role("option", name="Geo News (1)")
    expect(box).to_be_visible()
    for _ in range(5):  # while the filters unfold, a list that opens is closed again
        box.fill("")
        box.press_sequentially("Geo")
        page.wait_for_timeout(500)
        if option.is_visible():
            break
    option.click()
    expect(page.locator(".queue li")).to_have_count(1)
    expect(page.get_by_text("1 of 1", exact=True)).to_be_visible()
    expect(page.get_by_text("Filter: Geo News")).to_be_visible()


def last_decision(folder: Path) -> datetime:
    """When the newest decision was made."""
    store = open_store(f"sqlite:///{folder / 'incidents.sqlite'}")
    decision, _ = history(store)[0]
    store.close()
    return datetime.fromisoformat(decision.when)


def test_what_one_accepts_is_on_anothers_map_within_five_seconds(page: Page, app_url: str, folder: Path) -> None:
    other = page.context.new_page()
    other.goto(f"{app_url}/?review=reviewed")
    counts = other.frame_locator(MAP).locator("#counts")
    expect(counts).to_contain_text(re.compile(r"\bincidents?\b|nothing|No incident", re.I), timeout=30_000)
    before = counts.inner_text()
    open_review(page, app_url)
    pick(page, ABDUCTED)
    other.bring_to_front()  # a hidden page does not ask
    page.get_by_role("button", name=re.compile("^Accept")).first.click()
    expect(counts).not_to_have_text(before, timeout=30_000)
    shown = datetime.now(UTC)
    lasted = (shown - last_decision(folder)).total_seconds()  # from the decision, however slow the clicking browser is
    assert requests.get(f"{app_url}/api/layers/counts?review=reviewed", timeout=10).json()["counts"]["total"] == 1
    assert lasted <= SECONDS, f"{lasted:.1f} s"
    page.bring_to_front()
    take_back(page, "New reports (7)")


def test_who_may_only_read_sees_no_buttons(folder: Path, browser: Browser) -> None:
    port = free_port()
    own = folder / "reader"
    own.mkdir()
    server = start_app(
        port, own, INCIDENTS_DB=f"sqlite:///{folder / 'incidents.sqlite'}", INCIDENTS_EDITORS="asma@example.org"
    )
    try:
        page = browser.new_page()
        open_review(page, f"http://127.0.0.1:{port}")
        expect(page.get_by_text("You may look, but not decide.")).to_be_visible()
        expect(page.locator(".evidence .text")).to_be_visible()
        for name in ("Accept", "Correct", "Merge", "Split", "Reject", "Tick", "Undo"):
            expect(page.get_by_role("button", name=re.compile(f"^{name}"))).to_have_count(0)
        expect(page.locator(".queue .tick")).to_have_count(0)
        page.keyboard.press("a")
        page.keyboard.press("j")
        expect(page.get_by_text("2 of 7", exact=True)).to_be_visible()
        page.close()
    finally:
        stop_app(server)


def test_without_a_store_the_page_says_what_to_do_and_makes_none(tmp_path: Path, browser: Browser) -> None:
    port = free_port()
    server = start_app(port, tmp_path)
    try:
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{port}/review")
        expect(page.get_by_text("Nothing is stored yet, so nothing waits for review.")).to_be_visible(timeout=30_000)
        page.close()
    finally:
        stop_app(server)
    assert not list(tmp_path.glob("*.sqlite*"))


@pytest.mark.parametrize("page", [(390, 844)], ids=["phone"], indirect=True)
def test_on_a_phone_everything_fits_the_width(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/review")
    expect(page.locator("h2.item-title")).to_be_visible(timeout=30_000)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("node => node.scrollWidth - node.clientWidth") <= 1
    page.get_by_role("button", name=re.compile("^Next")).click()
    expect(page.get_by_text("2 of 7", exact=True)).to_be_visible()
    main.evaluate("node => node.scrollTo(0, 600)")
    accept = page.get_by_role("button", name=re.compile("^Accept"))
    expect(accept).to_be_in_viewport()  # the buttons stay at the top
