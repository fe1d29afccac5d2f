// The moderators' queue: topics in review, what is due first on top, one of them selected, and the decisions.
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals";
import { ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { User } from "../core/protocol.ts";
import type { Category, Topic, TopicNote } from "../core/rest.ts";
import { Bundle } from "./bundle.ts";
import type { News } from "./deskFeed.ts";
import { Listing } from "./listing.ts";
import { Shelf } from "./shelf.ts";

export type Decision = "approve" | "reject" | "request-changes";

export class TopicQueue {
  private readonly listing: Listing<Topic>;
  private readonly selectedId = signal<string | null>(null);
  private readonly noted = signal<Topic | null>(null);
  private readonly categories = signal<readonly Category[]>([]);

  /** Others have decided on these, of which one may still be read here. */
  private readonly decided = signal<ReadonlyMap<string, News>>(new Map());
  /** What was heard of each topic since the list was asked for: an answer that was on its way meanwhile may be older. */
  private readonly heard = new Map<string, News>();

  /** The newest decision of this page, which may be taken back for a while. */
  readonly last = signal<Topic | null>(null);
  /** Those like the selected topic, and which of them are decided with it. */
  readonly bundle: Bundle;
  private together: readonly Topic[] = [];
  private readonly onlyMine = signal(false);
  /** The goods of the topics that were looked at. */
  readonly shelf: Shelf;
  readonly topics: ReadonlySignal<readonly Topic[] | null>;
  /** What a machine noted on the selected topic, and the policy of its category. */
  readonly notes: ReadonlySignal<readonly TopicNote[]>;
  readonly policy: ReadonlySignal<string | null>;
  readonly selected: ReadonlySignal<Topic | null>;
  /** How many wait; null until the list was read. One that is read here while another decides on it waits no more. */
  readonly waiting: ReadonlySignal<number | null>;

  constructor(
    private readonly http: Http,
    private readonly me: () => User | null,
    /** The server's time: claims end by it. */
    private readonly nowMs: () => number = Date.now,
  ) {
    this.listing = new Listing<Topic>(http, "topics", "status=in_review");
    this.shelf = new Shelf(http);
    this.bundle = new Bundle(http);
    this.topics = computed(() => {
      const items = this.listing.items.value;
      return items && [...items].filter((topic) => topic.status === "in_review").sort(dueFirst);
    });
    this.selected = computed(() => {
      const topics = this.topics.value ?? [];
      return topics.find((topic) => topic.id === this.selectedId.value) ?? null;
    });
    this.waiting = computed(() => this.topics.value?.filter(({ id }) => !this.decided.value.has(id)).length ?? null);
    effect(() => void this.shelf.fetch(this.selected.value?.products ?? []));
    const at = computed(() => this.selected.value && `${this.selected.value.id} ${this.selected.value.version}`);
    effect(() => void this.readNotes(at.value?.split(" ")[0] ?? null));
    effect(() => void this.bundle.load(at.value?.split(" ")[0] ?? null));
    this.notes = computed(() => {
      const noted = this.noted.value;
      return noted?.id === this.selected.value?.id ? (noted?.annotations ?? []) : [];
    });
    this.policy = computed(() => {
      const key = this.selected.value?.category;
      return this.categories.value.find((category) => category.key === key)?.policy ?? null;
    });
  }

  get error(): ReadonlySignal<ApiError | null> {
    return this.listing.error;
  }

  async refresh(): Promise<void> {
    this.heard.clear();
    await this.listing.refresh();
    for (const news of this.heard.values()) if (isOver(news)) this.note(news);
    this.tidy();
  }

  /** What became of a topic somewhere else. What this page did itself it knows already. */
  async hear(news: News): Promise<void> {
    const { about, id, by } = news;
    if (about !== "topic" || by === this.me()?.id) return;
    this.heard.set(id, news);
    if (isOver(news)) {
      // Nobody loses what he is reading: it goes when he goes on, and if he decides he is told who was faster.
      this.note(news);
      this.tidy();
      return;
    }
    this.forget(id);
    try {
      const { topic } = await this.http.get<{ topic: Topic }>(`topics/${encodeURIComponent(id)}`);
      if (this.heard.get(id) === news) this.listing.put(topic);
    } catch (error) {
      asApiError(error);
    }
  }

  get mine(): ReadonlySignal<boolean> {
    return this.onlyMine;
  }

  /** Only what is for one's own groups, or everything. */
  async showMine(mine: boolean): Promise<void> {
    this.onlyMine.value = mine;
    this.listing.narrow(mine ? "status=in_review&group=mine" : "status=in_review");
    await this.refresh();
  }

  /** An effect may call it: what changes in the queue later does not call it again with what was chosen before. */
  select(id: string | null): void {
    untracked(() => {
      this.selectedId.value = id;
      this.tidy();
    });
  }

  /** The next (+1) or previous (-1) topic; stops at the ends. */
  move(step: 1 | -1): void {
    const topics = this.topics.value ?? [];
    const index = topics.findIndex((topic) => topic.id === this.selectedId.value);
    const next = index < 0 ? 0 : Math.min(topics.length - 1, Math.max(0, index + step));
    this.select(topics[next]?.id ?? null);
  }

  /** What another has made of this topic while it was read here, or null. */
  decidedMeanwhile(topic: Topic): News["state"] | null {
    return this.decided.value.get(topic.id)?.state ?? null;
  }

  heldByOther(topic: Topic): boolean {
    return topic.claim !== null && topic.claim.moderator.id !== this.me()?.id;
  }

  /** Reserves a topic for this moderator. Raises ApiError; `claimed` when somebody else has it. */
  async claim(topic: Topic): Promise<void> {
    if (topic.claim && !this.heldByOther(topic) && Date.parse(topic.claim.until) > this.nowMs() + 5_000) return;
    try {
      const answer = await this.http.post<{ topic: Topic }>(path(topic, "claim"));
      this.listing.put(answer.topic);
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.refresh();
      throw error;
    }
  }

  /** Claims if need be, decides, and moves on to the neighbour. Raises ApiError. */
  async decide(topic: Topic, decision: Decision, ground?: { code: string; reason: string }): Promise<void> {
    await this.claim(topic);
    this.together = [];
    if (this.bundle.chosen.value.size > 0) return this.decideAll(topic, decision, ground);
    try {
      // The version that was read: what was edited meanwhile is not decided.
      const { version } = topic;
      const answer = ground
        ? await this.http.post<{ topic: Topic }>(path(topic, decision), { ...ground, version })
        : await this.http.post<{ topic: Topic }>(`${path(topic, decision)}?version=${version}`);
      this.last.value = answer.topic;
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) await this.refresh();
      throw error;
    }
    this.leave(topic);
  }

  /** The topic and those chosen with it; what was refused stays in `bundle.refused`. Raises ApiError. */
  private async decideAll(topic: Topic, decision: Decision, ground?: { code: string; reason: string }): Promise<void> {
    const decided = await this.bundle.decide(topic, decision, ground);
    this.last.value = decided[0] ?? null;
    this.together = decided;
    for (const each of decided) if (each.id !== topic.id) this.listing.remove(each.id);
    if (decided.some(({ id }) => id === topic.id)) this.leave(topic);
    else await this.refresh();
  }

  /** Leaves the topic to another moderator, who reads why. Raises ApiError. */
  async askAnother(topic: Topic, reason: string): Promise<void> {
    await this.http.post(path(topic, "second-opinion"), { reason });
    this.leave(topic);
  }

  /** Takes the newest decision back, and the topic up again; answers which. Raises ApiError, `too_late` after 30 s. */
  async undo(): Promise<Topic | null> {
    const topic = this.last.value;
    if (!topic) return null;
    this.last.value = null;
    if (this.together.length > 1) {
      for (const back of await this.bundle.undo(this.together)) this.listing.put(back);
      this.together = [];
      this.selectedId.value = topic.id;
      return topic;
    }
    this.listing.put((await this.http.post<{ topic: Topic }>(path(topic, "undo"))).topic);
    this.selectedId.value = topic.id;
    return topic;
  }

  /** Notes help and are not needed: a topic can be judged without them. */
  private async readNotes(id: string | null): Promise<void> {
    if (id === null) return;
    try {
      if (this.categories.value.length === 0) {
        this.categories.value = (await this.http.get<{ categories: Category[] }>("topic-categories")).categories;
      }
      const { topic } = await this.http.get<{ topic: Topic }>(`topics/${encodeURIComponent(id)}`);
      if (this.selectedId.value === id) this.noted.value = topic;
    } catch (error) {
      asApiError(error);
    }
  }

  /** What others have decided leaves the list, save for the topic that is read. */
  private tidy(): void {
    for (const id of this.decided.value.keys()) {
      if (id === this.selectedId.value) continue;
      this.forget(id);
      this.listing.remove(id);
    }
  }

  private note(news: News): void {
    this.decided.value = new Map(this.decided.value).set(news.id, news);
  }

  private forget(id: string): void {
    const { value } = this.decided;
    if (value.has(id)) this.decided.value = new Map([...value].filter(([each]) => each !== id));
  }

  /** Takes a topic out of the list and goes on to its neighbour. */
  private leave(topic: Topic): void {
    const topics = this.topics.value ?? [];
    const index = topics.findIndex((entry) => entry.id === topic.id);
    const neighbour = topics[index + 1] ?? topics[index - 1] ?? null;
    this.listing.remove(topic.id);
    this.selectedId.value = neighbour?.id ?? null;
  }
}

function path(topic: Topic, action: string): string {
  return `topics/${encodeURIComponent(topic.id)}/${action}`;
}

function isOver({ state }: News): boolean {
  return state !== "in_review" && state !== "claimed";
}

function dueFirst(a: Topic, b: Topic): number {
  return (a.due_at ?? a.created_at).localeCompare(b.due_at ?? b.created_at);
}
