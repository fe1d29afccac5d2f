// Which quality the person wants, and saying so to the server for each media session: the relay keeps no choice longer.
import { effect, type ReadonlySignal, signal } from "@preact/signals";
import { backoffMs } from "../core/backoff.ts";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Quality } from "../core/protocol.ts";

export const QUALITIES: readonly Quality[] = ["auto", "high", "mid", "low"];

const KEPT = "livecart.quality";
const RETRY = { baseMs: 1_000, capMs: 15_000 };

export interface QualityPorts {
  /** The media session that is connected, or null. */
  readonly session: ReadonlySignal<string | null>;
  /** Whether the server hears us. */
  readonly joined: ReadonlySignal<boolean>;
  /** Raises ApiError. */
  choose(session: string, quality: Quality): Promise<void>;
  readonly storage: () => Pick<Storage, "getItem" | "setItem">;
}

export class QualityChoice {
  private readonly current: ReturnType<typeof signal<Quality>>;
  private readonly fault = signal<ApiError | null>(null);
  private readonly stopEffect: () => void;
  /** What the session has: a new one follows the line. */
  private told: { readonly session: string; readonly quality: Quality } | null = null;
  private telling = false;
  private attempt = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly ports: QualityPorts) {
    this.current = signal(this.remembered());
    this.stopEffect = effect(() => {
      // Each of the three may make a word to the server due.
      void [ports.session.value, ports.joined.value, this.current.value];
      this.attempt = 0;
      void this.tell();
    });
  }

  get wanted(): ReadonlySignal<Quality> {
    return this.current as ReadonlySignal<Quality>;
  }

  /** Why the server did not take the choice; null while it did, or may yet. */
  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** Kept on this device for later shows too. */
  choose(quality: Quality): void {
    if (quality === this.current.peek()) return;
    this.fault.value = null;
    try {
      this.ports.storage().setItem(KEPT, quality);
    } catch (error) {
      // A browser that keeps nothing still changes the picture of this show.
      if (!(error instanceof DOMException)) throw error;
    }
    this.current.value = quality;
  }

  dispose(): void {
    this.stopEffect();
    this.wait(null);
  }

  /** One word at a time: what is chosen meanwhile is said next. */
  private async tell(): Promise<void> {
    const { session, joined } = this.ports;
    const [to, quality] = [session.peek(), this.current.peek() ?? "auto"];
    if (this.telling || to === null || !joined.peek()) return;
    const known = this.told?.session === to ? this.told.quality : "auto";
    if (known === quality) return;
    this.wait(null);
    this.telling = true;
    try {
      await this.ports.choose(to, quality);
      this.fault.value = null;
    } catch (caught) {
      const error = asApiError(caught);
      if (isPassing(error)) return this.again(error);
      // A session that is gone is followed by another one; anything else that is refused is not worth a second try.
      if (error.code !== "not_found") this.fault.value = error;
    } finally {
      this.telling = false;
    }
    this.told = { session: to, quality };
    void this.tell();
  }

  private again({ retryAfterMs }: ApiError): void {
    this.wait(retryAfterMs ?? backoffMs(this.attempt, Math.random(), RETRY));
    this.attempt += 1;
  }

  private wait(ms: number | null): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = ms === null ? null : setTimeout(() => void this.tell(), ms);
  }

  private remembered(): Quality {
    try {
      const kept = this.ports.storage().getItem(KEPT);
      return QUALITIES.find((quality) => quality === kept) ?? "auto";
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      return "auto";
    }
  }
}

function isPassing(error: ApiError): boolean {
  return error.retryable || error.code === "rate_limited";
}
