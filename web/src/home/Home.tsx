// Two lists that keep themselves up to date while somebody looks at them.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Show } from "../core/protocol.ts";
import { Listing } from "../state/listing.ts";
import { whileVisible } from "../state/visible.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { home } from "../ui/homeStrings.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { ShowCard } from "./ShowCard.tsx";

const REFRESH_MS = 10_000;

export function Home({ http, account }: PageContext) {
  const shows = useSignal({
    live: new Listing<Show>(http, "shows", "state=live"),
    interrupted: new Listing<Show>(http, "shows", "state=interrupted"),
    ready: new Listing<Show>(http, "shows", "state=ready"),
  }).value;
  useEffect(() => whileVisible(REFRESH_MS, () => Object.values(shows).map((list) => list.refresh())), []);
  // An interrupted show is still a live one to its viewers: the host comes back.
  const known = shows.live.items.value !== null;
  const live = [...(shows.live.items.value ?? []), ...(shows.interrupted.items.value ?? [])];
  const ready = shows.ready.items.value ?? [];
  return (
    <main class={layout.page}>
      <section class={layout.stack} aria-labelledby="live">
        <h1 id="live">{home.title}</h1>
        <ErrorNote error={shows.live.error.value} />
        {known && live.length === 0 && (
          <div class={layout.empty}>
            <p>{home.nothingLive}</p>
            <p>{home.nothingLiveHint}</p>
            {account.mayBroadcast.value && (
              <ButtonLink href="/studio" look="primary">
                {home.openStudio}
              </ButtonLink>
            )}
            {account.mayModerate.value && <ButtonLink href="/desk">{home.openDesk}</ButtonLink>}
          </div>
        )}
        <ShowGrid shows={live} />
      </section>
      <section class={layout.stack} aria-labelledby="coming">
        <h2 id="coming">{home.coming}</h2>
        {shows.ready.items.value !== null && ready.length === 0 && <p class={layout.muted}>{home.nothingComing}</p>}
        <ShowGrid shows={ready} />
      </section>
    </main>
  );
}

function ShowGrid({ shows }: { readonly shows: readonly Show[] }) {
  if (shows.length === 0) return null;
  return (
    <ul class={layout.grid}>
      {shows.map((show) => (
        <li key={show.id}>
          <ShowCard show={show} />
        </li>
      ))}
    </ul>
  );
}
