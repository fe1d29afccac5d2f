// A seller's coupons: the list, making one, and ending one early.
import { batch, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Coupon } from "../core/rest.ts";

const PAGE = 100;
const MOST_PAGES = 10;

export interface CouponDraft {
  readonly code: string;
  readonly kind: Coupon["kind"];
  readonly value: number;
  readonly currency: string;
  readonly minimum_minor: number;
  readonly per_person: number;
  readonly total: number | null;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly whole_shop: boolean;
}

export type CouponState = "valid" | "coming" | "over" | "used_up" | "disabled";

/** How it stands at this moment; the server decides at the order. */
export function stateOf(coupon: Coupon, nowMs: number): CouponState {
  if (coupon.disabled_at !== null) return "disabled";
  if (coupon.ends_at !== null && nowMs >= Date.parse(coupon.ends_at)) return "over";
  if (coupon.total !== null && coupon.used >= coupon.total) return "used_up";
  return coupon.starts_at !== null && nowMs < Date.parse(coupon.starts_at) ? "coming" : "valid";
}

export class Coupons {
  private readonly list = signal<readonly Coupon[] | null>(null);
  private readonly fault = signal<ApiError | null>(null);
  /** One key per coupon asked for, so that a second press after a lost answer finds the code its own. */
  private asked = { draft: "", key: "" };

  constructor(private readonly http: Http) {}

  /** Newest first; null until the first answer. */
  get items(): ReadonlySignal<readonly Coupon[] | null> {
    return this.list;
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.fault;
  }

  /** Keeps the old list when the server cannot be reached. */
  async refresh(): Promise<void> {
    try {
      const found = await this.readAll();
      batch(() => {
        this.list.value = found.sort((one, other) => other.created_at.localeCompare(one.created_at));
        this.fault.value = null;
      });
    } catch (caught) {
      this.fault.value = asApiError(caught);
    }
  }

  /** Raises ApiError. */
  async make(draft: CouponDraft): Promise<void> {
    const written = JSON.stringify(draft);
    if (this.asked.draft !== written) this.asked = { draft: written, key: newKey() };
    const { coupon } = await this.http.post<{ coupon: Coupon }>("coupons", draft, this.asked.key);
    this.asked = { draft: "", key: "" };
    this.list.value = [coupon, ...(this.list.value ?? []).filter(({ code }) => code !== coupon.code)];
  }

  /** Raises ApiError. */
  async end(code: string): Promise<void> {
    const { coupon } = await this.http.post<{ coupon: Coupon }>(`coupons/${encodeURIComponent(code)}/disable`);
    this.list.value = (this.list.value ?? []).map((entry) => (entry.code === coupon.code ? coupon : entry));
  }

  private async readAll(): Promise<Coupon[]> {
    const found: Coupon[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const at: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await this.http.get<{ coupons: Coupon[]; next: string | null }>(`coupons?limit=${PAGE}${at}`);
      found.push(...answer.coupons);
      cursor = answer.next;
      if (cursor === null) break;
    }
    return found;
  }
}
