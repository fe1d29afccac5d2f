// What one has of a room's red packets: claims, their answers, and the question after a draw. Loaded with the first packet.
import { type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { newKey } from "../core/http.ts";
import type { Operations, Packet } from "../core/protocol.ts";

export type ClaimAnswer = Operations["packet.claim"]["ok"];

export interface ClaimPorts {
  claim(packet: string, nonce: string): Promise<ClaimAnswer>;
  /** Waits some milliseconds. */
  sleep(ms: number): Promise<void>;
  random(): number;
}

/** Thousands who entered ask at the same moment how the draw went: each at a moment of his own. */
const ASK_WITHIN_MS = 2_000;
const ASK_TRIES = 3;
const CLOSED = ["exhausted", "drawn", "expired"];

export function isClosed(packet: Packet): boolean {
  return CLOSED.includes(packet.state);
}

export class PacketClaims {
  private readonly told = signal<Readonly<Record<string, ClaimAnswer>>>({});
  private readonly faults = signal<Readonly<Record<string, ApiError>>>({});
  private readonly waiting = signal<string | null>(null);
  private readonly asked = new Set<string>();
  private readonly nonces = new Map<string, string>();

  constructor(private readonly ports: ClaimPorts) {}

  get answers(): ReadonlySignal<Readonly<Record<string, ClaimAnswer>>> {
    return this.told;
  }

  /** Why the last claim of a packet was refused. */
  get errors(): ReadonlySignal<Readonly<Record<string, ApiError>>> {
    return this.faults;
  }

  /** The packet that is being claimed. */
  get busy(): ReadonlySignal<string | null> {
    return this.waiting;
  }

  /** One's own word in a packet's draw: with it one finds oneself in the list of entrants. */
  nonce(packet: string): string {
    const nonce = this.nonces.get(packet) ?? newKey();
    this.nonces.set(packet, nonce);
    return nonce;
  }

  async claim(packet: string): Promise<void> {
    if (this.waiting.value !== null) return;
    this.waiting.value = packet;
    const { [packet]: _, ...others } = this.faults.value;
    this.faults.value = others;
    try {
      await this.ask(packet);
    } catch (error) {
      this.faults.value = { ...this.faults.value, [packet]: asApiError(error) };
    } finally {
      this.waiting.value = null;
    }
  }

  /** Whoever was entered in a packet that is closed now asks what the draw gave him; once. */
  async follow(packets: readonly Packet[]): Promise<void> {
    const drawn = packets.filter((packet) => isClosed(packet) && this.told.value[packet.id]?.state === "entered");
    await Promise.all(drawn.filter((packet) => !this.asked.has(packet.id)).map((packet) => this.askLater(packet.id)));
  }

  /** Somebody else is signed in now. */
  reset(): void {
    this.told.value = {};
    this.faults.value = {};
    this.asked.clear();
    this.nonces.clear();
  }

  private async askLater(packet: string): Promise<void> {
    this.asked.add(packet);
    for (let attempt = 0; attempt < ASK_TRIES; attempt += 1) {
      await this.ports.sleep(this.ports.random() * ASK_WITHIN_MS * (attempt + 1));
      // No answer: the card goes on saying that one is entered, and asking again is one press away.
      const done = await this.ask(packet).then(
        () => true,
        () => false,
      );
      if (done) return;
    }
    this.asked.delete(packet);
  }

  private async ask(packet: string): Promise<void> {
    const answer = await this.ports.claim(packet, this.nonce(packet));
    this.told.value = { ...this.told.value, [packet]: answer };
  }
}
