// Days, weeks and months as ISO dates: the periods that a playback goes through, in order.

import { day, dayRange, period } from "./words.js";

const MONDAY = 1;

const dateOf = (iso) => new Date(`${iso}T00:00:00Z`);
const isoOf = (date) => date.toISOString().slice(0, 10);

export function addDays(iso, count) {
  const date = dateOf(iso);
  date.setUTCDate(date.getUTCDate() + count);
  return isoOf(date);
}

// First day of the week (Monday) or month that a day lies in.
function begin(iso, unit) {
  if (unit === "month") return `${iso.slice(0, 7)}-01`;
  if (unit === "week") return addDays(iso, -((dateOf(iso).getUTCDay() - MONDAY + 7) % 7));
  return iso;
}

function next(iso, unit) {
  if (unit !== "month") return addDays(iso, unit === "week" ? 7 : 1);
  const date = dateOf(iso);
  date.setUTCMonth(date.getUTCMonth() + 1);
  return isoOf(date);
}

// The first days of all periods from one day to another.
export function periodStarts(first, last, unit) {
  const starts = [];
  for (let start = begin(first, unit); start <= last; start = next(start, unit)) starts.push(start);
  return starts;
}

// What is shown at one place of a playback: that period alone, or all from the first to its end.
export function windowAt(starts, place, unit, { first, last, growing }) {
  const start = starts[place];
  const end = addDays(next(start, unit), -1);
  const from = growing || start < first ? first : start;
  return { from, to: end > last ? last : end };
}

// "November 2025" as "Nov 2025"; "3–9 Nov 2025"; "1 Jan 2024 – 9 Nov 2025".
export function windowWords({ from, to }, unit, growing) {
  if (growing) return dayRange(from, to);
  const whole = unit === "month" && from.endsWith("-01") && addDays(to, 1).endsWith("-01");
  if (whole) return period(from, to, "month");
  return from === to ? day(from) : dayRange(from, to);
}
