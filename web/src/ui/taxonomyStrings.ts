// The words of the desk's taxonomy, groups and bundles, and of a topic's cover, in English. See strings.ts.
import { count } from "./strings.ts";

export const taxonomy = {
  title: "Categories",
  about: "What topics may be about. Each change is a version of its own and stands in the log.",
  adminsOnly: "Admins change categories; you can read them and their versions.",
  add: "New category",
  edit: (name: string) => `Edit ${name}`,
  key: "Key",
  keyHint: "2 to 32 of a–z, 0–9 and underscore; it stays.",
  policy: "Policy",
  restricted: "Restricted goods, one a line",
  restrictedHint: "They mark a topic for its moderator, who decides.",
  group: "Reviewer group",
  names: { en: "Name in English", zh: "Name in Chinese" },
  retired: "Takes no new topics",
  version: (number: number) => `Version ${number}`,
  history: "Versions",
  historyOf: (name: string) => `Versions of ${name}`,
  seed: "what the shop began with",
  changed: "Somebody has changed this category meanwhile. Read it again before you change it.",
  saved: (name: string) => `Saved: ${name}`,

  groups: "Groups of staff",
  groupsAbout: "Whoever is in no group looks at everything.",
  member: "Handle",
  memberGroups: "Groups, with commas between them",
  saveGroups: "Save groups",
  noGroups: "Nobody is in a group. Put somebody into one below.",

  alike: {
    title: "Topics like this one",
    count: (topics: number) => count(topics, "topic like this one", "topics like this one"),
    all: "Choose all (x)",
    none: "Choose none (x)",
    together: (topics: number) => `${topics} topics get this decision together.`,
    refused: (topics: number) => `${count(topics, "topic was", "topics were")} not decided:`,
    decided: (topics: number) => `${count(topics, "topic", "topics")} decided.`,
    undone: (topics: number) => `${count(topics, "topic", "topics")} taken back.`,
  },
  mine: "My groups only",

  cover: "Cover",
  coverOf: (title: string) => `Cover of ${title}`,
  addCover: "Add a cover",
  changeCover: "Change the cover",
  removeCover: "Remove the cover",
  coverHint: "JPEG, PNG or WebP. It is reviewed with the topic, and stands for the show until you are live.",
};

/** What the page calls a category: its own words, or those that an admin gave it. */
export function categoryName(known: Readonly<Record<string, string>>, key: string, names: Names = {}): string {
  const [language = "en"] = document.documentElement.lang.split("-");
  return names[language] ?? known[key] ?? names.en ?? key;
}

type Names = Readonly<Record<string, string>>;
