// What a seller does with an order that was paid: says that the goods are on their way, or gives money back.
import { type Http, newKey } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";

export interface RefundWish {
  /** Null: all that is left. */
  readonly amount_minor: number | null;
  readonly reason: string;
  readonly return_goods: boolean;
}

export class Selling {
  /** One key per thing asked for: pressing again after a lost answer does it once. */
  private asked = { wish: "", key: "" };

  constructor(private readonly http: Http) {}

  /** Raises ApiError. */
  fulfil(order: string): Promise<void> {
    return this.step(order, "fulfil", {});
  }

  /** Raises ApiError. The money goes back the way it came. */
  refund(order: string, wish: RefundWish): Promise<void> {
    return this.step(order, "refund", wish);
  }

  private async step(order: string, step: string, body: object): Promise<void> {
    const wish = JSON.stringify([order, step, body]);
    if (this.asked.wish !== wish) this.asked = { wish, key: newKey() };
    await this.http.post<{ order: Order }>(`orders/${encodeURIComponent(order)}/${step}`, body, this.asked.key);
    this.asked = { wish: "", key: "" };
  }
}
