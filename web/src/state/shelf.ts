// Products that are known by their id only, read once each.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Product } from "../core/protocol.ts";

export class Shelf {
  private readonly known = signal<ReadonlyMap<string, Product>>(new Map());
  private readonly asked = new Set<string>();

  constructor(private readonly http: Http) {}

  get products(): ReadonlySignal<ReadonlyMap<string, Product>> {
    return this.known;
  }

  /** What cannot be read stays unknown and is asked for again the next time. */
  async fetch(ids: readonly string[]): Promise<void> {
    const missing = ids.filter((id) => !this.asked.has(id));
    for (const id of missing) this.asked.add(id);
    await Promise.all(missing.map((id) => this.read(id)));
  }

  private async read(id: string): Promise<void> {
    try {
      const { product } = await this.http.get<{ product: Product }>(`products/${encodeURIComponent(id)}`);
      this.known.value = new Map([...this.known.value, [id, product]]);
    } catch (error) {
      asApiError(error);
      this.asked.delete(id);
    }
  }
}
