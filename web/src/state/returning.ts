// Back from a provider's page: asks what came of the payment until it is decided, and lets the buyer try again.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Order } from "../core/protocol.ts";

/** waiting: the provider has not said yet; unpaid: nobody pays, and the goods are still kept. */
export type Outcome = "waiting" | "paid" | "failed" | "given_back" | "unpaid" | "over";

const EVERY_MS = 1_500;
/** After so many looks the page no longer asks by itself; the button does. */
const LOOKS = 200;

export interface ReturnPorts {
  readonly sleep: (ms: number) => Promise<void>;
  readonly leave: (url: string) => void;
}

const browser: ReturnPorts = {
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  leave: (url) => location.assign(url),
};

export function outcomeOf(order: Order): Outcome {
  if (order.state === "paid" || order.state === "fulfilled") return "paid";
  const payment = order.payment?.state;
  if (payment === "refunded" || order.state === "refunded") return "given_back";
  if (payment === "processing") return "waiting";
  if (order.state !== "reserved") return "over";
  if (payment === "failed") return "failed";
  return payment === "created" ? "waiting" : "unpaid";
}

export class Returning {
  private readonly found = signal<Order | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private readonly working = signal(false);
  private closed = false;
  private key = newKey();

  constructor(
    private readonly http: Http,
    private readonly id: string,
    private readonly ports: ReturnPorts = browser,
  ) {}

  get order(): ReadonlySignal<Order | null> {
    return this.found;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get busy(): ReadonlySignal<boolean> {
    return this.working;
  }

  /** Looks until it is decided, or until `close`. */
  async follow(): Promise<void> {
    for (let look = 0; look < LOOKS && !this.closed; look += 1) {
      if (look > 0) await this.ports.sleep(EVERY_MS);
      if (this.closed) return;
      await this.look();
      const order = this.found.value;
      if (order ? outcomeOf(order) !== "waiting" : this.fault.value?.retryable === false) return;
    }
  }

  close(): void {
    this.closed = true;
  }

  /** To the provider's page again. */
  async payAgain(): Promise<void> {
    if (this.working.value) return;
    this.working.value = true;
    try {
      const method = this.found.value?.payment?.provider;
      const answer = await this.http.post<{ order: Order }>(`${this.path}/pay`, { method }, this.key);
      const url = answer.order.payment?.url;
      if (url) this.ports.leave(url);
    } catch (caught) {
      const error = asApiError(caught);
      if (!error.retryable) this.key = newKey();
      this.fault.value = error;
      await this.look(error);
    } finally {
      this.working.value = false;
    }
  }

  private get path(): string {
    return `orders/${encodeURIComponent(this.id)}`;
  }

  private async look(after: ApiError | null = null): Promise<void> {
    try {
      this.found.value = (await this.http.get<{ order: Order }>(this.path)).order;
      this.fault.value = after;
    } catch (caught) {
      this.fault.value = after ?? asApiError(caught);
    }
  }
}
