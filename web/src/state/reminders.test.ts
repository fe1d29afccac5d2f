import { describe, expect, it, vi } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Show, ShowState } from "../core/protocol.ts";
import { Reminders } from "./reminders.ts";

function ports(states: Record<string, ShowState | "gone" | "unreachable">, kept: Record<string, string> = {}) {
  return {
    storage: () =>
      ({
        getItem: (key: string) => kept[key] ?? null,
        setItem: (key: string, value: string) => {
          kept[key] = value;
        },
      }) as unknown as Storage,
    read: async (id: string) => {
      const state = states[id];
      if (state === "gone") throw new ApiError("not_found", 404, "");
      if (state === "unreachable") throw new ApiError("network", 0, "");
      return { id, state } as Show;
    },
    ask: vi.fn(async () => "granted"),
    push: vi.fn(async (_show: string) => false),
    unpush: vi.fn(async (_show: string) => undefined),
    tell: vi.fn((_show: Show, _pushed: boolean) => undefined),
  };
}

describe("reminders", () => {
  it("are told once when a show has begun, and go when it is over or gone", async () => {
    const states: Record<string, ShowState | "gone" | "unreachable"> = {
      a: "ready",
      b: "ended",
      c: "gone",
      d: "unreachable",
    };
    const kept = {};
    const outside = ports(states, kept);
    const reminders = new Reminders(outside);
    expect(outside.ask).not.toHaveBeenCalled();
    for (const id of ["a", "b", "c", "d"]) await reminders.toggle(id);
    expect(outside.ask).toHaveBeenCalledTimes(4);
    await reminders.look();
    expect(reminders.shows.value).toEqual(["a", "d"]);
    expect(outside.tell).not.toHaveBeenCalled();
    states.a = "live";
    states.d = "interrupted";
    const later = new Reminders(ports(states, kept));
    expect(later.shows.value).toEqual(["a", "d"]);
    for (let again = 0; again < 2; again += 1) await reminders.look();
    expect(outside.tell.mock.calls.map(([show]) => show.id)).toEqual(["a", "d"]);
    expect(reminders.shows.value).toEqual([]);
  });

  it("are taken back without a question, and survive a broken store", async () => {
    const outside = ports({}, { "livecart.reminders": "{" });
    const reminders = new Reminders(outside);
    await reminders.toggle("a");
    await reminders.toggle("a");
    expect(reminders.shows.value).toEqual([]);
    expect(outside.ask).toHaveBeenCalledTimes(1);
  });

  it("are left to the browser where the shop pushes, over a reload, and taken back there too", async () => {
    const states: Record<string, ShowState> = { a: "ready", b: "ready" };
    const outside = ports(states, {});
    outside.push.mockImplementation(async (show) => show === "a");
    const reminders = new Reminders(outside);
    await reminders.toggle("a");
    await reminders.toggle("b");
    await reminders.toggle("b");
    expect(outside.unpush).not.toHaveBeenCalled();
    await reminders.toggle("b");
    const later = new Reminders(outside);
    states.a = "live";
    states.b = "live";
    await later.look();
    expect(outside.tell.mock.calls.map(([show, pushed]) => [show.id, pushed])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    await reminders.toggle("a");
    expect(outside.unpush).toHaveBeenCalledWith("a");
  });

  it("stay on the page when the push service cannot be reached", async () => {
    const outside = ports({ a: "ready" }, {});
    outside.push.mockRejectedValue(new Error("no push service"));
    const reminders = new Reminders(outside);
    await reminders.toggle("a");
    expect(reminders.shows.value).toEqual(["a"]);
  });
});
