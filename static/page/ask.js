// How the components that ask for another selection tell each other, and the map, of it (`ui.asking`).

export const PATIENCE = 5000; // ms: by then Python has come to a wish, or never will
const MOMENT = 150; // ms at most until Python is told: one server answers both, and the map goes first

const listeners = new Set();
let newest = 0;
let until = 0;

// Wishes of a tab are numbered; Python gives back which one it has come to, so what lacks the newest can be told.
export function nextTurn() {
  return ++newest;
}

// Tells all on the page that shows the selection; ends when the map has drawn it, or after a moment.
export async function announce(turn, changes) {
  until = performance.now() + PATIENCE;
  const drawing = [];
  const wait = (promise) => drawing.push(promise);
  for (const listener of listeners) listener({ turn, changes, wait });
  if (drawing.length) await Promise.race([...drawing, new Promise((done) => setTimeout(done, MOMENT))]);
}

// Calls a listener with each wish, `{turn, changes, wait}`; gives what ends that.
export function follow(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Whether Python drew this before it came to the newest wish.
export function isOld({ turn }) {
  return turn < newest && performance.now() < until;
}
