// Incidents over time: stacked bars that a range is brushed on, by mouse, touch or keyboard.
//
// What is known only to a month or longer hangs below the line, apart from the rest.

import { button, el, fill, isPhone } from "./dom.js";
import { colour, GROUP_ORDER, onTheme } from "./theme.js";
import { day, dayRange, number, period, plural } from "./words.js";

const LEFT = 46;
const RIGHT = 14;
const TOP = 6;
const AXIS = 22;
const GRIP = 10;
const WAIT = 350; // ms after the last key press
const FONT = '14px "Source Sans 3 Variable", "Source Sans 3", system-ui, sans-serif';
const VAGUE = "vague";
const UNIT_WORDS = { day: "per day", week: "per week", month: "per month", year: "per year" };

export function addHistogram(box, onRange) {
  const chart = { data: null, range: null, drag: null, hovered: null };
  const canvas = el("canvas", { role: "img" });
  const handles = ["first", "last"].map((end) => el("div", { class: "handle", role: "slider", tabindex: "0", "aria-label": `${end === "first" ? "First" : "Last"} date shown` }));
  const plot = el("div", { class: "plot" }, canvas, handles);
  const words = el("span", { class: "range-words", "aria-live": "polite" });
  const clear = button("Clear dates", () => commit(null), { class: "quiet-button" });
  const title = el("h2", { text: "Incidents over time" });
  const unit = el("span", { class: "quiet" });
  const fold = button("", () => toggle(), { class: "fold", "aria-expanded": "false" });
  fill(box, fold, el("div", { class: "time-head" }, title, unit, words, clear), plot);

  let timer = null;

  function toggle(open = !box.classList.contains("open")) {
    box.classList.toggle("open", open);
    fold.setAttribute("aria-expanded", String(open));
    draw();
  }

  function set(data, from, to) {
    chart.data = data;
    chart.range = from || to ? toBins(data, from, to) : null;
    chart.shown = { from, to };
    draw();
  }

  function setRange(from, to) {
    if (!chart.data || chart.drag) return;
    set(chart.data, from, to);
  }

  function commit(range) {
    const data = chart.data;
    const whole = range && range[0] === 0 && range[1] === data.starts.length - 1;
    chart.range = whole ? null : range;
    chart.shown = chart.range ? { from: data.starts[range[0]], to: lastDay(data, range[1]) } : {};
    draw();
    onRange(chart.shown.from ?? null, chart.shown.to ?? null);
  }

  function draw() {
    const data = chart.data;
    if (!data) return;
    const { from, to } = chart.drag ? { from: data.starts[chart.range[0]], to: lastDay(data, chart.range[1]) } : (chart.shown ?? {});
    words.textContent = rangeWords(data, from, to);
    unit.textContent = data.starts.length ? UNIT_WORDS[data.unit] + (data.series[VAGUE] ? "; below the line: known to a month or less" : "") : "";
    clear.hidden = !(from || to);
    fold.textContent = `${from || to ? rangeWords(data, from, to) : "All dates"} \u25be`;
    const hint = chart.hovered === null ? "" : binWords(data, chart.hovered);
    if (hint) words.textContent = hint;
    canvas.setAttribute("aria-label", spoken(data));
    const geometry = paint(canvas, plot, chart);
    chart.geometry = geometry;
    placeHandles(handles, chart, geometry);
  }

  const binAt = (event) => {
    const { left, width } = chart.geometry;
    const x = event.clientX - canvas.getBoundingClientRect().left - left;
    return Math.max(0, Math.min(chart.data.starts.length - 1, Math.floor(x / width)));
  };

  canvas.addEventListener("pointerdown", (event) => {
    if (!chart.data?.starts.length || event.button) return;
    canvas.setPointerCapture(event.pointerId);
    const bin = binAt(event);
    chart.drag = startDrag(chart, bin, event, canvas);
    if (chart.drag.mode === "new") chart.range = [bin, bin];
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!chart.data?.starts.length) return;
    const bin = binAt(event);
    if (chart.drag) {
      chart.range = dragged(chart.drag, bin, chart.data.starts.length);
      chart.hovered = null;
    } else chart.hovered = bin;
    draw();
  });
  const finish = () => {
    if (!chart.drag) return;
    chart.drag = null;
    commit(chart.range);
  };
  canvas.addEventListener("pointerup", finish);
  canvas.addEventListener("pointercancel", finish);
  canvas.addEventListener("pointerleave", () => {
    if (chart.drag) return;
    chart.hovered = null;
    draw();
  });

  handles.forEach((handle, end) => {
    handle.addEventListener("keydown", (event) => {
      const last = chart.data ? chart.data.starts.length - 1 : -1;
      const now = [...(chart.range ?? [0, last])];
      const page = Math.max(1, Math.round(last / 10));
      const moves = { ArrowLeft: now[end] - 1, ArrowDown: now[end] - 1, ArrowRight: now[end] + 1, ArrowUp: now[end] + 1, PageDown: now[end] - page, PageUp: now[end] + page, Home: 0, End: last };
      if (!(event.key in moves) || last < 0) return;
      event.preventDefault();
      now[end] = end === 0 ? Math.max(0, Math.min(moves[event.key], now[1])) : Math.min(last, Math.max(moves[event.key], now[0]));
      chart.range = now;
      chart.shown = { from: chart.data.starts[now[0]], to: lastDay(chart.data, now[1]) };
      draw();
      clearTimeout(timer);
      timer = setTimeout(() => commit(chart.range), WAIT);
    });
  });

  new ResizeObserver(draw).observe(plot);
  onTheme(draw);
  document.fonts?.ready.then(draw);
  if (!isPhone()) toggle(true);
  return { set, setRange };
}

function startDrag(chart, bin, event, canvas) {
  const { left, width } = chart.geometry;
  const x = event.clientX - canvas.getBoundingClientRect().left - left;
  if (chart.range) {
    const [first, last] = chart.range;
    if (Math.abs(x - first * width) <= GRIP) return { mode: "first", range: [...chart.range] };
    if (Math.abs(x - (last + 1) * width) <= GRIP) return { mode: "last", range: [...chart.range] };
    if (bin > first && bin < last) return { mode: "move", from: bin, range: [...chart.range] };
  }
  return { mode: "new", from: bin };
}

function dragged(drag, bin, count) {
  if (drag.mode === "new") return [Math.min(drag.from, bin), Math.max(drag.from, bin)];
  const [first, last] = drag.range;
  if (drag.mode === "first") return [Math.min(bin, last), last];
  if (drag.mode === "last") return [first, Math.max(bin, first)];
  const shift = Math.max(-first, Math.min(bin - drag.from, count - 1 - last));
  return [first + shift, last + shift];
}

function toBins(data, from, to) {
  const count = data.starts.length;
  if (!count) return null;
  let first = 0;
  let last = count - 1;
  if (from) while (first < count - 1 && lastDay(data, first) < from) first++;
  if (to) while (last > first && data.starts[last] > to) last--;
  return [first, last];
}

function lastDay(data, bin) {
  if (bin + 1 >= data.starts.length) return data.end;
  const next = new Date(`${data.starts[bin + 1]}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() - 1);
  return next.toISOString().slice(0, 10);
}

function rangeWords(data, from, to) {
  if (from && to) return dayRange(from, to);
  if (from) return `from ${day(from)}`;
  if (to) return `to ${day(to)}`;
  return data.starts.length ? "Drag to choose dates" : "No dated incident in this selection";
}

function binWords(data, bin) {
  const total = Object.values(data.series).reduce((sum, counts) => sum + counts[bin], 0);
  return `${period(data.starts[bin], lastDay(data, bin), data.unit)}: ${plural(total, "incident", "incidents")}`;
}

function spoken(data) {
  const totals = data.starts.map((_, bin) => Object.values(data.series).reduce((sum, counts) => sum + counts[bin], 0));
  if (!totals.length) return "No dated incident";
  const peak = totals.indexOf(Math.max(...totals));
  const undated = data.undated ? ` ${plural(data.undated, "incident has", "incidents have")} no date.` : "";
  return `Bar chart of incidents ${UNIT_WORDS[data.unit]}, ${day(data.starts[0])} to ${day(data.end)}. Most: ${binWords(data, peak)}.${undated}`;
}

function paint(canvas, plot, chart) {
  const ratio = window.devicePixelRatio || 1;
  const wide = plot.clientWidth;
  const high = plot.clientHeight;
  canvas.width = wide * ratio;
  canvas.height = high * ratio;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const { data } = chart;
  const count = data.starts.length;
  const geometry = { left: LEFT, width: (wide - LEFT - RIGHT) / Math.max(count, 1), top: TOP };
  const groups = [...GROUP_ORDER, "other"].filter((group) => data.series[group]);
  const stacked = data.starts.map((_, bin) => groups.reduce((sum, group) => sum + data.series[group][bin], 0));
  const vague = data.series[VAGUE] ?? [];
  const most = Math.max(1, ...stacked);
  const below = vague.length ? Math.min(16, Math.max(6, (Math.max(...vague) / most) * 60)) : 0;
  geometry.base = high - AXIS - below;
  const unit = (geometry.base - TOP) / most;
  paintRange(context, geometry, chart.range);
  paintGrid(context, geometry, wide, most, unit);
  for (let bin = 0; bin < count; bin++) {
    const dim = chart.range && (bin < chart.range[0] || bin > chart.range[1]);
    context.globalAlpha = dim ? 0.28 : 1;
    paintBar(context, geometry, bin, groups, data.series, unit);
    if (vague[bin]) paintVague(context, geometry, bin, vague[bin], Math.max(...vague), below);
  }
  context.globalAlpha = 1;
  paintAxis(context, geometry, data, wide, high);
  return geometry;
}

function paintBar(context, { left, width, base }, bin, groups, series, unit) {
  const gap = width > 5 ? 1 : width > 2.5 ? 0.5 : 0;
  let y = base;
  for (const group of groups) {
    const height = series[group][bin] * unit;
    if (!height) continue;
    context.fillStyle = colour(group === "other" ? "c-none" : `c-${group}`);
    context.fillRect(left + bin * width, y - height, Math.max(width - gap, 0.75), height);
    y -= height;
  }
}

function paintVague(context, { left, width, base }, bin, count, most, below) {
  const height = Math.max(2, (count / most) * (below - 2));
  context.fillStyle = colour("ink-quiet");
  context.fillRect(left + bin * width, base + 2, Math.max(width - 0.5, 0.75), height);
}

function paintGrid(context, { left, base }, wide, most, unit) {
  context.font = FONT;
  context.fillStyle = colour("ink-quiet");
  context.strokeStyle = colour("rule");
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const value of [0, niceHalf(most)].filter((one, place, all) => all.indexOf(one) === place)) {
    const y = Math.round(base - value * unit) + 0.5;
    context.beginPath();
    context.moveTo(left, y);
    context.lineTo(wide - RIGHT, y);
    context.stroke();
    context.fillText(number(value), left - 6, y);
  }
}

// A round number of at least half the most, for the one line above zero.
function niceHalf(most) {
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).filter((value) => value <= most).at(-1) ?? most;
}

function paintRange(context, { left, width, base }, range) {
  if (!range) return;
  const [first, last] = range;
  context.fillStyle = colour("brush");
  context.fillRect(left + first * width, TOP - 4, (last - first + 1) * width, base - TOP + 4);
}

function paintAxis(context, { left, width }, data, wide, high) {
  context.fillStyle = colour("ink-quiet");
  context.textAlign = "center";
  context.textBaseline = "alphabetic";
  context.font = FONT;
  let free = 0;
  for (const [bin, text] of ticks(data, (wide - LEFT) / 84)) {
    const half = context.measureText(text).width / 2;
    const x = Math.max(left + half, Math.min(left + (bin + 0.5) * width, wide - half - 2));
    if (x - half < free) continue;
    context.fillText(text, x, high - 6);
    free = x + half + 18;
  }
}

// Where a year begins, or a quarter or a month where there are few; every so many, so that steps are even.
function ticks(data, room) {
  const begins = (length) => data.starts.map((start, bin) => [bin, start]).filter(([bin, start]) => bin > 0 && data.starts[bin - 1].slice(0, length) !== start.slice(0, length));
  const years = begins(4);
  if (years.length > 3 || data.unit === "year") {
    const step = [1, 2, 5, 10, 20, 50, 100].find((one) => years.length / one <= room) ?? 100;
    return years.filter(([, start]) => Number(start.slice(0, 4)) % step === 0).map(([bin, start]) => [bin, start.slice(0, 4)]);
  }
  const months = begins(7);
  const step = [1, 2, 3, 6, 12].find((one) => months.length / one <= room) ?? 12;
  const chosen = months.filter(([, start]) => (Number(start.slice(5, 7)) - 1) % step === 0);
  if (chosen.length > 1) return chosen.map(([bin, start]) => [bin, period(start, start, "month")]);
  return data.starts.map((start, bin) => [bin, day(start)]);
}

function placeHandles(handles, chart, { left, width }) {
  const count = chart.data.starts.length;
  const [first, last] = chart.range ?? [0, count - 1];
  const at = [left + first * width, left + (last + 1) * width];
  handles.forEach((handle, end) => {
    const bin = end ? last : first;
    handle.hidden = !count;
    handle.style.left = `${at[end]}px`;
    handle.classList.toggle("idle", !chart.range);
    handle.setAttribute("aria-valuemin", "0");
    handle.setAttribute("aria-valuemax", String(count - 1));
    handle.setAttribute("aria-valuenow", String(bin));
    if (count) handle.setAttribute("aria-valuetext", day(end ? lastDay(chart.data, last) : chart.data.starts[first]));
  });
}
