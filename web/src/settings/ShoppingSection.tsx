// Whether a show's room is told what this person buys, and how much he gives at most.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import type { OwnSettings } from "../core/rest.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { me } from "../ui/meStrings.ts";
import { ErrorNote } from "../ui/Note.tsx";
import { GiftLimit } from "./GiftLimit.tsx";

export function ShoppingSection({ http }: { readonly http: Http }) {
  const settings = useSignal<OwnSettings | null>(null);
  const task = useTask();
  const keep = (answer: Promise<{ settings: OwnSettings }>) =>
    task.run(async () => {
      settings.value = (await answer).settings;
    });
  useEffect(() => {
    void keep(http.get("me/settings")).then(() => {
      // The address may name a part of the page that was not there yet when the browser looked for it.
      if (location.hash === "#gift-limit") document.getElementById("gift-limit")?.scrollIntoView();
    });
  }, []);
  return (
    <section class={layout.card} aria-labelledby="shopping" aria-busy={settings.value === null && task.busy.value}>
      <h2 id="shopping">{me.shopping}</h2>
      <label class={layout.choice}>
        <input
          type="checkbox"
          checked={settings.value?.show_my_purchases ?? true}
          disabled={settings.value === null || task.busy.value}
          onChange={({ currentTarget }) =>
            void keep(http.put("me/settings", { show_my_purchases: currentTarget.checked }))
          }
        />
        <span>{me.showPurchases}</span>
      </label>
      <ErrorNote error={task.error.value} />
      {settings.value && (
        <GiftLimit http={http} cap={settings.value.gift_cap} onSaved={(changed) => (settings.value = changed)} />
      )}
    </section>
  );
}
