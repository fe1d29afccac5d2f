// The list of keys.
import { Fragment } from "preact";
import { Dialog } from "../ui/Dialog.tsx";
import layout from "../ui/layout.module.css";
import { text } from "../ui/strings.ts";

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title={text.desk.keys} onClose={onClose}>
      <dl class={layout.facts}>
        {text.desk.keyList.map(([key, meaning]) => (
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
