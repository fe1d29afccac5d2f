// Keyboard commands of the desk: single keys, only while nobody is typing and no dialog is open.

export function deskKeys(actions: Record<string, () => void>): () => void {
  const listeners = new AbortController();
  const onKey = (event: KeyboardEvent) => {
    const action = actions[event.key];
    if (!action || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog[open]")) return;
    // Enter on a button or a link already means something.
    if (event.key === "Enter" && target?.closest("button, a")) return;
    event.preventDefault();
    action();
  };
  document.addEventListener("keydown", onKey, { signal: listeners.signal });
  return () => listeners.abort();
}
