import { describe, expect, it } from "vitest";
import type { Http } from "../core/http.ts";
import { Listing } from "./listing.ts";

interface Thing {
  readonly id: string;
  readonly title: string;
}

/** Answers each request when it is told to, with what it is told. */
class SlowHttp {
  readonly waiting: ((things: readonly Thing[]) => void)[] = [];

  get(): Promise<unknown> {
    return new Promise((resolve) => this.waiting.push((things) => resolve({ things, next: null })));
  }
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe("Listing", () => {
  it("does not lose what was put or removed while it was read", async () => {
    const http = new SlowHttp();
    const list = new Listing<Thing>(http as unknown as Http, "things", "mine=1");
    const [old, gone, made] = [
      { id: "1", title: "old" },
      { id: "2", title: "gone" },
      { id: "3", title: "made" },
    ];
    const first = list.refresh();
    http.waiting.shift()?.([old, gone]);
    await first;
    const second = list.refresh();
    list.put(made);
    list.remove("2");
    http.waiting.shift()?.([old, gone]);
    await turn();
    expect(list.items.value).toEqual([made, old]);
    // Read again, since that answer was older than what is known.
    http.waiting.shift()?.([made, old]);
    await second;
    expect(list.items.value).toEqual([made, old]);
    expect(http.waiting).toEqual([]);
  });
});
