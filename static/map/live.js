// Notices within seconds that the data changed, and shows the new state with the same view and filters.

import { embedded, post } from "./state.js";

const ASK_MS = 1000; // what takes the time until others see a change is this, and the server's own asking of the store

export function followData(shown, beforeReload) {
  const ask = async () => {
    const newest = document.hidden ? shown : await newestVersion();
    if (!newest || newest === shown) return setTimeout(ask, ASK_MS);
    beforeReload();
    if (embedded) post({ type: "data", data: newest });
    return location.reload();
  };
  setTimeout(ask, ASK_MS);
}

// null while the server cannot say.
async function newestVersion() {
  try {
    const answer = await fetch("/api/layers/version");
    return answer.ok ? (await answer.json()).data_version : null;
  } catch {
    return null;
  }
}
