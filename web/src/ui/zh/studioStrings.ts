// The words of running a show, in Chinese.
import { numbers } from "../strings.ts";
import type { studioText as english } from "../studioStrings.ts";

const n = (value: number) => numbers.format(value);

export const studioText: typeof english = {
  line: {
    button: "测试网络",
    title: "网络测试",
    running: "测试中，需要几秒钟…",
    verdicts: {
      good: "网络良好，观众可以看到高清画面。",
      fair: "网络一般，观众看到的是标清画面。换个网络可能更清晰。",
      poor: "网络较弱，画面会变小。请靠近路由器或改用网线。",
      none: "画面发不出去，可能被防火墙拦截。请换个网络再试。",
    },
    up: (bps) => `上行约 ${n(Math.round(bps / 1e5) / 10)} 兆`,
    udp: "画面走快速通道（UDP）。",
    tcp: "网络屏蔽了 UDP，画面只能走 TCP，可能会卡顿。",
    roundTrip: (ms) => `往返延迟：${n(ms)} 毫秒`,
  },
  shareScreen: "共享屏幕",
  backToCamera: "切回摄像头",
  turn: "翻转镜头",
  onAirElsewhere: "正在其他设备上直播",
  emptyBag: "购物袋是空的。先选择商品，直播间才有东西可卖。",
  sheet: {
    next: (title) => `下一个：${title}`,
    end: "已经是最后一个了",
    hint: "按 n 讲解下一个商品，按 p 回到上一个。",
    up: (title) => `上移 ${title}`,
    down: (title) => `下移 ${title}`,
  },
  charts: {
    viewers: "在线",
    likes: "点赞",
    orders: "订单",
    sales: "成交额",
    course: (name, now) => `${name}：${now}`,
  },
  summary: {
    title: "直播战报",
    lasted: "时长",
    minutes: (minutes) => `${n(minutes)} 分钟`,
    orders: "订单",
    sales: "成交额",
    nothing: "暂无成交",
    brought: "通过分享进来",
    people: (people) => `${n(people)} 人`,
    top: (name, people) => `${name}（${n(people)}）`,
    orderFile: "导出订单（CSV）",
    back: "返回直播中控台",
  },
  past: {
    title: "往期直播",
    open: (title) => `战报：${title}`,
    button: "查看战报",
    more: "更多",
  },
  encoder: {
    title: "用 OBS 推流",
    body: "不用浏览器摄像头。在 OBS 里打开“设置 → 直播”，服务选“WHIP”，把下面两项粘贴进去。",
    hint: "使用 H.264、关闭 B 帧，码率不超过 2500 kbit/s，关键帧间隔 2 秒。收到画面后自动开播。",
    make: "生成密钥",
    renew: "重新生成密钥",
    remove: "删除密钥",
    ends: "本场已有密钥。重新生成或删除后，旧密钥立即失效，用它推的流也会断开。",
    server: "服务器",
    key: "Bearer 令牌",
    once: "只显示一次，请勿泄露：拿到它的人 24 小时内都能在这里推流。",
    copy: "复制",
    copied: "已复制。",
  },
};
