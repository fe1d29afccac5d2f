import { afterEach, describe, expect, it, vi } from "vitest";
import type { Offer } from "../core/protocol.ts";
import { ShowOffers, secondsLeft, stateAt } from "./offers.ts";

const START = Date.parse("2027-01-15T08:00:00.000Z");
const offer: Offer = {
  id: "f1",
  show: "s1",
  title: "Tea",
  lines: [{ variant: "v1", product: "p1", quantity: 1, unit_price_minor: 1990 }],
  price: { amount_minor: 990, currency: "CNY" },
  price_minor: 990,
  list_minor: 1990,
  quantity: 5,
  available: 5,
  sold: 0,
  per_buyer: 2,
  mode: "reserve",
  state: "open",
  starts_at: "2027-01-15T08:00:00.000Z",
  ends_at: "2027-01-15T08:01:00.000Z",
  closed_at: null,
  version: 1,
};

afterEach(() => void vi.useRealTimers());

describe("ShowOffers", () => {
  it("keeps the newest version of each offer, whatever order they come in", () => {
    const offers = new ShowOffers();
    offers.reset([], 0);
    offers.set({ ...offer, version: 3, available: 1 });
    offers.set({ ...offer, version: 2, available: 4 });
    offers.set({ ...offer, id: "f2" });
    expect(offers.current.value.map((item) => [item.id, item.available])).toEqual([
      ["f2", 5],
      ["f1", 1],
    ]);
    offers.set({ ...offer, version: 4, closed_at: "2027-01-15T08:00:10.000Z" });
    expect(offers.current.value.map((item) => item.id)).toEqual(["f2"]);
  });

  it("counts by the server's clock, however wrong this one is", () => {
    const offers = new ShowOffers();
    offers.reset([offer], START + 15_000, 1_000);
    expect(secondsLeft(offer, offers.serverNow(1_000))).toBe(45);
    expect(secondsLeft(offer, offers.serverNow(31_500))).toBe(15);
  });

  it("has open what the clock says, though nobody tells that it began or ended one", () => {
    vi.useFakeTimers({ now: 1_000 });
    const offers = new ShowOffers();
    const open = () => offers.open.value.map(({ id }) => id);
    const later = { ...offer, id: "f2", starts_at: offer.ends_at as string, ends_at: null };
    offers.reset([offer, later], START - 5_000);
    expect(open()).toEqual([]);
    vi.advanceTimersByTime(5_000);
    expect(open()).toEqual(["f1"]);
    offers.set({ ...offer, version: 2, available: 0 });
    expect(open()).toEqual([]);
    offers.set({ ...offer, version: 3 });
    vi.advanceTimersByTime(60_000);
    expect(open()).toEqual(["f2"]);
    offers.set({ ...later, version: 2, closed_at: later.starts_at });
    expect(open()).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("an offer", () => {
  it("begins, sells out and ends", () => {
    expect(stateAt(offer, START - 1)).toBe("scheduled");
    expect(secondsLeft(offer, START - 1_500)).toBe(2);
    expect(stateAt(offer, START)).toBe("open");
    expect(stateAt({ ...offer, available: 0 }, START)).toBe("sold_out");
    expect(stateAt(offer, START + 60_000)).toBe("closed");
    expect(secondsLeft(offer, START + 61_000)).toBe(0);
    expect(stateAt({ ...offer, closed_at: offer.starts_at }, START)).toBe("closed");
    expect(secondsLeft({ ...offer, ends_at: null }, START)).toBeNull();
  });
});
