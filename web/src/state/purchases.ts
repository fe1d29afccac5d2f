// What the person ordered: the list, and paying or cancelling what is still reserved.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";
import { Listing } from "./listing.ts";

export const WALLET = "wallet";

export class Purchases {
  readonly orders: Listing<Order>;
  private readonly working = signal<string | null>(null);
  private readonly faults = signal<ReadonlyMap<string, ApiError>>(new Map());
  /** How far the server's clock is ahead of this computer's. */
  private aheadMs = 0;
  /** The same key until a try is decided. */
  private readonly keys = new Map<string, string>();

  constructor(
    private readonly http: Http,
    private readonly leave: (url: string) => void = (url) => location.assign(url),
  ) {
    this.orders = new Listing<Order>(http, "orders", "", ({ now_ms }) => {
      if (typeof now_ms === "number") this.aheadMs = now_ms - Date.now();
    });
  }

  /** The order that something is being done to. */
  get busy(): ReadonlySignal<string | null> {
    return this.working;
  }

  /** Why the last thing done to an order did not work, by its id. */
  get errors(): ReadonlySignal<ReadonlyMap<string, ApiError>> {
    return this.faults;
  }

  /** The time by the clock that orders expire by, whatever this computer's says. */
  serverNow(): number {
    return Date.now() + this.aheadMs;
  }

  /** From the wallet, or at a provider: then the page is left for the provider's. */
  async pay(order: Order, way: string = WALLET): Promise<void> {
    const after = await this.step(order, "pay", { method: way }, `pay ${order.id} ${way}`);
    const page = after?.state === "reserved" ? after.payment?.url : null;
    if (page) this.leave(page);
  }

  async cancel(order: Order): Promise<void> {
    await this.step(order, "cancel", {}, `cancel ${order.id}`);
  }

  /** Puts the order's total into the wallet, for nothing, and pays. */
  async topUpAndPay(order: Order): Promise<void> {
    const name = `topup ${order.id}`;
    const paid = await this.keyed(order, name, (key) => this.http.post("wallet/topups", order.total, key));
    if (paid) await this.pay(order);
  }

  /** The order as it is then, or null when it was refused. */
  private async step(order: Order, step: "pay" | "cancel", body: unknown, name: string): Promise<Order | null> {
    const path = `orders/${encodeURIComponent(order.id)}/${step}`;
    let after: Order | null = null;
    const send = async (key: string) => {
      after = (await this.http.post<{ order: Order }>(path, body, key)).order;
      this.orders.put(after);
    };
    if (!(await this.keyed(order, name, send))) await this.reread(order);
    return after;
  }

  /** It may have run out, or have been paid elsewhere. */
  private async reread(order: Order): Promise<void> {
    if (this.faults.value.get(order.id)?.code === "order_state") await this.orders.refresh();
  }

  private async keyed(order: Order, name: string, send: (key: string) => Promise<unknown>): Promise<boolean> {
    if (this.working.value !== null) return false;
    const key = this.keys.get(name) ?? newKey();
    this.keys.set(name, key);
    this.working.value = order.id;
    try {
      await send(key);
      this.keys.delete(name);
      this.tell(order, null);
      return true;
    } catch (caught) {
      const error = asApiError(caught);
      if (!error.retryable) this.keys.delete(name);
      this.tell(order, error);
      return false;
    } finally {
      this.working.value = null;
    }
  }

  private tell(order: Order, error: ApiError | null): void {
    const faults = new Map(this.faults.value);
    if (error === null) faults.delete(order.id);
    else faults.set(order.id, error);
    this.faults.value = faults;
  }
}
