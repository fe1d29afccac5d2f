// What a connection's statistics mean: rates from two readings. Pure; the reports come from Peer.stats().

export interface Flow {
  readonly atMs: number;
  readonly bytes: number;
  readonly frames: number;
  readonly lost: number;
  readonly packets: number;
  readonly width: number;
  readonly height: number;
}

export interface Health {
  readonly kbps: number;
  readonly fps: number;
  readonly lossPercent: number;
  readonly width: number;
  readonly height: number;
}

/** Adds up what went out (outbound-rtp) or came in (inbound-rtp) over all tracks. */
export function flowOf(report: Iterable<Record<string, unknown>>, direction: "in" | "out"): Flow {
  const flow = { atMs: 0, bytes: 0, frames: 0, lost: 0, packets: 0, width: 0, height: 0 };
  for (const entry of report) {
    const number = (name: string) => (typeof entry[name] === "number" ? (entry[name] as number) : 0);
    if (entry.type === "remote-inbound-rtp" && direction === "out") flow.lost += number("packetsLost");
    if (entry.type !== (direction === "in" ? "inbound-rtp" : "outbound-rtp")) continue;
    flow.atMs = Math.max(flow.atMs, number("timestamp"));
    flow.bytes += number(direction === "in" ? "bytesReceived" : "bytesSent");
    flow.packets += number(direction === "in" ? "packetsReceived" : "packetsSent");
    if (direction === "in") flow.lost += number("packetsLost");
    if (entry.kind !== "video") continue;
    flow.frames += number(direction === "in" ? "framesDecoded" : "framesEncoded");
    flow.width = Math.max(flow.width, number("frameWidth"));
    flow.height = Math.max(flow.height, number("frameHeight"));
  }
  return flow;
}

/** Null for the first reading, and when a new session started counting from zero. */
export function healthBetween(before: Flow | null, after: Flow): Health | null {
  if (!before || after.atMs <= before.atMs || after.bytes < before.bytes) return null;
  const seconds = (after.atMs - before.atMs) / 1000;
  const packets = after.packets - before.packets;
  const lost = Math.max(0, after.lost - before.lost);
  return {
    kbps: Math.round(((after.bytes - before.bytes) * 8) / 1000 / seconds),
    fps: Math.round((after.frames - before.frames) / seconds),
    lossPercent: packets + lost === 0 ? 0 : Math.round((1000 * lost) / (packets + lost)) / 10,
    width: after.width,
    height: after.height,
  };
}
