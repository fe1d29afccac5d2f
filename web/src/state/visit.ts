// A viewer's visit to one show: reading it, then its room, its picture and its checkout for as long as it lasts.
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { type ApiError, asApiError } from "../core/errors.ts";
import type { Http } from "../core/http.ts";
import type { Bag, Offer, Order, Product, Show } from "../core/protocol.ts";
import type { Account } from "./account.ts";
import type { Checkout } from "./checkout.ts";
import { Following } from "./following.ts";
import { painted } from "./painted.ts";
import { QualityChoice } from "./quality.ts";
import { Room, type RoomNews } from "./room.ts";
import { Viewing } from "./viewing.ts";

/** What Room.closedBecause says of a ban, from the shop or the show. */
const BANNED = /^(closed_450[12]|banned_.*)$/;

export interface OpenVisit {
  readonly kind: "open";
  readonly room: Room;
  readonly quality: QualityChoice;
  readonly following: Following;
}

export type VisitState =
  | { readonly kind: "loading" }
  | { readonly kind: "missing" }
  | { readonly kind: "failed"; readonly error: ApiError }
  | OpenVisit;

/** What somebody is about to buy: a product, or an offer with the first of its products. */
export interface Wish {
  readonly product: Product;
  readonly offer: Offer | null;
}

export class Visit {
  readonly wish = signal<Wish | null>(null);
  /** Made by the dialog, which is loaded with the first wish, and kept: a reservation may wait for its payment. */
  checkout: Checkout | null = null;
  readonly viewing = new Viewing();
  private readonly current = signal<VisitState>({ kind: "loading" });

  constructor(
    readonly http: Http,
    private readonly account: Account,
    private readonly news: Omit<RoomNews, "onOrder" | "onMediaLost" | "onSignedOut">,
  ) {}

  get state(): ReadonlySignal<VisitState> {
    return this.current;
  }

  async open(id: string): Promise<void> {
    this.current.value = { kind: "loading" };
    try {
      const path = `shows/${encodeURIComponent(id)}`;
      const { show, bag, whep_url } = await this.http.get<{ show: Show; bag: Bag; whep_url: string }>(path);
      const room = new Room(show, {
        ...this.news,
        onOrder: (order: Order) => this.checkout?.follow(order),
        onMediaLost: () => this.viewing.suspect(),
        // Asked and not assumed: a cookie of another session may have taken the place of this one.
        onSignedOut: () => void this.account.refresh().catch(() => this.account.assumeGuest()),
      });
      room.bag.reset(bag, show.showing);
      const following = new Following(this.http, show.creator.handle);
      this.current.value = { kind: "open", room, quality: this.qualityIn(room), following };
      // A slow phone needs as long for a connection's beginning as for drawing the room.
      void painted().then(() => {
        this.followPicture(room, whep_url);
        this.followPerson(room, following);
      });
    } catch (caught) {
      const error = asApiError(caught);
      this.current.value = error.status === 404 ? { kind: "missing" } : { kind: "failed", error };
    }
  }

  private qualityIn(room: Room): QualityChoice {
    return new QualityChoice({
      session: this.viewing.session,
      joined: computed(() => room.status.value === "joined"),
      choose: (session, quality) => room.chooseQuality(session, quality),
      storage: () => localStorage,
    });
  }

  /** Watches from the start, before the host is live: the picture comes without another negotiation. */
  private followPicture(room: Room, whepUrl: string): void {
    let watching = "";
    effect(() => {
      const user = this.account.user.value;
      const membersOnly = room.show.value.viewers_policy === "members";
      const welcome = !BANNED.test(room.closedBecause.value ?? "") && (!membersOnly || user !== null);
      const allowed = this.account.known.value && room.state.value !== "ended" && welcome;
      // Where anybody may watch, signing in is no reason to interrupt the picture.
      const wanted = allowed ? `as ${(membersOnly && user?.id) || "anybody"}` : "";
      if (wanted === watching) return;
      watching = wanted;
      if (wanted === "") this.viewing.stop(room.state.value === "ended");
      else this.viewing.start(whepUrl);
    });
  }

  /** The session belongs to whoever was signed in when it joined. */
  private followPerson(room: Room, following: Following): void {
    let joinedAs: string | null | undefined;
    effect(() => {
      if (!this.account.known.value) return;
      const person = this.account.user.value?.id ?? null;
      if (person === joinedAs) return;
      const wasOpen = joinedAs === undefined || room.status.peek() !== "closed";
      joinedAs = person;
      // Without it the room is whole but for a button.
      following.refresh().catch(() => undefined);
      // Who was shut out does not come back as a guest by himself, but by signing in.
      if (person !== null || wasOpen) room.start();
    });
  }
}
