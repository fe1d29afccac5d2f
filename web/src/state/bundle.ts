// Topics that say nearly the same as the one that is judged: chosen with it, decided and taken back with it.
import { type ReadonlySignal, signal } from "@preact/signals";
import { asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Topic } from "../core/rest.ts";

/** What came of one topic of the bundle. */
export interface BundleResult {
  readonly id: string;
  readonly topic?: Topic;
  readonly error?: { readonly code: string; readonly message: string };
}

export class Bundle {
  private readonly found = signal<readonly Topic[]>([]);
  private readonly ids = signal<ReadonlySet<string>>(new Set());
  private readonly failed = signal<readonly BundleResult[]>([]);
  private of: string | null = null;

  constructor(private readonly http: Http) {}

  get alike(): ReadonlySignal<readonly Topic[]> {
    return this.found;
  }

  get chosen(): ReadonlySignal<ReadonlySet<string>> {
    return this.ids;
  }

  /** Of the last decision: what was refused, each for its own reason. */
  get refused(): ReadonlySignal<readonly BundleResult[]> {
    return this.failed;
  }

  /** Looks for those like this topic; nothing is chosen. They help and are not needed. */
  async load(topic: string | null): Promise<void> {
    this.of = topic;
    this.found.value = [];
    this.ids.value = new Set();
    if (topic === null) return;
    try {
      const { topics } = await this.http.get<{ topics: Topic[] }>(`topics/${encodeURIComponent(topic)}/similar`);
      if (this.of === topic) this.found.value = topics;
    } catch (error) {
      asApiError(error);
    }
  }

  toggle(id: string): void {
    const ids = new Set(this.ids.value);
    if (!ids.delete(id)) ids.add(id);
    this.ids.value = ids;
  }

  /** All of them, or none if all are chosen. */
  toggleAll(): void {
    const all = this.found.value.map(({ id }) => id);
    this.ids.value = new Set(this.ids.value.size < all.length ? all : []);
  }

  /** Decides the topic and those chosen with it, in the versions that were read. Raises ApiError. */
  async decide(topic: Topic, decision: string, ground?: { code: string; reason: string }): Promise<readonly Topic[]> {
    const chosen = this.found.value.filter(({ id }) => this.ids.value.has(id));
    const topics = [topic, ...chosen].map(({ id, version }) => ({ id, version }));
    const body = { decision: decision.replace("-", "_"), topics, ...ground };
    return this.kept(await this.http.post<{ results: BundleResult[] }>("topic-decisions", body));
  }

  /** Raises ApiError. */
  async undo(topics: readonly Topic[]): Promise<readonly Topic[]> {
    const body = { topics: topics.map(({ id }) => id) };
    return this.kept(await this.http.post<{ results: BundleResult[] }>("topic-decisions/undo", body));
  }

  private kept({ results }: { readonly results: readonly BundleResult[] }): readonly Topic[] {
    this.failed.value = results.filter(({ error }) => error !== undefined);
    return results.flatMap(({ topic }) => topic ?? []);
  }
}
