// The person's cart: what the server says of it, and the checkout that orders all of it or nothing.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";
import type { Cart, CartLine } from "../core/rest.ts";

export class CartState {
  private readonly current = signal<Cart | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly working = signal(false);
  /** One key per cart as it was seen: it changes with the cart, not with the retry. */
  private key = newKey();

  /** Nothing stands in the way of ordering everything. */
  readonly ready = computed(() => {
    const lines = this.current.value?.lines ?? [];
    return lines.length > 0 && lines.every((line) => line.problem === null);
  });

  constructor(private readonly http: Http) {}

  /** Null until the first answer. */
  get cart(): ReadonlySignal<Cart | null> {
    return this.current;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.working;
  }

  refresh(): Promise<void> {
    return this.run(async () => this.arrive(await this.http.get<{ cart: Cart }>("cart")));
  }

  /** Sets how many are wanted, at the price of now; 0 takes the line out. */
  set(line: CartLine, quantity: number): Promise<void> {
    const body = { variant: line.variant, quantity, show: line.show, currency: line.unit_price.currency };
    return this.run(async () => this.arrive(await this.http.put<{ cart: Cart }>("cart/lines", body)));
  }

  /** The orders, or nothing when it was refused; the cart then says which lines are in the way. */
  async checkOut(): Promise<readonly Order[]> {
    let orders: readonly Order[] = [];
    await this.run(async () => {
      ({ orders } = await this.http.post<{ orders: readonly Order[] }>("cart/checkout", {}, this.key));
      this.key = newKey();
    });
    const refusal = this.fault.value;
    if (refusal?.retryable) return orders;
    // Refused is decided: the next try is a new one.
    this.key = newKey();
    await this.refresh();
    this.fault.value = refusal;
    return orders;
  }

  private arrive({ cart }: { readonly cart: Cart }): void {
    this.current.value = cart;
  }

  private async run(action: () => Promise<void>): Promise<void> {
    if (this.working.value) return;
    batch(() => {
      this.working.value = true;
      this.fault.value = null;
    });
    try {
      await action();
    } catch (error) {
      this.fault.value = asApiError(error);
    } finally {
      this.working.value = false;
    }
  }
}
