// What somebody is about to take: which variant or offer, at what price, how many there can be, and what is in the way.
import type { Offer, Product, Variant } from "../core/protocol.ts";
import type { CartUnits, Goods } from "./checkout.ts";
import { unitsLeft } from "./offering.ts";
import { stateAt } from "./offers.ts";
import { type Units, unitsOf } from "./units.ts";

export type Hindrance = "sold_out" | "not_on_sale" | "offer_closed";

export interface Choice {
  readonly variant: Variant;
  readonly goods: Goods;
  readonly price_minor: number;
  /** What a waitlist holds for this person included. */
  readonly left: number;
  readonly units: Units;
  readonly hindrance: Hindrance | null;
}

export interface Shelf {
  readonly product: Product;
  /** All of the room, as they are now: an offer may be of several. */
  readonly products: readonly Product[];
  /** As it is now; `over`: the room has it no longer. */
  readonly offer: Offer | null;
  readonly over: boolean;
  readonly atMs: number;
  /** Units that a waitlist holds for this person, nobody else's and so not among what is available. */
  readonly held: (goods: Goods) => number;
  /** Units of the offer that this person had already. */
  readonly had: (offer: Offer) => number;
}

/** Null for a product without variants. */
export function choiceOf(shelf: Shelf, chosen: string): Choice | null {
  const { product, products, offer, held, had } = shelf;
  const variant = product.variants.find(({ id }) => id === chosen) ?? product.variants[0];
  if (!variant) return null;
  const goods = offer ? { offer: offer.id } : { variant: variant.id };
  const left = held(goods) + Math.max(0, offer ? unitsLeft(offer, products) : variant.available);
  return {
    variant,
    goods,
    left,
    price_minor: offer?.price_minor ?? variant.price_minor,
    units: unitsOf(left, offer && Math.max(0, offer.per_buyer - had(offer))),
    hindrance: hindranceOf(shelf, left),
  };
}

function hindranceOf({ product, offer, over, atMs }: Shelf, left: number): Hindrance | null {
  if (over || (offer && stateAt(offer, atMs) === "closed")) return "offer_closed";
  if (!product.on_sale) return "not_on_sale";
  return left > 0 ? null : "sold_out";
}

/** What is put into a cart for so many of an offer, or of a variant alone. */
export function cartUnits(offer: Offer | null, variant: Variant, quantity: number): readonly CartUnits[] {
  const lines = offer?.lines ?? [{ variant: variant.id, quantity: 1 }];
  return lines.map((line) => ({ variant: line.variant, quantity: line.quantity * quantity }));
}

/** Which of several to begin with: what is held for this person, else the first that is there. */
export function firstOf({ product, held }: Pick<Shelf, "product" | "held">): string {
  const { variants } = product;
  const own = variants.find(({ id }) => held({ variant: id }) > 0);
  return (own ?? variants.find(({ available }) => available > 0) ?? variants[0])?.id ?? "";
}

/** Those that one can only wait for, but for the one that is chosen: it says so itself. */
export function soldOutBeside({ product, held }: Pick<Shelf, "product" | "held">, chosen: string): readonly Variant[] {
  return product.variants.filter(({ id, available }) => id !== chosen && available + held({ variant: id }) <= 0);
}
