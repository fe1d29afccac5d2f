// Gifts: what a room is told of them, as streaks that are in sight for a while, and what one sends oneself. Loaded when
// first needed.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Gift, GiftStreak } from "../core/protocol.ts";

/** How long a streak stays in sight after its last gift. */
export const LINGER_MS = 6_000;
const SHOWN_MAX = 4;
/** Streaks whose versions are remembered, so that nothing is shown again. */
const KNOWN_MAX = 200;

interface Row {
  readonly streak: GiftStreak;
  readonly until: number;
}

export class GiftFeed {
  private readonly rows = signal<readonly Row[]>([]);
  private readonly known = new Map<string, number>();

  /** The one that began first stands first. */
  readonly streaks: ReadonlySignal<readonly GiftStreak[]> = computed(() => this.rows.value.map(({ streak }) => streak));

  /** `told` may repeat what was taken before. */
  take(told: readonly GiftStreak[], now: number): void {
    for (const streak of told) {
      const before = this.known.get(streak.streak) ?? 0;
      if (streak.version <= before) continue;
      this.known.set(streak.streak, streak.version);
      this.put(streak, now, before > 0);
    }
    for (const oldest of [...this.known.keys()].slice(0, -KNOWN_MAX)) this.known.delete(oldest);
  }

  expire(now: number): void {
    const left = this.rows.peek().filter(({ until }) => now < until);
    if (left.length < this.rows.peek().length) this.rows.value = left;
  }

  private put(streak: GiftStreak, now: number, wasKnown: boolean): void {
    const rows = this.rows.peek();
    const shown = rows.find((row) => row.streak.streak === streak.streak);
    // The end of a streak is no further gift: it neither stays for it nor comes back.
    if (streak.final && wasKnown && shown?.streak.count === streak.count) {
      this.rows.value = rows.map((row) => (row === shown ? { ...row, streak } : row));
    } else if (shown) {
      this.rows.value = rows.map((row) => (row === shown ? { streak, until: now + LINGER_MS } : row));
    } else if (!(streak.final && wasKnown)) {
      this.rows.value = [...rows, { streak, until: now + LINGER_MS }].slice(-SHOWN_MAX);
    }
  }
}

export interface SendingPorts {
  /** Raises ApiError. */
  send(gift: string, count: number, key: string): Promise<GiftStreak>;
  key(): string;
  sleep(ms: number): Promise<void>;
}

/** Taps within this time are one request. */
export const GATHER_MS = 300;
/** What one request may carry (signaling/sale_requests.py). */
const COUNT_MAX = 1_000;
const TRIES = 3;
const AGAIN_MS = 1_000;

interface Job {
  readonly gift: Gift;
  readonly key: string;
  count: number;
  tried: boolean;
}

export class GiftSending {
  private readonly newest = signal<GiftStreak | null>(null);
  private readonly fault = signal<{ readonly error: ApiError; readonly gift: Gift } | null>(null);
  private readonly unsent = signal(0);
  private jobs: Job[] = [];
  private running = false;

  constructor(private readonly ports: SendingPorts) {}

  /** One's own streak as the server confirmed it last. */
  get last(): ReadonlySignal<GiftStreak | null> {
    return this.newest;
  }

  /** Why the last gift was not taken. */
  get refused(): ReadonlySignal<{ readonly error: ApiError; readonly gift: Gift } | null> {
    return this.fault;
  }

  /** How many were tapped and are not confirmed yet. */
  get waiting(): ReadonlySignal<number> {
    return this.unsent;
  }

  tap(gift: Gift): Promise<void> {
    const job = this.jobs.find((each) => each.gift.id === gift.id && !each.tried && each.count < COUNT_MAX);
    if (job) job.count += 1;
    else this.jobs.push({ gift, key: this.ports.key(), count: 1, tried: false });
    this.unsent.value += 1;
    return this.run();
  }

  /** After a lost connection: the same request with the same key, so that what had arrived is not sent twice. */
  again(): Promise<void> {
    return this.run();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    this.fault.value = null;
    try {
      for (let job = this.jobs[0]; job; job = this.jobs[0]) {
        if (!job.tried) await this.ports.sleep(GATHER_MS);
        if (!(await this.deliver(job))) return;
      }
    } finally {
      this.running = false;
    }
  }

  /** Whether there is anything left to go on with. */
  private async deliver(job: Job): Promise<boolean> {
    job.tried = true;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const streak = await this.ports.send(job.gift.id, job.count, job.key);
        batch(() => {
          this.newest.value = streak;
          this.drop([job]);
        });
        return true;
      } catch (caught) {
        const error = asApiError(caught);
        if (!error.retryable) return this.refuse(error, job.gift, this.jobs);
        // Nobody knows whether it arrived: it is kept with its key, and what was tapped after it is not sent unasked.
        if (attempt === TRIES) return this.refuse(error, job.gift, this.jobs.slice(1));
        await this.ports.sleep(error.retryAfterMs ?? AGAIN_MS);
      }
    }
  }

  /** Money is not spent later by itself: what else was tapped is forgotten. */
  private refuse(error: ApiError, gift: Gift, jobs: readonly Job[]): false {
    batch(() => {
      this.fault.value = { error, gift };
      this.drop(jobs);
    });
    return false;
  }

  private drop(jobs: readonly Job[]): void {
    this.unsent.value -= jobs.reduce((sum, { count }) => sum + count, 0);
    this.jobs = this.jobs.filter((job) => !jobs.includes(job));
  }
}
