// Telling the relay how large each slot is shown, so that a small tile is sent a small picture: again for each session,
// and again when it did not arrive.
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { TileSize } from "../core/protocol.ts";

/** What a relay takes for granted of a session that said nothing. */
export const GRANTED: readonly TileSize[] = ["large"];
/** Layouts change in pairs: somebody comes, and somebody else is large. */
const GATHER_MS = 250;
const RETRY_MS = 2_000;

export interface TilePorts {
  readonly session: ReadonlySignal<string | null>;
  readonly joined: ReadonlySignal<boolean>;
  /** Raises ApiError. */
  tell(session: string, sizes: readonly TileSize[]): Promise<void>;
}

export class TileSizes {
  private readonly wanted = signal(GRANTED);
  private readonly stopEffect: () => void;
  private told = "";
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly ports: TilePorts) {
    this.stopEffect = effect(() => {
      void [ports.session.value, ports.joined.value, this.wanted.value];
      this.plan(GATHER_MS);
    });
  }

  want(sizes: readonly TileSize[]): void {
    if (sizes.join() !== this.wanted.peek().join()) this.wanted.value = sizes;
  }

  dispose(): void {
    this.stopEffect();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private plan(afterMs: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tell(), afterMs);
  }

  private async tell(): Promise<void> {
    const { session, joined } = this.ports;
    const [to, sizes] = [session.peek(), this.wanted.peek()];
    if (to === null || !joined.peek()) return;
    const [before, now] = [this.told.split(" "), sizes.join()];
    const known = before[0] === to ? before[1] : GRANTED.join();
    if (known === now) return;
    try {
      await this.ports.tell(to, sizes);
      this.told = `${to} ${now}`;
    } catch (caught) {
      const error = asApiError(caught);
      // A session that is gone is followed by another one, which is told.
      if (error.code !== "not_found") this.plan(error.retryAfterMs ?? RETRY_MS);
    }
  }
}
