// Whose link brought this person to a show: kept from the address until somebody signs in, then told once.
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";

const keyOf = (show: string) => `livecart.by.${show}`;

/** Takes it out of the address, which may be passed on by hand. */
export function keepReferrer(show: string, storage: () => Storage, here: Location = location): void {
  const query = new URLSearchParams(here.search);
  const by = query.get("by");
  if (by === null) return;
  query.delete("by");
  const rest = query.size > 0 ? `?${query}` : "";
  history.replaceState(null, "", `${here.pathname}${rest}${here.hash}`);
  try {
    // The first link counts.
    if (storage().getItem(keyOf(show)) === null) storage().setItem(keyOf(show), by);
  } catch {
    // Without storage who signs in later came by himself.
  }
}

export async function tellReferrer(http: Pick<Http, "post">, show: string, storage: () => Storage): Promise<void> {
  let by: string | null = null;
  try {
    by = storage().getItem(keyOf(show));
  } catch {
    // As above.
  }
  if (by === null) return;
  try {
    await http.post(`shows/${encodeURIComponent(show)}/referral`, { by });
  } catch (error) {
    // Nobody of that name, or one's own link: asking again would not help.
    if (asApiError(error).retryable) return;
  }
  storage().removeItem(keyOf(show));
}
