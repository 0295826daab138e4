// Plays the selection through time, a day, a week or a month at a step, on the map itself: nothing around it runs.
//
// While it is open, `state.period` narrows what is shown; the query, and so the filters and the address, stay as they
// are until the reader makes the period a filter.

import { button, byId, el, prefersStill } from "./dom.js";
import { makeFrames } from "./frames.js";
import { attempt } from "./net.js";
import { periodStarts, windowAt, windowWords } from "./periods.js";
import { setPeriod, shownQuery, state } from "./state.js";
import { dayRange } from "./words.js";

const AHEAD = 3; // frames fetched before they are due
const SPEEDS = [["Slow", 1000], ["Normal", 500], ["Fast", 250], ["Very fast", 125]]; // ms a step
const STILL_MS = 1000; // at least, where the reader wants little motion
const FEW_STEPS = 6; // a step that makes fewer of them is too long

// `show(answer)` draws a frame, `frameAddress(query)` says where it is, `getSpan()` gives the first and last day of the data.
export function addPlayback(box, { frameAddress, getSpan, show, onOpen, onClose, onChoose, onTrouble }) {
  const frames = makeFrames();
  const play = { open: false, running: false, unit: "month", growing: false, starts: [], place: 0, span: null, turn: 0, drawing: null };

  const opener = button("\u25b6 Play through time", open, { class: "quiet-button play-open", title: "Show the selection step by step" });
  const toggle = button("", () => (play.running ? pause() : run()), { class: "play-toggle" });
  const back = button("\u2039", () => step(-1), { "aria-label": "One step back", title: "One step back (arrow left)" });
  const forth = button("\u203a", () => step(1), { "aria-label": "One step on", title: "One step on (arrow right)" });
  const slider = el("input", { type: "range", min: 0, step: 1, value: 0, class: "play-slider", "aria-label": "Time", oninput: () => goTo(Number(slider.value)) });
  const words = el("output", { class: "play-words" });
  const unit = choice("Step", [["day", "Day by day"], ["week", "Week by week"], ["month", "Month by month"]], () => restep(unit.value));
  const extent = choice("Shows", [["window", "One step at a time"], ["growing", "All up to the date"]], () => {
    play.growing = extent.value === "growing";
    return draw();
  });
  const speed = choice("Speed", SPEEDS.map(([name, ms]) => [String(ms), name]), () => undefined);
  speed.value = "500";
  const use = button("Use as filter", choose, { class: "primary play-use" });
  const close = button("\u00d7", () => shut(), { class: "play-close", "aria-label": "Close the playback", title: "Close (Esc)" });
  const bar = el("div", { class: "playback", role: "group", "aria-label": "Play through time", hidden: true }, toggle, back, slider, forth, words, unit, extent, speed, use, close);
  box.querySelector(".time-head").append(opener);
  box.append(bar);
  bar.addEventListener("keydown", onKey);

  function choice(label, options, onchange) {
    const select = el("select", { "aria-label": label, title: label }, options.map(([value, text]) => el("option", { value, text })));
    select.addEventListener("change", onchange);
    return select;
  }

  function open() {
    const span = spanOf(new URLSearchParams(state.query), getSpan());
    if (!span) return;
    Object.assign(play, { open: true, span, place: 0 });
    unit.value = play.unit = fittingUnit(span);
    play.starts = periodStarts(span.first, span.last, play.unit);
    bar.hidden = false;
    box.classList.add("playing");
    byId("counts").setAttribute("aria-live", "off"); // every frame would be read out
    onOpen();
    draw();
    if (!prefersStill()) run();
    toggle.focus();
  }

  function shut() {
    if (!play.open) return;
    stop();
    Object.assign(play, { open: false });
    frames.drop();
    setPeriod(null);
    bar.hidden = true;
    box.classList.remove("playing");
    byId("counts").setAttribute("aria-live", "polite");
    delete document.documentElement.dataset.frame;
    onClose();
    opener.focus({ preventScroll: true });
  }

  // The period becomes the filter; what is shown stays.
  function choose() {
    const { from, to } = windowNow();
    shut();
    onChoose(from, to);
  }

  function restep(to) {
    const { from } = windowNow(false);
    play.unit = to;
    play.starts = periodStarts(play.span.first, play.span.last, to);
    play.place = Math.max(0, play.starts.findLastIndex((start) => start <= from));
    return draw();
  }

  function goTo(place) {
    pause();
    play.place = place;
    return draw();
  }

  function step(by) {
    const last = play.starts.length - 1;
    return goTo(Math.max(0, Math.min(last, play.place + by)));
  }

  function run() {
    if (play.place >= play.starts.length - 1) play.place = 0;
    play.running = true;
    tell();
    loop(++play.turn);
  }

  function stop() {
    play.running = false;
    play.turn++;
  }

  function pause() {
    if (!play.running) return;
    stop();
    tell();
  }

  // One frame after the other; a frame that comes late is shown when it is there, and none is left out.
  async function loop(turn) {
    while (turn === play.turn) {
      const due = performance.now() + pace();
      if (!(await draw())) return pause();
      if (play.place >= play.starts.length - 1) return pause();
      await new Promise((done) => setTimeout(done, due - performance.now()));
      if (turn !== play.turn) return undefined;
      play.place++;
    }
    return undefined;
  }

  const pace = () => Math.max(Number(speed.value), prefersStill() ? STILL_MS : 0);
  const windowNow = (growing = play.growing, place = play.place) => windowAt(play.starts, place, play.unit, { ...play.span, growing });

  // Draws the frame that is due; false where it can't be had.
  function draw() {
    const mine = play.open ? drawNow(() => mine === play.drawing) : Promise.resolve(false);
    play.drawing = mine;
    return mine;
  }

  // Fetches the frame and those after it. Where a newer one is asked for meanwhile, that one counts.
  async function drawNow(isNewest) {
    const { place } = play;
    const shown = windowNow();
    setPeriod(shown);
    tell();
    const coming = play.running ? AHEAD : 1;
    const places = Array.from({ length: coming + 1 }, (_, ahead) => place + ahead).filter((one) => one < play.starts.length);
    const addresses = places.map((one) => frameAddress(shownQuery(windowNow(play.growing, one))));
    const answer = await attempt(() => frames.get(addresses), onTrouble);
    if (!play.open) return false;
    if (!isNewest()) return play.drawing;
    if (!answer) return false;
    show(answer, shown);
    document.documentElement.dataset.frame = `${shown.from}/${shown.to}`;
    return true;
  }

  function tell() {
    const shown = windowNow();
    const text = windowWords(shown, play.unit, play.growing);
    words.textContent = text;
    slider.max = String(play.starts.length - 1);
    slider.value = String(play.place);
    slider.setAttribute("aria-valuetext", text);
    toggle.textContent = play.running ? "\u23f8\ufe0e Pause" : "\u25b6 Play";
    toggle.title = play.running ? "Pause (space)" : "Play (space)";
    words.setAttribute("aria-live", play.running ? "off" : "polite");
    use.classList.toggle("away", play.running); // keeps its room, so that nothing moves
    use.disabled = play.running;
    use.title = `Use this period as the filter: ${dayRange(shown.from, shown.to)}`;
    back.disabled = play.place <= 0;
    forth.disabled = play.place >= play.starts.length - 1;
  }

  function onKey(event) {
    const inList = event.target.tagName === "SELECT";
    const inButton = event.target.tagName === "BUTTON";
    if (event.key === "Escape") shut();
    else if (event.key === " " && !inButton && !inList) play.running ? pause() : run();
    else if (event.key === "ArrowLeft" && !inList) step(-1);
    else if (event.key === "ArrowRight" && !inList) step(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return { redraw: draw, close: shut, isOpen: () => play.open };
}

// The period asked for, within what the data covers.
function spanOf(asked, data) {
  const first = asked.get("from") ?? data?.first;
  const last = asked.get("to") ?? data?.last;
  return first && last && first <= last ? { first, last } : null;
}

// The longest step that still makes a picture of it: months, unless the period is short.
function fittingUnit({ first, last }) {
  for (const unit of ["month", "week"]) if (periodStarts(first, last, unit).length >= FEW_STEPS) return unit;
  return "day";
}
