// Who asks to speak in a show, and who is on stage or on his way: for its host and his assistants.
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { AskCall, CallRules } from "../core/calls.ts";
import type { Http } from "../core/http.ts";
import type { Call, RoomEvent } from "../core/protocol.ts";

export type QueueSort = "oldest" | "newest";

/** What is looked at of the queue. */
export interface QueueView {
  readonly sort: QueueSort;
  /** Part of a name, a handle or a note; empty: everybody. */
  readonly q: string;
}

interface Told {
  readonly queue: readonly Call[];
  readonly total: number;
  readonly stage: readonly Call[];
}

/** As many as one answer of the server has. */
const SHOWN = 50;
const REFRESHES = 3;
const ON_STAGE: readonly Call["state"][] = ["invited", "accepted", "green", "live"];
const NOTHING: Told = { queue: [], total: 0, stage: [] };

export class CallQueue {
  private readonly told = signal(NOTHING);
  private readonly looked = signal<QueueView>({ sort: "oldest", q: "" });
  private readonly set = signal<CallRules | null>(null);
  private readonly path: string;
  /** Counts what was heard, so that an answer that is older than the news is not believed. */
  private heard = 0;

  /** Those who wait, as far as they are shown. */
  readonly queue: ReadonlySignal<readonly Call[]> = computed(() => this.told.value.queue);
  /** How many wait, of those who are looked for. */
  readonly total: ReadonlySignal<number> = computed(() => this.told.value.total);
  /** Invited, coming, in the green room, or live. */
  readonly stage: ReadonlySignal<readonly Call[]> = computed(() => this.told.value.stage);

  constructor(
    show: string,
    private readonly http: Pick<Http, "get" | "put" | "request">,
    private readonly ask: AskCall,
  ) {
    this.path = `shows/${encodeURIComponent(show)}`;
  }

  get view(): ReadonlySignal<QueueView> {
    return this.looked;
  }

  /** Null until they are known. */
  get rules(): ReadonlySignal<CallRules | null> {
    return this.set;
  }

  /** Raises ApiError. To be called whenever news may have been missed. */
  async refresh(): Promise<void> {
    for (let attempt = 0; attempt < REFRESHES; attempt += 1) {
      const [before, view] = [this.heard, this.looked.value];
      const query = new URLSearchParams({ sort: view.sort, q: view.q });
      const told = await this.http.get<Told>(`${this.path}/calls?${query}`);
      // Somebody typed on: that answer is on its way.
      if (view !== this.looked.value) return;
      this.told.value = told;
      if (before === this.heard) return;
    }
  }

  /** Raises ApiError. */
  async look(view: Partial<QueueView>): Promise<void> {
    this.looked.value = { ...this.looked.value, ...view };
    await this.refresh();
  }

  take(event: RoomEvent): void {
    if (event[1] === "call.requested") this.put(event[2].call);
  }

  /** Raises ApiError. */
  async readRules(): Promise<void> {
    this.set.value = (await this.http.get<{ rules: CallRules }>(`${this.path}/call-rules`)).rules;
  }

  /** Raises ApiError. */
  async changeRules(change: Partial<CallRules>): Promise<void> {
    const rules = { ...this.set.value, ...change };
    this.set.value = (await this.http.put<{ rules: CallRules }>(`${this.path}/call-rules`, rules)).rules;
  }

  /** Raises ApiError. Who is on stage stays. */
  async clear(): Promise<void> {
    await this.http.request("DELETE", `${this.path}/calls`, {});
    await this.refresh();
  }

  /** Raises ApiError. */
  async invite(handle: string): Promise<void> {
    const { user } = await this.http.get<{ user: { id: string } }>(`users/${encodeURIComponent(handle)}`);
    this.put((await this.ask("call.invite", { user: user.id })).call);
  }

  /** One step of the host. Raises ApiError; when somebody was faster the list is read again. */
  async decide(call: Call, step: "accept" | "admit" | "end"): Promise<void> {
    await this.settle(() => this.ask(`call.${step}`, { user: call.user.id }));
  }

  /** Raises ApiError. */
  async decline(call: Call, reason: string): Promise<void> {
    const { id } = call.user;
    await this.settle(() => this.ask("call.decline", reason === "" ? { user: id } : { user: id, reason }));
  }

  /** Raises ApiError. */
  async mute(call: Call, muted: boolean): Promise<void> {
    await this.settle(() => this.ask("call.mute", { user: call.user.id, muted }));
  }

  /** Raises ApiError. */
  async hide(call: Call, hidden: boolean): Promise<void> {
    await this.settle(() => this.ask("call.hide", { user: call.user.id, hidden }));
  }

  private async settle(step: () => Promise<{ readonly call: Call }>): Promise<void> {
    try {
      this.put((await step()).call);
    } catch (error) {
      await this.refresh();
      throw error;
    }
  }

  /** A call as it is now takes the place of what was known of it. */
  private put(call: Call): void {
    this.heard += 1;
    const { queue, total, stage } = this.told.value;
    const others = queue.filter(({ id }) => id !== call.id);
    const waits = call.state === "requested" && matches(call, this.looked.value.q);
    const newest = this.looked.value.sort === "newest";
    // What stands beyond the end of the list comes with the next reading.
    const listed = waits ? sorted([...others, call], newest).slice(0, SHOWN) : others;
    const known = others.length < queue.length;
    this.told.value = {
      queue: listed,
      total: Math.max(listed.length, total + Number(waits) - Number(known)),
      stage: placed(stage, call),
    };
  }
}

function placed(stage: readonly Call[], call: Call): readonly Call[] {
  if (!ON_STAGE.includes(call.state)) return stage.filter(({ id }) => id !== call.id);
  return stage.some(({ id }) => id === call.id)
    ? stage.map((known) => (known.id === call.id ? call : known))
    : [...stage, call];
}

function matches({ user, note }: Call, q: string): boolean {
  const part = q.toLocaleLowerCase();
  return [user.display_name, user.handle, note].some((text) => text.toLocaleLowerCase().includes(part));
}

function sorted(calls: readonly Call[], newest: boolean): readonly Call[] {
  const order = newest ? -1 : 1;
  return [...calls].sort((a, b) => order * (Date.parse(a.requested_at) - Date.parse(b.requested_at)));
}
