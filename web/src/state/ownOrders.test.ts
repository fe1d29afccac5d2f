import { describe, expect, it } from "vitest";
import type { Offer, Order } from "../core/protocol.ts";
import { OwnOrders } from "./ownOrders.ts";

const pairs = {
  id: "f1",
  lines: [{ variant: "v1", product: "p1", quantity: 2, unit_price_minor: 100 }],
} as unknown as Offer;

function order(
  id: string,
  state: Order["state"],
  { units = 1, held = true, offer = "f1" as string | null } = {},
): Order {
  const paid_at = state === "paid" || state === "refunded" ? "2027-01-15T08:00:00.000Z" : null;
  return { id, state, held, paid_at, lines: [{ variant: "v1", quantity: 2 * units, offer }] } as unknown as Order;
}

describe("OwnOrders", () => {
  it("counts the units of what is held, paid or given back, and of nothing else", () => {
    const orders = new OwnOrders();
    expect(orders.unitsOf(pairs)).toBe(0);
    orders.keep(order("a", "reserved"));
    orders.keep(order("b", "paid", { units: 3 }));
    orders.keep(order("c", "refunded"));
    orders.keep(order("d", "cancelled"));
    orders.keep(order("e", "expired"));
    // The first to pay: an order alone has nothing.
    orders.keep(order("f", "reserved", { held: false }));
    orders.keep(order("g", "paid", { held: false }));
    orders.keep(order("h", "paid", { offer: "f2" }));
    orders.keep(order("i", "paid", { offer: null }));
    expect(orders.unitsOf(pairs)).toBe(6);
  });

  it("goes by what was heard last of each order", () => {
    const orders = new OwnOrders();
    orders.keep(order("a", "reserved"));
    orders.keep(order("a", "paid"));
    expect(orders.unitsOf(pairs)).toBe(1);
    orders.keep(order("b", "reserved"));
    orders.keep(order("b", "cancelled"));
    expect(orders.unitsOf(pairs)).toBe(1);
  });

  it("knows nothing of who was here before", () => {
    const orders = new OwnOrders();
    orders.keep(order("a", "paid"));
    orders.forget();
    expect(orders.unitsOf(pairs)).toBe(0);
  });
});
