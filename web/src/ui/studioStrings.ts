// The words of running a show, in English; loaded with the studio. See strings.ts.
import { count, numbers } from "./strings.ts";

const mbit = (bps: number) =>
  `${new Intl.NumberFormat(numbers.locale, { maximumFractionDigits: 1 }).format(bps / 1e6)} Mbit/s`;

export const studioText = {
  line: {
    button: "Test my connection",
    title: "Connection test",
    running: "Testing. This takes some seconds…",
    verdicts: {
      good: "Your connection is good. Viewers get HD.",
      fair: "Your connection is fair. Viewers get a medium picture; another network may give HD.",
      poor: "Your connection is weak. The picture will be small. Move closer to the router, or use a cable.",
      none: "The picture cannot get through from here. A firewall may be in the way: try another network.",
    },
    up: (bps: number) => `Upload: about ${mbit(bps)}`,
    udp: "Pictures take the fast way (UDP).",
    tcp: "Pictures have to take the slow way (TCP): the network blocks UDP. They may stutter.",
    roundTrip: (ms: number) => `Round trip: ${numbers.format(ms)} ms`,
  },
  shareScreen: "Share screen",
  backToCamera: "Back to the camera",
  turn: "Other camera",
  onAirElsewhere: "On air from elsewhere",
  emptyBag: "The bag is empty. Choose goods for it, or this show has nothing to sell.",
  sheet: {
    next: (title: string) => `Next: ${title}`,
    end: "That was the last one",
    hint: "Key n shows the next product, key p the one before.",
    up: (title: string) => `Move ${title} up`,
    down: (title: string) => `Move ${title} down`,
  },
  charts: {
    viewers: "Watching",
    likes: "Likes",
    orders: "Orders",
    sales: "Sales",
    course: (name: string, now: string) => `${name}: ${now}`,
  },
  summary: {
    title: "How it went",
    lasted: "Lasted",
    minutes: (minutes: number) => count(minutes, "minute", "minutes"),
    orders: "Orders",
    sales: "Sales",
    nothing: "Nothing sold",
    brought: "Came by shared links",
    people: (people: number) => count(people, "person", "people"),
    top: (name: string, people: number) => `${name} (${numbers.format(people)})`,
    orderFile: "Orders as CSV",
    back: "To the studio",
  },
  past: {
    title: "Past shows",
    open: (title: string) => `How it went: ${title}`,
    button: "How it went",
    more: "More",
  },
  encoder: {
    title: "Stream with OBS",
    body: "Instead of this browser's camera. In OBS: Settings, Stream, Service “WHIP”, then paste both.",
    hint: "H.264 without B-frames, at most 2500 kbit/s, a key frame every 2 seconds. The show goes live when the picture arrives.",
    make: "Make a key",
    renew: "Make a new key",
    remove: "Remove the key",
    ends: "This show has a key. A new one ends it at once, and the stream that was started with it; so does removing it.",
    server: "Server",
    key: "Bearer token",
    once: "Shown once. Keep it to yourself: whoever has it can broadcast here for 24 hours.",
    copy: "Copy",
    copied: "Copied.",
  },
};
