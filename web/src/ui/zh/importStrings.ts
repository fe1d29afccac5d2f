// The words of adding goods from a table, in Chinese.
import type { importText as english } from "../importStrings.ts";
import { numbers } from "../strings.ts";

const n = (value: number) => numbers.format(value);

export const importText: typeof english = {
  button: "导入 CSV",
  title: "批量导入商品",
  body: "CSV 文件需包含 title（标题）、price（价格）、stock（库存）三列，可选 variant（规格）、currency（币种）、floor（底价）。标题相同的行会合并为同一商品的多个规格。",
  example: "下载示例文件",
  file: "选择 CSV 文件",
  tooLarge: "文件超过 1 MB。",
  missing: (columns) => `首行缺少这些列：${columns.join("、")}。`,
  faulty: (lines) => `有 ${n(lines)} 行有误，将不会导入。可修改文件后重试，或先导入其余商品。`,
  fine: (lines) => `共 ${n(lines)} 行，全部无误。`,
  lines: "文件内容",
  columns: ["行", "商品", "价格", "库存", "问题"],
  faults: {
    title: "标题为空或超过 120 个字。",
    price: "价格不是该币种的有效金额。",
    stock: "库存须为不超过 1,000,000 的整数。",
    floor: "底价无效或高于售价。",
    currency: "币种未知，或与上面同一商品不一致。",
    variant: "规格重复，或超过 80 个字。",
    columns: "单元格比列多：含逗号的文字请加引号。",
  },
  add: (products) => `导入 ${n(products)} 个商品`,
  stopped: (title, why) => `“${title}”没有添加：${why}`,
  added: (products) => `已导入 ${n(products)} 个商品。`,
};
