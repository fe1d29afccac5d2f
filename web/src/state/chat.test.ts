import { describe, expect, it } from "vitest";
import type { ChatMessage, ChatRules, You } from "../core/protocol.ts";
import { AUTHOR_DELETES_MS, CHAT_LINES, CHAT_LINES_READ, Chat, isFor, isStaff, mayDelete } from "./chat.ts";

function line(id: number): ChatMessage {
  return { id: `m${id}`, author: { id: "u1", display_name: "Ana", role: "viewer" }, text: `line ${id}`, at_ms: id };
}

const RULES: ChatRules = { version: 1, slow_s: 0, links: "host", who: "everyone", followed_minutes: 0 };

function you(id: string, host = false, duties: string[] = host ? ["delete", "pin"] : []): You {
  const user = { id, handle: id, display_name: id, role: "viewer" } as const;
  return { user, guest: false, permissions: [], host, duties, muted: null, call: null };
}

const ids = (chat: Chat) => chat.lines.value.map((message) => message.id);

describe("Chat", () => {
  it("takes the answer and the event of one's own line once", () => {
    const chat = new Chat();
    chat.add([line(1)]);
    chat.add([line(1), line(2), line(2)]);
    expect(ids(chat)).toEqual(["m1", "m2"]);
  });

  it("moves a line that was held to where the others read it, and marks one that was refused", () => {
    const chat = new Chat();
    chat.add([{ ...line(1), held: true }, { ...line(2), held: true }, line(3)]);
    chat.add([line(1)]);
    chat.refuse("m2");
    chat.refuse("m3");
    expect(chat.lines.value).toEqual([{ ...line(2), held: true, refused: true }, line(3), line(1)]);
  });

  it("keeps the newest lines only", () => {
    const chat = new Chat();
    chat.add(Array.from({ length: CHAT_LINES + 5 }, (_, index) => line(index)));
    expect(chat.lines.value).toHaveLength(CHAT_LINES);
    expect(ids(chat)[0]).toBe("m5");
  });

  it("keeps many more while somebody reads older ones", () => {
    const chat = new Chat();
    chat.add([line(0)]);
    chat.keepOlder(true);
    chat.add(Array.from({ length: CHAT_LINES_READ - 1 }, (_, index) => line(index + 1)));
    expect(ids(chat)[0]).toBe("m0");
    chat.add([line(CHAT_LINES_READ)]);
    expect(ids(chat)[0]).toBe("m1");
    chat.keepOlder(false);
    expect(chat.lines.value).toHaveLength(CHAT_LINES);
    expect(ids(chat).at(-1)).toBe(`m${CHAT_LINES_READ}`);
  });

  it("starts over with a snapshot", () => {
    const chat = new Chat();
    chat.add([line(1)]);
    chat.reset([line(7), line(8)], line(7), RULES);
    expect(ids(chat)).toEqual(["m7", "m8"]);
  });

  it("takes a deleted line away for good, also from the pin", () => {
    const chat = new Chat();
    chat.reset([line(1), line(2)], line(1), RULES);
    chat.remove("m1");
    chat.add([line(1)]);
    expect(ids(chat)).toEqual(["m2"]);
    expect(chat.pinned.value.message).toBeNull();
  });

  it("does not show a line whose deletion came first", () => {
    const chat = new Chat();
    chat.remove("m1");
    chat.add([line(1), line(2)]);
    expect(ids(chat)).toEqual(["m2"]);
  });

  it("ignores pins and rules that are older than what it has", () => {
    const chat = new Chat();
    chat.reset([], null, { ...RULES, version: 5 });
    chat.setPinned({ message: line(1), version: 5 });
    chat.setRules({ ...RULES, version: 4, slow_s: 30 });
    expect(chat.pinned.value.message).toBeNull();
    expect(chat.rules.value.slow_s).toBe(0);
    chat.setPinned({ message: line(1), version: 7 });
    chat.setRules({ ...RULES, version: 6, slow_s: 30 });
    expect(chat.pinned.value.message?.id).toBe("m1");
    expect(chat.rules.value.slow_s).toBe(30);
  });
});

describe("what one may do with a line", () => {
  it("lets authors delete for a minute, the host and moderators always", () => {
    const late = 1 + AUTHOR_DELETES_MS + 1;
    expect(mayDelete(line(1), you("u1"), late - 1)).toBe(true);
    expect(mayDelete(line(1), you("u1"), late)).toBe(false);
    expect(mayDelete(line(1), you("u2"), 1)).toBe(false);
    expect(mayDelete(line(1), null, 1)).toBe(false);
    expect(mayDelete(line(1), you("u2", true), late)).toBe(true);
    expect(isStaff(you("u2", false, ["mute"]))).toBe(true);
  });

  it("is for those who are mentioned or answered, not for its author", () => {
    const ana = { id: "u1", handle: "ana", display_name: "Ana" };
    const lin = { id: "u2", handle: "lin", display_name: "Lin" };
    const mentions = { ...line(1), mentions: [ana, lin] };
    expect([you("u1"), you("u2"), you("u3"), null].map((who) => isFor(mentions, who))).toEqual([
      false,
      true,
      false,
      false,
    ]);
    expect(isFor({ ...line(2), reply_to: { id: "m9", author: lin } }, you("u2"))).toBe(true);
  });
});
