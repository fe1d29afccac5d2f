// All words of the pages, in English. Another language is another file of the same shape.
import type { ApiError, CaptureCode } from "../core/errors.ts";
import type { Trouble } from "../core/lasting.ts";
import type { Links, Quality, ShowState, Speakers } from "../core/protocol.ts";
import type { TopicStatus } from "../core/rest.ts";

const numbers = new Intl.NumberFormat();
const times = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const plurals = new Intl.PluralRules("en");

function count(amount: number, one: string, other: string): string {
  return `${numbers.format(amount)} ${plurals.select(amount) === "one" ? one : other}`;
}

export function formatTime(rfc3339: string): string {
  return times.format(new Date(rfc3339));
}

export function formatClock(rfc3339: string): string {
  return clock.format(new Date(rfc3339));
}

export const text = {
  brand: "livecart",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  tryAgain: "Try again",
  loading: "Loading…",
  connection: "Connection",
  notices: "Notices",
  back: "Back",
  nav: { label: "Pages", home: "Shows", studio: "Studio", desk: "Desk" },

  account: {
    signIn: "Sign in",
    signOut: "Sign out",
    register: "Create an account",
    handle: "Handle",
    handleHint: "2 to 32 of a–z, 0–9, dot, dash and underscore.",
    password: "Password",
    passwordHint: "At least 8 characters.",
    displayName: "Display name",
    toRegister: "New here? Create an account",
    toSignIn: "I have an account",
    signedInAs: (name: string) => `Signed in as ${name}`,
  },

  home: {
    title: "Live now",
    coming: "Coming shows",
    by: (name: string) => `with ${name}`,
    watching: (viewers: number) => count(viewers, "person watching", "people watching"),
    planned: (time: string) => `Planned for ${time}`,
    notPlanned: "Starts when the host is ready",
    nothingLive: "Nobody is live right now.",
    nothingLiveHint: "A show appears here the moment it starts. Creators start theirs from the studio.",
    nothingComing: "No show is announced.",
    openStudio: "Open the studio",
    openDesk: "Open the desk",
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

  likes: { give: "Like", given: (likes: number) => `${numbers.format(likes)} likes` },

  figures: {
    title: "Figures",
    now: "Watching now",
    peak: "Most at once",
    unique: "Different people",
    about: (people: number) => `about ${numbers.format(people)}`,
    likes: "Likes",
    number: (value: number) => numbers.format(value),
  },

  link: {
    connected: "Connected",
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "Offline",
    closed: "Disconnected",
  },

  closed: {
    signedOut: "You were signed out. Sign in again to write and to change things.",
    reasons: {
      closed_4201: "Your session has expired. Sign in again to come back.",
      closed_4500: "You were disconnected because too many messages came from this page. Reload it to come back.",
      closed_4501: "This account is banned, so the room is closed to it.",
    } as Record<string, string>,
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
    send: "Send",
    empty: "No messages yet. Say hello!",
    signIn: "Sign in to chat",
    ended: "The chat is closed.",
    newest: "Newest messages",
    host: "Host",
    staff: "Staff",
    joined: (names: readonly string[], all: number) =>
      names.length > 0 ? `${names.join(", ")} joined` : `${count(all, "person", "people")} joined`,
    pinned: "Pinned message",
    options: (name: string) => `Options for the message of ${name}`,
    reply: "Reply",
    remove: "Delete",
    pin: "Pin",
    unpin: "Unpin",
    answers: (name: string, line: string) => (line === "" ? `to ${name}` : `to ${name}: ${line}`),
    answering: (name: string) => `Reply to ${name}`,
    stopAnswering: "Do not reply",
    forYou: "For you",
    closed: "Only the host writes here now.",
    slow: (seconds: number) => `Slow mode: you can write again in ${numbers.format(seconds)} s`,
    length: (used: number, most: number) => `${numbers.format(used)} of ${numbers.format(most)} characters`,
  },

  chatDesk: {
    rules: "Chat rules",
    slow: "Slow mode",
    slowSteps: (seconds: number) => (seconds === 0 ? "Off" : `${numbers.format(seconds)} seconds between messages`),
    links: "Links",
    linkChoices: {
      nobody: "Nobody may write links",
      host: "Only you and moderators",
      everyone: "Everybody",
    } satisfies Record<Links, string>,
    who: "Who may write",
    whoChoices: {
      everyone: "Everybody who is signed in",
      staff: "Only you and moderators",
    } satisfies Record<Speakers, string>,
    replies: "Canned replies",
    noReplies: "Answers that you give often: one press sends them.",
    edit: "Edit replies",
    lines: "One reply a line",
    linesHint: "{product} and {price} become what you are explaining. At most 20.",
  },

  goods: {
    bag: "Bag",
    showing: "Being shown now",
    buy: "Buy",
    left: (amount: number) => (amount === 0 ? "Sold out" : `${numbers.format(amount)} left`),
    from: (price: string) => `from ${price}`,
    emptyBag: "The bag is empty.",
    emptyBagViewer: "The host has not put anything into the bag yet.",
  },

  buy: {
    title: (product: string) => `Buy ${product}`,
    variant: "Variant",
    quantity: "Quantity",
    total: "Total",
    wallet: "In your wallet",
    buyNow: "Buy now",
    payNow: "Pay now",
    topUp: (amount: string) => `Top up ${amount} and pay`,
    cancelOrder: "Cancel order",
    reservedUntil: (time: string) => `The goods are reserved for you until ${time}.`,
    reserved: "The goods are reserved for you.",
    paid: "Paid. Thank you!",
    order: (id: string) => `Order ${id}`,
    done: "Back to the show",
    soldOut: "Sold out while you were choosing.",
  },

  topic: {
    mine: "My topics",
    new: "New topic",
    none: "You have no topic yet. A show needs one that a moderator approved.",
    title: "Title",
    category: "Category",
    summary: "Summary",
    summaryHint: "What happens in the show, in 10 to 2,000 characters. The moderator reads this.",
    language: "Language",
    plannedAt: "Planned start",
    products: "Products",
    submit: "Submit for review",
    saveDraft: "Save draft",
    copy: "Use again",
    openShow: "Open a show",
    decided: (who: string, when: string) => `Decided by ${who}, ${when}`,
    status: {
      draft: "Draft",
      in_review: "In review",
      approved: "Approved",
      rejected: "Rejected",
      changes_requested: "Changes requested",
      expired: "Expired",
    } satisfies Record<TopicStatus, string>,
    categories: {
      travel: "Travel",
      reading: "Reading",
      parenting: "Parenting",
      beauty: "Beauty",
      food: "Food",
      fitness: "Fitness",
      fashion: "Fashion",
      home: "Home",
      other: "Other",
    } as Record<string, string>,
    reasons: {
      off_topic: "Off topic",
      restricted_goods: "Restricted goods",
      misleading: "Misleading",
      unclear: "Unclear",
      other: "Other",
    } as Record<string, string>,
  },

  studio: {
    title: "Studio",
    signInFirst: "Sign in to open your studio.",
    notCreator: "Your account is not a creator account. Ask the operator of this shop to make it one.",
    goods: "My goods",
    noGoods: "You have no goods yet. Add the first one to sell it in a show.",
    addProduct: "Add product",
    productTitle: "Product title",
    price: "Price",
    stock: "Stock",
    currency: "Currency",
    variant: "Variant name",
    variantHint: "Size, colour or kind; leave it empty when there is only one.",
    badPrice: "The price is not an amount of this currency.",
    shows: "My shows",
    backToShow: "Back to the show",
    allTopics: "All topics and goods",
    camera: "Camera",
    microphone: "Microphone",
    unnamedCamera: (index: number) => `Camera ${index}`,
    unnamedMicrophone: (index: number) => `Microphone ${index}`,
    level: "Microphone level",
    openCamera: "Open camera",
    previewOff: "Open the camera to see yourself before anybody else does.",
    goLive: "Go live",
    resume: "Resume broadcast",
    endShow: "End show",
    endTitle: "End the show?",
    endBody: "Viewers are told that it is over. An ended show cannot be started again.",
    broadcasting: "You are live",
    starting: "Going live…",
    reconnecting: "Connection lost. Reconnecting…",
    notPublishing: "Not broadcasting",
    movedAway: "The broadcast goes on in another tab of this browser.",
    refused: "The server refused the broadcast.",
    roomLink: "Link for viewers",
    copyLink: "Copy link",
    copied: "Link copied.",
    editBag: "Choose goods",
    saveBag: "Save bag",
    showProduct: "Show product",
    stopShowing: "Stop showing",
    explainingNow: "Explaining now",
    ended: "The show has ended.",
    endedHint: "The chat, the orders and the figures are kept.",
  },

  health: {
    title: "Broadcast health",
    sent: "You send",
    arriving: "The server gets",
    lost: "Lost on the way",
    roundTrip: "Round trip",
    sizes: "Each viewer gets the picture size that the line carries.",
    columns: ["Picture", "kbit/s", "Pictures/s", "Watching"],
    names: { h: "High", m: "Medium", l: "Low" } as Record<string, string>,
    rests: "not sent now",
    number: (value: number) => numbers.format(value),
    size: (width: number, height: number) => `${width} × ${height}`,
    flow: (kbps: number, fps: number) =>
      `${numbers.format(kbps)} kbit/s, ${count(fps, "picture", "pictures")} a second`,
    codec: (name: string) => ({ h264: "H.264", vp8: "VP8", opus: "Opus" })[name.toLowerCase()] ?? name.toUpperCase(),
    percent: (value: number) => `${numbers.format(Math.round(value * 10) / 10)} %`,
    ms: (value: number) => `${numbers.format(value)} ms`,
    troubles: {
      bandwidth: (hd: boolean) =>
        hd
          ? "Your upload is too weak for HD. Viewers get a smaller picture for now."
          : "Your upload is too weak for this picture. Viewers get a smaller one for now.",
      cpu: () => "Your computer is too busy to send the whole picture. Close other programs and tabs.",
      loss: () => "Much of what you send is lost on the way. A cable, or a place nearer to the router, helps.",
    } satisfies Record<Trouble, (hd: boolean) => string>,
  },

  capture: {
    refused: "The browser may not use camera and microphone. Allow it in the address bar, then try again.",
    missing: "No camera or microphone was found. Plug one in, then try again.",
    busy: "Camera or microphone are in use by another program. Close it, then try again.",
    insecure:
      "Browsers give the camera to secure pages only. Open this page over HTTPS or on this machine's own address.",
    failed: "Camera and microphone could not be opened.",
  } satisfies Record<CaptureCode, string>,

  desk: {
    title: "Topic queue",
    signInFirst: "Sign in as a moderator to open the desk.",
    notModerator: "Your account is not a moderator account.",
    empty: "The queue is empty. New topics appear here by themselves.",
    waiting: (topics: number) => count(topics, "topic waits", "topics wait"),
    choose: "Choose a topic from the queue to read it.",
    submitted: "Submitted",
    creator: "Creator",
    claimedByYou: "You are deciding on this topic.",
    claimedBy: (name: string) => `${name} is deciding on this topic.`,
    approve: "Approve",
    reject: "Reject",
    requestChanges: "Request changes",
    rejectTitle: "Reject the topic",
    changesTitle: "Request changes",
    reasonCode: "Ground",
    reason: "Reason",
    reasonHint: "The creator reads this.",
    approved: (title: string) => `Approved: ${title}`,
    rejected: (title: string) => `Rejected: ${title}`,
    changesRequested: (title: string) => `Changes requested: ${title}`,
    keys: "Keyboard",
    keyList: [
      ["j", "next topic"],
      ["k", "previous topic"],
      ["Enter", "take the topic for decision"],
      ["a", "approve"],
      ["r", "reject"],
      ["c", "request changes"],
      ["?", "this list"],
    ] as const,
  },

  unreadProduct: (id: string) => `Product ${id}`,
};

const errors: Record<string, string> = {
  network: "No connection to the server. Check your network and try again.",
  unauthenticated: "Please sign in again.",
  bad_credentials: "Handle or password is wrong.",
  handle_taken: "This handle is taken. Choose another one.",
  rate_limited: "Too fast. Wait a moment and try again.",
  busy: "Too many people are doing this at once. Try again in a moment.",
  forbidden: "Your account may not do this.",
  duplicate: "You just said that.",
  slow_mode: "The chat is in slow mode. Wait a moment.",
  chat_closed: "Only the host writes in this chat now.",
  links_not_allowed: "Links are not allowed in this chat.",
  message_deleted: "The message was deleted.",
  too_late: "A message can be taken back for a minute only.",
  nothing_shown: "Show a product first: this reply needs its name or price.",
  show_ended: "The show has ended.",
  sold_out: "Sold out. There are not that many left.",
  not_in_bag: "The host took this product out of the bag.",
  insufficient_funds: "There is not enough money in your wallet.",
  wallet_full: "Your wallet cannot hold that much.",
  order_state: "The order can no longer be changed.",
  order_gone: "The reservation ran out. You can order again.",
  key_reused: "This order was already sent with another content. Close the window and start again.",
  topic_not_approved: "A moderator has to approve the topic first.",
  topic_claimed: "Another moderator is deciding on this topic.",
  topic_state: "Somebody decided on this topic meanwhile. The list is up to date again.",
  own_topic: "Nobody decides on a topic of their own.",
  no_media: "No relay for pictures is running right now. Try again in a moment.",
  unavailable: "The server cannot do this right now. Try again in a moment.",
  internal: "Something went wrong on the server. It has been noted.",
};

/** Words for what went wrong: ours for the codes we know, the server's otherwise, with the fields at fault. */
export function errorText(error: ApiError): string {
  const known = errors[error.code];
  if (known !== undefined) return known;
  const words = error.detail || `Something went wrong (${error.code}).`;
  const fields = Object.entries(error.fields).map(([field, expected]) => `${field}: ${expected}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${fields.length > 0 ? ` (${fields.join("; ")})` : ""}`;
}
