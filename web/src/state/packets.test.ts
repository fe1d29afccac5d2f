import { describe, expect, it } from "vitest";
import { ApiError } from "../core/errors.ts";
import type { Packet } from "../core/protocol.ts";
import { type ClaimAnswer, PacketClaims } from "./packetClaims.ts";
import { RoomPackets } from "./packets.ts";

const none = { amount_minor: 0, currency: "CNY" };

function packet(changed: Partial<Packet> = {}): Packet {
  return {
    id: "r1",
    show: "tea",
    sender: { id: "mei", display_name: "Mei" },
    state: "open",
    kind: "lucky",
    mode: "draw",
    total: { amount_minor: 100, currency: "CNY" },
    shares: 2,
    claimed: 0,
    claimed_total: none,
    refunded: none,
    entrants: 0,
    luckiest: null,
    condition: null,
    commitment: "ab",
    opens_at: "2026-01-01T00:00:00.000Z",
    ends_at: "2026-01-01T00:00:20.000Z",
    closed_at: null,
    version: 2,
    ...changed,
  };
}

describe("a room's packets", () => {
  it("are the newest that the server told of, whatever comes late", () => {
    const packets = new RoomPackets();
    packets.reset([packet()], Date.now());
    packets.change("r1", { claimed: 0, entrants: 7, version: 9 });
    packets.change("r1", { claimed: 0, entrants: 5, version: 7 });
    packets.put(packet({ version: 2 }));
    expect(packets.list.value[0]?.entrants).toBe(7);
    packets.put(packet({ id: "r2" }));
    expect(packets.list.value.map((each) => each.id)).toEqual(["r2", "r1"]);
    packets.dismiss("r2");
    expect(packets.list.value.map((each) => each.id)).toEqual(["r1"]);
  });

  it("open by the server's clock", () => {
    const packets = new RoomPackets();
    packets.reset([], Date.now() + 60_000);
    expect(packets.nowMs() - Date.now()).toBeGreaterThan(59_000);
  });
});

describe("one's own claims", () => {
  function claims(...answers: (ClaimAnswer | ApiError)[]) {
    const sent: string[] = [];
    const waits: number[] = [];
    const made = new PacketClaims({
      claim: async (_packet, nonce) => {
        sent.push(nonce);
        const answer = answers.shift();
        if (answer instanceof ApiError || answer === undefined) throw answer ?? new ApiError("network", 0, "");
        return answer;
      },
      sleep: async (ms) => void waits.push(ms),
      random: () => 0.5,
    });
    return { made, sent, waits };
  }

  const entered: ClaimAnswer = { packet: "r1", state: "entered" };
  const won: ClaimAnswer = { packet: "r1", state: "won", amount: { amount_minor: 60, currency: "CNY" } };

  it("ask once after the draw, at a moment of their own and with the same nonce", async () => {
    const { made, sent, waits } = claims(entered, won);
    await made.claim("r1");
    await made.follow([packet()]);
    expect(sent).toHaveLength(1);
    await made.follow([packet({ state: "drawn" })]);
    await made.follow([packet({ state: "drawn" })]);
    expect(made.answers.value.r1).toEqual(won);
    expect(sent).toEqual([made.nonce("r1"), made.nonce("r1")]);
    expect(waits).toEqual([1_000]);
  });

  it("ask again when there was no answer", async () => {
    const { made, waits } = claims(entered, new ApiError("network", 0, ""), won);
    await made.claim("r1");
    await made.follow([packet({ state: "drawn" })]);
    expect(made.answers.value.r1).toEqual(won);
    expect(waits).toEqual([1_000, 2_000]);
  });

  it("say why they were refused until they are tried again", async () => {
    const { made } = claims(new ApiError("condition_missing", 409, "", null, { bought: "buy something" }), won);
    await made.claim("r1");
    expect(made.errors.value.r1?.fields).toEqual({ bought: "buy something" });
    await made.claim("r1");
    expect(made.errors.value.r1).toBeUndefined();
    expect(made.answers.value.r1).toEqual(won);
  });
});
