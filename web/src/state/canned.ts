// A creator's canned replies: what is often asked, answered with one press.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { CannedReply } from "../core/rest.ts";

export const REPLIES_MAX = 20;
const PATH = "canned-replies";

export class CannedReplies {
  private readonly kept = signal<readonly CannedReply[]>([]);

  constructor(private readonly http: Http) {}

  get items(): ReadonlySignal<readonly CannedReply[]> {
    return this.kept;
  }

  /** Raises ApiError. */
  async refresh(): Promise<void> {
    this.kept.value = (await this.http.get<{ replies: CannedReply[] }>(PATH)).replies;
  }

  /** Raises ApiError. One a line; empty lines and repeats do not count. */
  async save(lines: string): Promise<void> {
    const replies = linesOf(lines);
    this.kept.value = (await this.http.put<{ replies: CannedReply[] }>(PATH, { replies })).replies;
  }
}

export function linesOf(text: string): string[] {
  return [...new Set(text.split("\n").map((line) => line.trim()))].filter((line) => line !== "");
}
