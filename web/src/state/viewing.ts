// The picture and sound of a show that somebody watches.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ApiError } from "../core/errors.ts";
import type { Peer, PeerState } from "../core/peer.ts";
import { watcher } from "../core/watch.ts";

export class Viewing {
  private readonly media = signal<MediaStream | null>(null);
  private readonly link = signal<PeerState>("closed");
  private readonly fault = signal<ApiError | null>(null);
  private readonly playing = signal(false);
  private peer: Peer | null = null;

  get stream(): ReadonlySignal<MediaStream | null> {
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

  start(url: string): void {
    this.stop();
    this.peer = watcher(url, {
      onState: (state, error) => {
        this.link.value = state;
        this.fault.value = error;
      },
      onStream: (stream) => {
        this.media.value = stream;
      },
    });
    performance.mark("livecart:watch");
    this.peer.start();
  }

  /** The server lost the relay. */
  suspect(): void {
    this.peer?.suspect();
  }

  onPicture(): void {
    if (this.playing.value) return;
    this.playing.value = true;
    performance.measure("livecart:first-picture", "livecart:watch");
  }

  /** `over`: the show has ended, and the session with it. */
  stop(over = false): void {
    this.peer?.dispose(over);
    this.peer = null;
    this.media.value = null;
    this.playing.value = false;
  }
}
