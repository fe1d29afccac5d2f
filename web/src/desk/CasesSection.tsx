// Everything that was decided about one person.
import { useSignalEffect } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import { ANYTHING, ModerationLog } from "../state/moderationLog.ts";
import { Button } from "../ui/Button.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { useDesk } from "./context.ts";
import { useKeys } from "./keys.ts";
import { LogEntries } from "./LogEntries.tsx";
import { LogFault } from "./LogFault.tsx";

const words = deskText.cases;

export function CasesSection() {
  const { http, place } = useDesk();
  const log = useMemo(() => new ModerationLog(http), []);
  const form = useRef<HTMLFormElement>(null);
  useSignalEffect(() => {
    const { section, what } = place.now.value;
    if (section === "cases" && what !== "") void log.search({ ...ANYTHING, user: what });
  });
  useKeys(deskText.sections.cases, [
    { press: "/", meaning: deskText.log.focusSearch, run: () => form.current?.querySelector("input")?.focus() },
    { press: "o", meaning: deskText.log.older, run: () => void log.more() },
  ]);
  const handle = place.now.value.what;
  const found = log.entries.value;
  return (
    <div class={layout.stack} aria-busy={log.busy.value}>
      <Form
        element={form}
        error={null}
        onSend={(data) => {
          place.go("cases", entry(data, "handle"));
        }}
        key={handle}
        class={layout.card}
      >
        <div class={layout.beside}>
          <TextField
            label={words.person}
            name="handle"
            required
            defaultValue={handle}
            autocapitalize="off"
            autocomplete="off"
            spellcheck={false}
          />
          <Button type="submit" look="primary" busy={log.busy.value}>
            {words.open}
          </Button>
        </div>
      </Form>
      <LogFault error={log.error.value} />
      {handle === "" && <p class={layout.empty}>{words.choose}</p>}
      {handle !== "" && !log.error.value && found?.length === 0 && <p class={layout.empty}>{words.none}</p>}
      {handle !== "" && !log.error.value && found !== null && found.length > 0 && (
        <section class={layout.card} aria-label={handle}>
          <h2>{nameIn(found[0]?.user ?? null, handle)}</h2>
          <p class={layout.muted}>{words.decisions(found.length, log.next.value !== null)}</p>
          <LogEntries log={log} named={false} />
        </section>
      )}
    </div>
  );
}

function nameIn(person: { readonly display_name: string | null } | null, handle: string): string {
  return words.of(person?.display_name ?? handle, handle);
}
