// The words of passing a show on, in Chinese.
import type { actionText as englishAction, shareText as englishShare } from "../shareStrings.ts";

export const actionText: typeof englishAction = {
  share: "分享",
  inset: "画中画",
  gifts: "礼物",
  report: "举报本场直播",
};

export const shareText: typeof englishShare = {
  title: "分享直播间",
  code: "直播间二维码",
  link: "链接",
  hint: "通过此链接进来的人会记为你邀请的。",
  copy: "复制链接",
  copied: "已复制。",
  pass: "分享到…",
};
