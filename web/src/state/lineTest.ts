// Trying the line before a show: whether the relay is reached and how, how long a round trip takes, and how much goes up.
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Route {
  readonly protocol: "udp" | "tcp";
  readonly rttMs: number | null;
}

export interface Findings {
  /** Null: pictures cannot reach the relay. */
  readonly route: Route | null;
  /** Null: nothing could be sent. */
  readonly upBps: number | null;
}

/** What the line carries: all three sizes with the largest in HD, a medium one, a small one, or no picture at all. */
export type Verdict = "good" | "fair" | "poor" | "none";

export interface LinePorts {
  /** Null when the relay is not reached in time. */
  connect(): Promise<Route | null>;
  /** Sends so many bytes of nothing. Rejects when they do not arrive. */
  upload(bytes: number): Promise<void>;
  nowMs(): number;
}

const PIECE_BYTES = 60_000;
const AT_ONCE = 6;
const WAVES = 4;
/** All sizes of a host's picture take 2.35 Mbit/s, the lower two 0.65 (core/simulcast.ts); a line needs some to spare. */
const GOOD_BPS = 3_000_000;
const FAIR_BPS = 1_000_000;

export class LineTest {
  private readonly busy = signal(false);
  private readonly found = signal<Findings | null>(null);

  constructor(private readonly ports: LinePorts) {}

  get running(): ReadonlySignal<boolean> {
    return this.busy;
  }

  get findings(): ReadonlySignal<Findings | null> {
    return this.found;
  }

  async run(): Promise<void> {
    if (this.busy.value) return;
    this.busy.value = true;
    this.found.value = null;
    // One after the other: an upload would make the round trips long.
    const route = await this.ports.connect();
    const upBps = await this.fastest();
    this.found.value = { route, upBps };
    this.busy.value = false;
  }

  /** The best of some waves: the first has connections to open, and another may meet a neighbour's download. */
  private async fastest(): Promise<number | null> {
    let best: number | null = null;
    for (let wave = 0; wave < WAVES; wave += 1) {
      const from = this.ports.nowMs();
      const sent = await Promise.allSettled(Array.from({ length: AT_ONCE }, () => this.ports.upload(PIECE_BYTES)));
      const took = Math.max(1, this.ports.nowMs() - from);
      const arrived = sent.filter(({ status }) => status === "fulfilled").length;
      if (arrived === 0) break;
      best = Math.max(best ?? 0, Math.round((arrived * PIECE_BYTES * 8 * 1000) / took));
    }
    return best;
  }
}

export function verdictOf({ route, upBps }: Findings): Verdict {
  if (route === null || upBps === null) return "none";
  if (upBps >= GOOD_BPS) return "good";
  return upBps >= FAIR_BPS ? "fair" : "poor";
}

/** By which way the session runs, as its statistics say. Null while no pair of addresses is chosen. */
export function routeOf(report: Iterable<Readonly<Record<string, unknown>>>): Route | null {
  const entries = [...report];
  const pair = entries.find(({ type, nominated }) => type === "candidate-pair" && nominated === true);
  const local = pair && entries.find(({ id }) => id === pair.localCandidateId);
  if (!pair || !local) return null;
  const seconds = pair.currentRoundTripTime;
  return {
    protocol: local.protocol === "tcp" || local.relayProtocol === "tcp" ? "tcp" : "udp",
    rttMs: typeof seconds === "number" ? Math.round(seconds * 1000) : null,
  };
}
