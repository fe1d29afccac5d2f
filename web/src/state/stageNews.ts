// What is told of a stage as it happens and may be lost: who speaks, and the host's captions. Loaded with the picture.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { EventData, RoomEvent } from "../core/protocol.ts";
import type { Room } from "./room.ts";

export type Caption = EventData["caption"];
/** So long stands what nothing followed. */
const READ_MS = 7_000;
const KEY = "livecart.captions";

export class StageNews {
  private readonly speaks = signal<number | null>(null);
  private readonly spoken = signal<number | null>(null);
  private readonly said = signal<Caption | null>(null);
  private readonly known = signal(false);
  private readonly wanted = signal(true);
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly storage: () => Pick<Storage, "getItem" | "setItem">) {
    try {
      this.wanted.value = storage().getItem(KEY) !== "off";
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }

  /** Who speaks now; null for nobody. */
  get speaker(): ReadonlySignal<number | null> {
    return this.speaks;
  }

  /** Who spoke last: a pause is no reason to show somebody else. */
  get spoke(): ReadonlySignal<number | null> {
    return this.spoken;
  }

  get caption(): ReadonlySignal<Caption | null> {
    return this.said;
  }

  /** Whether this show has captions at all. */
  get captioned(): ReadonlySignal<boolean> {
    return this.known;
  }

  /** Whether the person wants to read them. */
  get reading(): ReadonlySignal<boolean> {
    return this.wanted;
  }

  take(event: RoomEvent): void {
    if (event[1] === "speaker") {
      this.speaks.value = event[2].slot;
      this.spoken.value = event[2].slot ?? this.spoken.value;
    } else if (event[1] === "caption") {
      this.known.value = true;
      this.said.value = event[2];
      if (this.timer !== null) clearTimeout(this.timer);
      this.timer = setTimeout(() => (this.said.value = null), READ_MS);
    }
  }

  toggle(): void {
    this.wanted.value = !this.wanted.value;
    try {
      this.storage().setItem(KEY, this.wanted.value ? "on" : "off");
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
    }
  }
}

const rooms = new WeakMap<Room, StageNews>();

/** For as long as the room is open. */
export function stageNewsIn(room: Room): StageNews {
  const known = rooms.get(room);
  if (known) return known;
  const news = new StageNews(() => localStorage);
  room.staff.add((event) => news.take(event));
  rooms.set(room, news);
  return news;
}
