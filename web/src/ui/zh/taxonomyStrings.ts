// The words of the desk's taxonomy, groups and bundles, and of a topic's cover, in Chinese: see ../taxonomyStrings.ts.
import { numbers } from "../strings.ts";
import type { taxonomy as english } from "../taxonomyStrings.ts";

const n = (value: number) => numbers.format(value);

export const taxonomy: typeof english = {
  title: "分类",
  about: "选题可选的分类。每次修改都会生成新版本，并记入日志。",
  adminsOnly: "只有平台管理员可以修改分类，你可以查看分类及其历史版本。",
  add: "新建分类",
  edit: (name) => `编辑“${name}”`,
  key: "标识",
  keyHint: "2 到 32 个字符，可用 a–z、0–9 和下划线；创建后不可更改。",
  policy: "审核规范",
  restricted: "限制类商品，每行一个",
  restrictedHint: "选题中出现时会提示审核员，由审核员判断。",
  group: "审核小组",
  names: { en: "英文名称", zh: "中文名称" },
  retired: "停用（不再接受新选题）",
  version: (number) => `第 ${n(number)} 版`,
  history: "历史版本",
  historyOf: (name) => `“${name}”的历史版本`,
  seed: "初始版本",
  changed: "该分类刚刚被他人修改，请重新读取后再修改。",
  saved: (name) => `已保存：${name}`,

  groups: "审核小组",
  groupsAbout: "未加入任何小组的人可以处理全部内容。",
  member: "用户名",
  memberGroups: "所属小组，用逗号分隔",
  saveGroups: "保存小组",
  noGroups: "还没有人加入小组，可在下方添加。",

  alike: {
    title: "相似选题",
    count: (topics) => `${n(topics)} 个相似选题`,
    all: "全选（x）",
    none: "取消全选（x）",
    together: (topics) => `${n(topics)} 个选题将一并处理。`,
    refused: (topics) => `${n(topics)} 个选题未能处理：`,
    decided: (topics) => `已处理 ${n(topics)} 个选题。`,
    undone: (topics) => `已撤回 ${n(topics)} 个选题。`,
  },
  mine: "只看我的小组",

  cover: "封面",
  coverOf: (title) => `“${title}”的封面`,
  addCover: "添加封面",
  changeCover: "更换封面",
  removeCover: "删除封面",
  coverHint: "支持 JPEG、PNG 或 WebP。封面会随选题一起审核，开播前作为直播封面展示。",
};
