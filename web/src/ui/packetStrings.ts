// The words of red packets, in English. Loaded with the first packet, with the studio's console, and by the page that checks.
import "./shopErrors.ts";
import type { Packet, PacketState } from "../core/protocol.ts";
import { count, numbers } from "./strings.ts";

export const words = {
  title: "Red packets",
  from: (name: string) => `Red packet from ${name}`,
  terms: (packet: Packet) =>
    `${count(packet.shares, "share", "shares")}, ${packet.kind === "equal" ? "all equal" : "at random"}`,
  opensIn: (seconds: number) => `Opens in ${numbers.format(seconds)} s`,
  drawIn: (seconds: number) => `Drawn in ${numbers.format(seconds)} s`,
  drawing: "Drawing…",
  enter: "Enter the draw",
  open: "Open",
  entered: (people: number) => `${count(people, "person", "people")} in the draw`,
  left: (packet: Packet) =>
    `${numbers.format(packet.shares - packet.claimed)} of ${numbers.format(packet.shares)} left`,
  youEntered: "You are in the draw.",
  youWon: (amount: string) => `You won ${amount}!`,
  youLost: "Nothing this time.",
  askAgain: "Show my result",
  missing: "Before you can claim:",
  states: {
    announced: "Announced",
    open: "Open",
    exhausted: "All given away",
    drawn: "Drawn",
    expired: "Expired",
  } satisfies Record<PacketState, string>,
  closed: (packet: Packet) => `${numbers.format(packet.claimed)} of ${numbers.format(packet.shares)} shares won`,
  luckiest: (name: string, amount: string) => `Luckiest: ${name} with ${amount}`,
  results: "Who got what",
  nobody: "Nobody got anything.",
  more: "Show more",
  check: "Check this draw",
  hide: (name: string) => `Hide the red packet from ${name}`,
  condition: {
    follow: "follow the sender",
    phrase: (phrase: string) => `say “${phrase}” in the chat`,
    watched: (seconds: number) => `watch for ${count(seconds, "second", "seconds")}`,
    bought: "buy something in this show",
  },
  refused: {
    packet_not_open: "It opens when the countdown is over.",
    own_packet: "This is your own packet.",
    packet_state: "This packet is over.",
  } as Record<string, string>,
};

export const consoleWords = {
  title: "Red packets",
  compose: "New red packet",
  hint: "The money leaves your wallet at once; what nobody gets comes back by itself.",
  wallet: (amount: string) => `In your wallet: ${amount}`,
  amount: "Total",
  currency: "Currency",
  badAmount: "The total is not an amount of this currency.",
  shares: "Shares",
  kind: "Amounts",
  kinds: [
    ["lucky", "At random"],
    ["equal", "All equal"],
  ] as readonly (readonly ["lucky" | "equal", string])[],
  mode: "Who wins",
  modes: [
    ["draw", "Drawn among all who enter (can be proven)"],
    ["speed", "Whoever comes first"],
  ] as readonly (readonly ["draw" | "speed", string])[],
  countdown: "Countdown",
  countdowns: (seconds: number) => (seconds === 0 ? "Opens at once" : count(seconds, "second", "seconds")),
  window: "Time to enter",
  windows: (seconds: number) => count(seconds, "second", "seconds"),
  conditions: "Only for people who…",
  follow: "follow you",
  phrase: "say this in the chat",
  phraseHint: "Leave it empty for everybody.",
  watched: "have watched for (seconds)",
  bought: "bought something in this show",
  submit: "Announce packet",
  sent: "The red packet is announced.",
  who: "Who may send packets",
  whoChoices: [
    ["host", "Only you"],
    ["everyone", "Everybody who is signed in"],
  ] as readonly (readonly ["host" | "everyone", string])[],
};

export const verifyWords = {
  title: "Check a red packet",
  intro:
    "Your browser recomputes the whole draw from its published proof. The server that ran the draw is asked for nothing but the proof itself.",
  packet: "Packet",
  load: "Check",
  file: "Or choose a downloaded proof",
  download: "Download the proof",
  checking: "Checking…",
  good: "This packet was drawn as promised.",
  bad: "This packet was NOT drawn as promised.",
  insecure: "Browsers compute hashes on secure pages only. Open this page over HTTPS, or use livecart verify-packet.",
  reasons: {
    no_packet: "There is no such red packet.",
    not_json: "This file is not JSON.",
    seed_secret: "This packet is not closed yet: its seed is still secret.",
  } as Record<string, string>,
  steps: {
    commitment: "The seed and the rules are those of the commitment",
    "as announced": "The commitment is the one your page saw before the packet opened",
    split: "The shares follow from the seed",
    entrants: "Everybody is in the list once",
    "your entry": "You are in the list, with your own nonce",
    root: "The list is the one that was drawn from",
    draw: "The winners follow from the seed and the list",
    claims: "The shares were given away in their order",
    "once each": "Nobody has more than one share",
    sums: "Claimed and refunded make the total",
  } as Record<string, string>,
  passed: "right",
  failed: "wrong",
  notProven: "What this does not prove",
  compare: "Compare the commitment with the one that you saw before the packet opened:",
};
