// The words of passing a show on and of the room's signs, in English; loaded with them. See strings.ts.
export const actionText = {
  share: "Share",
  inset: "Picture in picture",
  gifts: "Gifts",
  report: "Report this show",
};

export const shareText = {
  title: "Share this show",
  code: "Code with the link, for a camera",
  link: "Link",
  hint: "Who comes by this link counts as brought by you.",
  copy: "Copy link",
  copied: "Copied.",
  pass: "Share with…",
};
