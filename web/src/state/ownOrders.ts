// One's own orders as this page has heard of them, to tell whether an offer's limit for each buyer is used up. The server
// decides; a page that asked for older ones would ask with everybody else, when an offer opens.
import { signal } from "@preact/signals";
import type { Offer, Order } from "../core/protocol.ts";

export class OwnOrders {
  private readonly known = signal<ReadonlyMap<string, Order>>(new Map());

  keep(order: Order): void {
    this.known.value = new Map(this.known.value).set(order.id, order);
  }

  /** Somebody else is here. */
  forget(): void {
    this.known.value = new Map();
  }

  /** Units of the offer that count for its limit, as livecart/domain/goods.py counts. */
  unitsOf(offer: Offer): number {
    const [first] = offer.lines;
    if (!first) return 0;
    return [...this.known.value.values()]
      .filter(counts)
      .flatMap(({ lines }) => lines)
      .filter((line) => line.offer === offer.id && line.variant === first.variant)
      .reduce((units, line) => units + line.quantity / first.quantity, 0);
  }
}

/** What was paid, given back or not, and what is held until it is. */
function counts({ state, held, paid_at }: Order): boolean {
  return paid_at !== null || (held && state === "reserved");
}
