// How long to wait before the next attempt. Pure: the caller brings the randomness.

export interface BackoffOptions {
  readonly baseMs: number;
  readonly capMs: number;
}

export const RECONNECT: BackoffOptions = { baseMs: 500, capMs: 15_000 };

/**
 * Doubling with "equal jitter": half of the delay is fixed, so that a crowd never retries at once, and half is random,
 * so that it does not retry together. `attempt` starts at 0, `random` is in [0, 1).
 */
export function backoffMs(attempt: number, random: number, options: BackoffOptions = RECONNECT): number {
  const full = Math.min(options.capMs, options.baseMs * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random);
}
