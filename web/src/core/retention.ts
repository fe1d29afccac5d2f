// Shapes of retention and legal holds in HTTP answers, kept by hand: docs/protocol.md.
import type { Person } from "./protocol.ts";

export type HoldKind = "person" | "show" | "order";

/** `name`: a person's handle or a show's title; an order has none. */
export interface LegalHold {
  readonly id: string;
  readonly kind: HoldKind;
  readonly subject: string;
  readonly name: string | null;
  readonly reason: string;
  readonly by: Person | null;
  readonly at: string;
}

/** `before`: what is older is due; null where the kind is kept for good. */
export interface KeptKind {
  readonly kind: string;
  readonly days: number;
  readonly before: string | null;
  readonly due: number;
  readonly held: number;
  readonly removed: number;
  readonly last_at: string | null;
}
