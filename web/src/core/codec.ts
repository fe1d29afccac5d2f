// Bytes or text of one WebSocket message ↔ frames of the protocol. The only place that looks at untyped data.
import { CodecError } from "./errors.ts";
import type { ClientFrame, ServerFrame } from "./protocol.ts";

export const SUBPROTOCOLS = ["livecart.v1.msgpack", "livecart.v1.json"];

export interface Codec {
  encode(frame: ClientFrame): Uint8Array<ArrayBuffer> | string;
  /** Raises CodecError for anything that is not a server frame. */
  decode(data: unknown): ServerFrame;
}

/** Half of what a page needs to speak to the server: fetched while the connection is made. */
type Msgpack = Pick<typeof import("@msgpack/msgpack"), "decode" | "encode">;
let msgpack: Promise<Msgpack> | null = null;

function loadMsgpack(): Promise<Msgpack> {
  msgpack ??= import("@msgpack/msgpack").catch((error: unknown) => {
    msgpack = null;
    throw error;
  });
  return msgpack;
}

/** Begins to fetch what most connections will need. */
export function foresee(): void {
  loadMsgpack().catch(() => undefined);
}

/** Raises CodecError for an unknown subprotocol, and whatever is wrong when its script cannot be had. */
export async function codecFor(subprotocol: string): Promise<Codec> {
  switch (subprotocol) {
    case "livecart.v1.msgpack":
      return msgpackCodec(await loadMsgpack());
    case "livecart.v1.json":
      return jsonCodec;
    default:
      throw new CodecError(`the server chose the subprotocol "${subprotocol}"`);
  }
}

const msgpackCodec = ({ decode, encode }: Msgpack): Codec => ({
  encode: (frame) => encode(frame),
  decode(data) {
    if (!(data instanceof ArrayBuffer)) throw new CodecError("a text message on a binary subprotocol");
    return toFrame(parsed(() => decode(data)));
  },
});

const jsonCodec: Codec = {
  encode: (frame) => JSON.stringify(frame),
  decode(data) {
    if (typeof data !== "string") throw new CodecError("a binary message on a text subprotocol");
    return toFrame(parsed(() => JSON.parse(data)));
  },
};

function parsed(parse: () => unknown): unknown {
  try {
    return parse();
  } catch (error) {
    throw new CodecError(error instanceof Error ? error.message : "unreadable message");
  }
}

function toFrame(value: unknown): ServerFrame {
  if (!isRecord(value)) throw new CodecError("a message that is not a map");
  if (Array.isArray(value.ev)) {
    if (!value.ev.every(isEvent)) throw new CodecError("an event that is not [seq, type, data, at_ms]");
    return value as unknown as ServerFrame;
  }
  if (typeof value.re !== "number") throw new CodecError("a message that is neither a reply nor events");
  if ("ok" in value) return value as unknown as ServerFrame;
  if (isRecord(value.err) && typeof value.err.code === "string") return value as unknown as ServerFrame;
  throw new CodecError("a reply without ok or err");
}

function isEvent(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length >= 3 &&
    (value[0] === null || Number.isSafeInteger(value[0])) &&
    typeof value[1] === "string"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
