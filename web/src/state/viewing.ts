// The picture and sound of a show that somebody watches.
import { batch, computed, type ReadonlySignal, signal } from "@preact/signals";
import type { ApiError } from "../core/errors.ts";
import { isWeak, Lasting } from "../core/lasting.ts";
import type { Peer, PeerState } from "../core/peer.ts";
import { type Flow, flowOf, healthBetween } from "../core/stats.ts";
import { watcher } from "../core/watch.ts";
import { whileVisible } from "./visible.ts";

const LOOK_EVERY_MS = 2_000;
/** So many readings in a row make a weak line, or a good one again. */
const READINGS = 3;

export class Viewing {
  private readonly media = signal<readonly (MediaStream | undefined)[]>([]);
  private readonly link = signal<PeerState>("closed");
  private readonly fault = signal<ApiError | null>(null);
  private readonly playing = signal(false);
  private readonly key = signal<string | null>(null);
  private readonly arriving = signal(0);
  private readonly weakness = signal(false);
  private before: Flow | null = null;
  private lasting = new Lasting<true>(READINGS);
  private peer: Peer | null = null;
  private stopLooking: () => void = () => undefined;

  /** Of the host. */
  readonly stream: ReadonlySignal<MediaStream | null> = computed(() => this.media.value[0] ?? null);
  /** Whether the person wants to hear nothing. It begins so, since browsers play nothing else by themselves. */
  readonly muted = signal(true);

  /** By slot. They are there from the start, whether anybody is in the slot or not. */
  get slots(): ReadonlySignal<readonly (MediaStream | undefined)[]> {
    return this.media;
  }

  get state(): ReadonlySignal<PeerState> {
    return this.link;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** True from the first picture on. */
  get hasPicture(): ReadonlySignal<boolean> {
    return this.playing;
  }

  /** The key of the media session that is connected, or was last. */
  get session(): ReadonlySignal<string | null> {
    return this.key;
  }

  get receivers(): readonly RTCRtpReceiver[] {
    return this.peer?.receivers ?? [];
  }

  /** How many lines the picture has that arrives now; 0 while it is not known, or none comes. */
  get lines(): ReadonlySignal<number> {
    return this.arriving;
  }

  /** The person's own line has been bad for several seconds. */
  get weak(): ReadonlySignal<boolean> {
    return this.weakness;
  }

  start(url: string): void {
    this.stop();
    this.peer = watcher(url, {
      onState: (state, error) =>
        batch(() => {
          this.link.value = state;
          this.fault.value = error;
          if (state === "connected") this.key.value = this.peer?.sessionId ?? null;
        }),
      onStream: (stream, slot) => {
        const slots = [...this.media.value];
        slots[slot] = stream;
        this.media.value = slots;
      },
    });
    performance.mark("livecart:watch");
    this.peer.start();
    this.stopLooking = whileVisible(LOOK_EVERY_MS, () => void this.look());
  }

  /** The server lost the relay. */
  suspect(): void {
    this.peer?.suspect();
  }

  onPicture(): void {
    if (this.playing.value) return;
    this.playing.value = true;
    performance.measure("livecart:first-picture", "livecart:watch");
    void this.look();
  }

  /** `over`: the show has ended, and the session with it. */
  stop(over = false): void {
    this.stopLooking();
    this.peer?.dispose(over);
    this.peer = null;
    this.before = null;
    this.lasting = new Lasting<true>(READINGS);
    batch(() => {
      this.media.value = [];
      this.playing.value = false;
      this.key.value = null;
      this.arriving.value = 0;
      this.weakness.value = false;
    });
  }

  private async look(): Promise<void> {
    const { peer } = this;
    const report = await peer?.stats();
    if (!report || this.peer !== peer) return;
    const flow = flowOf(report.values() as Iterable<Record<string, unknown>>, "in");
    const health = healthBetween(this.before, flow);
    this.before = flow;
    // The first reading has a size, but no rate yet.
    const { width, height } = health ?? flow.pictures[0] ?? { width: 0, height: 0 };
    batch(() => {
      // A phone that is held upright sends its lines the other way.
      this.arriving.value = Math.min(width, height);
      // The first reading of a session is no news of the line.
      if (health) this.weakness.value = this.lasting.read(isWeak(health) || null) === true;
    });
  }
}
