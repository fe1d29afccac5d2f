// The words of gifts in Chinese: see ../giftStrings.ts.
import type { words as english } from "../giftStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const words: typeof english = {
  title: "送礼物",
  none: "暂无可送的礼物。",
  send: (name, price) => `送出${name}，${price}`,
  combo: (streak) => `${streak.gift.name} ×${n(streak.count)}`,
  sending: (count) => `正在送出 ${n(count)} 个…`,
  wallet: (amount) => `钱包余额：${amount}`,
  hint: "送礼立即从钱包扣款，送出后不可退款。",
  limit: "设置每日限额",
  topUp: (amount) => `充值 ${amount}`,
  again: "重试",
  feed: "礼物",
  sent: (streak) => `${streak.from.display_name} 送出${streak.gift.name}`,
  times: (count) => `×${n(count)}`,
  cap: {
    title: "每日送礼限额",
    label: (currency) => `每日上限（${currency}）`,
    hint: "留空表示不限额。调低立即生效；调高或取消限额次日生效，每日以 UTC 零点为界。",
    save: "保存限额",
    bad: "金额不符合该货币的格式。",
    spent: (amount) => `今日已送：${amount}`,
    left: (amount) => `今日剩余：${amount}`,
    later: (amount) => `明日（UTC）起：${amount ?? "不限额"}`,
  },
  faults: {
    own_show: "不能给自己送礼物。",
    network: "服务器没有响应，暂不确定礼物是否送达。重试也只会送出一次。",
    above: (left) => `超出每日送礼限额，今天还可送 ${left}。`,
    reached: "今日送礼已达限额。",
  },
};
