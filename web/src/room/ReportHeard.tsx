// What came of somebody's report, said in the room where he is.

import type { Outcome } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { report } from "../ui/reportStrings.ts";

export function ReportHeard({ outcome }: { readonly outcome: Outcome }) {
  return (
    <>
      {report.heard[outcome]} <a href={at("/me/cases#reports")}>{report.all}</a>
    </>
  );
}
