// Numbers, dates and tolls in the words that the rest of the project uses.

const THIN = "\u2009";
const DASH = "\u2013";
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function number(value) {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, THIN);
}

// A number that fits into a cluster: 9 999, 12k, 1.2M.
export function shortNumber(value) {
  if (value < 10000) return number(value);
  if (value < 1e6) return `${Math.round(value / 1000)}k`;
  return `${(value / 1e6).toFixed(value < 1e7 ? 1 : 0)}M`;
}

// On the map, in pixels: a cluster grows with the logarithm of its count.
export function markRadius({ kind, count }) {
  if (kind === "point") return 10;
  return Math.min(32, 11 + 4.3 * Math.log10(count) + (count >= 100 ? 1.5 : 0));
}

export const plural = (count, one, many) => `${number(count)} ${count === 1 ? one : many}`;

export function day(iso) {
  const [year, month, date] = iso.split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

export function period(first, last, unit) {
  if (unit === "year") return first.slice(0, 4);
  if (unit === "month") return `${MONTHS[Number(first.slice(5, 7)) - 1]} ${first.slice(0, 4)}`;
  return first === last ? day(first) : dayRange(first, last);
}

export function dayRange(first, last) {
  if (!last || first === last) return day(first);
  const [a, b] = [day(first).split(" "), day(last).split(" ")];
  if (a[2] !== b[2]) return `${a.join(" ")} ${DASH} ${b.join(" ")}`;
  if (a[1] !== b[1]) return `${a[0]} ${a[1]} ${DASH} ${b.join(" ")}`;
  return `${a[0]}${DASH}${b.join(" ")}`;
}

// "4 killed", "4 (3–6) killed", "3 or more killed"; empty where no toll is given.
export function killedText(low, best, high) {
  if (best === null) return low === null ? (high === null ? "" : `up to ${number(high)} killed`) : `${number(low)} or more killed`;
  if (best === 0 && !low && !high) return "nobody killed";
  if (low === best && high === best) return `${number(best)} killed`;
  if (high === null) return `${number(best)} or more killed`;
  if (low === null) return `up to ${number(best)} killed`;
  return `${number(best)} (${number(low)}${DASH}${number(high)}) killed`;
}

export function whenText(item) {
  if (!item.date_start) return "date not known";
  const text = dayRange(item.date_start, item.date_end);
  if (item.date_prec <= 1) return text;
  return `${item.date_prec >= 4 ? "roughly" : "about"} ${text}`;
}

export const WHERE_WORDS = {
  1: "exact place",
  2: "within about 25 km",
  3: "district only",
  4: "province only, or an ambiguous name",
  5: "a road, pass or several districts",
  6: "country only",
  7: "at sea or in the air",
};

export const CAMP_WORDS = {
  state: "state",
  armed_group: "armed group",
  national_press: "national press",
  international: "international",
  local_civil: "local or civil society",
  data_set: "data set",
  unknown: "side not known",
};
