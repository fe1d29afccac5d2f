// The words of the desk's section on retention and legal holds in Chinese: see ../holdStrings.ts.
import type { holdText as english } from "../holdStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const holdText: typeof english = {
  holds: (held, more) => (more ? `超过 ${n(held)} 项法律保全` : `${n(held)} 项法律保全`),
  none: "没有法律保全。",
  noneHint: "处于保全中的内容无论多久都不会被清除，相关账号也无法注销。",
  place: "新增保全",
  placeTitle: "新增法律保全",
  kind: "对象类型",
  kinds: { person: "用户", show: "直播", order: "订单" },
  subject: "对象",
  subjectHint: "用户账号名、直播间链接或订单号。",
  reason: "原因",
  reasonHint: "会记入日志。",
  by: (name, when) => `${name}，${when}`,
  lift: "解除",
  liftTitle: (name) => `解除对 ${name} 的保全？`,
  liftAbout: "超过保存期限的内容将在一小时内清除。",
  lifted: "已解除保全。",
  placed: "已加入保全。",
  refusals: {
    not_found: "没有这个用户、直播或订单。",
    already_held: "该对象已在保全中。",
  },
  periods: "各类记录的保存期限",
  periodsAbout: "由平台运营者设置，到期记录每小时清除一次。",
  record: "记录",
  days: (days) => (days === 0 ? "永久" : `${n(days)} 天`),
  period: "保存",
  due: "待清除",
  held: "保全中",
  removed: "累计清除",
  number: n,
  records: {
    chat: "聊天",
    orders: "订单：购买人",
    top_ups: "钱包充值：充值人",
    gifts: "礼物：送礼人",
    red_packets: "红包：参与人",
    follows: "长期未登录用户的关注",
    calls: "连麦",
    reports: "用户举报",
    decisions: "审核决定与日志",
  },
  meanings: { place: "新增保全", lift: "解除保全" },
};
