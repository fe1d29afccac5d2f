// Buying one product: reserve, then pay from the wallet, topping it up when it is short, or go to a provider's page.
// Every step is what the server confirmed.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Money, Offer, Order, Product, Wallet } from "../core/protocol.ts";
import type { PaymentMethods } from "../core/rest.ts";

/** choosing → ordering → paying → paid; `unpaid` is a reservation whose payment did not go through. */
export type CheckoutPhase = "closed" | "choosing" | "ordering" | "paying" | "unpaid" | "paid";

export const WALLET = "wallet";
/** What is bought: a variant at its price, or an offer. */
export type Goods = { readonly variant: string } | { readonly offer: string };

/** So many of a variant. */
export interface CartUnits {
  readonly variant: string;
  readonly quantity: number;
}

export class Checkout {
  private readonly item = signal<Product | null>(null);
  private readonly offered = signal<Offer | null>(null);
  private readonly step = signal<CheckoutPhase>("closed");
  private readonly reserved = signal<Order | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly carted = signal(false);
  private readonly purse = signal<Wallet | null>(null);
  private readonly known = signal<readonly string[]>([]);
  private readonly picked = signal(WALLET);
  private readonly gratis = signal(false);
  /** One key per thing asked for: it changes with the choice, not with the retry. */
  private orderKey: { choice: string; key: string } = { choice: "", key: "" };
  private payKey = "";
  private topUpKey = newKey();

  readonly busy = computed(() => this.step.value === "ordering" || this.step.value === "paying");

  constructor(
    private readonly http: Http,
    private readonly leave: (url: string) => void = (url) => location.assign(url),
  ) {}

  /** The ways to pay that the shop has, and the one to be used. */
  get ways(): ReadonlySignal<readonly string[]> {
    return this.known;
  }

  /** Whether the wallet is filled for nothing, as in the demo. */
  get freeTopUps(): ReadonlySignal<boolean> {
    return this.gratis;
  }

  get way(): ReadonlySignal<string> {
    return this.picked;
  }

  choose(way: string): void {
    if (way === this.picked.value) return;
    this.picked.value = way;
    // Another way is another request.
    this.payKey = newKey();
  }

  get product(): ReadonlySignal<Product | null> {
    return this.item;
  }

  /** The offer that is being bought; its product is then one of those in it. */
  get offer(): ReadonlySignal<Offer | null> {
    return this.offered;
  }

  get phase(): ReadonlySignal<CheckoutPhase> {
    return this.step;
  }

  get order(): ReadonlySignal<Order | null> {
    return this.reserved;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** What is being chosen was put into the cart. */
  get inCart(): ReadonlySignal<boolean> {
    return this.carted;
  }

  get wallet(): ReadonlySignal<Wallet | null> {
    return this.purse;
  }

  open(product: Product, offer: Offer | null = null): void {
    batch(() => {
      this.item.value = product;
      this.offered.value = offer;
      this.fault.value = null;
      this.carted.value = false;
      // A reservation that waits for payment is finished first; it would run out unseen otherwise.
      if (this.step.value === "unpaid") return;
      this.reserved.value = null;
      this.step.value = "choosing";
    });
    void this.readWallet();
    void this.readWays();
  }

  close(): void {
    if (this.busy.value) return;
    this.item.value = null;
    if (this.step.value !== "unpaid") this.step.value = "closed";
  }

  /** What was refused is being mended: the refusal is no longer about what stands there. */
  edited(): void {
    if (this.step.value === "choosing") this.fault.value = null;
  }

  /** The server said that the order ran out, was cancelled or paid elsewhere. */
  follow(order: Order): void {
    if (this.reserved.value?.id !== order.id || this.busy.value) return;
    if (order.state === "reserved") return;
    if (order.state === "paid" || order.state === "fulfilled") {
      this.reserved.value = order;
      return this.enter("paid");
    }
    this.reserved.value = null;
    const gone = new ApiError("order_gone", 409, `the order is ${order.state}`);
    this.enter(this.item.value ? "choosing" : "closed", gone);
  }

  async buy(show: string, goods: Goods, quantity: number, coupon = ""): Promise<void> {
    if (this.busy.value) return;
    const body = { show, ...goods, quantity, ...(coupon === "" ? {} : { coupon }) };
    const choice = JSON.stringify(body);
    if (this.orderKey.choice !== choice) this.orderKey = { choice, key: newKey() };
    this.enter("ordering");
    try {
      const { order } = await this.http.post<{ order: Order }>("orders", body, this.orderKey.key);
      this.reserved.value = order;
      this.orderKey = { choice: "", key: "" };
      this.payKey = newKey();
    } catch (error) {
      this.enter("choosing", asApiError(error));
      return;
    }
    await this.pay();
  }

  /** Sets how many of each are in the cart; the cart itself finds the offer that they are in. */
  async putIntoCart(show: string, lines: readonly CartUnits[]): Promise<void> {
    if (this.busy.value) return;
    this.enter("ordering");
    try {
      // One after the other. Each says how many there are to be, so a second try puts nothing in twice.
      for (const { variant, quantity } of lines) await this.http.put("cart/lines", { show, variant, quantity });
      this.carted.value = true;
      this.enter("choosing");
    } catch (error) {
      this.enter("choosing", asApiError(error));
    }
  }

  async pay(): Promise<void> {
    const order = this.reserved.value;
    if (!order || this.step.value === "paying") return;
    this.enter("paying");
    try {
      const path = `orders/${encodeURIComponent(order.id)}/pay`;
      const answer = await this.http.post<{ order: Order }>(path, { method: this.picked.value }, this.payKey);
      this.reserved.value = answer.order;
      const page = answer.order.payment?.url;
      this.enter(page ? "unpaid" : "paid");
      // The order stays unpaid here: who comes back with the browser's button finds it as it is.
      if (page) return this.leave(page);
    } catch (caught) {
      const error = asApiError(caught);
      // Refused is decided: the next try is a new one. No answer is not: it must be the same one.
      if (!error.retryable) this.payKey = newKey();
      this.enter("unpaid", error);
    }
    await this.readWallet();
  }

  /** Puts what is missing into the wallet, for nothing, and pays. */
  async topUpAndPay(amount: Money): Promise<void> {
    this.enter("paying");
    try {
      const { wallet } = await this.http.post<{ wallet: Wallet }>("wallet/topups", amount, this.topUpKey);
      this.purse.value = wallet;
      this.topUpKey = newKey();
    } catch (caught) {
      const error = asApiError(caught);
      if (!error.retryable) this.topUpKey = newKey();
      this.enter("unpaid", error);
      return;
    }
    this.step.value = "unpaid";
    await this.pay();
  }

  async cancel(): Promise<void> {
    const order = this.reserved.value;
    if (!order || this.busy.value) return;
    this.enter("paying");
    try {
      await this.http.post(`orders/${encodeURIComponent(order.id)}/cancel`, {}, newKey());
      this.reserved.value = null;
      this.enter("choosing");
    } catch (error) {
      this.enter("unpaid", asApiError(error));
    }
  }

  /** What the wallet lacks for the reserved order, or null when it is enough or not known. */
  missing(): Money | null {
    const total = this.reserved.value?.total;
    if (!total || !this.purse.value) return null;
    const balance = this.purse.value.balances.find((money) => money.currency === total.currency)?.amount_minor ?? 0;
    const amount_minor = total.amount_minor - balance;
    return amount_minor > 0 ? { amount_minor, currency: total.currency } : null;
  }

  private async readWallet(): Promise<void> {
    try {
      this.purse.value = (await this.http.get<{ wallet: Wallet }>("wallet")).wallet;
    } catch {
      // The balance is a courtesy; paying says what is wrong.
      this.purse.value = null;
    }
  }

  private async readWays(): Promise<void> {
    if (this.known.value.length > 0) return;
    try {
      const { methods, free_topups } = await this.http.get<PaymentMethods>("payment-methods");
      this.known.value = methods;
      this.gratis.value = free_topups;
      const [first] = methods;
      if (first && !methods.includes(this.picked.value)) this.choose(first);
    } catch {
      // Then there is no choice; the wallet is tried, and the server says so if it is none.
    }
  }

  private enter(phase: CheckoutPhase, error: ApiError | null = null): void {
    batch(() => {
      this.step.value = phase;
      this.fault.value = error;
    });
  }
}
