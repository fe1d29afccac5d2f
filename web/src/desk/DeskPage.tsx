// The desk: its sections as tabs on top, the open one below, and the keys that work everywhere.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { DeskFeed } from "../state/deskFeed.ts";
import { Place } from "../state/place.ts";
import { Button } from "../ui/Button.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { lazy } from "../ui/Lazy.tsx";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ConnectionBadge } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { text } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import { surround, useDesk } from "./context.ts";
import styles from "./DeskPage.module.css";
import { KeyHelp } from "./KeyHelp.tsx";
import { Keyboard, useKeys } from "./keys.ts";
import { type Section, sections, sectionsFor } from "./sections.ts";

const PARTS = new Map(sections.map((each) => [each.id, lazy(each.load)]));

export function DeskPage(context: PageContext) {
  const { account } = context;
  return (
    <SignInGate
      account={account}
      allowed={account.mayModerate.value}
      title={deskText.title}
      invitation={work.desk.signInFirst}
      refusal={work.desk.notModerator}
    >
      <Desk key={account.user.value?.id} {...context} />
    </SignInGate>
  );
}

function Desk(context: PageContext) {
  const around = useMemo(
    () => surround({ ...context, place: new Place(), keyboard: new Keyboard(), feed: new DeskFeed() }),
    [],
  );
  useEffect(() => around.place.follow(), []);
  useEffect(() => around.keyboard.listen(), []);
  useEffect(() => around.feed.start(), []);
  const open = sectionsFor(context.account);
  const wanted = around.place.now.value.section;
  const section = wanted === "" ? open[0] : open.find((each) => each.id === wanted);
  return (
    <main class={layout.page}>
      <Tabs open={open} section={section} />
      <Body section={section} />
    </main>
  );
}

interface TabsProps {
  readonly open: readonly Section[];
  readonly section: Section | undefined;
}

function Tabs({ open, section }: TabsProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [section]);
  return (
    <nav class={styles.tabs} aria-label={deskText.sectionsLabel}>
      <ul ref={list} class={styles.list}>
        {open.map((each) => (
          <li key={each.id}>
            <a class={styles.tab} href={`#${each.id}`} aria-current={each === section ? "page" : undefined}>
              {each.label}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Body({ section }: { readonly section: Section | undefined }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(section?.id);
  useEffect(() => {
    document.title = deskText.page(section?.label ?? deskText.title);
    // Not on the first showing: whoever opens the page begins at its top.
    if (shown.current !== section?.id) heading.current?.focus();
    shown.current = section?.id;
  }, [section]);
  const Part = section && PARTS.get(section.id);
  return (
    <>
      <div class={`${layout.between} ${styles.head}`}>
        <h1 ref={heading} tabIndex={-1} class={styles.heading}>
          {section?.label ?? deskText.title}
        </h1>
        <div class={layout.row}>
          <FeedBadge />
          <Keys />
        </div>
        <Notice />
      </div>
      {Part ? <Part /> : <p class={layout.empty}>{deskText.noSuchSection}</p>}
    </>
  );
}

/** What was just done: one line that is replaced, and covers nothing. */
function Notice() {
  const newest = useDesk().toasts.items.value.at(-1);
  return (
    <p role="status" aria-label={text.notices} class={styles.notice} data-tone={newest?.tone}>
      {newest?.text}
    </p>
  );
}

/** Says only what is amiss. */
function FeedBadge() {
  const { status } = useDesk().feed;
  if (["idle", "connecting", "joining", "joined"].includes(status.value)) return null;
  return (
    <ConnectionBadge tone="warn">
      {status.value === "closed" ? deskText.feed.closed : deskText.feed.waiting}
    </ConnectionBadge>
  );
}

function Keys() {
  const asked = useSignal(false);
  useKeys(deskText.keys.everywhere, [
    ...sections.map((each) => ({
      press: `g ${each.key}`,
      meaning: deskText.keys.go(each.label),
      run: () => location.assign(`#${each.id}`),
    })),
    { press: "?", meaning: deskText.keys.list, run: () => (asked.value = true) },
  ]);
  return (
    <>
      <Button small onClick={() => (asked.value = true)}>
        {deskText.keys.title}
      </Button>
      {asked.value && <KeyHelp onClose={() => (asked.value = false)} />}
    </>
  );
}
