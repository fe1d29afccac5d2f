// The goods of a show, what is left of them, and which is being shown. Absolute values with versions: older ones lose.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { Bag, EventData, Product } from "../core/protocol.ts";

export class ShowBag {
  private readonly bag = signal<Bag>({ version: -1, products: [] });
  private readonly showingId = signal<string | null>(null);
  private readonly stockVersions = new Map<string, number>();
  private showingVersion = -1;

  readonly products: ReadonlySignal<readonly Product[]> = computed(() => this.bag.value.products);
  readonly showing: ReadonlySignal<Product | null> = computed(
    () => this.bag.value.products.find((product) => product.id === this.showingId.value) ?? null,
  );

  /** A snapshot: replaces everything, and starts the versions afresh. */
  reset(bag: Bag, showing: string | null): void {
    this.stockVersions.clear();
    this.showingVersion = -1;
    this.bag.value = bag;
    this.showingId.value = showing;
  }

  replace(bag: Bag): void {
    if (bag.version >= this.bag.value.version) this.bag.value = bag;
  }

  show({ product, version }: EventData["product.showing"]): void {
    if (version < this.showingVersion) return;
    this.showingVersion = version;
    this.showingId.value = product;
  }

  setStock({ product, variant, available, version }: EventData["stock"]): void {
    if (version < (this.stockVersions.get(variant) ?? -1)) return;
    this.stockVersions.set(variant, version);
    const products = this.bag.value.products.map((item) => {
      if (item.id !== product) return item;
      const variants = item.variants.map((entry) => (entry.id === variant ? { ...entry, available } : entry));
      return { ...item, variants };
    });
    this.bag.value = { ...this.bag.value, products };
  }
}

/** What may still be bought of a product, over all variants. */
export function available(product: Product): number {
  if (!product.on_sale) return 0;
  return product.variants.reduce((sum, variant) => sum + Math.max(0, variant.available), 0);
}

/** Pictures of our own origin only: the page's policy forbids others, and a foreign host would learn who watches. */
export function ownPictures(product: Product): readonly string[] {
  return product.images.filter((image) => image.startsWith("/") && !image.startsWith("//"));
}
