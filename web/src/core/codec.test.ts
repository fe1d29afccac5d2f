import { readFileSync } from "node:fs";
import { encode as pack, decode as unpack } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import { codecFor } from "./codec.ts";
import { CodecError } from "./errors.ts";
import type { ClientFrame } from "./protocol.ts";

const msgpack = await codecFor("livecart.v1.msgpack");
const json = await codecFor("livecart.v1.json");

function bytes(value: unknown): ArrayBuffer {
  const packed = pack(value);
  return packed.buffer.slice(packed.byteOffset, packed.byteOffset + packed.byteLength);
}

/** The vectors that the server's tests read too. */
interface Vector {
  readonly frame: Record<string, unknown>;
  readonly msgpack: string;
}
interface Exchange {
  readonly request: Vector;
  readonly reply: Vector;
}
const file = new URL("../../../tests/vectors/protocol.json", import.meta.url);
const vectors: { exchanges: Exchange[]; events: Vector[]; refusals: Exchange[] } = JSON.parse(
  readFileSync(file, "utf8"),
);
const asBuffer = (hex: string) => Uint8Array.from(Buffer.from(hex, "hex")).buffer;

describe("the golden vectors", () => {
  const exchanges = [...vectors.exchanges, ...vectors.refusals];

  it("are all there", () => {
    expect(vectors.exchanges.length).toBeGreaterThan(7);
    expect(vectors.events.length).toBeGreaterThan(10);
  });

  it("are what requests are written as", () => {
    for (const { request } of exchanges) {
      const frame = request.frame as unknown as ClientFrame;
      expect(Buffer.from(msgpack.encode(frame) as Uint8Array).toString("hex")).toBe(request.msgpack);
      expect(JSON.parse(json.encode(frame) as string)).toEqual(frame);
    }
  });

  it("are how replies, refusals and events are read", () => {
    for (const { frame, msgpack: hex } of [...exchanges.map(({ reply }) => reply), ...vectors.events]) {
      expect(msgpack.decode(asBuffer(hex))).toEqual(frame);
      expect(json.decode(JSON.stringify(frame))).toEqual(frame);
    }
  });
});

describe("codecFor", () => {
  it("refuses a subprotocol that was not offered", async () => {
    await expect(codecFor("")).rejects.toThrow(CodecError);
  });
});

describe("both codecs", () => {
  const frame = { id: 7, op: "chat.send", d: { text: "你好 👋", key: "k" } } as const;

  it("write the same frame", () => {
    expect(unpack(msgpack.encode(frame) as Uint8Array)).toEqual(frame);
    expect(JSON.parse(json.encode(frame) as string)).toEqual(frame);
  });

  it("read replies, refusals and events", () => {
    const frames = [
      { re: 1, ok: { now_ms: 1_764_000_000_000 } },
      { re: 2, err: { code: "rate_limited", message: "slow down", retryable: true, retry_after_ms: 300 } },
      {
        ev: [
          [41, "show.state", { state: "live" }, 1_764_000_000_001],
          [null, "viewers", { count: 3 }, 1],
        ],
      },
    ];
    for (const value of frames) {
      expect(msgpack.decode(bytes(value))).toEqual(value);
      expect(json.decode(JSON.stringify(value))).toEqual(value);
    }
  });

  it("refuse what is not a frame with their own error", () => {
    const bad = [
      null,
      3,
      "x",
      [],
      {},
      { re: "1", ok: {} },
      { re: 1 },
      { re: 1, err: "no" },
      { ev: [1] },
      { ev: [["1", "chat", {}, 0]] },
    ];
    for (const value of bad) {
      expect(() => msgpack.decode(bytes(value))).toThrow(CodecError);
      expect(() => json.decode(JSON.stringify(value))).toThrow(CodecError);
    }
  });

  it("refuse unreadable and wrongly typed messages with their own error", () => {
    expect(() => msgpack.decode(new Uint8Array([0xc1]).buffer)).toThrow(CodecError);
    expect(() => msgpack.decode(new Uint8Array([0x82, 0xa2]).buffer)).toThrow(CodecError);
    expect(() => msgpack.decode("{}")).toThrow(CodecError);
    expect(() => json.decode("{")).toThrow(CodecError);
    expect(() => json.decode(new ArrayBuffer(2))).toThrow(CodecError);
  });

  it("raise only their own error for random bytes", () => {
    let seed = 42;
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed;
    };
    for (let round = 0; round < 500; round += 1) {
      const data = Uint8Array.from({ length: next() % 40 }, () => next() % 256);
      try {
        msgpack.decode(data.buffer);
      } catch (error) {
        expect(error).toBeInstanceOf(CodecError);
      }
    }
  });
});
