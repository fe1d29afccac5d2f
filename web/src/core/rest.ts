// Shapes that only HTTP answers have, kept by hand: docs/protocol.md. What the WebSocket carries too is in protocol.ts.
import type { Money, Order, Person, Show, Variant } from "./protocol.ts";

export type TopicStatus = "draft" | "in_review" | "approved" | "rejected" | "changes_requested" | "expired";

export interface Topic {
  readonly id: string;
  readonly version: number;
  readonly status: TopicStatus;
  readonly title: string;
  readonly category: string;
  readonly summary: string;
  readonly language: string;
  readonly planned_at: string | null;
  readonly products: readonly string[];
  /** Where its picture is served. */
  readonly cover: string | null;
  readonly creator: Person;
  readonly claim: { readonly moderator: Person; readonly until: string } | null;
  readonly decision: {
    readonly status: TopicStatus;
    readonly code: string | null;
    /** What the code says, in the topic's language. */
    readonly text: string | null;
    readonly reason: string | null;
    readonly at: string;
    readonly by: Person;
  } | null;
  /** Why another moderator has to judge it. Creators see their own appeals only. */
  readonly referrals: readonly {
    readonly kind: "appeal" | "second_opinion";
    readonly by: Person;
    readonly reason: string;
    readonly at: string;
  }[];
  readonly created_at: string;
  readonly submitted_at: string | null;
  readonly expires_at: string | null;
  /** By when it is to be judged. */
  readonly due_at: string | null;
  /** A machine's notes; in the answer for one topic only, and not for its creator. */
  readonly annotations?: readonly TopicNote[];
}

export interface TopicNote {
  readonly kind: "restricted_goods" | "claim" | "similar_rejected" | "short_notice";
  readonly rule: string;
  readonly where: string;
  readonly found: string;
}

export interface Category {
  readonly key: string;
  readonly version: number;
  readonly policy: string;
  readonly restricted: readonly string[];
  /** The staff who look at it first. */
  readonly group: string;
  /** By language, of categories that the pages have no words for. */
  readonly names: Readonly<Record<string, string>>;
  /** It takes no new topics. */
  readonly retired: boolean;
}

/** One picture size of the host as it arrives at the server. */
export interface LayerStats {
  readonly rid: string;
  readonly bitrate_bps: number;
  readonly fps: number;
  /** How many viewers are sent it. */
  readonly watching: number;
}

/** One media session as the server sees it. */
export interface MediaStats {
  readonly role: "publisher" | "viewer";
  readonly bitrate_bps: number;
  readonly loss: number;
  readonly rtt_ms: number | null;
  readonly fps: number;
  readonly codec: string | null;
  readonly layer: string | null;
  readonly layers?: readonly LayerStats[];
  /** How many viewers' browsers have no decoder for a publisher's picture. */
  readonly undecodable?: number;
}

export interface Publication {
  readonly whip_url: string;
  readonly publish_token: string;
}

export interface CannedReply {
  readonly id: string;
  readonly text: string;
}

/** A person as others see him; `you` is null for guests. */
export interface Followed {
  readonly user: Person;
  readonly followers: number;
  readonly you: { readonly following: boolean; readonly since: string | null } | null;
}

/** What came of a show, for its host; `unique_viewers` is an estimate. */
export interface Figures {
  readonly peak_viewers: number;
  readonly unique_viewers: number;
  readonly unique_is_estimate: boolean;
  readonly likes: number;
  /** For the host alone: what gifts brought him, one amount for each currency. */
  readonly gifts?: { readonly count: number; readonly totals: readonly Money[]; readonly proceeds: readonly Money[] };
  /** For the host alone: what was paid for and not given back. */
  readonly orders?: { readonly count: number; readonly sales: readonly Money[] };
}

/** How many came to a show by links that people passed on, and by whose. */
export interface Referrals {
  readonly people: number;
  readonly top: readonly { readonly user: Person; readonly people: number }[];
}

/** How many wait for something sold out in a show, and how many units are held for those whose turn it is. */
export interface WaitLine {
  readonly variant: string | null;
  readonly offer: string | null;
  readonly title: string;
  readonly waiting: number;
  readonly invited_units: number;
}

/** One line of a cart at the prices of now. */
export interface CartLine {
  readonly variant: string;
  readonly product: string;
  readonly title: string;
  readonly variant_title: string;
  readonly image: string | null;
  readonly show: string | null;
  readonly quantity: number;
  readonly available: number;
  readonly unit_price: Money;
  /** What the line costs: of a bundle's lines it may be less than so many times `unit_price`. */
  readonly amount: Money;
  /** The shop's own price. */
  readonly list_price: Money;
  /** What it cost when this person last put it in. */
  readonly seen_price: Money;
  readonly price_changed: boolean;
  /** The offer of its show that it would be ordered in. */
  readonly offer: CartOffer | null;
  /** The code of why it is in no offer, although it was, or there is one. */
  readonly offer_problem: string | null;
  /** The code of why it cannot be ordered as it is. */
  readonly problem: string | null;
}

export interface CartOffer {
  readonly id: string;
  readonly title: string;
  readonly bundle: boolean;
  readonly mode: "reserve" | "first_to_pay";
  readonly ends_at: string | null;
}

export interface Cart {
  readonly lines: readonly CartLine[];
  readonly totals: readonly Money[];
  /** What came of the coupon that was asked for: what it takes off, or the code of why it does not. */
  readonly coupon?: { readonly code: string; readonly discount: Money | null; readonly problem: string | null };
}

/** The ways to pay an order and to fill a wallet; `free_topups`: it is filled for nothing, as in the demo. */
export interface PaymentMethods {
  readonly methods: readonly string[];
  readonly topups: readonly string[];
  readonly free_topups: boolean;
}

/** `value` counts minor units or percent. */
export interface Coupon {
  readonly code: string;
  readonly kind: "fixed" | "percent";
  readonly value: number;
  readonly currency: string;
  readonly minimum_minor: number;
  readonly per_person: number;
  readonly total: number | null;
  readonly used: number;
  readonly whole_shop: boolean;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
  readonly disabled_at: string | null;
  readonly created_at: string;
}

/** A variant as its seller may see it: where the server says so, with the price that no offer goes below. */
export interface OwnVariant extends Variant {
  readonly floor_minor?: number | null;
}

/** What moved the stock of a variant; `cause` is an order's id, or what the seller said. */
export interface Movement {
  readonly kind: "received" | "reserved" | "released" | "sold" | "returned" | "removed";
  readonly quantity: number;
  readonly cause: string;
  readonly at: string;
}

/** An order as a seller sees it: his own lines and their total. */
export interface Sale extends Order {
  readonly buyer: Person;
}

/** A decision about this person, with the statement of its reasons. */
export interface Case {
  readonly number: number;
  readonly at: string;
  readonly by: "operator" | "staff";
  readonly kind: string;
  readonly subject: string;
  readonly rule: string | null;
  readonly code: string | null;
  readonly reason: string | null;
  readonly quote: string | null;
  readonly hash: string;
}

/** A row of the moderation log as moderators read it. Somebody who is not there any more has an id alone. */
export interface LogEntry extends Omit<Case, "by"> {
  readonly by: LogPerson | null;
  readonly user: LogPerson | null;
  readonly evidence: string | null;
  readonly words_deleted: boolean;
}

export interface LogPerson {
  readonly id: string;
  readonly handle: string | null;
  readonly display_name: string | null;
}

/** `audit` is null until one has run. */
export interface LogState {
  readonly number: number;
  readonly hash: string | null;
  readonly signed_number: number | null;
  readonly signed_at: string | null;
  readonly audit: { readonly at: string; readonly faults: number } | null;
}

/** A live show as moderators see it at a glance. */
export interface WallShow {
  readonly show: Show;
  readonly picture_at: string | null;
  readonly chat_per_minute: number;
  readonly rulings: readonly {
    readonly number: number;
    readonly at: string;
    readonly kind: string;
    readonly code: string | null;
  }[];
  readonly open_reports: number;
}

/** How review goes; what cannot be told is null. `by_hour` has the newest hour last. */
export interface DeskFigures {
  readonly queue: {
    readonly waiting: number;
    readonly oldest_wait_s: number | null;
    readonly median_wait_s: number | null;
  };
  readonly decisions: {
    readonly by_hour: readonly number[];
    readonly by_status: Readonly<Partial<Record<TopicStatus, number>>>;
    readonly median_wait_s: number | null;
  };
  readonly appeals: {
    readonly made: number;
    readonly judged: number;
    readonly overturned: number;
    readonly overturn_rate: number | null;
  };
  readonly second_opinions: { readonly asked: number; readonly judged: number };
}

/** A word list that holds in all shows, without its text. */
export interface SharedWordList {
  readonly name: string;
  readonly version: number;
  readonly entries: number;
  readonly changed_at: string | null;
}

export interface OwnSettings {
  readonly show_my_purchases: boolean;
  readonly gift_cap: GiftCap;
}

/** How much a person wants to give on one day (UTC); null is no limit. `next` holds from the next day on. */
export interface GiftCap {
  readonly currency: string;
  readonly cap_minor: number | null;
  readonly spent_minor: number;
  readonly left_minor: number | null;
  readonly next: { readonly cap_minor: number | null; readonly from: string } | null;
}

/** Who got which share of a red packet; the name is shortened. */
export interface PacketResult {
  readonly user: string;
  readonly name: string;
  readonly share: number;
  readonly amount: Money;
  readonly luckiest: boolean;
  readonly at: string;
}
