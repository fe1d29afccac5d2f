// Whether this browser's person may have a place in a waitlist: only then is the rest loaded, and the server asked.
const KEY = "livecart.waits";

export function mayWait(storage: () => Storage = () => localStorage): boolean {
  try {
    return storage().getItem(KEY) !== null;
  } catch {
    // No storage: the server's news of an invitation comes all the same.
    return false;
  }
}

export function noteWaiting(waits: boolean, storage: () => Storage = () => localStorage): void {
  try {
    if (waits) storage().setItem(KEY, "1");
    else storage().removeItem(KEY);
  } catch {
    // As above.
  }
}
