// The list of keys that work now.
import { Fragment } from "preact";
import { Dialog } from "../ui/Dialog.tsx";
import { deskText } from "../ui/deskStrings.ts";
import layout from "../ui/layout.module.css";
import { useDesk } from "./context.ts";

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const { keyboard } = useDesk();
  const groups = keyboard.groups.value.filter((group) => group.keys.length > 0);
  return (
    <Dialog title={deskText.keys.title} onClose={onClose}>
      {groups.toReversed().map((group) => (
        <section key={group.title} class={layout.tight}>
          <h3>{group.title}</h3>
          <dl class={layout.facts}>
            {group.keys.map(({ press, meaning }) => (
              <Fragment key={press}>
                <dt>
                  <kbd>{press}</kbd>
                </dt>
                <dd>{meaning}</dd>
              </Fragment>
            ))}
          </dl>
        </section>
      ))}
      <dl class={layout.facts}>
        <dt>
          <kbd>{deskText.keys.sendBy}</kbd>
        </dt>
        <dd>{deskText.keys.send}</dd>
      </dl>
    </Dialog>
  );
}
