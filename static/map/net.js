// Asking the app's own server. A slot holds one request at a time: a newer one aborts the older.

export class Trouble extends Error {}

export async function getJson(url, signal) {
  let response;
  try {
    response = await fetch(url, { signal, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("The app does not answer. See whether it is still running, then try again.");
  }
  if (response.ok) return response.json();
  throw new Trouble(await problemText(response));
}

async function problemText(response) {
  try {
    const problem = await response.json();
    return problem.detail || problem.title;
  } catch {
    return `The app answered with an error (${response.status}). Try again, or reload the page.`;
  }
}

export function slot() {
  let current = null;
  return async function ask(url) {
    current?.abort();
    const mine = (current = new AbortController());
    const body = await getJson(url, mine.signal);
    if (mine !== current) throw new DOMException("superseded", "AbortError");
    return body;
  };
}

// Asks once for what is asked for again and again, as while the pointer rests on a mark; for some seconds.
export function keepLast(ask, milliseconds = 5000) {
  let last = { name: null };
  return function asked(name) {
    const now = performance.now();
    if (last.name !== name || now > last.until) {
      const mine = (last = { name, until: now + milliseconds, answer: ask(name) });
      mine.answer.catch(() => mine === last && (last = { name: null })); // what failed is tried again
    }
    return last.answer;
  };
}

// Runs a loader; what was superseded is silent, what failed is shown in place with a way to try again.
export async function attempt(load, onTrouble) {
  try {
    return await load();
  } catch (error) {
    if (error.name === "AbortError") return undefined;
    if (!(error instanceof Trouble)) throw error;
    onTrouble(error.message);
    return undefined;
  }
}

export function address(path, query, extra = {}) {
  const more = new URLSearchParams(extra).toString();
  return path + "?" + [query, more].filter(Boolean).join("&");
}
