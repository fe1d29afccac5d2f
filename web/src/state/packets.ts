// The red packets of a room as the server tells of them. What one has of them oneself is in packetClaims.ts, which is
// loaded with the first packet.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Packet } from "../core/protocol.ts";

export class RoomPackets {
  private readonly all = signal<readonly Packet[]>([]);
  private ahead = 0;

  /** Newest first. */
  get list(): ReadonlySignal<readonly Packet[]> {
    return this.all;
  }

  /** The server's clock, by which packets open. */
  nowMs(): number {
    return Date.now() + this.ahead;
  }

  reset(packets: readonly Packet[], nowMs: number): void {
    this.ahead = nowMs - Date.now();
    this.all.value = packets;
  }

  put(packet: Packet): void {
    if (this.all.value.some((known) => known.id === packet.id)) this.change(packet.id, packet);
    else this.all.value = [packet, ...this.all.value];
  }

  /** Claims or the end: whatever the event says of a packet, unless something newer is known. */
  change(id: string, news: Partial<Packet> & { readonly version: number }): void {
    this.all.value = this.all.value.map((known) =>
      known.id === id && known.version < news.version ? { ...known, ...news } : known,
    );
  }

  dismiss(id: string): void {
    this.all.value = this.all.value.filter((known) => known.id !== id);
  }
}
