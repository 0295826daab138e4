// The frames of a playback, fetched a few ahead of what is shown. What is no longer wanted is aborted.

import { getJson } from "./net.js";

export function makeFrames() {
  const held = new Map(); // address -> {answer, stop}

  function ask(url) {
    const found = held.get(url);
    if (found) return found.answer;
    const stop = new AbortController();
    const answer = getJson(url, stop.signal);
    answer.catch(() => held.delete(url)); // so that it is asked for again
    held.set(url, { answer, stop });
    return answer;
  }

  return {
    // The answer to the first address; the others are fetched ahead, everything else is dropped.
    async get(urls) {
      for (const [url, { stop }] of held) {
        if (urls.includes(url)) continue;
        stop.abort();
        held.delete(url);
      }
      const answer = ask(urls[0]);
      for (const url of urls.slice(1)) ask(url).catch(() => undefined);
      return answer;
    },
    drop() {
      for (const { stop } of held.values()) stop.abort();
      held.clear();
    },
  };
}
