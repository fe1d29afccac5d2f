import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { PeerHandlers } from "../core/peer.ts";
import { Viewing } from "./viewing.ts";

let handlers: PeerHandlers;
let reading: { lost: number; packets: number; frames: number; height: number; atMs: number } | null;
let asked: number;
let visibility: DocumentVisibilityState;

const peer = {
  start: () => undefined,
  dispose: () => undefined,
  sessionId: "key",
  stats: () => {
    asked += 1;
    return Promise.resolve(reading && new Map([["in", entry(reading)]]));
  },
};

vi.mock("../core/watch.ts", () => ({
  watcher: (_url: string, given: PeerHandlers) => {
    handlers = given;
    return peer;
  },
}));

function entry({ lost, packets, frames, height, atMs }: NonNullable<typeof reading>) {
  return {
    type: "inbound-rtp",
    kind: "video",
    timestamp: atMs,
    bytesReceived: packets * 1000,
    packetsReceived: packets,
    packetsLost: lost,
    framesDecoded: frames,
    frameWidth: (height / 9) * 16,
    frameHeight: height,
  };
}

/** Two seconds of a picture, with this many of 200 packets lost. */
async function twoSeconds(lost: number, height = 720): Promise<void> {
  const old = reading ?? { lost: 0, packets: 0, frames: 0, height, atMs: 0 };
  const packets = old.packets + 200 - lost;
  reading = { lost: old.lost + lost, packets, frames: old.frames + 40, height, atMs: old.atMs + 2_000 };
  await vi.advanceTimersByTimeAsync(2_000);
}

beforeEach(() => {
  vi.useFakeTimers();
  [reading, asked, visibility] = [null, 0, "visible"];
  const page = Object.defineProperty(new EventTarget(), "visibilityState", { get: () => visibility });
  vi.stubGlobal("document", page);
  vi.stubGlobal("performance", { mark: () => undefined, measure: () => undefined });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function watching(): Promise<Viewing> {
  const viewing = new Viewing();
  viewing.start("/whep/s1");
  handlers.onState("connected", null);
  await twoSeconds(0);
  return viewing;
}

describe("Viewing", () => {
  it("knows the size with the first picture and follows it", async () => {
    const viewing = new Viewing();
    viewing.start("/whep/s1");
    expect(viewing.lines.value).toBe(0);
    reading = { lost: 0, packets: 9, frames: 1, height: 180, atMs: 5 };
    viewing.onPicture();
    await vi.advanceTimersByTimeAsync(0);
    expect(viewing.lines.value).toBe(180);
    await twoSeconds(0, 720);
    expect(viewing.lines.value).toBe(720);
    viewing.stop();
  });

  it("claims no size while no picture comes", async () => {
    const viewing = await watching();
    await twoSeconds(0);
    expect(viewing.lines.value).toBe(720);
    if (reading) reading = { ...reading, atMs: reading.atMs + 2_000 };
    await vi.advanceTimersByTimeAsync(2_000);
    expect(viewing.lines.value).toBe(0);
    viewing.stop();
  });

  it("calls the line weak after three bad readings, and good after three good ones", async () => {
    const viewing = await watching();
    const weak = [];
    for (const lost of [20, 20, 0, 20, 20, 20, 0, 0, 0]) {
      await twoSeconds(lost);
      weak.push(viewing.weak.value);
    }
    expect(weak).toEqual([false, false, false, false, false, true, true, true, false]);
    viewing.stop();
  });

  it("gives the key of the session that is connected, and none afterwards", async () => {
    const viewing = new Viewing();
    viewing.start("/whep/s1");
    handlers.onState("connecting", null);
    expect(viewing.session.value).toBeNull();
    handlers.onState("connected", null);
    expect(viewing.session.value).toBe("key");
    viewing.stop();
    expect(viewing.session.value).toBeNull();
  });

  it("reads nothing while nobody looks, and nothing after the end", async () => {
    const viewing = await watching();
    const before = asked;
    visibility = "hidden";
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toBe(before);
    visibility = "visible";
    await twoSeconds(0);
    expect(asked).toBe(before + 1);
    viewing.stop();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(asked).toBe(before + 1);
  });
});
