// The words for who comes back from a provider's page, in Chinese: see ../returnStrings.ts.
import type { returnText as english } from "../returnStrings.ts";

const whys: Record<string, string> = {
  "": "款项已退回。",
  sold_out: "付款时预留已过期，商品已售罄。",
  already_paid: "这个订单之前已经付过款。",
};

export const returnText: typeof english = {
  title: "支付结果",
  waiting: "正在等待支付平台确认，支付成功后这里会自动更新。",
  failed: (reason) =>
    reason === "declined" || reason === null
      ? "支付被拒绝，没有扣款，商品仍为你保留。"
      : `支付失败（${reason}），没有扣款，商品仍为你保留。`,
  givenBack: (reason, money) => `${whys[reason ?? ""] ?? whys[""]}${money} 将退还给你。`,
  unpaid: "订单尚未支付，商品仍为你保留。",
  over: "订单未支付，现已关闭，可以重新下单。",
  payAgain: "重新用银行卡支付",
  toPage: "前往支付页面",
  whys,
};
