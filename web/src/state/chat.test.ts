import { describe, expect, it } from "vitest";
import type { ChatMessage } from "../core/protocol.ts";
import { CHAT_LINES, Chat } from "./chat.ts";

function line(id: number): ChatMessage {
  return { id: `m${id}`, author: { id: "u1", display_name: "Ana", role: "viewer" }, text: `line ${id}`, at_ms: id };
}

const ids = (chat: Chat) => chat.lines.value.map((message) => message.id);

describe("Chat", () => {
  it("takes the answer and the event of one's own line once", () => {
    const chat = new Chat();
    chat.add([line(1)]);
    chat.add([line(1), line(2), line(2)]);
    expect(ids(chat)).toEqual(["m1", "m2"]);
  });

  it("keeps the newest lines only", () => {
    const chat = new Chat();
    chat.add(Array.from({ length: CHAT_LINES + 5 }, (_, index) => line(index)));
    expect(chat.lines.value).toHaveLength(CHAT_LINES);
    expect(ids(chat)[0]).toBe("m5");
  });

  it("starts over with a snapshot", () => {
    const chat = new Chat();
    chat.add([line(1)]);
    chat.reset([line(7), line(8)]);
    expect(ids(chat)).toEqual(["m7", "m8"]);
  });
});
