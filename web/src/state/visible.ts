// Doing something again and again while somebody looks at the page.

/** Runs `action` now, then every `everyMs` while the page is visible, and at once when it becomes visible again. */
export function whileVisible(everyMs: number, action: () => void): () => void {
  const listeners = new AbortController();
  const run = () => {
    if (document.visibilityState === "visible") action();
  };
  action();
  const timer = setInterval(run, everyMs);
  document.addEventListener("visibilitychange", run, { signal: listeners.signal });
  return () => {
    clearInterval(timer);
    listeners.abort();
  };
}
