// A duel of two hosts as a page follows it, and as a host begins and ends one. Loaded where there is one.
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Http } from "../core/http.ts";
import type { Duel, DuelSide, Operations, RoomEvent } from "../core/protocol.ts";
import type { Room } from "./room.ts";

/** From whom a host takes invitations. */
export type Inviters = "everyone" | "following" | "off";

export interface DuelHost {
  readonly show: string;
  readonly title: string;
  readonly user: DuelSide["user"];
  readonly viewers: number;
}

export interface Score {
  readonly home: number;
  readonly away: number;
}

export type DuelOp = Extract<keyof Operations, `duel.${string}`>;
export type AskDuel = <O extends DuelOp>(op: O, d: Operations[O]["d"]) => Promise<{ readonly duel: Duel }>;

/** Which of the two is this room's own host, and which the guest. */
export function sidesIn(duel: Duel, show: string): readonly [own: "home" | "away", other: "home" | "away"] {
  return duel.home.show === show ? ["home", "away"] : ["away", "home"];
}

/** The likes so far: what was told last, and never less than the duel itself says. */
export function scoreOf(duel: Duel, told: (Score & { readonly duel: string }) | null): Score {
  const { home, away } = told?.duel === duel.id ? told : { home: 0, away: 0 };
  return { home: Math.max(home, duel.home.score), away: Math.max(away, duel.away.score) };
}

/** How much of the bar is the own host's, in percent; nobody is pushed out of it. */
export function share(own: number, other: number): number {
  return own + other === 0 ? 50 : Math.round(10 + (80 * own) / (own + other));
}

/** Hears the score of a room until the answer is called. */
export function followScore(room: Room, told: Signal<(Score & { readonly duel: string }) | null>): () => void {
  const hear = (event: RoomEvent) => {
    if (event[1] === "duel.score") told.value = event[2];
  };
  room.staff.add(hear);
  return () => room.staff.delete(hear);
}

/** What a host does: whom he may invite, who has invited him, and from whom he takes that. */
export class DuelDesk {
  private readonly open = signal<readonly Duel[]>([]);
  private readonly found = signal<readonly DuelHost[] | null>(null);
  private readonly set = signal<Inviters | null>(null);
  private readonly said = signal<Duel | null>(null);
  private readonly path: string;
  private looked = "";

  constructor(
    private readonly show: string,
    private readonly http: Pick<Http, "get" | "put">,
    private readonly ask: AskDuel,
  ) {
    this.path = `shows/${encodeURIComponent(show)}`;
  }

  /** Invitations that nobody has answered yet. */
  get invitations(): ReadonlySignal<readonly Duel[]> {
    return this.open;
  }

  /** Null until they are known. */
  get hosts(): ReadonlySignal<readonly DuelHost[] | null> {
    return this.found;
  }

  get rules(): ReadonlySignal<Inviters | null> {
    return this.set;
  }

  /** What became of one's last invitation, if nothing came of it. */
  get refused(): ReadonlySignal<Duel | null> {
    return this.said;
  }

  /** Raises ApiError. To be called whenever news may have been missed. */
  async refresh(): Promise<void> {
    this.open.value = (await this.http.get<{ invitations: readonly Duel[] }>(`${this.path}/duel`)).invitations;
    this.set.value = (await this.http.get<{ rules: { who: Inviters } }>(`${this.path}/duel-rules`)).rules.who;
  }

  /** Raises ApiError. */
  async look(q: string): Promise<void> {
    this.looked = q;
    const query = new URLSearchParams({ q });
    const { hosts } = await this.http.get<{ hosts: readonly DuelHost[] }>(`${this.path}/duel-hosts?${query}`);
    // Somebody typed on: that answer is on its way.
    if (this.looked === q) this.found.value = hosts;
  }

  /** Raises ApiError. */
  async changeRules(who: Inviters): Promise<void> {
    this.set.value = (await this.http.put<{ rules: { who: Inviters } }>(`${this.path}/duel-rules`, { who })).rules.who;
  }

  take(event: RoomEvent): void {
    if (event[1] === "duel.invite") this.put(event[2].duel);
  }

  /** Raises ApiError. */
  async invite(show: string, minutes: number): Promise<void> {
    this.said.value = null;
    this.put((await this.ask("duel.invite", { show, minutes })).duel);
  }

  /** Raises ApiError; the list is then read again, since somebody may have been faster. */
  async answer(duel: Duel, step: "accept" | "decline" | "end"): Promise<void> {
    try {
      this.put((await this.ask(`duel.${step}`, { duel: duel.id })).duel);
    } catch (error) {
      await this.refresh();
      throw error;
    }
  }

  private put(duel: Duel): void {
    const others = this.open.value.filter(({ id }) => id !== duel.id);
    this.open.value = duel.state === "invited" ? [...others, duel] : others;
    const own = duel.home.show === this.show;
    if (own && (duel.state === "declined" || duel.state === "expired")) this.said.value = duel;
    if (duel.state === "running") this.said.value = null;
  }
}
