// Whether this person may go live, and asking to be let in.
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Verdict } from "../core/eligible.ts";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";

export class Standing {
  private readonly told = signal<Verdict | null>(null);
  private readonly fault = signal<ApiError | null>(null);

  constructor(private readonly http: Http) {}

  /** Null until the server has answered. */
  get verdict(): ReadonlySignal<Verdict | null> {
    return this.told;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** What was known stays while the server is away. */
  async refresh(): Promise<void> {
    try {
      this.told.value = (await this.http.get<{ eligibility: Verdict }>("me/eligibility")).eligibility;
      this.fault.value = null;
    } catch (error) {
      this.fault.value = asApiError(error);
    }
  }

  /** Raises ApiError. */
  async apply(): Promise<void> {
    this.told.value = (await this.http.post<{ eligibility: Verdict }>("me/application")).eligibility;
  }
}
