// The words of held messages and word lists in Chinese: see ../heldStrings.ts.
import type { heldText as english } from "../heldStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

/** What the server says of a line; what it may say otherwise stays as it is. */
const FAULTS: readonly (readonly [RegExp, string])[] = [
  [/^longer than (\d+) characters$/, "超过 $1 个字符"],
  [/^nothing to look for$/, "没有可匹配的内容"],
  [/^a single letter or digit is in every line$/, "单个字母或数字会匹配所有消息"],
  [/^nothing stands after the bar$/, "竖线后面没有内容"],
  [/^'(.*)' is none of hold, deny, part$/, "“$1”不是 hold、deny 或 part"],
  [/^one of hold and deny, and each once$/, "hold 和 deny 只能选一个，且不能重复"],
  [/^says otherwise than line (\d+)$/, "与第 $1 行冲突"],
  [/^not UTF-8$/, "不是 UTF-8 编码"],
  [/^a zero byte$/, "含有空字节"],
];

function explained(fault: string): string {
  const known = FAULTS.find(([pattern]) => pattern.test(fault));
  return known ? fault.replace(...known) : fault;
}

export const heldText: typeof english = {
  title: "待审消息",
  none: "没有待审消息。含有词库中词语的消息会先停在这里，不会被别人看到。",
  waiting: (waiting, more) => (more ? `超过 ${n(waiting)} 条消息待审` : `${n(waiting)} 条消息待审`),
  keys: "R 放行，X 拒绝，J、K 上下移动。",
  because: (entry, own) => (own ? `“${entry}”在你的词库中` : `“${entry}”在平台词库中`),
  from: (name) => `${name} 的待审消息`,
  release: "放行",
  refuse: "拒绝",

  list: "词库",
  edit: "编辑词库",
  lines: "每行一个词条",
  hint: "“词语”表示暂扣消息，“词语 | deny”表示拒绝，“词语 | part”表示在更长的词中也匹配。",
  file: "或选择文本文件",
  limit: (lines) => `最多 ${n(lines)} 行，UTF-8 编码。`,
  tooBig: (megabytes) => `文件超过 ${n(megabytes)} MB，未读取。`,
  tooLong: (lines) => `行数过多：最多 ${n(lines)} 行。内容没有保存。`,
  long: (lines) => `共 ${n(lines)} 行，无法在此逐行编辑。`,
  longHint: "检查和保存照常可用。如需修改，请下载后编辑，再选择该文件。",
  download: "下载",
  anew: "清空重来",
  faults: (all, shown) => `${n(all)} 行有问题，内容没有保存。${all > shown ? `前 ${n(shown)} 行：` : ""}`,
  fault: (line, fault) => `${line.replace(/^line (\d+)$/, "第 $1 行")}：${explained(fault)}`,
  check: "检查",
  fine: (entries) => `所有行都没有问题：共 ${n(entries)} 个词条。`,
  changed: "词库已被他人修改。请复制你的内容，关闭后重新打开。",
  entries: (entries) => `你的词库有 ${n(entries)} 个词条`,
};
