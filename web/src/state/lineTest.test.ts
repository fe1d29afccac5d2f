import { describe, expect, it } from "vitest";
import { type Findings, LineTest, routeOf, verdictOf } from "./lineTest.ts";

const UDP = { protocol: "udp", rttMs: 12 } as const;

/** A line that carries so much, whose every `lostth` piece does not arrive. */
function line(bps: number, lost = 0) {
  let now = 0;
  let piece = 0;
  return {
    connect: async () => UDP,
    upload: async (bytes: number) => {
      piece += 1;
      now += (bytes * 8 * 1000) / bps;
      if (lost > 0 && piece % lost === 0) throw new Error("lost");
    },
    nowMs: () => now,
  };
}

async function tested(ports: ReturnType<typeof line>): Promise<Findings | null> {
  const test = new LineTest(ports);
  const running = test.run();
  expect(test.running.value).toBe(true);
  // A second press changes nothing.
  await test.run();
  await running;
  expect(test.running.value).toBe(false);
  return test.findings.value;
}

describe("a test of the line", () => {
  it("says what goes up, and what that is good for", async () => {
    for (const [bps, verdict] of [
      [8_000_000, "good"],
      [1_500_000, "fair"],
      [300_000, "poor"],
    ] as const) {
      const found = await tested(line(bps));
      expect(found).toEqual({ route: UDP, upBps: bps });
      expect(found && verdictOf(found)).toBe(verdict);
    }
  });

  it("counts what arrived alone, and says when nothing does", async () => {
    expect((await tested(line(4_000_000, 2)))?.upBps).toBe(2_000_000);
    expect(await tested(line(4_000_000, 1))).toEqual({ route: UDP, upBps: null });
    expect(verdictOf({ route: UDP, upBps: null })).toBe("none");
    expect(verdictOf({ route: null, upBps: 9_000_000 })).toBe("none");
  });

  it("reads the way from the statistics", () => {
    const pair = { type: "candidate-pair", nominated: true, localCandidateId: "L", currentRoundTripTime: 0.0214 };
    expect(routeOf([pair, { id: "L", protocol: "udp" }])).toEqual({ protocol: "udp", rttMs: 21 });
    expect(
      routeOf([
        { ...pair, currentRoundTripTime: undefined },
        { id: "L", protocol: "tcp" },
      ]),
    ).toEqual({
      protocol: "tcp",
      rttMs: null,
    });
    expect(routeOf([pair, { id: "L", protocol: "udp", relayProtocol: "tcp" }])?.protocol).toBe("tcp");
    expect(routeOf([{ ...pair, nominated: false }])).toBeNull();
  });
});
