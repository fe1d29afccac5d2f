import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import { Task } from "./form.ts";

/** An action that ends when it is told to. */
function slow(name: string, done: string[]) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, action: () => ended.then(() => void done.push(name)) };
}

describe("Task", () => {
  it("sends a form once, however often it is asked to", async () => {
    const done: string[] = [];
    const [task, first] = [new Task(), slow("first", done)];
    const sent = task.run(first.action);
    expect(await task.run(async () => void done.push("second"))).toBe(false);
    first.end();
    expect([await sent, done, task.busy.value]).toEqual([true, ["first"], false]);
  });

  it("drops no choice that is made while another is sent, and keeps their order", async () => {
    const done: string[] = [];
    const [task, first, second] = [new Task(), slow("first", done), slow("second", done)];
    const all = [task.run(first.action), task.inTurn(second.action), task.inTurn(async () => void done.push("third"))];
    second.end();
    first.end();
    expect([await Promise.all(all), done]).toEqual([
      [true, true, true],
      ["first", "second", "third"],
    ]);
  });

  it("goes on after a choice that was refused", async () => {
    const done: string[] = [];
    const task = new Task();
    const refused = task.inTurn(() => Promise.reject(new ApiError("forbidden", 403, "")));
    const last = task.inTurn(async () => void done.push("last"));
    expect([await refused, await last, done, task.error.value]).toEqual([false, true, ["last"], null]);
  });
});
