// The words of the home page in Chinese: see ../homeStrings.ts.
import type { home as english } from "../homeStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const home: typeof english = {
  title: "正在直播",
  coming: "直播预告",
  by: (name) => `主播：${name}`,
  watching: (viewers) => `${n(viewers)} 人在看`,
  planned: (time) => `预计 ${time} 开播`,
  notPlanned: "主播准备好后开播",
  nothingLive: "现在没有人在直播。",
  noPage: "没有这个页面",
  noPageHint: "网址可能有误，或者内容已被移除。",
  toShows: "去看直播",
  nothingLiveHint: "直播一开始就会出现在这里。主播请到直播间管理页开播。",
  nothingComing: "暂无直播预告。",
  nothingFound: "没有找到相关直播。",
  search: "搜索直播",
  searchHint: "标题、主播或商品",
  find: "搜索",
  categories: "分类",
  all: "全部",
  remind: "提醒我",
  reminded: "已设提醒",
  remindHint: "开播时提醒你：登录并允许通知后，关掉页面也能收到；否则请保持本站页面打开。",
  refused: "浏览器未允许本站通知。请保持本站页面打开，开播时会在页面上提醒你。",
  begun: (title) => `「${title}」开播了`,
  openStudio: "打开直播间管理",
  openDesk: "打开审核台",
};
