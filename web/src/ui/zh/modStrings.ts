// The words of what staff does to people and shows in Chinese: see ../modStrings.ts.
import type { modText as english } from "../modStrings.ts";
import { formatTime } from "../strings.ts";

export const modText: typeof english = {
  closedBecause: {
    closed_4201: "登录已过期，请重新登录后再进入。",
    closed_4500: "本页面发送的消息过多，连接已断开。刷新页面即可返回。",
    closed_4501: "该账号已被封禁，无法进入直播间。",
    closed_4502: "你已被禁止进入本场直播。",
    banned_from_show: "你已被禁止进入本场直播。",
    unreachable:
      "实时消息连不上，聊天、优惠和库存暂停更新，正在不断重试。如果其他功能正常，可能是当前网络拦截了 WebSocket，换个网络试试。观看和购买不受影响。",
    stopped: "本场直播已被审核员中止。",
  },
  tools: "直播管理",
  more: "管理",
  of: (name) => `管理 ${name}`,
  because: "原因",
  reasons: {
    insults: "辱骂或威胁",
    advertising: "广告或刷屏",
    fraud: "诈骗",
    other: "其他",
  },
  mute10: "禁言 10 分钟",
  mute60: "禁言 1 小时",
  muteShow: "本场禁言",
  unmute: "解除禁言",
  ban: "移出直播间",
  banSure: "确认移出",
  lines: (name) => `${name} 在本场的发言`,
  done: "已处理。",

  mutedUntil: (until, everywhere) => {
    const where = everywhere ? "在所有直播中" : "在本场直播中";
    return until === null ? `你${where}已被禁言。` : `你${where}已被禁言，${formatTime(until)} 解除。`;
  },
  reason: (reason) => `原因：${reason}`,

  warn: "警告主播",
  warnText: "需要主播改正的内容",
  deadline: "到期未撤回警告则停播",
  deadlines: { "0": "不设期限", "2": "2 分钟后", "5": "5 分钟后", "10": "10 分钟后" },
  warned: "已警告主播。",
  stop: "停止直播",
  stopText: "给主播的说明",
  stopHint: "直播将立即永久结束。观众只会看到直播被审核员中止，说明仅主播可见。",
  closeProduct: "下架商品",
  closeHint: "商品将从购物袋中永久移除，相关活动同时关闭。已预留的订单仍可付款。",
  product: "商品",
  showProduct: "讲解商品",
  nothing: "不讲解",
  code: "原因",
  codes: {
    restricted_goods: "限制类商品",
    misleading: "误导性宣传",
    off_topic: "偏离通过审核的选题",
    unsafe: "危险行为",
    abusive: "辱骂攻击",
    rights: "侵犯他人权利",
    other: "其他",
  },
  invisible: "你正在隐身观看：不会通知任何人，也不计入观看人数。",

  warnings: "审核员通知",
  until: (time) => `如未改正，直播将于 ${time} 被中止。`,
  read: "我已阅读",
  readAlready: "已读",
  withdrawn: "已撤回",
  stopped: "本场直播已被审核员中止",
  closedProduct: (title) => `审核员已将“${title}”从本场直播下架`,

  assistants: "场控",
  assistantsHint: "场控在直播间里可以使用你授权的工具。",
  noAssistants: "本场直播还没有场控，可在下方任命。",
  handle: "用户名",
  may: "权限",
  duties: {
    mute: "禁言",
    delete: "删除消息",
    pin: "置顶消息",
    held: "处理待审消息",
    products: "讲解商品",
    calls: "接听连麦",
  },
  allShows: "我的所有直播都生效",
  inAllShows: "所有直播",
  appoint: "设为场控",
  dismiss: (name) => `取消 ${name} 的场控`,
};
