import { signal } from "@preact/signals";
import { describe, expect, it, vi } from "vitest";
import type { Duel, RoomEvent } from "../core/protocol.ts";
import { DuelDesk, followScore, type Score, scoreOf, share, sidesIn } from "./duel.ts";
import type { Room } from "./room.ts";

const side = (show: string, score = 0) => ({
  show,
  title: show,
  user: { id: `u-${show}`, handle: show, display_name: show },
  slot: 3,
  score,
  lost: false,
});

const duel = (state: Duel["state"], more: Partial<Duel> = {}): Duel => ({
  id: "d1",
  state,
  minutes: 5,
  home: side("tea"),
  away: side("cups"),
  decided: false,
  winner: null,
  version: 1,
  ...more,
});

const told = (data: Duel): RoomEvent => [null, "duel.invite", { duel: data }, 0];

function desk(show: string, answers: Record<string, unknown> = {}, ask = vi.fn()) {
  const http = {
    get: vi.fn(async (path: string) => answers[path]),
    put: vi.fn(async () => ({ rules: { who: "off" } })),
  };
  return { desk: new DuelDesk(show, http as never, ask), http, ask };
}

describe("a duel as a page follows it", () => {
  it("tells the own host from the guest", () => {
    expect(sidesIn(duel("running"), "tea")).toEqual(["home", "away"]);
    expect(sidesIn(duel("running"), "cups")).toEqual(["away", "home"]);
  });

  it("believes the higher count, and none of another duel", () => {
    const running = duel("running", { home: side("tea", 5) });
    expect(scoreOf(running, null)).toEqual({ home: 5, away: 0 });
    expect(scoreOf(running, { duel: "d1", home: 7, away: 2 })).toEqual({ home: 7, away: 2 });
    expect(scoreOf(running, { duel: "d0", home: 70, away: 2 })).toEqual({ home: 5, away: 0 });
  });

  it("leaves everybody a place in the bar", () => {
    expect([share(0, 0), share(1, 0), share(0, 9), share(3, 1)]).toEqual([50, 90, 10, 70]);
  });

  it("hears the score until it is told not to", () => {
    const room = { staff: new Set<(event: RoomEvent) => void>() };
    const score = signal<(Score & { duel: string }) | null>(null);
    const stop = followScore(room as unknown as Room, score);
    for (const hear of room.staff) hear([null, "duel.score", { duel: "d1", home: 1, away: 2 }, 0]);
    expect(score.value).toEqual({ duel: "d1", home: 1, away: 2 });
    stop();
    expect(room.staff.size).toBe(0);
  });
});

describe("a host's desk", () => {
  it("has an invitation as long as it is open, and says what became of one's own", async () => {
    const { desk: mine } = desk("tea");
    mine.take(told(duel("invited")));
    expect(mine.invitations.value.map(({ id }) => id)).toEqual(["d1"]);
    mine.take(told(duel("declined")));
    expect(mine.invitations.value).toEqual([]);
    expect(mine.refused.value?.state).toBe("declined");
    const { desk: theirs } = desk("cups");
    theirs.take(told(duel("invited")));
    theirs.take(told(duel("expired")));
    expect([theirs.invitations.value, theirs.refused.value]).toEqual([[], null]);
  });

  it("reads the list again when somebody was faster", async () => {
    const answers = { "shows/cups/duel": { invitations: [] }, "shows/cups/duel-rules": { rules: { who: "everyone" } } };
    const { desk: theirs } = desk("cups", answers, vi.fn().mockRejectedValue(new Error("duel_state")));
    theirs.take(told(duel("invited")));
    await expect(theirs.answer(duel("invited"), "accept")).rejects.toThrow("duel_state");
    expect(theirs.invitations.value).toEqual([]);
    expect(theirs.rules.value).toBe("everyone");
    await theirs.changeRules("off");
    expect(theirs.rules.value).toBe("off");
  });

  it("does not believe an answer to what was typed before", async () => {
    const { desk: mine, http } = desk("tea");
    let late: (value: unknown) => void = () => undefined;
    http.get.mockImplementationOnce(() => new Promise((resolve) => (late = resolve)));
    const first = mine.look("b");
    http.get.mockResolvedValueOnce({ hosts: [] });
    await mine.look("bo");
    late({ hosts: [{ show: "x" }] });
    await first;
    expect(mine.hosts.value).toEqual([]);
  });
});
