// The words of every page in Chinese: see ../strings.ts. Numbers are written as Chinese readers write them.
import type { errors as englishErrors, text as englishText } from "../strings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const text: typeof englishText = {
  brand: "livecart",
  close: "关闭",
  cancel: "取消",
  save: "保存",
  tryAgain: "重试",
  loading: "加载中…",
  connection: "连接状态",
  notices: "通知",
  back: "返回",
  nav: { label: "页面", home: "直播", orders: "订单", studio: "直播间管理", desk: "审核台" },

  account: {
    signIn: "登录",
    signOut: "退出",
    settings: "个人设置",
  },

  show: {
    state: { ready: "未开播", live: "直播中", interrupted: "直播中断", ended: "已结束" },
    hostedBy: (name) => `主播：${name}`,
    viewers: (viewers) => `${n(viewers)} 人在看`,
    waiting: "主播还没开播，开播后画面会自动出现。",
    interrupted: "主播的网络断开了，请稍候。",
    connectingVideo: "正在连接画面…",
    reconnectingVideo: "画面中断，正在重连…",
    endedTitle: "本场直播已结束",
    endedBody: "感谢观看。",
    otherShows: "看看其他直播",
    missingTitle: "没有找到这场直播",
    missingBody: "链接可能不完整，或者直播已被移除。",
    membersOnly: "本场直播仅限会员观看，请先登录。",
    refused: "画面暂时无法观看。",
    purchase: (buyer, title, quantity) =>
      quantity > 1 ? `${buyer} 购买了 ${title} × ${quantity}` : `${buyer} 购买了 ${title}`,
    skipped: (lines) => `你错过了 ${n(lines)} 条消息。`,
  },

  follow: {
    off: "关注",
    on: "已关注",
    followers: (people) => `${n(people)} 位粉丝`,
  },

  likes: {
    give: "点赞",
    given: (likes) => `${n(likes)} 个赞`,
    number: (likes) => n(likes),
  },

  link: {
    connected: "已连接",
    connecting: "连接中…",
    reconnecting: "重新连接中…",
    offline: "网络已断开",
    closed: "连接已关闭",
  },

  closed: {
    signedOut: "你已退出登录。重新登录后才能发言和操作。",
  },

  video: { live: "直播画面", preview: "预览", mute: "静音", unmute: "取消静音", play: "播放" },

  quality: {
    title: "清晰度",
    names: { auto: "自动", high: "高清", mid: "标清", low: "流畅" },
    lines: (lines) => `${lines}p`,
    now: (name, lines) => (lines > 0 ? `清晰度：${name} · ${lines}p` : `清晰度：${name}`),
    weak: "你的网络较弱，画面可能变小或卡顿。",
    tooMuch: "你的网络不足以播放这个清晰度，选择“自动”会更流畅。",
  },

  chat: {
    title: "聊天",
    message: "消息",
    placeholder: "说点什么…",
    send: "发送",
    empty: "还没有人说话，来打个招呼吧！",
    signIn: "登录后参与聊天",
    ended: "聊天已关闭。",
    delayed: "聊天有延迟。你写的内容会保留，稍后送达。",
    newest: "最新消息",
    host: "主播",
    staff: "管理员",
    joined: (names, all) => (names.length > 0 ? `${names.join("、")} 来了` : `${n(all)} 人来了`),
    leftOut: (lines) => `发言的人太多，有 ${n(lines)} 条消息未显示`,
    pinned: "置顶消息",
    options: (name) => `${name} 的消息的操作`,
    reply: "回复",
    remove: "删除",
    pin: "置顶",
    unpin: "取消置顶",
    answers: (name, line) => (line === "" ? `回复 ${name}` : `回复 ${name}：${line}`),
    answering: (name) => `回复 ${name}`,
    stopAnswering: "取消回复",
    held: "目前仅你可见",
    refused: "仅你可见",
    forYou: "与你有关",
    closed: "现在只有主播可以发言。",
    followersOnly: (minutes) =>
      minutes === 0 ? "仅粉丝可发言，关注主播即可参与。" : `关注满 ${n(minutes)} 分钟的粉丝才能发言。`,
    slow: (seconds) => `慢速模式：${n(seconds)} 秒后可再次发言`,
    length: (used, most) => `${n(used)} / ${n(most)} 字`,
  },

  goods: {
    bag: "购物袋",
    showing: "正在讲解",
    buy: "购买",
    pageAt: (domain) => `详情见 ${domain}`,
    left: (amount) => (amount === 0 ? "已售罄" : `仅剩 ${n(amount)} 件`),
    from: (price) => `${price} 起`,
    emptyBag: "购物袋是空的。",
    emptyBagViewer: "主播还没有上架商品。",
  },

  unreadProduct: (id) => `商品 ${id}`,
  fault: (code) => `出错了（${code}）。`,
};

export const errors: typeof englishErrors = {
  network: "无法连接服务器，请检查网络后重试。",
  unauthenticated: "请重新登录。",
  bad_credentials: "用户名或密码错误。",
  handle_taken: "这个用户名已被使用，请换一个。",
  rate_limited: "操作太快了，请稍后再试。",
  busy: "同时操作的人太多，请稍后再试。",
  forbidden: "你的账号没有这个权限。",
  duplicate: "你刚刚说过这句话。",
  slow_mode: "聊天处于慢速模式，请稍候。",
  left_out: "发言的人太多，你的消息没有发出，请稍后重发。",
  chat_closed: "现在只有主播可以发言。",
  followers_only: "关注主播一段时间后才能发言。",
  links_not_allowed: "本聊天室不允许发送链接。",
  message_deleted: "该消息已被删除。",
  too_late: "消息只能在一分钟内撤回。",
  nothing_shown: "请先讲解一件商品：这条回复需要用到它的名称或价格。",
  show_ended: "直播已结束。",
  sold_out: "已售罄，库存不足。",
  not_on_sale: "该商品目前不在售。",
  per_buyer_limit: "你已达到每人限购数量。",
  offer_closed: "活动已结束。",
  offer_not_open: "活动还没有开始。",
  coupon_unknown: "没有这张优惠券。",
  coupon_not_for_this: "这张优惠券不适用于该商品。",
  coupon_used_up: "这张优惠券已被领完。",
  coupon_per_person: "你已经用过这张优惠券。",
  not_in_bag: "主播已将该商品下架。",
  insufficient_funds: "钱包余额不足。",
  wallet_full: "钱包装不下这么多钱。",
  order_state: "该订单已不能更改。",
  order_gone: "预留时间已过，可以重新下单。",
  key_reused: "这个订单已用其他内容提交过，请关闭窗口后重新开始。",
  topic_not_approved: "选题需要先通过审核。",
  topic_claimed: "另一位审核员正在处理这个选题。",
  topic_state: "这个选题已有人处理，列表已更新。",
  own_topic: "不能审核自己的选题。",
  no_media: "目前没有可用的视频服务，请稍后重试。",
  unavailable: "服务器暂时无法处理，请稍后重试。",
  internal: "服务器出了问题，我们已经记录下来。",
};
