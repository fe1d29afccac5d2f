// The words of the pages, in English; those of studio and desk alone are in workStrings.ts, which viewers do not load.
// Another language is another pair of files of the same shape.
import type { ApiError } from "../core/errors.ts";
import { setMoneyLocale } from "../core/money.ts";
import type { Quality, ShowState } from "../core/protocol.ts";

/** How numbers and times are written: as this browser does, unless a page speaks another language. */
export function setLocale(locale?: string): void {
  formats = formatsOf(locale);
  setMoneyLocale(locale);
}

/** Each is made when it is needed first: all of them take a phone as long as drawing the page. */
function formatsOf(locale?: string) {
  return {
    numbers: once(() => new Intl.NumberFormat(locale)),
    times: once(() => new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" })),
    clock: once(() => new Intl.DateTimeFormat(locale, { timeStyle: "short" })),
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

let formats = formatsOf();
const plurals = once(() => new Intl.PluralRules("en"));

export const numbers = {
  format: (value: number) => formats.numbers().format(value),
  get locale() {
    return formats.numbers().resolvedOptions().locale;
  },
};

export function count(amount: number, one: string, other: string): string {
  return `${numbers.format(amount)} ${plurals().select(amount) === "one" ? one : other}`;
}

export function formatTime(rfc3339: string): string {
  return formats.times().format(new Date(rfc3339));
}

export function formatClock(rfc3339: string): string {
  return formats.clock().format(new Date(rfc3339));
}

export const text = {
  brand: "livecart",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  /** A page that is open while the shop is updated asks for files that are gone. */
  partLost: "If it is still not there: the shop may have been updated since this page was loaded.",
  reload: "Load the page again",
  tryAgain: "Try again",
  loading: "Loading…",
  connection: "Connection",
  notices: "Notices",
  back: "Back",
  nav: { label: "Pages", home: "Shows", orders: "Orders", studio: "Studio", desk: "Desk" },

  account: {
    signIn: "Sign in",
    signOut: "Sign out",
    settings: "Your settings",
  },

  show: {
    state: {
      ready: "Not live yet",
      live: "Live",
      interrupted: "Interrupted",
      ended: "Ended",
    } satisfies Record<ShowState, string>,
    hostedBy: (name: string) => `Hosted by ${name}`,
    viewers: (viewers: number) => `${numbers.format(viewers)} watching`,
    waiting: "The host is not live yet. The picture appears here by itself.",
    interrupted: "The host's connection broke. Please wait a moment.",
    connectingVideo: "Connecting to the picture…",
    noH264:
      "If no picture comes: this browser has no H.264 decoder, which most shows need. Firefox fetches one a few minutes after its first start; another browser has one.",
    reconnectingVideo: "Picture lost. Reconnecting…",
    endedTitle: "This show has ended",
    endedBody: "Thank you for watching.",
    otherShows: "See other shows",
    missingTitle: "There is no such show",
    missingBody: "The link may be incomplete, or the show was removed.",
    membersOnly: "This show is for members. Sign in to watch.",
    refused: "The picture is not available.",
    purchase: (buyer: string, title: string, quantity: number) =>
      quantity > 1 ? `${buyer} bought ${title} × ${quantity}` : `${buyer} bought ${title}`,
    skipped: (lines: number) => `You missed ${count(lines, "message", "messages")}.`,
  },

  follow: {
    off: "Follow",
    on: "Following",
    followers: (people: number) => count(people, "follower", "followers"),
  },

  likes: {
    give: "Like",
    given: (likes: number) => `${numbers.format(likes)} likes`,
    number: (likes: number) => numbers.format(likes),
  },

  link: {
    connected: "Connected",
    weak: "Weak connection",
    catchingUp: "Catching up…",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "Offline",
    closed: "Disconnected",
  },

  closed: {
    signedOut: "You were signed out. Sign in again to write and to change things.",
  },

  video: { live: "Live video", preview: "Preview", mute: "Mute", unmute: "Unmute", play: "Play" },

  quality: {
    title: "Quality",
    names: { auto: "Auto", high: "High", mid: "Medium", low: "Low" } satisfies Record<Quality, string>,
    lines: (lines: number) => `${lines}p`,
    now: (name: string, lines: number) => (lines > 0 ? `Quality: ${name} · ${lines}p` : `Quality: ${name}`),
    weak: "Your connection is weak. The picture may get smaller or stand still.",
    tooMuch: "Your connection is too weak for this quality. Auto gives a steadier picture.",
  },

  chat: {
    title: "Chat",
    message: "Message",
    placeholder: "Say something…",
    paced: (seconds: number) => `One message in ${numbers.format(seconds)} s`,
    send: "Send",
    empty: "No messages yet. Say hello!",
    signIn: "Sign in to chat",
    ended: "The chat is closed.",
    delayed: "The chat is delayed. What you write is kept and arrives later.",
    newest: "Newest messages",
    unread: (lines: number) => count(lines, "new message", "new messages"),
    host: "Host",
    staff: "Staff",
    joined: (names: readonly string[], all: number) =>
      names.length > 0 ? `${names.join(", ")} joined` : `${count(all, "person", "people")} joined`,
    leftOut: (lines: number) => `So many are writing: ${count(lines, "message was", "messages were")} left out`,
    pinned: "Pinned message",
    options: (name: string) => `Options for the message of ${name}`,
    reply: "Reply",
    remove: "Delete",
    pin: "Pin",
    unpin: "Unpin",
    answers: (name: string, line: string) => (line === "" ? `to ${name}` : `to ${name}: ${line}`),
    answering: (name: string) => `Reply to ${name}`,
    stopAnswering: "Do not reply",
    held: "only you see this yet",
    refused: "only you see this",
    forYou: "For you",
    closed: "Only the host writes here now.",
    followersOnly: (minutes: number) =>
      minutes === 0
        ? "Only followers write here. Follow to write."
        : `Only people who have followed for ${count(minutes, "minute", "minutes")} write here.`,
    slow: (seconds: number) => `Slow mode: you can write again in ${numbers.format(seconds)} s`,
    length: (used: number, most: number) => `${numbers.format(used)} of ${numbers.format(most)} characters`,
  },

  goods: {
    bag: "Bag",
    showing: "Being shown now",
    buy: "Buy",
    pageAt: (domain: string) => `More at ${domain}`,
    left: (amount: number) => (amount === 0 ? "Sold out" : `${numbers.format(amount)} left`),
    from: (price: string) => `from ${price}`,
    emptyBagViewer: "The host has not put anything into the bag yet.",
  },

  unreadProduct: (id: string) => `Product ${id}`,
  fault: (code: string) => `Something went wrong (${code}).`,
};

export const errors: Record<string, string> = {
  network: "No connection to the server. Check your network and try again.",
  unauthenticated: "Please sign in again.",
  bad_credentials: "Handle or password is wrong.",
  handle_taken: "This handle is taken. Choose another one.",
  rate_limited: "Too fast. Wait a moment and try again.",
  busy: "Too many people are doing this at once. Try again in a moment.",
  forbidden: "Your account may not do this.",
  duplicate: "You just said that.",
  slow_mode: "The chat is in slow mode. Wait a moment.",
  left_out: "So many are writing that your message was left out. Send it again in a moment.",
  chat_closed: "Only the host writes in this chat now.",
  followers_only: "Only people who have followed the host for a while write here.",
  links_not_allowed: "Links are not allowed in this chat.",
  message_deleted: "The message was deleted.",
  too_late: "A message can be taken back for a minute only.",
  show_ended: "The show has ended.",
  unavailable: "The server cannot do this right now. Try again in a moment.",
  internal: "Something went wrong on the server. It has been noted.",
};

/** Words for what went wrong: ours for the codes we know, the server's otherwise, with the fields at fault. */
export function errorText(error: ApiError): string {
  const known = errors[error.code];
  if (known !== undefined) return known;
  const words = error.detail || text.fault(error.code);
  const fields = Object.entries(error.fields).map(([field, expected]) => `${field}: ${expected}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${fields.length > 0 ? ` (${fields.join("; ")})` : ""}`;
}
