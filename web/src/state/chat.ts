// A show's chat as the server confirmed it: its lines, bounded, in order, each once; its pinned line and its rules.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { ChatMessage, ChatRules, EventData, You } from "../core/protocol.ts";

export const CHAT_LINES = 300;
/** While somebody reads further up, so that it does not go away under his eyes. */
export const CHAT_LINES_READ = 2_000;
/** As long as the server lets authors delete (livecart/domain/chat.py). */
export const AUTHOR_DELETES_MS = 60_000;
const REMEMBERED_DELETIONS = 1_000;
const DEFAULT_RULES: ChatRules = { version: 0, slow_s: 0, links: "host", who: "everyone", followed_minutes: 0 };

/** `refused`: one's own line that was held, and will not be shown to anybody. */
export type ChatLine = ChatMessage & { readonly refused?: boolean };

export class Chat {
  private readonly list = signal<readonly ChatLine[]>([]);
  private readonly pin = signal<EventData["chat.pinned"]>({ message: null, version: 0 });
  private readonly current = signal<ChatRules>(DEFAULT_RULES);
  private readonly gone = new Set<string>();
  private most = CHAT_LINES;

  get lines(): ReadonlySignal<readonly ChatLine[]> {
    return this.list;
  }

  get pinned(): ReadonlySignal<EventData["chat.pinned"]> {
    return this.pin;
  }

  get rules(): ReadonlySignal<ChatRules> {
    return this.current;
  }

  reset(messages: readonly ChatMessage[], pinned: ChatMessage | null, rules: ChatRules): void {
    this.list.value = messages.slice(-this.most);
    this.pin.value = { message: pinned, version: rules.version };
    this.current.value = rules;
  }

  /**
   * One's own line may come twice: as the answer to sending it and as an event. Deleted ones do not come back. A line
   * that was held is where the others read it: at the end.
   */
  add(messages: readonly ChatMessage[]): void {
    const released = new Set(messages.filter(({ held }) => !held).map(({ id }) => id));
    const lines = this.list.value.filter(({ id, held }) => !held || !released.has(id));
    const known = new Set(lines.map((message) => message.id));
    const fresh = messages.filter(({ id }) => !this.gone.has(id) && !known.has(id) && known.add(id));
    if (fresh.length > 0) this.list.value = [...lines, ...fresh].slice(-this.most);
  }

  /** Somebody reads older lines, or no longer. */
  keepOlder(on: boolean): void {
    this.most = on ? CHAT_LINES_READ : CHAT_LINES;
    if (this.list.value.length > this.most) this.list.value = this.list.value.slice(-this.most);
  }

  /** One's own line was kept back for good. */
  refuse(id: string): void {
    this.list.value = this.list.value.map((line) => (line.id === id && line.held ? { ...line, refused: true } : line));
  }

  remove(id: string): void {
    this.gone.add(id);
    for (const oldest of this.gone) {
      if (this.gone.size <= REMEMBERED_DELETIONS) break;
      this.gone.delete(oldest);
    }
    this.list.value = this.list.value.filter((message) => message.id !== id);
    if (this.pin.value.message?.id === id) this.pin.value = { ...this.pin.value, message: null };
  }

  /** What is older than what is known changes nothing. */
  setPinned(pinned: EventData["chat.pinned"]): void {
    if (pinned.version > this.pin.value.version) this.pin.value = pinned;
  }

  setRules(rules: ChatRules): void {
    if (rules.version > this.current.value.version) this.current.value = rules;
  }
}

/** The host, his assistants and the moderators: the server's table says so. */
export function isStaff(you: You | null): boolean {
  return (you?.duties.length ?? 0) > 0;
}

export function may(you: You | null, duty: string): boolean {
  return you?.duties.includes(duty) === true;
}

export function mayDelete(message: ChatMessage, you: You | null, nowMs: number): boolean {
  const mine = you?.user?.id === message.author.id;
  return may(you, "delete") || (mine && nowMs - message.at_ms <= AUTHOR_DELETES_MS);
}

/** Somebody was mentioned or answered: his page shows the line as his. */
export function isFor(message: ChatMessage, you: You | null): boolean {
  const id = you?.user?.id;
  if (id === undefined || message.author.id === id) return false;
  return message.reply_to?.author.id === id || (message.mentions ?? []).some((person) => person.id === id);
}
