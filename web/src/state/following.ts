// How many follow a host, and whether this person does: as the server confirmed it.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Http, Method } from "../core/http.ts";
import type { Followed } from "../core/rest.ts";

export class Following {
  private readonly current = signal<Followed | null>(null);
  private asked = 0;

  constructor(
    private readonly http: Pick<Http, "request">,
    private readonly handle: string,
  ) {}

  /** Null until the server has said so. */
  get state(): ReadonlySignal<Followed | null> {
    return this.current;
  }

  /** Also when another person has signed in. Raises ApiError. */
  refresh(): Promise<void> {
    return this.ask("GET", "");
  }

  /** Raises ApiError. */
  follow(on: boolean): Promise<void> {
    return this.ask(on ? "POST" : "DELETE", "/follow");
  }

  private async ask(method: Method, what: string): Promise<void> {
    this.asked += 1;
    const { asked } = this;
    const answer = await this.http.request<Followed>(method, `users/${encodeURIComponent(this.handle)}${what}`, {});
    // An answer to what was asked before the last question may be somebody else's.
    if (asked === this.asked) this.current.value = answer;
  }
}
