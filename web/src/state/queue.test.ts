import { effect, signal } from "@preact/signals";
import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { User } from "../core/protocol.ts";
import type { Topic } from "../core/rest.ts";
import { TopicQueue } from "./queue.ts";

const mo: User = { id: "u-mo", handle: "mo", display_name: "Mo", role: "moderator" };

function topic(id: string, submitted_at: string, claimedBy?: string): Topic {
  const person = { id: "u-mei", handle: "mei", display_name: "Mei" };
  const claim = claimedBy
    ? { moderator: { id: claimedBy, handle: claimedBy, display_name: claimedBy }, until: "2999-01-01T00:00:00Z" }
    : null;
  return {
    id,
    version: 1,
    status: "in_review",
    title: id,
    category: "food",
    summary: "",
    language: "en",
    planned_at: null,
    products: [],
    cover: null,
    creator: person,
    claim,
    decision: null,
    referrals: [],
    created_at: "2026-01-01T00:00:00Z",
    submitted_at,
    expires_at: null,
    due_at: submitted_at,
  };
}

function desk(refuse: string | null = null, nowMs: () => number = Date.now) {
  const topics = [
    topic("b", "2026-01-02T00:00:00Z"),
    topic("c", "2026-01-03T00:00:00Z"),
    topic("a", "2026-01-01T00:00:00Z"),
  ];
  const posts: string[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const path = String(url).replace("/api/v1/", "");
    if (path.startsWith("products/")) {
      return Promise.resolve(
        Response.json({ product: { id: path.slice(9), title: "Tea", currency: "CNY", variants: [] } }),
      );
    }
    if (path === "topic-categories") {
      return Promise.resolve(Response.json({ categories: [{ key: "food", version: 1, policy: "No wine." }] }));
    }
    if (init?.method === "GET" && /^topics\/./.test(path)) {
      const notes = [{ kind: "claim", rule: "claims", where: "title", found: "miracle" }];
      return Promise.resolve(Response.json({ topic: { ...topic(path.slice(7), ""), annotations: notes } }));
    }
    if (init?.method === "GET") return Promise.resolve(Response.json({ topics, next: null }));
    posts.push(path);
    if (refuse !== null) return Promise.resolve(Response.json({ code: refuse, status: 409 }, { status: 409 }));
    const found = topics.find((entry) => path.startsWith(`topics/${entry.id}/`));
    return Promise.resolve(Response.json({ topic: found && topic(found.id, found.submitted_at ?? "", mo.id) }));
  };
  const http = new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 });
  return { queue: new TopicQueue(http, () => mo, nowMs), posts, topics };
}

describe("TopicQueue", () => {
  it("puts the oldest first and moves with the keys, stopping at the ends", async () => {
    const { queue } = desk();
    await queue.refresh();
    expect(queue.topics.value?.map((entry) => entry.id)).toEqual(["a", "b", "c"]);
    const visited = ([1, 1, 1, 1, -1] as const).map((step) => {
      queue.move(step);
      return queue.selected.value?.id;
    });
    expect(visited).toEqual(["a", "b", "c", "c", "b"]);
  });

  it("claims before it decides, and goes on to the next one", async () => {
    const { queue, posts } = desk();
    await queue.refresh();
    queue.move(1);
    const [first] = queue.topics.value ?? [];
    if (first) await queue.decide(first, "approve");
    expect(posts).toEqual(["topics/a/claim", "topics/a/approve?version=1"]);
    expect(queue.topics.value?.map((entry) => entry.id)).toEqual(["b", "c"]);
    expect(queue.selected.value?.id).toBe("b");
  });

  it("takes the newest decision back, once, and selects the topic again", async () => {
    const { queue, posts } = desk();
    await queue.refresh();
    queue.move(1);
    const [first] = queue.topics.value ?? [];
    if (first) await queue.decide(first, "approve");
    expect((await queue.undo())?.id).toBe("a");
    expect(await queue.undo()).toBeNull();
    expect(posts.at(-1)).toBe("topics/a/undo");
    expect(queue.selected.value?.id).toBe("a");
  });

  it("leaves a topic to another moderator and goes on", async () => {
    const { queue, posts } = desk();
    await queue.refresh();
    queue.move(1);
    const [first] = queue.topics.value ?? [];
    if (first) await queue.askAnother(first, "Is this tea?");
    expect(posts).toEqual(["topics/a/second-opinion"]);
    expect(queue.selected.value?.id).toBe("b");
  });

  it("reads the goods of the topic that is looked at", async () => {
    const { queue, topics } = desk();
    topics.splice(0, 3, { ...topic("a", "2026-01-01T00:00:00Z"), products: ["p1"] });
    await queue.refresh();
    expect(queue.shelf.products.value.size).toBe(0);
    queue.move(1);
    await expect.poll(() => queue.shelf.products.value.get("p1")?.title).toBe("Tea");
  });

  it("reads the notes and the policy of the topic that is looked at", async () => {
    const { queue } = desk();
    await queue.refresh();
    expect(queue.notes.value).toEqual([]);
    queue.move(1);
    await expect.poll(() => queue.notes.value.map((note) => note.found)).toEqual(["miracle"]);
    await expect.poll(() => queue.policy.value).toBe("No wine.");
  });

  it("puts what is due first before what came first", async () => {
    const { queue, topics } = desk();
    topics.push({ ...topic("d", "2026-01-04T00:00:00Z"), due_at: "2025-12-31T00:00:00Z" });
    await queue.refresh();
    expect(queue.topics.value?.[0]?.id).toBe("d");
  });

  it("hears what others do: a decided topic goes, but not from under whoever reads it", async () => {
    const { queue } = desk();
    await queue.refresh();
    const ids = () => queue.topics.value?.map((entry) => entry.id);
    const news = (id: string, state: string, by = "u-meg") => queue.hear({ about: "topic", id, state, by });
    queue.select("a");
    await news("c", "approved");
    await news("a", "rejected");
    await news("b", "approved", mo.id);
    expect(ids()).toEqual(["a", "b"]);
    expect(queue.waiting.value).toBe(1);
    expect(queue.topics.value?.map((each) => queue.decidedMeanwhile(each))).toEqual(["rejected", null]);
    queue.move(1);
    expect(ids()).toEqual(["b"]);
    await news("d", "in_review");
    expect(ids()).toContain("d");
    await queue.hear({ about: "show", id: "b", state: "ended", by: "u-mei" });
    expect(ids()).toContain("b");
  });

  it("is not taken back to what its page's address said before", async () => {
    const { queue } = desk();
    await queue.refresh();
    const address = signal("a");
    effect(() => queue.select(address.value));
    await queue.hear({ about: "topic", id: "a", state: "approved", by: "u-meg" });
    address.value = "b";
    await queue.hear({ about: "topic", id: "b", state: "approved", by: "u-meg" });
    queue.select("c");
    expect(queue.selected.value?.id).toBe("c");
  });

  it("believes news more than an answer that was on its way meanwhile", async () => {
    const { queue } = desk();
    await queue.refresh();
    const ids = () => queue.topics.value?.map((entry) => entry.id);
    const news = (id: string, state: string) => queue.hear({ about: "topic", id, state, by: "u-meg" });
    const claimed = news("b", "claimed");
    await news("b", "approved");
    await claimed;
    expect(ids()).toEqual(["a", "c"]);
    const reading = queue.refresh();
    await news("c", "rejected");
    await reading;
    expect(ids()).toEqual(["a", "b"]);
  });

  it("claims again what has run out by the server's clock", async () => {
    const { queue, posts } = desk(null, () => Date.parse("2999-01-01T00:00:01Z"));
    await queue.refresh();
    await queue.claim(topic("a", "", mo.id));
    expect(posts).toEqual(["topics/a/claim"]);
  });

  it("does not claim twice", async () => {
    const { queue, posts } = desk();
    await queue.refresh();
    await queue.claim(topic("a", "", mo.id));
    expect(posts).toEqual([]);
  });

  it("keeps a topic that somebody else holds, and reads the queue again", async () => {
    const { queue, posts, topics } = desk("topic_claimed");
    await queue.refresh();
    topics.splice(0, 3, topic("a", "2026-01-01T00:00:00Z", "u-meg"));
    const decided = queue.decide(topic("a", ""), "reject", { code: "other", reason: "no" });
    await expect(decided).rejects.toMatchObject({ code: "topic_claimed" });
    expect(posts).toEqual(["topics/a/claim"]);
    const [left] = queue.topics.value ?? [];
    expect(left && queue.heldByOther(left)).toBe(true);
  });
});
