// Leaving for good: what is left in the wallet, and the request that deletes the account.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { Money } from "../core/protocol.ts";

export class Departure {
  private readonly rest = signal<readonly Money[]>([]);
  private readonly gone = signal(false);

  constructor(private readonly http: Http) {}

  /** What would be given up. */
  get left(): ReadonlySignal<readonly Money[]> {
    return this.rest;
  }

  get done(): ReadonlySignal<boolean> {
    return this.gone;
  }

  /** Raises ApiError. */
  async open(): Promise<void> {
    const { wallet } = await this.http.get<{ wallet: { balances: readonly Money[] } }>("wallet");
    this.rest.value = wallet.balances.filter(({ amount_minor }) => amount_minor > 0);
  }

  /** Raises ApiError. Whoever was told of no money does not give any up. */
  async leave(password: string, giveUp: boolean): Promise<void> {
    try {
      await this.http.post("me/delete", { password, give_up_balance: giveUp });
    } catch (error) {
      if (!giveUp) await this.open().catch(() => undefined);
      throw error;
    }
    this.gone.value = true;
  }
}
