// The lines of a show's chat, as the server confirmed them: bounded, in order, each once.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ChatMessage } from "../core/protocol.ts";

export const CHAT_LINES = 300;

export class Chat {
  private readonly list = signal<readonly ChatMessage[]>([]);

  get lines(): ReadonlySignal<readonly ChatMessage[]> {
    return this.list;
  }

  reset(messages: readonly ChatMessage[]): void {
    this.list.value = messages.slice(-CHAT_LINES);
  }

  /** One's own line may come twice: as the answer to sending it and as an event. */
  add(messages: readonly ChatMessage[]): void {
    const known = new Set(this.list.value.map((message) => message.id));
    const fresh = messages.filter((message) => !known.has(message.id) && known.add(message.id));
    if (fresh.length > 0) this.list.value = [...this.list.value, ...fresh].slice(-CHAT_LINES);
  }
}
