// The host's side of one show: its room, its broadcast, its bag, from opening or reloading the page until the end.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { mayCapture } from "../core/capture.ts";
import { type Http, newKey } from "../core/http.ts";
import type { Bag, ChatRules, OfferMode, Show } from "../core/protocol.ts";
import type { Figures, MediaStats, Publication, Referrals, WaitLine } from "../core/rest.ts";
import { Broadcast } from "./broadcast.ts";
import { Course } from "./course.ts";
import { linePorts } from "./linePorts.ts";
import type { LinePorts } from "./lineTest.ts";
import { Room, type RoomNews } from "./room.ts";
import { whileVisible } from "./visible.ts";

/** Kept by the browser for this tab alone: the show that it broadcasts. */
const ON_AIR = "livecart.on-air";
const STATS_EVERY_MS = 5_000;
/** As often as the server keeps them. */
const FIGURES_EVERY_MS = 10_000;

/** What every offer asks for; how long it lasts stands beside it. */
export interface OfferTerms {
  readonly price_minor: number;
  readonly quantity: number;
  readonly per_buyer: number;
  readonly mode: OfferMode;
  readonly confirm: boolean;
}

/** An offer of one variant, or of several as a bundle, as the host asks for it. */
export type OfferWish = OfferTerms &
  (
    | { readonly variant: string }
    | {
        readonly title: string;
        readonly lines: readonly { readonly variant: string; readonly quantity: number }[];
      }
  );

const NO_OFFER: { asked: string; key: string; body: object } = { asked: "", key: "", body: {} };

type HostNews = Omit<RoomNews, "onMediaLost">;

export class Hosting {
  readonly broadcast = new Broadcast();
  readonly room: Room;
  readonly course: Course;
  private readonly elsewhere = signal(false);
  private readonly arriving = signal<MediaStats | null>(null);
  private readonly stopStats: () => void;
  private readonly counted = signal<Figures | null>(null);
  private readonly lines = signal<readonly WaitLine[]>([]);
  private readonly stopFigures: () => void;
  private readonly tabs: BroadcastChannel;
  private readonly stopEffect: () => void;
  private readonly path: string;
  private offerKey = NO_OFFER;

  /** What the big button does: a show that was on air is resumed. */
  readonly wasOnAir = computed(() => ["live", "interrupted"].includes(this.room.state.value));
  readonly publishing = computed(() => !["closed", "refused"].includes(this.broadcast.connection.value.state));

  constructor(
    private readonly http: Http,
    show: Show,
    private publication: Publication | null,
    news: HostNews,
  ) {
    this.path = `shows/${encodeURIComponent(show.id)}`;
    this.room = new Room(show, { ...news, onMediaLost: () => this.broadcast.suspect() });
    this.course = new Course(show.id, () => sessionStorage);
    this.tabs = new BroadcastChannel(`livecart.broadcast.${show.id}`);
    this.tabs.onmessage = () => this.yieldToOtherTab();
    this.stopEffect = effect(() => {
      if (this.room.state.value === "ended") this.broadcast.dispose(true);
    });
    this.stopStats = whileVisible(STATS_EVERY_MS, () => void this.readStats());
    this.stopFigures = whileVisible(FIGURES_EVERY_MS, () => void this.readFigures());
    this.room.start();
  }

  /** Raises ApiError. */
  static async load(http: Http, id: string, news: HostNews): Promise<Hosting> {
    const { show, bag } = await http.get<{ show: Show; bag: Bag }>(`shows/${encodeURIComponent(id)}`);
    const hosting = new Hosting(http, show, null, news);
    hosting.room.bag.reset(bag, show.showing);
    return hosting;
  }

  /** True when another tab of this browser took the broadcast over. */
  get movedAway(): ReadonlySignal<boolean> {
    return this.elsewhere;
  }

  /**
   * After a reload: goes on air again by itself when that needs no question to the person. Only the tab that was on air
   * does so: opening the studio on another device must not turn its camera on. Raises ApiError.
   */
  async resume(): Promise<void> {
    const wasHere = sessionStorage.getItem(ON_AIR) === this.room.show.value.id;
    if (wasHere && this.wasOnAir.value && (await mayCapture())) await this.goLive();
  }

  /** Raises ApiError. Without camera and microphone nothing happens; `broadcast.captureError` says why. */
  async goLive(): Promise<void> {
    if (this.broadcast.stream.value === null && !(await this.broadcast.open())) return;
    // A refused token is never used again.
    if (this.broadcast.connection.value.state === "refused") this.publication = null;
    this.publication ??= await this.http.post<Publication>(`${this.path}/publish-token`);
    this.elsewhere.value = false;
    sessionStorage.setItem(ON_AIR, this.room.show.value.id);
    this.tabs.postMessage("here");
    this.broadcast.goLive(this.publication);
  }

  /** Raises ApiError. */
  async end(): Promise<void> {
    const { show } = await this.http.post<{ show: Show }>(`${this.path}/end`);
    this.room.replaceShow(show);
    void this.readFigures();
  }

  /** Raises ApiError. The card changes when the room's event says so. */
  async showProduct(product: string | null): Promise<void> {
    await this.http.post(`${this.path}/showing`, { product });
  }

  /** Raises ApiError. */
  async saveBag(products: readonly string[]): Promise<void> {
    const { bag } = await this.http.put<{ bag: Bag }>(`${this.path}/bag`, { products });
    this.room.bag.replace(bag);
  }

  /** Raises ApiError. `lastsMs` 0: until the show ends. The card comes with the room's event. */
  async openOffer(offer: OfferWish, lastsMs: number): Promise<void> {
    const ends_at = lastsMs === 0 ? null : new Date(this.room.offers.serverNow() + lastsMs).toISOString();
    const body = { ...offer, ends_at };
    // One key per thing asked for, so that a second press after a lost answer opens no second offer.
    const asked = JSON.stringify(offer) + lastsMs;
    if (this.offerKey.asked !== asked) this.offerKey = { asked, key: newKey(), body };
    await this.http.post(`${this.path}/offers`, this.offerKey.body, this.offerKey.key);
    this.offerKey = NO_OFFER;
  }

  /** Raises ApiError. */
  async closeOffer(offer: string): Promise<void> {
    await this.http.post(`offers/${encodeURIComponent(offer)}/close`);
  }

  /** Raises ApiError. */
  async changeChat(change: Partial<Omit<ChatRules, "version">>): Promise<void> {
    const { chat } = await this.http.patch<{ chat: ChatRules }>(`${this.path}/chat`, change);
    this.room.chat.setRules(chat);
  }

  /** What of the broadcast arrives at the server; null while it is not known. */
  get atServer(): ReadonlySignal<MediaStats | null> {
    return this.arriving;
  }

  /** Peak, different people and likes so far; null until they are known. */
  get figures(): ReadonlySignal<Figures | null> {
    return this.counted;
  }

  /** Raises ApiError. For another program than this page; the key before it ends, with what is sent with it. */
  makeKey(): Promise<Publication> {
    return this.http.post<Publication>(`${this.path}/stream-key`);
  }

  /** Raises ApiError. What is sent with the key ends. */
  removeKey(): Promise<void> {
    return this.http.request<void>("DELETE", `${this.path}/stream-key`, {});
  }

  /** Raises ApiError. Whether there is a key; nobody is told it again. */
  async hasKey(): Promise<boolean> {
    return (await this.http.get<{ stream_key: unknown }>(`${this.path}/stream-key`)).stream_key !== null;
  }

  linePorts(): LinePorts {
    return linePorts(this.http, this.room.show.value.id);
  }

  /** Raises ApiError. */
  async referrals(): Promise<Referrals> {
    return (await this.http.get<{ referrals: Referrals }>(`${this.path}/referrals`)).referrals;
  }

  /** Who waits for what is sold out. */
  get waitLines(): ReadonlySignal<readonly WaitLine[]> {
    return this.lines;
  }

  dispose(): void {
    this.stopStats();
    this.stopFigures();
    this.stopEffect();
    this.tabs.close();
    this.broadcast.dispose();
    this.room.dispose();
  }

  /** A figure that cannot be had now is no reason to say anything: the next one comes. */
  private async readFigures(): Promise<void> {
    const found = await this.http.get<{ figures?: Figures }>(this.path).catch(() => null);
    if (found?.figures) this.count(found.figures);
    const waiting = await this.http.get<{ lines: readonly WaitLine[] }>(`${this.path}/waitlist`).catch(() => null);
    if (waiting) this.lines.value = waiting.lines;
  }

  private count(figures: Figures): void {
    this.counted.value = figures;
    if (!this.wasOnAir.value) return;
    const [most] = [...(figures.orders?.sales ?? [])].sort((a, b) => b.amount_minor - a.amount_minor);
    this.course.add({
      at_ms: Date.now(),
      viewers: this.room.viewers.value,
      likes: this.room.likes.total.value,
      orders: figures.orders?.count ?? 0,
      sales_minor: most?.amount_minor ?? 0,
    });
  }

  private async readStats(): Promise<void> {
    if (this.broadcast.connection.value.state !== "connected") {
      this.arriving.value = null;
      return;
    }
    const found = await this.http
      .get<{ sessions: readonly MediaStats[] }>(`${this.path}/stats?role=publisher`)
      .catch(() => ({ sessions: [] }));
    this.arriving.value = found.sessions[0] ?? null;
  }

  /** Two tabs that publish the same show would throw each other out again and again. */
  private yieldToOtherTab(): void {
    if (!this.publishing.value) return;
    this.elsewhere.value = true;
    sessionStorage.removeItem(ON_AIR);
    this.broadcast.dispose();
  }
}
