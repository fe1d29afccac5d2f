import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { WaitPlace } from "../core/protocol.ts";
import { mayWait, noteWaiting } from "./waited.ts";
import { Waiting } from "./waiting.ts";

const place: WaitPlace = {
  id: "w1",
  show: "s1",
  variant: "v1",
  offer: null,
  variants: ["v1"],
  product: "p1",
  title: "Tea",
  quantity: 1,
  units: 0,
  state: "waiting",
  position: 2,
  joined_at: "2027-01-15T08:00:00.000Z",
  until: null,
};
const invited: WaitPlace = { ...place, state: "invited", units: 1, position: null, until: "2027-01-15T08:02:00.000Z" };
const GOODS = { variant: "v1" };

/** A server that answers with `answers` in turn; each is a value or a refusal. */
function rig(...answers: (unknown | ApiError | (() => unknown))[]) {
  const asked: string[] = [];
  const noted: boolean[] = [];
  const answer = async (line: string) => {
    asked.push(line);
    const next = answers.shift();
    if (next instanceof ApiError) throw next;
    return typeof next === "function" ? next() : next;
  };
  const waiting: Waiting = new Waiting({
    http: {
      get: (path: string) => answer(`GET ${path}`) as never,
      post: (path: string, body: unknown) => answer(`POST ${path} ${JSON.stringify(body)}`) as never,
      request: (method: string, path: string) => answer(`${method} ${path}`) as never,
    },
    note: (waits) => noted.push(waits),
  });
  return { waiting, asked, noted };
}

describe("Waiting", () => {
  it("joins, and hears of the invitation", async () => {
    const { waiting, asked, noted } = rig({ place });
    await waiting.join("s1", GOODS);
    expect(asked).toEqual(['POST waitlist {"show":"s1","variant":"v1"}']);
    expect(waiting.of(GOODS)?.position).toBe(2);
    expect(waiting.held(GOODS)).toBe(0);
    waiting.hear(invited);
    expect(waiting.places.value).toEqual([invited]);
    expect(waiting.held(GOODS)).toBe(1);
    waiting.hear({ ...invited, state: "ordered" });
    expect(waiting.places.value).toEqual([]);
    expect(waiting.lost.value).toBeNull();
    expect(noted).toEqual([true, true, false]);
  });

  it("says what was missed, until it is put away", () => {
    const { waiting } = rig();
    waiting.hear(invited);
    waiting.hear({ ...invited, state: "missed" });
    expect(waiting.lost.value?.state).toBe("missed");
    waiting.dismiss();
    expect(waiting.lost.value).toBeNull();
  });

  it("keeps a variant and an offer of the same id apart", () => {
    const { waiting } = rig();
    waiting.hear({ ...place, variant: null, offer: "v1" });
    expect(waiting.of(GOODS)).toBeUndefined();
    expect(waiting.of({ offer: "v1" })?.id).toBe("w1");
  });

  it("tells why it could not join, and forgets it at the next try", async () => {
    const { waiting } = rig(new ApiError("still_available", 409, ""), { place });
    await waiting.join("s1", GOODS);
    expect(waiting.error(GOODS)?.code).toBe("still_available");
    await waiting.join("s1", GOODS);
    expect(waiting.error(GOODS)).toBeNull();
  });

  it("looks again when the place it leaves is gone already", async () => {
    const { waiting, asked } = rig(new ApiError("not_found", 404, ""), { places: [] });
    waiting.hear(invited);
    await waiting.leave(invited);
    expect(asked).toEqual(["DELETE waitlist/w1", "GET waitlist"]);
    expect(waiting.places.value).toEqual([]);
    expect(waiting.error(GOODS)).toBeNull();
  });

  it("does not let an old list undo newer news", async () => {
    const old = () => {
      waiting.hear(invited);
      return { places: [place] };
    };
    const { waiting, asked } = rig(old, { places: [invited] });
    await waiting.refresh();
    expect(asked).toHaveLength(2);
    expect(waiting.places.value).toEqual([invited]);
  });

  it("keeps what it knows while the server is away", async () => {
    const { waiting } = rig(new ApiError("unavailable", 503, ""));
    waiting.hear(invited);
    await waiting.refresh();
    expect(waiting.places.value).toEqual([invited]);
  });

  it("asks for one thing at a time", async () => {
    let finish = (_: unknown) => {};
    const { waiting, asked } = rig(() => new Promise((resolve) => (finish = resolve)));
    const first = waiting.join("s1", GOODS);
    await waiting.join("s1", GOODS);
    await Promise.resolve();
    expect(waiting.busy(GOODS)).toBe(true);
    finish({ place });
    await first;
    expect(asked).toHaveLength(1);
    expect(waiting.busy(GOODS)).toBe(false);
  });

  it("forgets everything when somebody else signs in", () => {
    const { waiting } = rig();
    waiting.hear(invited);
    waiting.reset();
    expect(waiting.places.value).toEqual([]);
  });
});

describe("the note in the browser", () => {
  it("is there while somebody waits, and no storage is no fault", () => {
    const kept = new Map<string, string>();
    const storage = () =>
      ({
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => kept.set(key, value),
        removeItem: (key: string) => kept.delete(key),
      }) as unknown as Storage;
    expect(mayWait(storage)).toBe(false);
    noteWaiting(true, storage);
    expect(mayWait(storage)).toBe(true);
    noteWaiting(false, storage);
    expect(mayWait(storage)).toBe(false);
    const none = (): Storage => {
      throw new Error("no storage here");
    };
    noteWaiting(true, none);
    expect(mayWait(none)).toBe(false);
  });
});
