// The person's wallet on its own page: what is in it, and filling it, by a provider's page or, in the demo, for nothing.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Money, Payment, Wallet } from "../core/protocol.ts";
import type { PaymentMethods } from "../core/rest.ts";

const EVERY_MS = 1_500;
/** After so many looks the page no longer asks by itself. */
const LOOKS = 200;

export interface WalletPorts {
  readonly sleep: (ms: number) => Promise<void>;
  readonly leave: (url: string) => void;
}

const browser: WalletPorts = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  leave: (url) => location.assign(url),
};

const NONE: PaymentMethods = { methods: [], topups: [], free_topups: false };

export class WalletState {
  private readonly purse = signal<Wallet | null>(null);
  private readonly known = signal<PaymentMethods>(NONE);
  private readonly coming = signal<Payment | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly working = signal(false);
  /** One key per thing asked for: it changes with the wish, not with the retry. */
  private asked = { wish: "", key: "" };
  private closed = false;

  constructor(
    private readonly http: Http,
    private readonly ports: WalletPorts = browser,
  ) {}

  /** Null until the first answer. */
  get wallet(): ReadonlySignal<Wallet | null> {
    return this.purse;
  }

  /** How the shop lets people pay. */
  get ways(): ReadonlySignal<PaymentMethods> {
    return this.known;
  }

  /** The top-up that the person comes back from. */
  get payment(): ReadonlySignal<Payment | null> {
    return this.coming;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.working;
  }

  async open(): Promise<void> {
    await Promise.all([
      this.refresh(),
      this.run(async () => {
        this.known.value = await this.http.get<PaymentMethods>("payment-methods");
      }),
    ]);
  }

  /** An old balance stays while there is no answer. */
  async refresh(): Promise<void> {
    try {
      this.purse.value = (await this.http.get<{ wallet: Wallet }>("wallet")).wallet;
    } catch (caught) {
      const error = asApiError(caught);
      if (this.purse.value === null) this.fault.value = error;
    }
  }

  /** `method` null: for nothing. Answers whether the money is there already. */
  async topUp(amount: Money, method: string | null): Promise<boolean> {
    if (this.working.value) return false;
    const wish = method === null ? amount : { ...amount, method };
    const written = JSON.stringify(wish);
    if (this.asked.wish !== written) this.asked = { wish: written, key: newKey() };
    let there = false;
    await this.run(async () => {
      const answer = await this.http.post<{ wallet: Wallet; payment?: Payment }>("wallet/topups", wish, this.asked.key);
      this.purse.value = answer.wallet;
      this.asked = { wish: "", key: "" };
      const page = answer.payment?.url;
      if (page) this.ports.leave(page);
      else there = true;
    });
    // Refused is decided: the next try is a new one.
    if (this.fault.value?.retryable === false) this.asked = { wish: "", key: "" };
    return there;
  }

  /** Back from a provider's page: looks until it is decided, or until `close`. */
  async follow(payment: string): Promise<void> {
    for (let look = 0; look < LOOKS && !this.closed; look += 1) {
      if (look > 0) await this.ports.sleep(EVERY_MS);
      if (this.closed) return;
      await this.look(payment);
      const found = this.coming.value;
      if (found ? !["created", "processing"].includes(found.state) : this.fault.value?.retryable === false) break;
    }
    await this.refresh();
  }

  close(): void {
    this.closed = true;
  }

  private async look(payment: string): Promise<void> {
    try {
      const path = `payments/${encodeURIComponent(payment)}`;
      this.coming.value = (await this.http.get<{ payment: Payment }>(path)).payment;
      this.fault.value = null;
    } catch (caught) {
      this.fault.value = asApiError(caught);
    }
  }

  private async run(action: () => Promise<void>): Promise<void> {
    batch(() => {
      this.working.value = true;
      this.fault.value = null;
    });
    try {
      await action();
    } catch (caught) {
      this.fault.value = asApiError(caught);
    } finally {
      this.working.value = false;
    }
  }
}
