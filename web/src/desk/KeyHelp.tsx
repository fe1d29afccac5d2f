// The list of keys.
import { Fragment } from "preact";
import { Dialog } from "../ui/Dialog.tsx";
import layout from "../ui/layout.module.css";
import { work } from "../ui/workStrings.ts";

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={work.desk.keys} onClose={onClose}>
      <dl class={layout.facts}>
        {work.desk.keyList.map(([key, meaning]) => (
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
