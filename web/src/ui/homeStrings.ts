// The words of the home page and of planned shows, in English; rooms do not load them. See strings.ts.
import { count } from "./strings.ts";

export const home = {
  title: "Live now",
  coming: "Coming shows",
  by: (name: string) => `with ${name}`,
  watching: (viewers: number) => count(viewers, "person watching", "people watching"),
  planned: (time: string) => `Planned for ${time}`,
  notPlanned: "Starts when the host is ready",
  nothingLive: "Nobody is live right now.",
  noPage: "There is no such page",
  noPageHint: "The address may be mistyped, or what was here is gone.",
  toShows: "To the shows",
  nothingLiveHint: "A show appears here the moment it starts. Creators start theirs from the studio.",
  nothingComing: "No show is announced.",
  nothingFound: "No show has this.",
  search: "Search shows",
  searchHint: "Title, host or product",
  find: "Search",
  categories: "Categories",
  all: "All",
  remind: "Remind me",
  reminded: "Reminder set",
  remindHint:
    "You are told when it begins: by your browser if you are signed in and allow notices, else while a page of the shop is open.",
  refused: "This browser shows no notices of this site. You are told while a page of the shop is open.",
  begun: (title: string) => `${title} has begun`,
  openStudio: "Open the studio",
  openDesk: "Open the desk",
};
