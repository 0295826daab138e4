// Queries as text, in the map's frame and in the page around it.

// A query with some parameters replaced, by one value or a list; null or an empty list leaves one out.
export function withValues(query, changes) {
  const asked = new URLSearchParams(query);
  for (const [name, values] of Object.entries(changes)) {
    asked.delete(name);
    for (const value of [values].flat()) if (value !== null) asked.append(name, value);
  }
  return asked.toString();
}
