// Short notices that go away by themselves; at most a few at a time.
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Notice {
  readonly id: number;
  readonly tone: "info" | "good" | "bad";
  readonly text: string;
}

const LIFETIME_MS = 5_000;
const AT_ONCE = 3;

export class Toasts {
  private readonly list = signal<readonly Notice[]>([]);
  private lastId = 0;

  get items(): ReadonlySignal<readonly Notice[]> {
    return this.list;
  }

  say(text: string, tone: Notice["tone"] = "info"): void {
    this.lastId += 1;
    const id = this.lastId;
    this.list.value = [...this.list.value, { id, tone, text }].slice(-AT_ONCE);
    setTimeout(() => this.dismiss(id), LIFETIME_MS);
  }

  dismiss(id: number): void {
    this.list.value = this.list.value.filter((notice) => notice.id !== id);
  }
}
