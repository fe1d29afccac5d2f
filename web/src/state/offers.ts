// The offers of a show. Absolute values with versions; what the clock changes follows from the server's time.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Offer, OfferState } from "../core/protocol.ts";

export class ShowOffers {
  private readonly known = signal<readonly Offer[]>([]);
  private aheadMs = 0;

  /** Everything that is not closed for good, the newest first. */
  readonly current: ReadonlySignal<readonly Offer[]> = computed(() =>
    this.known.value.filter((offer) => offer.closed_at === null).toReversed(),
  );

  /** A snapshot: replaces everything, and says what time it is at the server. */
  reset(offers: readonly Offer[], serverNowMs: number, nowMs: number = Date.now()): void {
    this.aheadMs = serverNowMs - nowMs;
    this.known.value = offers;
  }

  set(offer: Offer): void {
    const old = this.known.value.find((item) => item.id === offer.id);
    if (!old) this.known.value = [...this.known.value, offer];
    else if (offer.version > old.version) {
      this.known.value = this.known.value.map((item) => (item === old ? offer : item));
    }
  }

  /** The server's time by this machine's clock. */
  serverNow(nowMs: number = Date.now()): number {
    return nowMs + this.aheadMs;
  }
}

/** The offer's state at a time of the server's. */
export function stateAt(offer: Offer, atMs: number): OfferState {
  if (offer.closed_at !== null || (offer.ends_at !== null && atMs >= Date.parse(offer.ends_at))) return "closed";
  if (atMs < Date.parse(offer.starts_at)) return "scheduled";
  return offer.available > 0 ? "open" : "sold_out";
}

/** Whole seconds until it begins or, once it has, until it ends; null when it has no end. */
export function secondsLeft(offer: Offer, atMs: number): number | null {
  const next = atMs < Date.parse(offer.starts_at) ? offer.starts_at : offer.ends_at;
  return next === null ? null : Math.max(0, Math.ceil((Date.parse(next) - atMs) / 1000));
}
