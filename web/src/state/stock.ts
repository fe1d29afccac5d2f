// The stock of one variant of the seller's: correcting it, and what moved it.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type Http, newKey } from "../core/http.ts";
import type { Movement } from "../core/rest.ts";

const PAGE = 20;

/** So many more or less, or so many in all. */
export type Correction = { readonly delta: number } | { readonly stock: number };

export class VariantStock {
  private readonly list = signal<readonly Movement[] | null>(null);
  private readonly following = signal<string | null>(null);
  /** One key per correction asked for: pressing again after a lost answer corrects once. */
  private asked = { wish: "", key: "" };
  private readonly path: string;

  constructor(
    private readonly http: Http,
    readonly variant: string,
  ) {
    this.path = `variants/${encodeURIComponent(variant)}`;
  }

  /** Newest first; null until the first answer. */
  get movements(): ReadonlySignal<readonly Movement[] | null> {
    return this.list;
  }

  /** Whether there are older ones. */
  get hasMore(): ReadonlySignal<string | null> {
    return this.following;
  }

  /** The newest ones. Raises ApiError. */
  async read(): Promise<void> {
    await this.page(null);
  }

  /** Older ones below. Raises ApiError. */
  async readMore(): Promise<void> {
    if (this.following.value !== null) await this.page(this.following.value);
  }

  /** Raises ApiError. */
  async correct(correction: Correction, cause: string): Promise<void> {
    const wish = { ...correction, cause };
    const written = JSON.stringify(wish);
    if (this.asked.wish !== written) this.asked = { wish: written, key: newKey() };
    await this.http.post(`${this.path}/stock`, wish, this.asked.key);
    this.asked = { wish: "", key: "" };
    await this.read();
  }

  private async page(cursor: string | null): Promise<void> {
    const at = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `${this.path}/movements?limit=${PAGE}${at}`;
    const { movements, next } = await this.http.get<{ movements: Movement[]; next: string | null }>(path);
    batch(() => {
      this.list.value = cursor === null ? movements : [...(this.list.value ?? []), ...movements];
      this.following.value = next;
    });
  }
}
