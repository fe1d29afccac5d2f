import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { Cases } from "./cases.ts";

function cases(pages: Record<string, unknown>, broken = { now: false }) {
  const asked: string[] = [];
  const fetch = (url: string | URL | Request): Promise<Response> => {
    const path = String(url).replace("/api/v1/", "");
    asked.push(path);
    if (broken.now) return Promise.resolve(Response.json({ code: "unavailable", status: 503 }, { status: 503 }));
    return Promise.resolve(Response.json(pages[path]));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { state: new Cases(http), asked };
}

const FIRST = { "me/cases?limit=50": { cases: [{ number: 2 }], next: "2" } };
const SECOND = { "me/cases?limit=50&cursor=2": { cases: [{ number: 1 }], next: null } };

describe("Cases", () => {
  it("are read page by page until there are no more", async () => {
    const { state, asked } = cases({ ...FIRST, ...SECOND });
    await Promise.all([state.more(), state.more()]);
    expect([state.cases.value.length, state.complete.value, asked.length]).toEqual([1, false, 1]);
    await state.more();
    await state.more();
    expect(state.cases.value.map((each) => each.number)).toEqual([2, 1]);
    expect([state.complete.value, asked.length]).toEqual([true, 2]);
  });

  it("keep what was read when a page cannot be had, and go on there", async () => {
    const broken = { now: false };
    const { state } = cases({ ...FIRST, ...SECOND }, broken);
    await state.more();
    broken.now = true;
    await state.more();
    expect([state.cases.value.length, state.error.value?.code, state.busy.value]).toEqual([1, "unavailable", false]);
    broken.now = false;
    await state.more();
    expect([state.cases.value.length, state.error.value]).toEqual([2, null]);
  });
});
