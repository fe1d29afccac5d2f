// The words of waitlists, in English; loaded with them. See strings.ts.
import "./shopErrors.ts";
import { numbers } from "./strings.ts";

const seconds = (at: string) => new Intl.DateTimeFormat(numbers.locale, { timeStyle: "medium" }).format(new Date(at));

export const waitText = {
  title: "Waitlist",
  join: "Join the waitlist",
  joinFor: (title: string) => `Join the waitlist for ${title}`,
  choose: "Sold out: choose what to wait for",
  position: (position: number) =>
    position === 1 ? "You are next in line." : `You are number ${numbers.format(position)} in line.`,
  explained: "If one comes back, it is kept for whoever waited longest.",
  yours: (units: number, until: string) =>
    `${units === 1 ? "One is" : `${numbers.format(units)} are`} yours until ${seconds(until)}.`,
  fewer: (units: number, wanted: number) => `${numbers.format(units)} of the ${numbers.format(wanted)} you wanted.`,
  left: (clock: string) => `${clock} left`,
  over: "Your time is over.",
  buy: "Buy now",
  leave: "Leave the waitlist",
  giveOn: "Let the next one have it",
  ended: {
    ordered: "",
    left: "",
    missed: (title: string) => `Your time for ${title} ran out. It went to the next in line.`,
    closed: (title: string) => `The waitlist for ${title} is closed.`,
  },
  refused: {
    still_available: "It is on sale again.",
    waitlist_full: "The waitlist is full.",
    per_buyer_limit: "You have as many of it as one buyer may have.",
    offer_closed: "The offer is closed.",
    show_ended: "The show has ended.",
  } as Record<string, string>,
};
