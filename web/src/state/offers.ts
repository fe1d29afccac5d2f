// The offers of a show. Absolute values with versions; what the clock changes follows from the server's time.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Offer, OfferState } from "../core/protocol.ts";

/** A browser's timers hold no more than 24 days, and its clock may be set meanwhile. */
const LOOK_AGAIN_MS = 3_600_000;

export class ShowOffers {
  private readonly known = signal<readonly Offer[]>([]);
  private aheadMs = 0;
  /** The server's time when an offer last began, ended or changed. */
  private readonly turnedMs = signal(0);
  private next: ReturnType<typeof setTimeout> | undefined;

  /** Everything that is not closed for good, the newest first. */
  readonly current: ReadonlySignal<readonly Offer[]> = computed(() =>
    this.known.value.filter((offer) => offer.closed_at === null).toReversed(),
  );

  /** Those under which something can be bought: nobody is told that the clock began or ended one. */
  readonly open: ReadonlySignal<readonly Offer[]> = computed(() =>
    this.current.value.filter((offer) => stateAt(offer, this.turnedMs.value) === "open"),
  );

  /** A snapshot: replaces everything, and says what time it is at the server. */
  reset(offers: readonly Offer[], serverNowMs: number, nowMs: number = Date.now()): void {
    this.aheadMs = serverNowMs - nowMs;
    this.known.value = offers;
    this.turn(this.serverNow(nowMs));
  }

  set(offer: Offer): void {
    const old = this.known.value.find((item) => item.id === offer.id);
    if (!old) this.known.value = [...this.known.value, offer];
    else if (offer.version > old.version) {
      this.known.value = this.known.value.map((item) => (item === old ? offer : item));
    }
    this.turn(this.serverNow());
  }

  /** The server's time by this machine's clock. */
  serverNow(nowMs: number = Date.now()): number {
    return nowMs + this.aheadMs;
  }

  private turn(atMs: number): void {
    clearTimeout(this.next);
    this.turnedMs.value = atMs;
    const waits = this.current.value
      .flatMap(({ starts_at, ends_at }) => [starts_at, ends_at])
      .map((time) => (time === null ? 0 : Date.parse(time)) - atMs)
      .filter((ms) => ms > 0);
    if (waits.length === 0) return;
    this.next = setTimeout(() => this.turn(this.serverNow()), Math.min(LOOK_AGAIN_MS, ...waits));
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
