// The person's cart: what the server says of it, and the checkout that orders all of it or nothing.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";
import type { Cart, CartLine } from "../core/rest.ts";
import { isCouponFault } from "./couponFault.ts";

interface Wish {
  readonly line: CartLine;
  readonly quantity: number;
}

interface CartAnswer {
  readonly cart: Cart;
  readonly now_ms: number;
}

export class CartState {
  private readonly current = signal<Cart | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly working = signal(false);
  private readonly code = signal("");
  /** What was said last of lines, as long as the server has not answered it. */
  private readonly wishes = signal<ReadonlyMap<string, Wish>>(new Map());
  /** One key per cart as it was seen: it changes with the cart, not with the retry. */
  private key = newKey();
  private sent = "";
  /** How far the server's clock is ahead of this computer's. */
  private aheadMs = 0;

  /** Why the coupon that was asked for takes nothing off. What hinders the cart itself stands at its lines. */
  readonly couponFault = computed<ApiError | null>(() => {
    const error = this.fault.value;
    if (error !== null && isCouponFault(error)) return error;
    const problem = this.current.value?.coupon?.problem ?? null;
    return problem === null || problem.startsWith("cart_") ? null : new ApiError(problem, 409, "");
  });

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

  /** The code that the cart is to be ordered with; empty: none. */
  get coupon(): ReadonlySignal<string> {
    return this.code;
  }

  refresh(): Promise<void> {
    return this.run(() => this.read());
  }

  /** Reads it again beside what the person does: prices and offers change by themselves. */
  async look(): Promise<void> {
    if (this.working.value) return;
    const before = this.current.value;
    try {
      const { cart, now_ms } = await this.ask();
      // What was done meanwhile had a newer answer.
      if (!this.working.value && this.current.value === before) this.show(cart, now_ms);
    } catch {
      // The next look, or what the person does, will say so.
    }
  }

  /** The time by the clock that offers end by, whatever this computer's says. */
  serverNow(): number {
    return Date.now() + this.aheadMs;
  }

  /** Asks what a coupon takes off. One that cannot be a code leaves the cart with the coupon that it had. */
  async applyCoupon(code: string): Promise<void> {
    if (this.working.value) return;
    const before = this.code.value;
    this.code.value = code.trim();
    // Another coupon is another request.
    this.key = newKey();
    await this.refresh();
    if (this.fault.value?.retryable === false) this.code.value = before;
  }

  /** How many are wanted of it: what was said last, answered or not. */
  wanted({ variant, quantity }: CartLine): number {
    return this.wishes.value.get(variant)?.quantity ?? quantity;
  }

  /** Sets how many are wanted, at the price of now; 0 takes the line out. Of what is said quickly the last word counts. */
  async set(line: CartLine, quantity: number): Promise<void> {
    this.wishes.value = new Map(this.wishes.value).set(line.variant, { line, quantity });
    // What is under way takes it along at its end.
    await this.run(() => this.send());
  }

  /** The orders, or nothing when it was refused; the cart then says which lines are in the way. */
  async checkOut(): Promise<readonly Order[]> {
    let orders: readonly Order[] = [];
    const body = this.checkOutBody();
    // A checkout empties the cart, so with another key nothing can be ordered twice either.
    if (this.sent !== "" && this.sent !== JSON.stringify(body)) this.key = newKey();
    await this.run(async () => {
      this.sent = JSON.stringify(body);
      ({ orders } = await this.http.post<{ orders: readonly Order[] }>("cart/checkout", body, this.key));
      this.key = newKey();
      this.code.value = "";
      // What was said while it was ordered came too late.
      this.wishes.value = new Map();
    });
    const refusal = this.fault.value;
    if (refusal?.retryable) return orders;
    // Refused is decided: the next try is a new one.
    this.key = newKey();
    await this.refresh();
    this.fault.value = refusal;
    return orders;
  }

  /** One wish after the other; one that is refused is given up, and the cart says what the server has. */
  private async send(): Promise<void> {
    let refusal: unknown = null;
    for (let next = firstOf(this.wishes.value); next !== null; next = firstOf(this.wishes.value)) {
      const { line, quantity } = next;
      const body = { variant: line.variant, quantity, show: line.show, currency: line.unit_price.currency };
      try {
        const { cart, now_ms } = await this.http.put<CartAnswer>("cart/lines", body);
        this.show(cart, now_ms);
      } catch (error) {
        refusal ??= error;
      }
      if (this.wishes.value.get(line.variant) === next) this.forget(line.variant);
    }
    if (this.code.value !== "") await this.read();
    if (refusal !== null) throw refusal;
  }

  private forget(variant: string): void {
    this.wishes.value = new Map([...this.wishes.value].filter(([other]) => other !== variant));
  }

  /** What is shown is the most that may be charged. */
  private checkOutBody() {
    const cart = this.current.value;
    const off = cart?.coupon?.discount;
    const totals = cart?.totals.map(({ currency, amount_minor }) => ({
      currency,
      amount_minor: off?.currency === currency ? amount_minor - off.amount_minor : amount_minor,
    }));
    return { ...(this.code.value === "" ? {} : { coupon: this.code.value }), ...(totals ? { totals } : {}) };
  }

  private async read(): Promise<void> {
    const { cart, now_ms } = await this.ask();
    this.show(cart, now_ms);
  }

  private ask(): Promise<CartAnswer> {
    const query = this.code.value === "" ? "" : `?coupon=${encodeURIComponent(this.code.value)}`;
    return this.http.get<CartAnswer>(`cart${query}`);
  }

  private show(cart: Cart, nowMs: number): void {
    this.aheadMs = nowMs - Date.now();
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
    // Said meanwhile, of another line or of the same.
    if (this.wishes.value.size > 0) await this.run(() => this.send());
  }
}

function firstOf(wishes: ReadonlyMap<string, Wish>): Wish | null {
  return wishes.values().next().value ?? null;
}
