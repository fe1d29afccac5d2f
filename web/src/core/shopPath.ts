// Where the shop is on its host: at its root, or below a prefix that a reverse proxy gives it.

/** Scripts are served from /assets below the shop, so the address of this one tells; in tests it is none. */
export function prefixOf(script: string): string {
  return /^https?:\/\/[^/]+(.*)\/assets\/[^/]*$/.exec(script)?.[1] ?? "";
}

const prefix = prefixOf(import.meta.url);

/** A path of ours, such as "/orders", as the browser must ask for it. What the server names is complete already. */
export function at(path: string): string {
  return prefix + path;
}
