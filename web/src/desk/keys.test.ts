import { describe, expect, it } from "vitest";
import { Keyboard } from "./keys.ts";

function keyboard(...presses: string[]) {
  const board = new Keyboard();
  const take = board.offer({
    title: "Some",
    keys: presses.map((press) => ({ press, meaning: press, run: () => undefined })),
  });
  return { board, take };
}

describe("Keyboard", () => {
  it("knows single keys and pairs", () => {
    const { board } = keyboard("j", "g w", "w");
    expect(board.press("j", 0)?.press).toBe("j");
    expect(board.press("g", 10)).toBeNull();
    expect(board.press("w", 20)?.press).toBe("g w");
    expect(board.press("w", 30)?.press).toBe("w");
  });

  it("forgets the first key of a pair after a while, and when something else follows", () => {
    const { board } = keyboard("g w", "w");
    board.press("g", 0);
    expect(board.press("w", 2_000)?.press).toBe("w");
    board.press("g", 3_000);
    expect(board.press("x", 3_010)).toBeNull();
    expect(board.press("w", 3_020)?.press).toBe("w");
  });

  it("offers keys until they are taken away, the newest first", () => {
    const { board, take } = keyboard("a");
    const run = () => undefined;
    const over = board.offer({ title: "Over", keys: [{ press: "a", meaning: "other", run }] });
    expect(board.press("a", 0)?.meaning).toBe("other");
    over();
    expect(board.press("a", 0)?.meaning).toBe("a");
    take();
    expect(board.press("a", 0)).toBeNull();
    expect(board.groups.value).toEqual([]);
  });
});
