// The words of cart, orders and sales in Chinese: see ../shopStrings.ts.
import type { words as english } from "../shopStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const words: typeof english = {
  orders: {
    title: "订单",
    signInFirst: "登录后查看购物车和订单。",
    refusal: "你的账号没有订单功能。",
    none: "你还没有订单。在直播间下单后会显示在这里。",
    order: (id) => `订单 ${id}`,
    placed: (time) => `下单时间：${time}`,
    paid: (time) => `付款时间：${time}`,
    left: (clock) => `预留剩余 ${clock}`,
    payment: {
      processing: "支付处理中。",
      failed: "上次支付失败，没有扣款。",
    },
    payWithin: (clock) => `请在 ${clock} 内付款`,
    runOut: "预留时间已过。",
    pay: "付款",
    toOrders: "查看订单",
    topUpAndPay: (amount) => `充值 ${amount} 并付款`,
    cancel: "取消订单",
    state: {
      reserved: "待付款",
      paid: "已付款",
      fulfilled: "已发货",
      cancelled: "已取消",
      expired: "已过期",
      refunded: "已退款",
    },
    times: (title, variant, quantity) =>
      `${variant === "" || variant === title ? title : `${title}（${variant}）`} × ${n(quantity)}`,
  },

  cart: {
    title: "购物车",
    empty: "购物车是空的。在直播间加购的商品会出现在这里。",
    units: "数量",
    quantity: (title) => `${title} 的数量`,
    remove: "移除",
    wasPrice: (price) => `原价 ${price}。`,
    accept: "接受新价格",
    checkOut: "全部下单",
    apply: "使用",
    total: "合计",
    refused: "下单失败：购物车中有商品暂时无法下单。",
    dearer: "没有下单：价格刚刚上涨，下面是现在的价格。",
    offer: "活动价",
    inBundle: (title) => `套装“${title}”价`,
    endsIn: (clock) => `${clock} 后结束`,
    firstToPay: "先付先得",
    usually: "日常价",
    costsNow: (price) => `现价每件 ${price}。`,
    missed: {
      offer_closed: "活动已结束。",
      sold_out: "活动库存不足。",
      per_buyer_limit: "超出活动每人限购数量。",
      bundle_incomplete: "数量已凑不成整套。",
    },
    made: (orders) => `已为你生成 ${n(orders)} 个订单并预留商品，请在下方付款。`,
    problems: {
      sold_out: "库存不足。",
      not_on_sale: "该商品目前不在售。",
      not_in_bag: "本场直播已下架该商品。",
      show_ended: "直播已结束。",
      price_changed: "价格有变动。",
      no_price: "该商品已没有这种货币的价格。",
      not_found: "该商品已不存在。",
    },
    otherProblem: (code) => `暂时无法下单（${code}）。`,
  },

  toSettings: "设置：购买展示、每日送礼上限、我的数据",

  sales: {
    title: "商品订单",
    earned: "累计收入：",
    earnedHint: "含商品与礼物收入，已扣除平台分成与退款，由平台结算。",
    none: "还没有订单。可以换个状态或直播看看，或者开播后再来。",
    state: "状态",
    show: "直播",
    all: "全部",
    refresh: "刷新",
    export: "下载 CSV",
    columns: ["下单时间", "买家", "商品", "合计", "状态", "操作"],
  },

  goods: {
    editButton: "编辑",
    edit: (title) => `编辑“${title}”`,
    onSale: "在售",
    offSale: "已下架",
    link: "商品详情页链接",
    linkHint: "须为 https 链接，观众会看到链接指向的网站。",
    pictures: "商品图片",
    picturesHint: "支持 JPEG、PNG 或 WebP，每张不超过 10 MB。首图会显示在购物袋中。",
    addPicture: "添加图片",
    picture: (index) => `图片 ${n(index)}`,
    first: "设为首图",
    remove: "删除图片",
    variant: (index) => `规格 ${n(index)}`,
    addVariant: "添加规格",
    variantHint: "新增规格的初始库存为 0。",
  },
};
