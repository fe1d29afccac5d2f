// The keys of the desk's reports.
import { Fragment } from "preact";
import { Dialog } from "../ui/Dialog.tsx";
import layout from "../ui/layout.module.css";
import { report } from "../ui/reportStrings.ts";

export function ReportKeys({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={report.desk.keys} onClose={onClose}>
      <dl class={layout.facts}>
        {report.desk.keyList.map(([key, meaning]) => (
          <Fragment key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
