// The words of waitlists in Chinese: see ../waitStrings.ts.
import { numbers } from "../strings.ts";
import type { waitText as english } from "../waitStrings.ts";

const seconds = new Intl.DateTimeFormat("zh-CN", { timeStyle: "medium" });
const n = (value: number) => numbers.format(value);

export const waitText: typeof english = {
  title: "候补名单",
  join: "加入候补",
  joinFor: (title) => `加入“${title}”的候补`,
  choose: "已售罄：选择要候补的规格",
  position: (position) => (position === 1 ? "下一个就轮到你。" : `你排在第 ${n(position)} 位。`),
  explained: "一有库存，会优先留给等得最久的人。",
  yours: (units, until) => `已为你预留 ${n(units)} 件，保留至 ${seconds.format(new Date(until))}。`,
  fewer: (units, wanted) => `你想要 ${n(wanted)} 件，目前有 ${n(units)} 件。`,
  left: (clock) => `剩余 ${clock}`,
  over: "预留时间已过。",
  buy: "立即购买",
  leave: "退出候补",
  giveOn: "让给下一位",
  ended: {
    ordered: "",
    left: "",
    missed: (title) => `“${title}”的预留时间已过，已让给下一位。`,
    closed: (title) => `“${title}”的候补已关闭。`,
  },
  refused: {
    still_available: "已恢复销售，可以直接购买。",
    waitlist_full: "候补名单已满。",
    per_buyer_limit: "你已达到每人限购数量。",
    offer_closed: "活动已结束。",
    show_ended: "直播已结束。",
  },
};
