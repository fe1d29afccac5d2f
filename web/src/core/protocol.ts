// The wire shapes: the mirror of signaling/messages.py and docs/protocol.md, kept by hand until it is generated.
// Types only; what checks bytes from the network is in codec.ts.

export type Role = "viewer" | "creator" | "moderator" | "admin";

export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly display_name: string;
}

export interface User extends Person {
  readonly role: Role;
}

export interface Money {
  readonly amount_minor: number;
  readonly currency: string;
}

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
  readonly creator: Person;
  readonly claim: { readonly moderator: Person; readonly until: string } | null;
  readonly decision: {
    readonly status: TopicStatus;
    readonly code: string | null;
    readonly reason: string | null;
    readonly at: string;
    readonly by: Person;
  } | null;
  readonly created_at: string;
  readonly submitted_at: string | null;
}

export interface Variant {
  readonly id: string;
  readonly title: string;
  readonly price_minor: number;
  readonly stock: number;
  readonly available: number;
}

export interface Product {
  readonly id: string;
  readonly title: string;
  readonly currency: string;
  readonly url: string | null;
  readonly images: readonly string[];
  readonly seller: string;
  readonly variants: readonly Variant[];
}

export type ShowState = "ready" | "live" | "interrupted" | "ended";

export interface Show {
  readonly id: string;
  readonly state: ShowState;
  readonly title: string;
  readonly category: string;
  readonly language: string;
  readonly creator: Person;
  readonly topic: string;
  readonly viewers_policy: "everyone" | "members";
  readonly viewers: number;
  readonly showing: string | null;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly planned_at: string | null;
}

export interface Bag {
  readonly version: number;
  readonly products: readonly Product[];
}

export type OrderState = "reserved" | "paid" | "fulfilled" | "cancelled" | "expired" | "refunded";

export interface OrderLine {
  readonly variant: string;
  readonly product: string;
  readonly title: string;
  readonly variant_title: string;
  readonly quantity: number;
  readonly unit_price_minor: number;
}

export interface Order {
  readonly id: string;
  readonly state: OrderState;
  readonly show: string | null;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly paid_at: string | null;
}

export interface Wallet {
  readonly balances: readonly Money[];
}

export interface ChatMessage {
  readonly id: string;
  readonly author: { readonly id: string; readonly display_name: string; readonly role: Role };
  readonly text: string;
  readonly at_ms: number;
  /** Which message is answered, and whose it is; its text may be deleted, so it is not repeated. */
  readonly reply_to?: { readonly id: string; readonly author: { readonly id: string; readonly display_name: string } };
  readonly mentions?: readonly Person[];
}

export type Links = "nobody" | "host" | "everyone";
export type Speakers = "everyone" | "staff";

/** How a chat is used; `version` counts the changes. */
export interface ChatRules {
  readonly version: number;
  readonly slow_s: number;
  readonly links: Links;
  readonly who: Speakers;
}

export interface CannedReply {
  readonly id: string;
  readonly text: string;
}

/** What came of a show, for its host; `unique_viewers` is an estimate. */
export interface Figures {
  readonly peak_viewers: number;
  readonly unique_viewers: number;
  readonly unique_is_estimate: boolean;
  readonly likes: number;
}

export interface You {
  readonly user: User | null;
  readonly guest: boolean;
  readonly permissions: readonly string[];
  readonly host: boolean;
}

/** How much of the host's picture a viewer is sent; `auto` follows the line. */
export type Quality = "auto" | "low" | "mid" | "high";

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
}

export interface Publication {
  readonly whip_url: string;
  readonly publish_token: string;
}

// ---- WebSocket: client → server

export interface Operations {
  "show.join": {
    readonly d: { readonly show: string; readonly epoch?: string; readonly after?: number };
    readonly ok: Joined;
  };
  "show.leave": { readonly d: Record<string, never>; readonly ok: Record<string, never> };
  "chat.send": {
    readonly d: { readonly text: string; readonly key?: string; readonly reply_to?: string };
    readonly ok: { readonly message: ChatMessage };
  };
  "chat.canned": {
    readonly d: { readonly reply: string; readonly key?: string; readonly reply_to?: string };
    readonly ok: { readonly message: ChatMessage };
  };
  "chat.delete": {
    readonly d: { readonly message: string };
    readonly ok: { readonly deleted: EventData["chat.deleted"] };
  };
  "chat.pin": {
    readonly d: { readonly message: string | null };
    readonly ok: { readonly pinned: ChatMessage | null };
  };
  "product.show": { readonly d: { readonly product: string | null }; readonly ok: { readonly show: Show } };
  like: { readonly d: { readonly count: number }; readonly ok: Record<string, never> };
  quality: {
    readonly d: { readonly session: string; readonly layer: Quality };
    readonly ok: { readonly layer: Quality };
  };
  ping: { readonly d: Record<string, never>; readonly ok: { readonly now_ms: number } };
}

export type Op = keyof Operations;

export interface ClientFrame {
  readonly id: number;
  readonly op: Op;
  readonly d: Operations[Op]["d"];
}

export interface Snapshot {
  readonly now_ms: number;
  readonly show: Show;
  readonly you: You;
  readonly chat: readonly ChatMessage[];
  readonly likes: number;
  readonly pinned: ChatMessage | null;
  readonly chat_rules: ChatRules;
  readonly bag: Bag;
}

/** The answer to `show.join`: a snapshot, or only the events that were missed. */
export type Joined = { readonly epoch: string; readonly seq: number; readonly gap?: boolean } & (
  | Snapshot
  | { readonly events: readonly RoomEvent[] }
);

// ---- WebSocket: server → client

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  readonly retry_after_ms?: number;
  readonly errors?: Readonly<Record<string, string>>;
}

export interface EventData {
  chat: ChatMessage;
  "chat.deleted": { readonly id: string; readonly by: "author" | "host" | "moderator" };
  "chat.pinned": { readonly message: ChatMessage | null; readonly version: number };
  "chat.rules": ChatRules;
  viewers: { readonly count: number };
  likes: { readonly count: number };
  notice: { readonly kind: "joined"; readonly count: number; readonly names: readonly string[] };
  "product.showing": { readonly product: string | null; readonly version: number };
  bag: Bag;
  stock: { readonly product: string; readonly variant: string; readonly available: number; readonly version: number };
  "order.toast": { readonly buyer: string; readonly title: string; readonly quantity: number };
  "show.state": { readonly state: ShowState; readonly cause?: "media_lost" | "host_silent" };
  skipped: { readonly from: number; readonly to: number; readonly count: number };
  order: Order;
  wallet: Wallet;
}

export type EventType = keyof EventData;

/** `[seq, type, data, at_ms]`; seq is the show's gap-free number, null for what may be lost. */
export type RoomEvent = {
  [T in EventType]: readonly [seq: number | null, type: T, data: EventData[T], at_ms: number];
}[EventType];

export type ServerFrame =
  | { readonly re: number; readonly ok: unknown }
  | { readonly re: number; readonly err: WireError }
  | { readonly ev: readonly RoomEvent[] };
