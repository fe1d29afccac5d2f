// Trouble that lasts: one bad reading is no reason to tell anybody, and one good reading is no relief. Pure.
import type { Health, Limit } from "./stats.ts";

/** What stands in the way of a broadcast. */
export type Trouble = Limit | "loss";

/** Says a finding once it was made `times` in a row, and takes it back after as many readings without it. */
export class Lasting<T> {
  private candidate: T | null = null;
  private seen = 0;
  private told: T | null = null;

  constructor(private readonly times: number) {}

  read(finding: T | null): T | null {
    this.seen = finding === this.candidate ? this.seen + 1 : 1;
    this.candidate = finding;
    if (this.seen >= this.times) this.told = finding;
    return this.told;
  }
}

const LOSS_PERCENT = 5;
const SLOW_MS = 700;

/** What the host's browser complains of; losses only when it does not, since it answers them by sending less. */
export function troubleIn({ limit, lossPercent }: Health): Trouble | null {
  return limit ?? (lossPercent >= LOSS_PERCENT ? "loss" : null);
}

/**
 * Does this reading speak against the viewer's own line? Losses do, since the relay asks the host again for what was lost
 * on the way to it; and so does the time that the browser's own checks take to the relay and back. Few pictures do not: the
 * host may send no more.
 */
export function isWeak({ lossPercent, rttMs }: Health): boolean {
  return lossPercent >= LOSS_PERCENT || (rttMs ?? 0) >= SLOW_MS;
}
