// A form that is sent once at a time and shows why it was refused.
import { signal, useSignal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";

export class Task {
  readonly busy = signal(false);
  readonly error = signal<ApiError | null>(null);

  private running: Promise<boolean> = Promise.resolve(true);

  /** Runs one action at a time; answers whether it went well. A fault stays in `error` until the next run. */
  async run(action: () => Promise<void>): Promise<boolean> {
    if (this.busy.value) return false;
    this.running = this.attempt(action);
    return this.running;
  }

  /** As `run`, after what runs now: for choices that take effect as they are made, of which none may be dropped. */
  inTurn(action: () => Promise<void>): Promise<boolean> {
    this.running = this.running.then(() => this.attempt(action));
    return this.running;
  }

  private async attempt(action: () => Promise<void>): Promise<boolean> {
    this.busy.value = true;
    this.error.value = null;
    try {
      await action();
      return true;
    } catch (error) {
      this.error.value = asApiError(error);
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}

export function useTask(): Task {
  return useSignal(new Task()).value;
}

/** For forms with a text of several lines, where Enter is a new one: Ctrl+Enter (on a Mac ⌘+Enter) sends. */
export function sendByKey(event: KeyboardEvent): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (event.currentTarget instanceof HTMLFormElement) event.currentTarget.requestSubmit();
}

/** The text of a named control, trimmed. */
export function entry(data: FormData, name: string): string {
  const value = data.get(name);
  return typeof value === "string" ? value.trim() : "";
}
