// The moderation log: whether it is whole, and looking for a row by who, about whom, what and when.
import { useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LogState } from "../core/rest.ts";
import { at } from "../core/shopPath.ts";
import { ANYTHING, ModerationLog, readWanted, type Wanted, writeWanted } from "../state/moderationLog.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { SelectField, TextField } from "../ui/Field.tsx";
import { entry } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { useDesk } from "./context.ts";
import { useKeys } from "./keys.ts";
import { LogEntries } from "./LogEntries.tsx";
import { LogFault } from "./LogFault.tsx";
import styles from "./LogSection.module.css";

const words = deskText.log;

export function LogSection() {
  const { http, place } = useDesk();
  const log = useMemo(() => new ModerationLog(http), []);
  const form = useRef<HTMLFormElement>(null);
  // The address says what is looked for, so that a search can be sent to somebody.
  useSignalEffect(() => {
    const { section, what } = place.now.value;
    if (section === "log") void log.search(readWanted(what));
  });
  useEffect(() => void log.readState(), []);
  useKeys(deskText.sections.log, [
    { press: "/", meaning: words.focusSearch, run: () => form.current?.querySelector("input")?.focus() },
    { press: "o", meaning: words.older, run: () => void log.more() },
  ]);
  const wanted = readWanted(place.now.value.what);
  const all = writeWanted(wanted) === "";
  const found = log.entries.value;
  return (
    <div class={layout.stack} aria-busy={log.busy.value}>
      <Chain state={log.state.value} />
      <form
        ref={form}
        key={place.now.value.what}
        class={layout.card}
        onSubmit={(event) => {
          event.preventDefault();
          const data = new FormData(event.currentTarget);
          const asked = Object.fromEntries(Object.keys(ANYTHING).map((name) => [name, entry(data, name)]));
          place.go("log", writeWanted(asked as unknown as Wanted));
        }}
      >
        <Filters wanted={wanted} />
        <div class={layout.row}>
          <Button type="submit" look="primary" busy={log.busy.value}>
            {deskText.search}
          </Button>
          {!all && <ButtonLink href="#log">{words.clear}</ButtonLink>}
        </div>
      </form>
      <LogFault error={log.error.value} />
      {found?.length === 0 && (
        <div class={layout.empty}>
          <p>{all ? words.empty : words.none}</p>
          {!all && <p>{words.noneHint}</p>}
        </div>
      )}
      {found !== null && found.length > 0 && (
        <section class={layout.card} aria-label={deskText.sections.log}>
          <LogEntries log={log} />
        </section>
      )}
    </div>
  );
}

function Filters({ wanted }: { readonly wanted: Wanted }) {
  const kinds: readonly (readonly [string, string])[] = [["", deskText.anything], ...Object.entries(words.kinds)];
  const handle = { autocapitalize: "off", autocomplete: "off", spellcheck: false } as const;
  return (
    <div class={styles.filters}>
      <TextField label={words.user} name="user" defaultValue={wanted.user} {...handle} />
      <TextField label={words.by} name="by" defaultValue={wanted.by} {...handle} />
      <SelectField label={words.kind} name="kind" value={wanted.kind} options={kinds} />
      <TextField label={words.subject} name="subject" defaultValue={wanted.subject} {...handle} />
      <TextField label={words.since} name="since" type="date" defaultValue={wanted.since} />
      <TextField label={words.until} name="until" type="date" defaultValue={wanted.until} />
    </div>
  );
}

/** What the last audit said of the chain, and how much of it is signed. */
function Chain({ state }: { readonly state: LogState | null }) {
  if (!state) return null;
  const { audit, signed_number, signed_at } = state;
  const broken = audit !== null && audit.faults > 0;
  const said =
    audit === null
      ? words.unchecked
      : broken
        ? words.broken(audit.faults, formatTime(audit.at))
        : words.whole(formatTime(audit.at));
  return (
    <Note tone={broken ? "bad" : audit === null ? "plain" : "good"}>
      <div class={layout.between}>
        <div role={broken ? "alert" : undefined}>
          <p>
            {words.state(state.number)} {said}
          </p>
          <p class={layout.small}>
            {signed_number === null || signed_at === null
              ? words.unsigned
              : words.signed(signed_number, formatTime(signed_at))}
          </p>
        </div>
        <a href={at("/api/v1/moderation/log.jsonl")} download>
          {words.export}
        </a>
      </div>
    </Note>
  );
}
