// The words of the desk's frame and of its sections beside the topic queue, in English. See strings.ts.
export const deskText = {
  title: "Desk",
  page: (section: string) => `${section} · Desk · livecart`,
  sectionsLabel: "Sections of the desk",
  sections: {
    queue: "Topic queue",
  },
  noSuchSection: "There is no such section, or your account may not open it.",
  keys: {
    title: "Keyboard",
    everywhere: "Everywhere",
    go: (section: string) => `go to: ${section}`,
    list: "this list",
  },
};
