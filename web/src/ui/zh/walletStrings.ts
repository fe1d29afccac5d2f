// The words of the wallet in Chinese: see ../walletStrings.ts.
import type { walletText as english } from "../walletStrings.ts";

export const walletText: typeof english = {
  title: "钱包",
  topUp: "充值",
  amount: "金额",
  currency: "货币",
  badAmount: "金额不符合该货币的格式。",
  free: "免费充值（演示）",
  filled: (amount) => `${amount} 已到账。`,
  waiting: "正在等待支付平台确认，到账后会自动显示。",
  failed: (reason) =>
    reason === "declined" || reason === null ? "支付被拒绝，没有扣款。" : `支付失败（${reason}），没有扣款。`,
  givenBack: (amount) => `款项已退回：${amount}。`,
};
