import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import { TileSizes } from "./tileSizes.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stand() {
  const session = signal<string | null>("a");
  const joined = signal(true);
  const told: string[] = [];
  const faults: ApiError[] = [];
  const sizes = new TileSizes({
    session,
    joined,
    tell: async (to, wanted) => {
      const fault = faults.shift();
      if (fault) throw fault;
      told.push(`${to} ${wanted.join()}`);
    },
  });
  const later = (ms = 300) => vi.advanceTimersByTimeAsync(ms);
  return { session, joined, told, faults, sizes, later };
}

it("says nothing of what is taken for granted, and everything else once", async () => {
  const { told, sizes, later } = stand();
  await later();
  sizes.want(["small", "large"]);
  sizes.want(["large", "small"]);
  await later();
  sizes.want(["large", "small"]);
  await later();
  sizes.want(["large"]);
  await later();
  expect(told).toEqual(["a large,small", "a large"]);
});

it("tells each new session, and waits while the server does not hear", async () => {
  const { session, joined, told, sizes, later } = stand();
  sizes.want(["medium", "medium"]);
  joined.value = false;
  await later();
  joined.value = true;
  await later();
  session.value = null;
  session.value = "b";
  await later();
  expect(told).toEqual(["a medium,medium", "b medium,medium"]);
});

it("says it again when it was refused for now, but not to a session that is gone", async () => {
  const { session, told, faults, sizes, later } = stand();
  faults.push(new ApiError("rate_limited", 0, "", 500), new ApiError("not_found", 0, ""));
  sizes.want(["large", "small"]);
  await later();
  await later(600);
  await later(60_000);
  expect(told).toEqual([]);
  session.value = "b";
  await later();
  expect(told).toEqual(["b large,small"]);
  sizes.dispose();
});
