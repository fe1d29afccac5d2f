// One show as the server tells it: the socket's news sorted into signals. Viewers and the host use the same.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import type { AskCall, OwnCallNews } from "../core/calls.ts";
import { ApiError, asApiError, assertNever } from "../core/errors.ts";
import { newKey } from "../core/http.ts";
import type {
  Duel,
  EventData,
  GiftStreak,
  Joined,
  Op,
  Operations,
  Order,
  Quality,
  RoomEvent,
  Show,
  ShowState,
  Stage,
  WaitPlace,
  Wallet,
  You,
} from "../core/protocol.ts";
import type { SessionStatus } from "../core/session.ts";
import { RoomSocket } from "../core/socket.ts";
import { ShowBag } from "./bag.ts";
import { Chat } from "./chat.ts";
import { Likes } from "./likes.ts";
import { ShowOffers } from "./offers.ts";
import { OwnOrders } from "./ownOrders.ts";
import { RoomPackets } from "./packets.ts";

const SAY_TRIES = 2;
/** So many attempts in a row came to nothing, although the browser is not offline: not a short interruption any more. */
const UNREACHABLE_AFTER = 4;
const UNREACHABLE = "unreachable";
const SAY_WAITS_MS = 10_000;
const GIFTS_KEPT = 50;
const NOBODY: Stage = { slots: [], version: 0, who: "off" };

export interface RoomNews {
  /** Somebody bought something. */
  onPurchase(buyer: string, title: string, quantity: number): void;
  /** The relay of the show is gone: sessions with it need new ones. */
  onMediaLost(): void;
  /** One's own order changed. */
  onOrder(order: Order): void;
  /** The log-in that the room was entered with is over: signed out elsewhere, expired, or banned. */
  onSignedOut(): void;
  /** Lines were left out because the connection was too slow. */
  onSkipped(count: number): void;
}

export class Room {
  readonly chat = new Chat();
  readonly bag = new ShowBag();
  readonly offers = new ShowOffers();
  readonly packets = new RoomPackets();
  readonly orders = new OwnOrders();
  readonly likes = new Likes(async (count) => void (await this.request("like", { count })));
  /** What was told last of one's own places in waitlists; state/waiting.ts keeps them all. */
  readonly place = signal<WaitPlace | null>(null);
  private readonly current: ReturnType<typeof signal<Show>>;
  private readonly self = signal<You | null>(null);
  private readonly link = signal<SessionStatus>("idle");
  private readonly fault = signal<string | null>(null);
  private readonly watching = signal(0);
  private readonly came = signal<EventData["notice"] | null>(null);
  private readonly late = signal(false);
  private readonly gave = signal<readonly GiftStreak[]>([]);
  private readonly purse = signal<Wallet | null>(null);
  private socket: RoomSocket | null = null;
  /** What became of something that one has reported. */
  readonly reported = signal<EventData["report"] | null>(null);
  /** What only the host is told. */
  onHostNews: ((event: RoomEvent) => void) | null = null;
  readonly stage = signal(NOBODY);
  /** The one that the show is in; its score comes beside it: state/duel.ts. */
  readonly duel = signal<Duel | null>(null);
  /** What was told last of one's own call, a new object each time; state/calling.ts has the rest. */
  readonly call = signal<OwnCallNews | null>(null);
  /** Who works through what is held back, calls and invitations; who shows the stage, or follows a score. */
  readonly staff = new Set<(event: RoomEvent) => void>();

  readonly show: ReadonlySignal<Show>;
  readonly state: ReadonlySignal<ShowState>;

  constructor(
    show: Show,
    private readonly news: RoomNews,
  ) {
    this.current = signal<Show>(show);
    this.show = computed(() => this.current.value ?? show);
    this.state = computed(() => this.show.value.state);
    this.watching.value = show.viewers;
  }

  get you(): ReadonlySignal<You | null> {
    return this.self;
  }

  get status(): ReadonlySignal<SessionStatus> {
    return this.link;
  }

  /** Why the session ended for good, as a code; or `unreachable`, and it is tried again. */
  get closedBecause(): ReadonlySignal<string | null> {
    return this.fault;
  }

  get viewers(): ReadonlySignal<number> {
    return this.watching;
  }

  /** Who came in just now. */
  get arrivals(): ReadonlySignal<EventData["notice"] | null> {
    return this.came;
  }

  /** The server hears nothing from the others: what is said arrives, but later. */
  get delayed(): ReadonlySignal<boolean> {
    return this.late;
  }

  /** What was told of gifts lately, oldest first; state/gifts.ts makes something of it. */
  get given(): ReadonlySignal<readonly GiftStreak[]> {
    return this.gave;
  }

  /** One's own, once something was heard of it. */
  get wallet(): ReadonlySignal<Wallet | null> {
    return this.purse;
  }

  keepWallet(wallet: Wallet): void {
    this.purse.value = wallet;
  }

  /** Also after signing in or out: the session then belongs to somebody else. */
  start(): void {
    this.socket?.dispose();
    this.fault.value = null;
    this.purse.value = null;
    this.orders.forget();
    let inVain = 0;
    this.socket = new RoomSocket(this.current.value?.id ?? "", {
      onStatus: (status, code) => {
        if (status === "waiting") inVain += 1;
        if (status === "joined" || status === "held") inVain = 0;
        this.link.value = status;
        this.fault.value = inVain < UNREACHABLE_AFTER ? code : UNREACHABLE;
      },
      onSignedOut: () => this.news.onSignedOut(),
      onJoined: (joined) => this.join(joined),
      onEvents: (events) => this.take(events),
    });
    this.socket.start();
  }

  /** Raises ApiError. */
  say(text: string, key: string = newKey(), replyTo: string | null = null): Promise<void> {
    return this.speak("chat.send", { text, key, ...(replyTo === null ? {} : { reply_to: replyTo }) });
  }

  /** The host says one of his canned replies; the server fills it in. Raises ApiError. */
  sayCanned(reply: string, key: string = newKey()): Promise<void> {
    return this.speak("chat.canned", { reply, key });
  }

  /** Raises ApiError. The line goes when the server says so. */
  async deleteLine(message: string): Promise<void> {
    const { deleted } = await this.request("chat.delete", { message });
    this.chat.remove(deleted.id);
  }

  /** Raises ApiError. The pinned line changes when the room's event says so. */
  async pin(message: string | null): Promise<void> {
    await this.request("chat.pin", { message });
  }

  /** A line that met a broken connection is sent again: the same key is the same message. */
  private async speak<O extends "chat.send" | "chat.canned">(op: O, d: Operations[O]["d"]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      await this.joined();
      try {
        const answer = await this.socket?.request(op, d);
        if (answer) this.chat.add([answer.message]);
        return;
      } catch (error) {
        if (asApiError(error).code !== "network" || attempt === SAY_TRIES) throw error;
      }
    }
  }

  /** Raises ApiError. Claiming again gets the same answer. */
  claimPacket(packet: string, nonce: string): Promise<Operations["packet.claim"]["ok"]> {
    return this.request("packet.claim", { packet, nonce });
  }

  /** Raises ApiError. The same key is the same gift. */
  async sendGift(gift: string, count: number, key: string): Promise<GiftStreak> {
    return (await this.request("gift.send", { gift, count, key })).gift;
  }

  /** Raises ApiError. */
  async chooseQuality(session: string, layer: Quality): Promise<void> {
    await this.request("quality", { session, layer });
  }

  /** Raises ApiError. Who has just signed in is not back in the room yet. */
  readonly askCall: AskCall = (op, d) => this.joined().then(() => this.request(op as never, d as never));

  /** Of what is loaded later, such as the staff's tools. Raises ApiError. */
  async request<O extends Op>(op: O, d: Operations[O]["d"]): Promise<Operations[O]["ok"]> {
    if (!this.socket) throw new ApiError("network", 0, "not connected");
    return this.socket.request(op, d);
  }

  /** A show as an HTTP answer brought it. */
  replaceShow(show: Show): void {
    this.current.value = show;
  }

  dispose(): void {
    this.socket?.dispose();
    this.socket = null;
  }

  /** Raises ApiError when the connection does not come back in time. */
  private joined(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        clearTimeout(timer);
        // The effect may run before `stop` is known.
        queueMicrotask(() => stop());
        done();
      };
      const lost = () => settle(() => reject(new ApiError("network", 0, "not connected")));
      const timer = setTimeout(lost, SAY_WAITS_MS);
      const stop = effect(() => {
        if (this.link.value === "joined") settle(resolve);
        else if (this.link.value === "closed") lost();
      });
    });
  }

  private join(joined: Joined): void {
    // Only a server that is in touch with the others lets anybody in.
    this.late.value = false;
    if ("events" in joined) return this.take(joined.events);
    this.current.value = joined.show;
    this.self.value = joined.you;
    this.watching.value = joined.show.viewers;
    this.bag.reset(joined.bag, joined.show.showing);
    this.offers.reset(joined.offers, joined.now_ms);
    this.packets.reset(joined.packets, joined.now_ms);
    this.likes.reset(joined.likes);
    this.stage.value = joined.stage;
    this.duel.value = joined.duel;
    this.call.value = { ...joined.you.call, call: joined.you.call };
    this.chat.reset(joined.chat, joined.pinned, joined.chat_rules);
  }

  private take(events: readonly RoomEvent[]): void {
    for (const event of events) this.apply(event);
  }

  private apply(event: RoomEvent): void {
    switch (event[1]) {
      case "chat":
        return this.chat.add([event[2]]);
      case "chat.deleted":
        return this.chat.remove(event[2].id);
      case "chat.pinned":
        return this.chat.setPinned(event[2]);
      case "chat.rules":
        return this.chat.setRules(event[2]);
      case "chat.held":
        if (event[2].state === "refused") this.chat.refuse(event[2].message);
        return;
      case "held":
      case "held.decided":
      case "call.requested":
      case "speaker":
      case "caption":
      case "duel.invite":
      case "duel.score":
        for (const hear of this.staff) hear(event);
        return;
      case "call.state":
        this.call.value = event[2];
        return;
      case "duel.state":
        this.duel.value = event[2].duel.state === "ended" ? null : event[2].duel;
        return;
      case "stage":
        if (event[2].version > this.stage.value.version) this.stage.value = event[2];
        return;
      case "host.warned":
      case "show.stopped":
        this.onHostNews?.(event);
        return;
      case "user.muted":
        return this.setMuted(event[2]);
      case "you.duties":
        return this.change({ duties: event[2].duties });
      case "viewers":
        this.watching.value = event[2].count;
        return;
      case "product.showing":
        return this.bag.show(event[2]);
      case "bag":
        return this.bag.replace(event[2]);
      case "stock":
        return this.bag.setStock(event[2]);
      case "offer":
        return this.offers.set(event[2]);
      case "order.toast":
        return this.news.onPurchase(event[2].buyer, event[2].title, event[2].quantity);
      case "packet":
        return this.packets.put(event[2]);
      case "packet.claimed":
      case "packet.closed":
        return this.packets.change(event[2].packet, event[2]);
      case "show.state":
        this.current.value = { ...this.show.value, state: event[2].state };
        if (event[2].cause === "media_lost") this.news.onMediaLost();
        if (event[2].cause === "stopped") this.fault.value = "stopped";
        return;
      case "order":
        this.orders.keep(event[2]);
        return this.news.onOrder(event[2]);
      case "skipped":
        return this.news.onSkipped(event[2].count);
      case "likes":
        return this.likes.add(event[2].count);
      case "notice":
        return this.notice(event[2]);
      case "waitlist":
        this.place.value = event[2];
        return;
      case "report":
        this.reported.value = event[2];
        return;
      case "wallet":
        return this.keepWallet(event[2]);
      case "gift":
        this.gave.value = [...this.gave.value, event[2]].slice(-GIFTS_KEPT);
        return;
      case "desk.news":
        return;
      default:
        // A newer server may tell more than this page knows; the compiler still checks the list above.
        return ignoreUnknown(event);
    }
  }

  private change(you: Partial<You>): void {
    if (this.self.value) this.self.value = { ...this.self.value, ...you };
  }

  /** The room is told without the reason, the person himself with it; either may come first. */
  private setMuted({ user, muted, ...told }: EventData["user.muted"]): void {
    if (user.id !== this.self.value?.user?.id) return;
    const reason = told.reason ?? this.self.value.muted?.reason ?? "";
    this.change({ muted: muted ? { ...told, reason } : null });
  }

  private notice(told: EventData["notice"]): void {
    if (told.kind === "delayed" || told.kind === "restored") this.late.value = told.kind === "delayed";
    else this.came.value = told;
  }
}

function ignoreUnknown(event: never): void {
  if (!Array.isArray(event)) assertNever(event);
}
