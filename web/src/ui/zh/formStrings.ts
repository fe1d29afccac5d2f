// What is wrong with one field of a form, in Chinese: see ../formStrings.ts.
import type { formText as english } from "../formStrings.ts";
import { numbers } from "../strings.ts";

export const formText: typeof english = {
  needed: "请填写此项。",
  choose: "请选择一项。",
  tick: "请勾选后继续。",
  number: "请输入数字。",
  whole: "只能是整数。",
  address: "请输入以 https:// 开头的网址。",
  moment: "请输入日期和时间。",
  shape: "格式不对，请看下方说明。",
  later: "要晚于开始时间，也要晚于现在。",
  toPrice: "不能高于价格。",
  eachShare: "每份至少要有最小的一分钱。",
  otherWords: "含有这里不允许的内容。",
  least: (least) => `不能少于 ${least}。`,
  most: (most) => `不能超过 ${most}。`,
  between: (least, most) => `应在 ${least} 到 ${most} 之间。`,
  shorter: (most) => `最多 ${numbers.format(most)} 个字。`,
  longer: (least) => `至少 ${numbers.format(least)} 个字。`,
  long: (least, most) => `${numbers.format(least)} 到 ${numbers.format(most)} 个字。`,
  made: (least, most, of) => `${numbers.format(least)} 到 ${numbers.format(most)} 个字符，可用 ${of}。`,
  once: (most) => `最多 ${numbers.format(most)} 个，且不能重复。`,
};
