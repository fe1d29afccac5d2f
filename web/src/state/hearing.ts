// What the host, or whoever sees to calls for him, sees and hears of the callers: a session without the own picture, for as long as somebody is on stage.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import { hurry } from "../core/hurry.ts";
import type { Peer, PeerState } from "../core/peer.ts";
import { watcher } from "../core/watch.ts";

type Slots = readonly (MediaStream | undefined)[];

export class Hearing {
  private readonly media = signal<Slots>([]);
  private readonly path: string;
  private peer: Peer | null = null;
  private wanted = false;
  /** The host has touched this page before anybody comes: browsers let it play sound. */
  readonly muted = signal(false);

  constructor(
    show: string,
    private readonly http: Pick<Http, "get">,
  ) {
    this.path = `shows/${encodeURIComponent(show)}`;
  }

  /** By slot; slot 0 is empty. */
  get slots(): ReadonlySignal<Slots> {
    return this.media;
  }

  /** Begins or ends the session; nothing happens when it is so already. */
  async follow(anybody: boolean): Promise<void> {
    if (anybody === this.wanted) return;
    this.wanted = anybody;
    if (!anybody) return this.stop();
    try {
      const { whep_url } = await this.http.get<{ whep_url: string }>(this.path);
      // Of an assistant or a moderator too: whom they may cut they see before the audience does.
      if (this.wanted && !this.peer) this.start(`${whep_url}?backstage=1`);
    } catch (error) {
      asApiError(error);
      // The next change of the stage asks again.
      this.wanted = false;
    }
  }

  dispose(): void {
    this.wanted = false;
    this.stop();
  }

  private start(url: string): void {
    const onStream = (stream: MediaStream, slot: number) => {
      const slots = [...this.media.value];
      slots[slot] = stream;
      this.media.value = slots;
    };
    const onState = (state: PeerState) => state === "connected" && hurry(this.peer?.receivers ?? [], true);
    this.peer = watcher(url, { onState, onStream }, false);
    this.peer.start();
  }

  private stop(): void {
    this.peer?.dispose();
    this.peer = null;
    this.media.value = [];
  }
}
