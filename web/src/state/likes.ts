// Likes: many taps are one message a second, and everybody's are one figure.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";

export const BATCH_MS = 1_000;
/** What one message may carry (signaling/messages.py). */
export const BATCH_MAX = 50;

export class Likes {
  private readonly told = signal(0);
  /** Tapped, but not sent. */
  private readonly waiting = signal(0);
  /** Sent, but not among what was told yet. */
  private readonly owed = signal(0);
  private scheduled = false;

  readonly total: ReadonlySignal<number> = computed(() => this.told.value + this.waiting.value + this.owed.value);

  constructor(
    private readonly send: (count: number) => Promise<void>,
    private readonly later: (run: () => void, ms: number) => void = (run, ms) => void setTimeout(run, ms),
  ) {}

  reset(total: number): void {
    this.told.value = total;
    this.owed.value = 0;
  }

  /** What everybody liked since the last time, oneself included. */
  add(count: number): void {
    this.told.value += count;
    this.owed.value = Math.max(0, this.owed.value - count);
  }

  /** Taps beyond what one message carries are not counted: nobody is that fast. */
  tap(): void {
    this.waiting.value = Math.min(BATCH_MAX, this.waiting.value + 1);
    this.schedule(BATCH_MS);
  }

  private schedule(ms: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.later(() => void this.flush(), ms);
  }

  private async flush(): Promise<void> {
    const count = this.waiting.value;
    let againMs = BATCH_MS;
    try {
      await this.send(count);
      this.waiting.value -= count;
      this.owed.value += count;
    } catch (caught) {
      const error = asApiError(caught);
      // Too fast: later. Anything else takes the taps back; a like is not worth a question.
      if (error.retryAfterMs === null) this.waiting.value -= count;
      else againMs = Math.max(BATCH_MS, error.retryAfterMs);
    }
    this.scheduled = false;
    if (this.waiting.value > 0) this.schedule(againMs);
  }
}
