// Put before the scripts of all components that ask for another selection (`ui.asking`): how they tell each other.

const PATIENCE = 5000; // ms: by then Python has come to a wish, or never will
const MOMENT = 150; // ms at most until Python is told: one server answers both, and the map goes first

// Wishes of a tab are numbered; Python gives back which one it has come to, so what lacks the newest can be told.
function nextTurn() {
  return (window.incidentTurn = (window.incidentTurn ?? 0) + 1);
}

// Tells all on the page that shows the selection; ends when the map has drawn it, or after a moment.
async function announce(turn, changes) {
  const drawing = [];
  const wait = (promise) => drawing.push(promise);
  window.dispatchEvent(new CustomEvent("incident-filter", { detail: { turn, changes, wait } }));
  if (drawing.length) await Promise.race([...drawing, new Promise((done) => setTimeout(done, MOMENT))]);
}

// Follows the wishes of the page: `hear` is called for each; `isOld(data)` tells what lacks the newest of them.
function follow(hear) {
  let newest = 0;
  let until = 0;
  const listen = ({ detail }) => {
    newest = detail.turn;
    until = performance.now() + PATIENCE;
    hear(detail);
  };
  window.addEventListener("incident-filter", listen);
  return {
    isOld: ({ turn }) => turn < newest && performance.now() < until,
    leave: () => window.removeEventListener("incident-filter", listen),
  };
}
