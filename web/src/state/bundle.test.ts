import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { Topic } from "../core/rest.ts";
import { Bundle } from "./bundle.ts";
import { TaxonomyDesk } from "./taxonomy.ts";

function topic(id: string, version = 1): Topic {
  const at = "2026-01-01T00:00:00Z";
  const mei = { id: "u-mei", handle: "mei", display_name: "Mei" };
  const texts = { title: id, category: "food", summary: "", language: "en", cover: null };
  const times = { planned_at: null, created_at: at, submitted_at: at, expires_at: null, due_at: at };
  return {
    id,
    version,
    status: "in_review",
    ...texts,
    ...times,
    products: [],
    creator: mei,
    claim: null,
    decision: null,
    referrals: [],
  };
}

function server(answers: Record<string, unknown>) {
  const asked: { readonly path: string; readonly body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const path = `${init?.method} ${String(url).replace("/api/v1/", "")}`;
    asked.push({ path, body: init?.body ? JSON.parse(String(init.body)) : null });
    const answer = answers[path];
    if (answer === undefined) return Promise.resolve(Response.json({ code: "not_found" }, { status: 404 }));
    return Promise.resolve(Response.json(answer));
  };
  return { http: new Http("/api/v1", { fetch, sleep: async () => {}, random: () => 0 }), asked };
}

describe("a bundle", () => {
  it("is decided in the versions that were read, and keeps what was refused", async () => {
    const refused = { id: "c", error: { code: "topic_state", message: "Kim has decided already" } };
    const { http, asked } = server({
      "GET topics/a/similar": { topics: [topic("b", 3), topic("c")] },
      "POST topic-decisions": { results: [{ id: "a", topic: topic("a") }, refused] },
      "POST topic-decisions/undo": { results: [{ id: "a", topic: topic("a") }] },
    });
    const bundle = new Bundle(http);
    await bundle.load("a");
    bundle.toggleAll();
    expect([...bundle.chosen.value]).toEqual(["b", "c"]);
    bundle.toggle("c");
    expect([...bundle.chosen.value]).toEqual(["b"]);
    const decided = await bundle.decide(topic("a", 2), "request-changes", { code: "unclear", reason: "which?" });
    expect(asked.at(-1)?.body).toEqual({
      decision: "request_changes",
      topics: [
        { id: "a", version: 2 },
        { id: "b", version: 3 },
      ],
      code: "unclear",
      reason: "which?",
    });
    expect(decided.map(({ id }) => id)).toEqual(["a"]);
    expect(bundle.refused.value).toEqual([refused]);
    expect((await bundle.undo(decided)).map(({ id }) => id)).toEqual(["a"]);
    expect(asked.at(-1)?.body).toEqual({ topics: ["a"] });
    expect(bundle.refused.value).toEqual([]);
  });

  it("has nothing chosen for the next topic, and does without an answer", async () => {
    const { http } = server({ "GET topics/a/similar": { topics: [topic("b")] } });
    const bundle = new Bundle(http);
    await bundle.load("a");
    bundle.toggleAll();
    bundle.toggleAll();
    expect(bundle.chosen.value.size).toBe(0);
    bundle.toggleAll();
    await bundle.load("z");
    expect(bundle.alike.value).toEqual([]);
    expect(bundle.chosen.value.size).toBe(0);
  });
});

describe("the taxonomy", () => {
  const food = {
    key: "food",
    version: 1,
    policy: "No wine.",
    restricted: [],
    group: "health",
    names: {},
    retired: false,
  };
  const draft = { policy: "No wine at all.", restricted: ["wine"], group: "health", names: {}, retired: false };

  it("sends the version that was read, and shows what the server made of it", async () => {
    const { http, asked } = server({
      "GET me": { user: { role: "admin" } },
      "GET topic-categories": { categories: [food] },
      "GET staff-groups": { members: [] },
      "PUT topic-categories/food": { category: { ...food, version: 2 } },
      "PUT topic-categories/pets": { category: { ...food, key: "pets" } },
    });
    const desk = new TaxonomyDesk(http);
    await desk.refresh();
    expect(desk.mayChange.value).toBe(true);
    await desk.save("food", food, draft);
    expect(asked.at(-1)?.body).toEqual({ ...draft, version: 1 });
    await desk.save("pets", null, draft);
    expect(asked.at(-1)?.body).toEqual({ ...draft, version: 0 });
    expect(desk.categories.value.map(({ key, version }) => `${key} ${version}`)).toEqual(["food 2", "pets 1"]);
  });

  it("is read by moderators, who are not asked for groups", async () => {
    const { http, asked } = server({
      "GET me": { user: { role: "moderator" } },
      "GET topic-categories": { categories: [food] },
    });
    const desk = new TaxonomyDesk(http);
    await desk.refresh();
    expect(desk.mayChange.value).toBe(false);
    expect(desk.error.value).toBe(null);
    expect(asked.map(({ path }) => path)).toEqual(["GET me", "GET topic-categories"]);
  });

  it("finds whom a handle means before it puts him into groups", async () => {
    const kim = { id: "u-kim", handle: "kim", display_name: "Kim" };
    const { http } = server({
      "GET users/kim": { user: kim },
      "PUT users/u-kim/groups": { member: { user: kim, groups: ["goods"] } },
    });
    const desk = new TaxonomyDesk(http);
    await desk.saveGroups("kim", ["goods"]);
    expect(desk.members.value).toEqual([{ user: kim, groups: ["goods"] }]);
  });
});
