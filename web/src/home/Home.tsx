// What is live and what is coming, kept up to date while somebody looks, found by words and by category.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Show } from "../core/protocol.ts";
import { at } from "../core/shopPath.ts";
import { Listing } from "../state/listing.ts";
import { Reminders } from "../state/reminders.ts";
import { whileVisible } from "../state/visible.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { home } from "../ui/homeStrings.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { remindersOf } from "../ui/reminding.ts";
import { Skeletons } from "../ui/Skeleton.tsx";
import { Finder } from "./Finder.tsx";
import { RemindButton } from "./RemindButton.tsx";
import { ShowCard } from "./ShowCard.tsx";

const REFRESH_MS = 10_000;
/** Also while nobody looks at the page: that is when a reminder is worth most. */
const REMIND_MS = 30_000;

export function Home(context: PageContext) {
  const { http, account } = context;
  const lists = useSignal({
    live: new Listing<Show>(http, "shows", "state=live,interrupted"),
    ready: new Listing<Show>(http, "shows", "state=ready"),
  }).value;
  const reminders = useSignal(new Reminders(remindersOf(context))).value;
  const query = useSignal("");
  const category = useSignal("");
  const refresh = () => Promise.all([lists.live.refresh(), lists.ready.refresh()]);
  useEffect(() => whileVisible(REFRESH_MS, () => void refresh()), []);
  useEffect(() => {
    const timer = setInterval(() => void reminders.look(), REMIND_MS);
    return () => clearInterval(timer);
  }, []);
  const search = (words: string) => {
    query.value = words;
    const asked = words === "" ? "" : `&q=${encodeURIComponent(words)}`;
    // An interrupted show is still a live one to its viewers: the host comes back.
    lists.live.narrow(`state=live,interrupted${asked}`);
    lists.ready.narrow(`state=ready${asked}`);
    return refresh().then(() => undefined);
  };
  const all = [...(lists.live.items.value ?? []), ...(lists.ready.items.value ?? [])];
  const among = (list: Listing<Show>) =>
    list.items.value?.filter((show) => category.value === "" || show.category === category.value) ?? null;
  const [live, ready] = [among(lists.live), among(lists.ready)];
  const searched = query.value !== "" || category.value !== "";
  return (
    <main class={layout.page}>
      <Finder shows={all} category={category} onSearch={search} />
      <section class={layout.stack} aria-labelledby="live">
        <h1 id="live">{home.title}</h1>
        <ErrorNote error={lists.live.error.value} />
        {live === null && lists.live.error.value === null && <Skeletons count={3} grid />}
        {live?.length === 0 && searched && <p class={layout.muted}>{home.nothingFound}</p>}
        {live?.length === 0 && !searched && (
          <div class={layout.empty}>
            <p>{home.nothingLive}</p>
            <p>{home.nothingLiveHint}</p>
            {account.mayBroadcast.value && (
              <ButtonLink href={at("/studio")} look="primary">
                {home.openStudio}
              </ButtonLink>
            )}
            {account.mayModerate.value && <ButtonLink href={at("/desk")}>{home.openDesk}</ButtonLink>}
          </div>
        )}
        <ShowGrid shows={live ?? []} />
      </section>
      <section class={layout.stack} aria-labelledby="coming">
        <h2 id="coming">{home.coming}</h2>
        {ready?.length === 0 && <p class={layout.muted}>{searched ? home.nothingFound : home.nothingComing}</p>}
        <ShowGrid shows={ready ?? []} reminders={reminders} />
      </section>
    </main>
  );
}

interface ShowGridProps {
  readonly shows: readonly Show[];
  readonly reminders?: Reminders;
}

function ShowGrid({ shows, reminders }: ShowGridProps) {
  if (shows.length === 0) return null;
  return (
    <ul class={layout.grid}>
      {shows.map((show) => (
        <li key={show.id}>
          <ShowCard show={show}>{reminders && <RemindButton show={show} reminders={reminders} />}</ShowCard>
        </li>
      ))}
    </ul>
  );
}
