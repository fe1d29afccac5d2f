// The words of duels in Chinese: see ../duelStrings.ts.
import type { duelText as english } from "../duelStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const duelText: typeof english = {
  title: "主播 PK",
  score: (own, ownLikes, other, otherLikes) => `${own}：${n(ownLikes)} 赞，${other}：${n(otherLikes)} 赞`,
  likes: (likes) => n(likes),
  left: (clock) => clock,
  wins: (name) => `${name} 获胜！`,
  draw: "打成平手！",
  toShow: (name) => `去 ${name} 的直播间`,
  callers: "连麦嘉宾",

  desk: {
    title: "和其他主播 PK",
    explained: "双方观众都能看到你们两位，点赞数就是比分，时间一到见分晓。",
    find: "找正在直播的主播",
    findDo: "搜索",
    minutes: "时长",
    minuteSteps: (minutes) => `${n(minutes)} 分钟`,
    hosts: "可以邀请的主播",
    nobody: "目前没有其他正在直播且接受邀请的主播。",
    viewers: (viewers) => `${n(viewers)} 人在看`,
    invite: "邀请",
    inviteOf: (name) => `邀请 ${name}`,
    invited: (name, minutes) => `${name} 邀请你进行 ${minutes}的 PK。`,
    asked: (name) => `已邀请 ${name}。`,
    toAnswer: (clock) => `请在 ${clock} 内回应`,
    accept: "接受",
    decline: "拒绝",
    withdraw: "撤回邀请",
    end: "结束 PK",
    endBody: "双方观众将只看到自己的主播，本场不计胜负。",
    after: (clock) => `还可以一起聊 ${clock}。`,
    declined: (name) => `${name} 拒绝了邀请。`,
    expired: (name) => `${name} 没有回应。`,
    busy: (name) => `${name} 正在和别人 PK。`,
    who: "谁可以邀请我",
    whoChoices: { everyone: "所有主播", following: "我关注的主播", off: "不接受邀请" },
    listen: "听对方声音",
    silence: "在此静音对方",
  },

  refusals: {
    show_not_live: "双方都要在直播中。",
    other_audience: "其中一场直播仅会员可看。",
    duel_open: "你正在 PK，或已经邀请了别人。",
    duel_busy: "对方正在 PK。",
    duel_too_soon: "对方刚拒绝过，请过一分钟再试。",
    duel_state: "状态已变化。",
    duels_off: "对方不接受 PK 邀请。",
    not_followed: "对方只接受自己关注的人的邀请。",
    stage_full: "连麦位已满，请先结束一个连麦。",
  },
};
