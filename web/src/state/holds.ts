// What must be kept however old it is, and how long the rest is kept; for admins.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { HoldKind, KeptKind, LegalHold } from "../core/retention.ts";

const PAGE = 100;

export class Holds {
  private readonly list = signal<readonly LegalHold[] | null>(null);
  private readonly kept = signal<readonly KeptKind[]>([]);
  private readonly chosenId = signal<string | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  private following: string | null = null;

  constructor(private readonly http: Http) {}

  /** Newest first; null until the first answer. */
  get holds(): ReadonlySignal<readonly LegalHold[] | null> {
    return this.list;
  }

  get kinds(): ReadonlySignal<readonly KeptKind[]> {
    return this.kept;
  }

  get chosen(): ReadonlySignal<string | null> {
    return this.chosenId;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  get complete(): boolean {
    return this.following === null;
  }

  /** What was known stays while the server is away. */
  async refresh(): Promise<void> {
    try {
      const [holds, { retention }] = await Promise.all([
        this.page(null),
        this.http.get<{ retention: { kinds: KeptKind[] } }>("retention"),
      ]);
      batch(() => {
        this.list.value = holds;
        this.kept.value = retention.kinds;
        this.fault.value = null;
      });
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** Raises ApiError. */
  async more(): Promise<void> {
    this.list.value = [...(this.list.value ?? []), ...(await this.page(this.following))];
  }

  /** Raises ApiError. */
  async place(kind: HoldKind, subject: string, reason: string): Promise<void> {
    await this.http.post("legal-holds", { kind, subject: idIn(subject), reason });
    await this.refresh();
  }

  /** Raises ApiError. */
  async lift(hold: LegalHold, reason: string): Promise<void> {
    await this.http.request("DELETE", `legal-holds/${encodeURIComponent(hold.id)}`, { body: { reason } });
    await this.refresh();
  }

  /** The next (+1) or previous (-1); stops at the ends. */
  move(step: 1 | -1): void {
    const holds = this.list.value ?? [];
    const index = holds.findIndex(({ id }) => id === this.chosenId.value);
    const next = index < 0 ? 0 : Math.min(holds.length - 1, Math.max(0, index + step));
    this.chosenId.value = holds[next]?.id ?? null;
  }

  private async page(after: string | null): Promise<readonly LegalHold[]> {
    const cursor = after === null ? "" : `&cursor=${encodeURIComponent(after)}`;
    const answer = await this.http.get<{ legal_holds: LegalHold[]; next: string | null }>(
      `legal-holds?limit=${PAGE}${cursor}`,
    );
    this.following = answer.next;
    return answer.legal_holds;
  }
}

/** Of a show's address its id; an @ before a handle is left out. */
export function idIn(typed: string): string {
  const link = /\/s\/([^/?#]+)/.exec(typed);
  return link?.[1] ? decodeURIComponent(link[1]) : typed.trim().replace(/^@/, "");
}
