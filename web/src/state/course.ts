// How a show went so far: its figures one after the other, for small charts. Kept by this tab, so that a reload has them.
import { type ReadonlySignal, signal } from "@preact/signals";

export interface Moment {
  readonly at_ms: number;
  readonly viewers: number;
  readonly likes: number;
  readonly orders: number;
  /** In the currency that most was sold in. */
  readonly sales_minor: number;
}

/** An hour, at one in ten seconds; of longer shows every second one goes, so that the whole show stays. */
export const MOMENTS = 360;

export class Course {
  private readonly list = signal<readonly Moment[]>([]);
  private readonly key: string;
  /** Of so many readings one is kept. */
  private every = 1;
  private skipped = 0;

  constructor(
    show: string,
    private readonly storage: () => Storage,
  ) {
    this.key = `livecart.course.${show}`;
    this.list.value = this.read();
  }

  get moments(): ReadonlySignal<readonly Moment[]> {
    return this.list;
  }

  add(moment: Moment): void {
    this.skipped += 1;
    if (this.skipped < this.every) return;
    this.skipped = 0;
    let moments = [...this.list.value, moment];
    if (moments.length > MOMENTS) {
      moments = moments.filter((_, index) => index % 2 === 0);
      this.every *= 2;
    }
    this.list.value = moments;
    try {
      this.storage().setItem(this.key, JSON.stringify(moments));
    } catch {
      // Then a reload begins anew.
    }
  }

  private read(): readonly Moment[] {
    try {
      const kept: unknown = JSON.parse(this.storage().getItem(this.key) ?? "[]");
      return Array.isArray(kept) ? kept.filter(isMoment) : [];
    } catch {
      return [];
    }
  }
}

function isMoment(value: unknown): value is Moment {
  const names = ["at_ms", "viewers", "likes", "orders", "sales_minor"];
  return (
    typeof value === "object" && value !== null && names.every((name) => Number.isFinite(Reflect.get(value, name)))
  );
}

/** The line of a chart of this size, from the oldest to the newest, the highest value on top. "" for less than two. */
export function lineOf(values: readonly number[], width: number, height: number): string {
  if (values.length < 2) return "";
  const most = Math.max(...values, 1);
  const step = width / (values.length - 1);
  const round = (value: number) => Math.round(value * 10) / 10;
  return values.map((value, i) => `${round(i * step)},${round(height - (value / most) * height)}`).join(" ");
}
