import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import { keepReferrer, tellReferrer } from "./referrer.ts";

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
}

function arrive(search: string, kept: Storage): string {
  let address = "";
  vi.stubGlobal("history", { replaceState: (_state: unknown, _title: string, url: string) => (address = url) });
  keepReferrer("s1", () => kept, { search, pathname: "/s/s1", hash: "#x" } as Location);
  return address;
}

describe("whose link brought somebody", () => {
  afterEach(() => vi.unstubAllGlobals());

  it("is taken out of the address, the first one is kept, and it is told once", async () => {
    const kept = storage();
    expect(arrive("?by=ana&order=7", kept)).toBe("/s/s1?order=7#x");
    expect(arrive("?by=lin", kept)).toBe("/s/s1#x");
    expect(arrive("?order=7", kept)).toBe("");
    const post = vi.fn(async () => ({}));
    for (let again = 0; again < 2; again += 1) await tellReferrer({ post } as never, "s1", () => kept);
    expect(post.mock.calls).toEqual([["shows/s1/referral", { by: "ana" }]]);
  });

  it("is kept when the server cannot be asked, and forgotten when it says no", async () => {
    const kept = storage();
    arrive("?by=ana", kept);
    const faults = [new ApiError("network", 0, ""), new ApiError("not_found", 404, "")];
    const post = vi.fn(async () => Promise.reject(faults.shift() ?? new Error("not asked again")));
    for (let again = 0; again < 3; again += 1) await tellReferrer({ post } as never, "s1", () => kept);
    expect(post).toHaveBeenCalledTimes(2);
  });
});
