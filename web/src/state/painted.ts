// Work that may wait until the page is seen.

/** Nothing is drawn in a page that nobody looks at. */
const HIDDEN_MS = 200;

/** Resolves once what was just put into the page is drawn; where nothing is drawn, soon. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, HIDDEN_MS);
  });
}
