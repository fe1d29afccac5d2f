// What a person chose for himself: whether a show's room is told what he buys, and how much he gives at most.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import type { OwnSettings } from "../core/rest.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { words } from "../ui/shopStrings.ts";
import { GiftLimit } from "./GiftLimit.tsx";

export function PrivacySection({ http }: { readonly http: Http }) {
  const settings = useSignal<OwnSettings | null>(null);
  const task = useTask();
  const keep = (answer: Promise<{ settings: OwnSettings }>) =>
    task.run(async () => {
      settings.value = (await answer).settings;
    });
  useEffect(() => void keep(http.get("me/settings")), []);
  return (
    <section class={layout.card} aria-labelledby="privacy">
      <h2 id="privacy">{words.privacy.title}</h2>
      <label class={layout.row}>
        <input
          type="checkbox"
          checked={settings.value?.show_my_purchases ?? true}
          disabled={settings.value === null || task.busy.value}
          onChange={({ currentTarget }) =>
            void keep(http.put("me/settings", { show_my_purchases: currentTarget.checked }))
          }
        />
        <span>{words.privacy.showPurchases}</span>
      </label>
      <p>
        <a href="/me/cases">{words.privacy.cases}</a>
      </p>
      <ErrorNote error={task.error.value} />
      {settings.value && (
        <GiftLimit http={http} cap={settings.value.gift_cap} onSaved={(changed) => (settings.value = changed)} />
      )}
    </section>
  );
}
