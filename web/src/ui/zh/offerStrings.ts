// The words of offers in Chinese: see ../offerStrings.ts.
import type { offerText as english } from "../offerStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const offerText: typeof english = {
  title: "限时秒杀",
  state: {
    scheduled: "即将开抢",
    open: "抢购中",
    sold_out: "已抢光",
    closed: "已结束",
  },
  usually: "日常价",
  left: (available, quantity) => `剩余 ${n(available)}/${n(quantity)} 件`,
  perBuyer: (units) => `每人限购 ${n(units)} 件`,
  startsIn: (time) => `距开抢 ${time}`,
  endsIn: (time) => `距结束 ${time}`,
  buy: "立即抢购",
  had: "已达限购",
  firstToPay: "先付先得",

  open: "发起秒杀",
  none: "没有进行中的秒杀。设置秒杀价、件数和结束时间即可发起。",
  goods: "商品",
  price: "秒杀价",
  units: "件数",
  limit: "每人限购",
  lasts: "持续时间",
  minutes: (minutes) => `${n(minutes)} 分钟`,
  untilEnd: "直到直播结束",
  mode: "库存方式",
  modes: { reserve: "下单即预留", first_to_pay: "先付款先得" },
  badPrice: "价格不符合该货币的格式。",
  confirm: "确认就是这个价格",
  start: "开始秒杀",
  close: "结束秒杀",
  sold: (sold) => `已售 ${n(sold)} 件`,
  held: (held) => `${n(held)} 件待付款`,
};
