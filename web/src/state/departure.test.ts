import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import { Departure } from "./departure.ts";

function shop(balance: number, refusal?: ApiError) {
  const post = vi.fn(() => (refusal ? Promise.reject(refusal) : Promise.resolve(undefined)));
  const wallet = { balances: [{ amount_minor: balance, currency: "CNY" }] };
  const get = vi.fn(() => Promise.resolve({ wallet }));
  return { departure: new Departure({ get, post } as unknown as Http), post, get };
}

describe("deleting an account", () => {
  it("says what money is left, and nothing of an empty wallet", async () => {
    const rich = shop(1_200);
    await rich.departure.open();
    expect(rich.departure.left.value).toEqual([{ amount_minor: 1_200, currency: "CNY" }]);
    const poor = shop(0);
    await poor.departure.open();
    expect(poor.departure.left.value).toEqual([]);
  });

  it("is done when the shop says so", async () => {
    const { departure, post } = shop(0);
    await departure.leave("secret", true);
    expect(post).toHaveBeenCalledWith("me/delete", { password: "secret", give_up_balance: true });
    expect(departure.done.value).toBe(true);
  });

  it("reads the wallet again when money came in meanwhile", async () => {
    const { departure } = shop(50, new ApiError("balance_left", 409, "there is money", null, {}));
    await expect(departure.leave("secret", false)).rejects.toMatchObject({ code: "balance_left" });
    expect(departure.left.value).toHaveLength(1);
    expect(departure.done.value).toBe(false);
  });
});
