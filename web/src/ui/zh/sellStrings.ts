// The words of a seller's coupons, bundles and stock in Chinese: see ../sellStrings.ts.
import type {
  bundleText as englishBundle,
  couponText as englishCoupon,
  sellFaults as englishFaults,
  floorText as englishFloor,
  refundText as englishRefund,
  stockText as englishStock,
} from "../sellStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const couponText: typeof englishCoupon = {
  title: "优惠券",
  none: "你还没有优惠券。创建一张，可设置优惠幅度、使用次数和有效期。",
  make: "新建优惠券",
  create: "创建优惠券",
  code: "优惠码",
  codeHint: "买家输入的代码：3 到 32 个字符，可用字母、数字、- 和 _。",
  kind: "优惠方式",
  kinds: [
    ["percent", "按比例"],
    ["fixed", "按金额"],
  ],
  percent: "减免比例（%）",
  amount: "减免金额",
  currency: "货币",
  currencyHint: "仅用于以该货币结算的订单。",
  minimum: "使用门槛",
  minimumHint: "商品满多少可用，留空表示无门槛。",
  perPerson: "每人可用次数",
  total: "总可用次数",
  totalHint: "留空表示不限次数。",
  starts: "生效时间",
  ends: "失效时间",
  windowHint: "以本机时间为准；生效时间留空表示立即生效，失效时间留空表示长期有效。",
  wholeShop: "适用于所有卖家的商品",
  badAmount: "金额不符合该货币的格式。",
  state: {
    valid: "有效",
    coming: "未生效",
    over: "已过期",
    used_up: "已用完",
    disabled: "已停用",
  },
  off: (what) => `立减 ${what}`,
  off_percent: (value) => `减 ${n(value)}%`,
  from: (amount) => `满 ${amount} 可用`,
  each: (uses) => `每人限用 ${n(uses)} 次`,
  used: (used, total) => (total === null ? `已用 ${n(used)} 次` : `已用 ${n(used)}/${n(total)} 次`),
  since: (time) => `${time} 起`,
  until: (time) => `${time} 止`,
  shop: "全平台商品",
  mine: "你的商品",
  end: "停用",
  endTitle: (code) => `停用 ${code}？`,
  endBody: "新订单将不能再使用，已使用的订单不受影响。停用后无法恢复。",
};

export const bundleText: typeof englishBundle = {
  open: "发起套装优惠",
  title: "套装名称",
  titleHint: "留空则以套装内的商品命名。",
  hint: "每份套装包含的件数：",
  price: "套装价",
  separately: (amount) => `单买合计：${amount}`,
  enough: (bundles) => `库存可供 ${n(bundles)} 份。`,
  mixed: "同一套装只能使用一种货币。",
  empty: "请选择套装内的商品。",
};

export const stockText: typeof englishStock = {
  button: "库存",
  title: (product) => `${product} 的库存`,
  variant: "规格",
  now: (stock, available) => `总库存 ${n(stock)} 件，可售 ${n(available)} 件`,
  how: "变动类型",
  ways: [
    ["more", "入库"],
    ["less", "出库"],
    ["counted", "盘点"],
  ],
  units: "件数",
  inAll: "盘点总数",
  cause: "原因",
  causeHint: "例如：到货、破损、赠送、盘点。",
  save: "更新库存",
  saved: "库存已更新。",
  movements: "库存变动记录",
  noMovements: "还没有变动记录。",
  moved: (what, units) => `${what}：${n(units)} 件`,
  order: (id) => `订单 ${id}`,
  added: "新建商品时录入",
  kinds: {
    received: "入库",
    removed: "出库",
    reserved: "订单预留",
    released: "订单释放",
    sold: "售出",
    returned: "退款退回",
  },
  more: "显示更多",
};

export const floorText: typeof englishFloor = {
  label: "活动最低价",
  hint: "秒杀和优惠券都不会低于此价，留空表示不设最低价。",
  bad: "最低价不符合该货币的格式，或高于售价。",
};

export const refundText: typeof englishRefund = {
  sent: "标记为已发货",
  open: "退款",
  title: (buyer) => `退款给 ${buyer}`,
  amount: (currency) => `金额（${currency}）`,
  amountHint: (left) => `留空表示退还全部剩余金额：${left}。`,
  badAmount: "金额不符合该货币的格式。",
  reason: "退款原因",
  reasonHint: "会与退款一起记录。",
  returnGoods: "商品退回库存",
  give: "确认退款",
  given: (amount) => `已退款 ${amount}`,
};

export const sellFaults: typeof englishFaults = {
  below_floor: "价格低于你为该商品设定的最低价。",
  code_taken: "优惠码已被使用，请换一个。",
  currency_mixed: "同一套装只能使用一种货币。",
  forbidden: "这个订单中还有其他卖家的商品，只有平台可以操作。",
  refund_too_large: "退款金额超过了剩余可退金额。",
  goods_returned: "商品此前已退回库存。",
};
