"""The map in a real browser: first view, filter to paint, pan, popup, playback, bytes and memory, 1k to 10M incidents.

The page is the shipped one with all its filters open, the clicks are real ones, and the clock runs in the browser:
from the event of the click to the frame after the marks of the new selection were drawn.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Page

from tools.measuring import Goal, Table, chromium, made_app, median, number, p95, resident_mb

SIZES = (1_000, 10_000, 100_000, 1_000_000)
TEN_MILLION = 10_000_000
SECTIONS = ("What happened", "Where", "Who says so")
CHOICES = ("Claimed or blamed", "Kind of incident", "District", "Publisher")
ROUNDS = 3
FIRST_VIEWS = 3
PANS = ((500, 0), (0, 300), (500, 0), (-300, 250), (-700, 0), (0, -300), (600, 100), (0, 400)) * 2
POPUPS = 10
PATIENCE = 20.0  # seconds until a change counts as not answered
UNWATCHED = 600  # milliseconds after a click until the page is first asked how far it is: each question costs it time
# In every frame: when the last click was, and when each selection was painted and counted.
# An iframe may get its document after the browser ran this for it: `watched` tells whether it holds for this one.
WATCH = """
window.watched = document;
const now = () => performance.timeOrigin + performance.now();
if (window.parent === window) {
  const note = (event) => { if (event.isTrusted) window.clicked = performance.timeOrigin + event.timeStamp; };
  for (const kind of ["click", "keydown"]) window.addEventListener(kind, note, true);
}
window.painted = {};
window.counted = {};
window.frames_shown = [];
const after = (tell) => requestAnimationFrame(() => setTimeout(tell));
const tell = (what, query) => {
  const seen = now();
  after(() => (window[what] = { query, seen, at: now() }));
};
new MutationObserver((changes) => {
  const { drawn, counted, frame } = document.documentElement.dataset;
  for (const { attributeName } of changes) {
    if (attributeName === "data-drawn") tell("painted", drawn);
    if (attributeName === "data-counted") tell("counted", counted);
    if (attributeName === "data-frame" && frame) after(() => window.frames_shown.push(now()));
  }
}).observe(document, {
  subtree: true, attributes: true, attributeFilter: ["data-drawn", "data-counted", "data-frame"],
});
"""
IS_WATCHED = "window.watched === document"
PANNED = """
async ([x, y]) => {
  const map = window.map_incidents;
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const began = performance.now();
  map.panBy([x, y], { animate: false });
  const limit = performance.now() + 3000;
  while (document.documentElement.dataset.settled !== "yes" && performance.now() < limit) await frame();
  await frame();
  return performance.now() - began;
}
"""
SINGLE = """
async (number) => {
  const map = window.map_incidents;
  const answer = await (await fetch("/api/layers/cells?z=15&view=62.9,25.9,63.3,26.2")).json();
  const marks = [...answer.points, ...answer.clusters];
  const apart = ([lon, lat], other) => Math.hypot(other[0] - lon, other[1] - lat) > 0.002; // 40 pixels at this zoom
  const alone = answer.points.filter((point) => marks.every((other) => other === point || apart(point, other)));
  if (!alone.length) return null;
  const [lon, lat] = alone[number % alone.length];
  map.setView([lat, lon], 15, { animate: false });
  while (document.documentElement.dataset.settled !== "yes") await new Promise((done) => setTimeout(done, 20));
  const at = map.latLngToContainerPoint([lat, lon]);
  const box = map.getContainer().getBoundingClientRect();
  window.popupShown = new Promise((done) => {
    let started = null;
    setTimeout(() => done(null), 3000); // something else was hit
    document.addEventListener("pointerdown", () => (started = performance.now()), { once: true, capture: true });
    const watch = new MutationObserver(() => {
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - started)));
    });
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-popup"] });
  });
  return [at.x + box.x, at.y + box.y];
}
"""
CELL_BYTES = """
() => performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/layers/cells"))
  .map(({ encodedBodySize }) => encodedBodySize).filter((size) => size > 0)
"""


@dataclass
class Opened:
    """The shipped page with its map, ready to be clicked."""

    page: Page
    map: Frame
    located: FrameLocator
    filters: list[float] = field(default_factory=list)
    counts: list[float] = field(default_factory=list)

    @classmethod
    def at(cls, page: Page, url: str) -> Opened:
        """Open the page and wait until everything is there."""
        page.add_init_script(WATCH)
        page.goto(url, wait_until="commit")
        located = page.frame_locator("iframe[title='Map of incidents']")
        located.locator("html[data-counted]").wait_for(state="attached", timeout=90_000)
        page.get_by_text(SECTIONS[-1]).first.wait_for()
        page.wait_for_timeout(1000)
        frame = next(frame for frame in page.frames if "/map" in frame.url)
        if not frame.evaluate(IS_WATCHED):
            frame.evaluate(f"() => {{ {WATCH} }}")
        return cls(page, frame, located)

    def open_sections(self) -> None:
        """Open every group of filters, so that all of them count at each change."""
        for title in SECTIONS:
            self.page.get_by_test_id("stSidebar").get_by_text(re.compile(f"^{title}")).first.click()
            self.page.wait_for_timeout(600)

    def change(self, act: Callable[[], Any]) -> None:
        """Do what changes the selection; note how long until it is painted, and until it is counted."""
        painted, counted = (self.map.evaluate(f"window.{what}.at ?? 0") for what in ("painted", "counted"))
        act()
        self.page.wait_for_timeout(UNWATCHED)
        self.wait(f"window.painted.at > {painted} && window.painted.query === document.documentElement.dataset.drawn")
        # Counts may come before the marks.
        self.wait(f"window.counted.at > {counted} && window.counted.query === window.painted.query")
        clicked = self.page.evaluate("window.clicked")
        self.filters.append(self.map.evaluate("window.painted.at") - clicked)
        self.counts.append(self.map.evaluate("window.counted.at") - clicked)
        self.rest()

    def wait(self, condition: str) -> None:
        """Until something holds in the map's frame (whose policy forbids the browser to do so itself)."""
        for _ in range(int(PATIENCE * 40)):
            if self.map.evaluate(condition):
                return
            self.page.wait_for_timeout(25)
        held = self.map.evaluate("JSON.stringify([window.painted, window.counted, document.documentElement.dataset])")
        raise TimeoutError(f"{condition}: {held}")

    def rest(self) -> None:
        """Until the page's script has ended, and a little more, as a reader looks before the next click."""
        self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(state="attached")
        self.page.wait_for_timeout(350)

    def choose(self, label: str, place: int) -> None:
        """Choose the value at a place of a multiple-choice filter."""
        values = self.page.get_by_role("listbox", name=label)
        opener = self.page.get_by_role("button", name=re.compile(f"^{label}"))
        if opener.get_attribute("aria-expanded") == "false":
            opener.click()
        option = values.get_by_role("option").nth(place)
        option.scroll_into_view_if_needed()
        self.page.wait_for_timeout(200)
        self.change(option.click)

    def click(self, control: Locator) -> None:
        """Click what changes the selection."""
        control.scroll_into_view_if_needed()
        self.change(control.click)

    def periods(self) -> None:
        """Click through the periods above the dates, back to all of them."""
        pills = self.page.get_by_role("group", name="Period").get_by_role("button")
        for place in (3, 2, 1, 4, 0):
            self.click(pills.nth(place))

    def pans(self) -> Iterator[float]:
        """Pan about at a zoom at which each step needs new marks."""
        self.map.evaluate("window.map_incidents.setZoom(9, { animate: false })")
        self.page.wait_for_timeout(1200)
        for step in PANS:
            yield self.map.evaluate(PANNED, step)
            self.page.wait_for_timeout(120)

    def popups(self) -> Iterator[float]:
        """Click single incidents until their popup is filled."""
        box = self.page.locator("iframe[title='Map of incidents']").bounding_box()
        assert box
        for place in range(POPUPS):
            at = self.map.evaluate(SINGLE, place)
            if at is None:
                return
            self.page.mouse.move(box["x"] + at[0], box["y"] + at[1])
            self.page.mouse.click(box["x"] + at[0], box["y"] + at[1])
            shown = self.map.evaluate("window.popupShown")
            if shown is not None:
                yield shown
            self.page.keyboard.press("Escape")

    def playback(self, milliseconds: int = 6000) -> list[float]:
        """Time between frames while the whole period is played at the greatest speed."""
        self.map.evaluate("window.map_incidents.setZoom(6, { animate: false })")
        self.located.get_by_role("button", name="Play through time").click()
        self.located.get_by_label("Speed", exact=True).select_option("125")
        self.page.wait_for_timeout(1000)
        self.map.evaluate("window.frames_shown.length = 0")
        self.page.wait_for_timeout(milliseconds)
        shown = self.map.evaluate("window.frames_shown")
        self.located.get_by_role("button", name="Close the playback").click()
        return [later - earlier for earlier, later in pairwise(shown)]


def first_views(browser: Browser, url: str) -> list[float]:
    """From the address to the painted map, each time with an empty cache."""
    found: list[float] = []
    while len(found) < FIRST_VIEWS:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(url, wait_until="commit")
        located = page.frame_locator("iframe[title='Map of incidents']")
        located.locator("html[data-drawn]").wait_for(state="attached", timeout=90_000)
        began = page.evaluate("performance.timeOrigin")
        frame = next(frame for frame in page.frames if "/map" in frame.url)
        if frame.evaluate(IS_WATCHED):
            while frame.evaluate("window.painted.at") is None:  # drawn, but its frame is still to come
                page.wait_for_timeout(50)
            found.append(frame.evaluate("window.painted.at") - began)
        context.close()
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured at one size: milliseconds, bytes, megabytes."""

    size: int
    first_views: list[float]
    filters: list[float]
    counts: list[float]
    pans: list[float]
    popups: list[float]
    frames: list[float]
    view_bytes: list[int]
    memory_mb: float

    def row(self) -> list[str]:
        """A line of the table."""
        return [
            number(self.size),
            *(number(figure) for figure in (max(self.first_views), median(self.filters), p95(self.filters))),
            number(median(self.counts)),
            number(median(self.pans)),
            number(median(self.popups)) if self.popups else "-",
            f"{number(median(self.frames))} / {number(p95(self.frames))}",
            f"{number(max(self.view_bytes) / 1000, 1)} kB",
            f"{number(self.memory_mb)} MB",
        ]


HEADINGS = (
    "Incidents",
    "first view",
    "filter to paint",
    "p95",
    "to all counts",
    "pan",
    "popup",
    "playback frame / p95",
    "a view at most",
    "server",
)


def figures(size: int, rounds: int = ROUNDS, *options: str) -> Figures:
    """Measure one size."""
    with made_app(size, *options) as (url, pid), chromium() as browser:
        views = first_views(browser, url)
        opened = Opened.at(browser.new_page(viewport={"width": 1440, "height": 900}), url)
        opened.open_sections()
        for turn in range(rounds):
            for label in () if options else CHOICES:
                opened.choose(label, turn)
                opened.click(opened.page.get_by_role("button", name="Reset all filters"))
            if options:
                opened.choose("Kind of incident", turn)
                opened.click(opened.page.get_by_role("button", name="Reset all filters"))
            opened.periods()
        pans = list(opened.pans())
        sizes = opened.map.evaluate(CELL_BYTES)
        popups = list(opened.popups())
        frames = opened.playback()
        return Figures(size, views, opened.filters, opened.counts, pans, popups, frames, sizes, resident_mb(pid))


def map_table() -> Table:
    """1k to 1M incidents."""
    found = [figures(size) for size in SIZES]
    most, ten_thousand = found[-1], next(one for one in found if one.size == 10_000)
    goals = (
        Goal("1M: filter to paint, median", median(most.filters), 150),
        Goal("1M: filter to paint, p95", p95(most.filters), 250),
        Goal("1M: filter to all counts and charts, p95", p95(most.counts), 500),
        Goal("1M: pan, median", median(most.pans), 60),
        Goal("1M: popup, median", median(most.popups), 60),
        Goal("1M: playback, a frame, p95", p95(most.frames), 150),
        Goal("1M: a view, at most", max(most.view_bytes) / 1000, 20, "kB"),
        Goal("1M against 10k, filter to paint", median(most.filters) / median(ten_thousand.filters), 1.3, "times"),
    )
    about = (
        "The shipped page with all its filters open, Streamlit's part included, in headless Chromium at 1440 x 900; "
        "milliseconds. Filters are real clicks: values of four multiple choices, their reset, five periods. "
        f"{len(most.filters)} changes, {len(most.pans)} pans, {len(most.popups)} popups a size; the first view is the "
        f"longest of {FIRST_VIEWS} with an empty cache. Playback is set to a frame every 125 ms."
    )
    return Table("The map, from 1,000 to 1,000,000 incidents", about, HEADINGS, [one.row() for one in found], goals)


def ten_million_table() -> Table:
    """Ten million incidents of which only place, date and kind are known."""
    found = figures(TEN_MILLION, 2, "--coordinates")
    about = (
        "As above, with incidents of which place, date and kind are known and nothing else "
        "(`python -m tools.serve_made 10000000 PORT --coordinates`)."
    )
    goals = (Goal("10M: filter to paint, median", median(found.filters), 300),)
    return Table("Ten million coordinates", about, HEADINGS, [found.row()], goals)


PARTS = {"map": map_table, "ten-million": ten_million_table}
