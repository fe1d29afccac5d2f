// What a connection's statistics mean: rates from two readings. Pure; the reports come from Peer.stats().

/** Why Chromium sends less than it was asked to (qualityLimitationReason); other browsers say nothing. */
export type Limit = "bandwidth" | "cpu";

/** One picture size that goes out, or the one that comes in. */
export interface Layer {
  /** Null without simulcast. */
  readonly rid: string | null;
  readonly kbps: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
}

export interface Health {
  /** Picture and sound together. */
  readonly kbps: number;
  readonly fps: number;
  readonly lossPercent: number;
  readonly rttMs: number | null;
  /** Of the largest picture that flows; 0 when none does. */
  readonly width: number;
  readonly height: number;
  readonly limit: Limit | null;
  /** The largest first. A size that rests has no pictures a second. */
  readonly layers: readonly Layer[];
}

interface Picture {
  readonly rid: string | null;
  readonly bytes: number;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
}

/** Totals since the session began. */
export interface Flow {
  readonly atMs: number;
  readonly bytes: number;
  readonly lost: number;
  readonly packets: number;
  readonly rttMs: number | null;
  readonly limit: Limit | null;
  readonly pictures: readonly Picture[];
}

type Entry = Record<string, unknown>;

/** Adds up what went out (outbound-rtp) or came in (inbound-rtp) over all tracks. */
export function flowOf(report: Iterable<Entry>, direction: "in" | "out"): Flow {
  const flow = { atMs: 0, bytes: 0, lost: 0, packets: 0, rttMs: null as number | null, limit: null as Limit | null };
  const pictures: Picture[] = [];
  for (const entry of report) {
    if (entry.type === "remote-inbound-rtp" && direction === "out") flow.lost += numberOf(entry, "packetsLost");
    if (entry.type === "candidate-pair" && entry.nominated === true && "currentRoundTripTime" in entry)
      flow.rttMs = Math.round(1000 * numberOf(entry, "currentRoundTripTime"));
    if (entry.type !== (direction === "in" ? "inbound-rtp" : "outbound-rtp")) continue;
    flow.atMs = Math.max(flow.atMs, numberOf(entry, "timestamp"));
    flow.bytes += numberOf(entry, direction === "in" ? "bytesReceived" : "bytesSent");
    flow.packets += numberOf(entry, direction === "in" ? "packetsReceived" : "packetsSent");
    if (direction === "in") flow.lost += numberOf(entry, "packetsLost");
    // What was not negotiated, or was turned off for a small camera, is no layer; callers' pictures are not the host's.
    if (entry.kind !== "video" || entry.active === false || !isHost(entry, direction)) continue;
    flow.limit = stricter(flow.limit, entry.qualityLimitationReason);
    pictures.push(pictureOf(entry, direction));
  }
  return { ...flow, pictures };
}

/** Null for the first reading, and when a new session started counting from zero. */
export function healthBetween(before: Flow | null, after: Flow): Health | null {
  if (!before || after.atMs <= before.atMs || after.bytes < before.bytes) return null;
  const seconds = (after.atMs - before.atMs) / 1000;
  const packets = after.packets - before.packets;
  const lost = Math.max(0, after.lost - before.lost);
  const layers = after.pictures.map((picture) => layerBetween(before, picture, seconds));
  layers.sort((a, b) => order(b.rid) - order(a.rid));
  const largest = layers.find((layer) => layer.fps > 0);
  return {
    kbps: rateOf(after.bytes - before.bytes, seconds),
    fps: Math.max(0, ...layers.map((layer) => layer.fps)),
    lossPercent: packets + lost === 0 ? 0 : Math.round((1000 * lost) / (packets + lost)) / 10,
    rttMs: after.rttMs,
    width: largest?.width ?? 0,
    height: largest?.height ?? 0,
    limit: after.limit,
    layers,
  };
}

/** Slot 0 has the first line of a session. A browser that names no lines is believed. */
function isHost({ mid }: Entry, direction: "in" | "out"): boolean {
  return direction === "out" || mid === undefined || mid === "0";
}

function pictureOf(entry: Entry, direction: "in" | "out"): Picture {
  return {
    rid: typeof entry.rid === "string" && entry.rid !== "" ? entry.rid : null,
    bytes: numberOf(entry, direction === "in" ? "bytesReceived" : "bytesSent"),
    frames: numberOf(entry, direction === "in" ? "framesDecoded" : "framesEncoded"),
    width: numberOf(entry, "frameWidth"),
    height: numberOf(entry, "frameHeight"),
  };
}

function layerBetween(before: Flow, { rid, bytes, frames, width, height }: Picture, seconds: number): Layer {
  const old = before.pictures.find((picture) => picture.rid === rid);
  const grown = Math.max(0, frames - (old?.frames ?? 0));
  const kbps = rateOf(Math.max(0, bytes - (old?.bytes ?? 0)), seconds);
  return { rid, kbps, fps: Math.round(grown / seconds), width, height };
}

/** By name: a size that rests has no height. */
function order(rid: string | null): number {
  return ["l", "m", "h"].indexOf(rid ?? "");
}

function stricter(limit: Limit | null, reason: unknown): Limit | null {
  if (limit === "cpu" || reason === "cpu") return "cpu";
  return reason === "bandwidth" ? "bandwidth" : limit;
}

function rateOf(bytes: number, seconds: number): number {
  return Math.round((bytes * 8) / 1000 / seconds);
}

function numberOf(entry: Entry, name: string): number {
  const value = entry[name];
  return typeof value === "number" ? value : 0;
}
