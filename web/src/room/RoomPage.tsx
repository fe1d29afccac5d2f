// Which show this is, and what to say when there is none.
import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import { at } from "../core/shopPath.ts";
import { Visit } from "../state/visit.ts";
import { Button, ButtonLink } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { text } from "../ui/strings.ts";
import { LiveRoom } from "./LiveRoom.tsx";

export function newVisit({ http, account, toasts }: PageContext): Visit {
  return new Visit(http, account, {
    onPurchase: (buyer, title, quantity) => toasts.say(text.show.purchase(buyer, title, quantity)),
    onSkipped: (count) => toasts.say(text.show.skipped(count)),
  });
}

interface RoomPageProps extends PageContext {
  /** That was asked to open. */
  readonly visit: Visit;
}

export function RoomPage({ http, account, visit }: RoomPageProps) {
  const open = () => visit.open(showId());
  const state = visit.state.value;
  switch (state.kind) {
    case "loading":
      return <main class={layout.page} aria-busy="true" />;
    case "missing":
      return (
        <main class={layout.page}>
          <div class={layout.empty}>
            <h1>{text.show.missingTitle}</h1>
            <p>{text.show.missingBody}</p>
            <ButtonLink href={at("/")}>{text.show.otherShows}</ButtonLink>
          </div>
        </main>
      );
    case "failed":
      return (
        <main class={layout.page}>
          <ErrorNote error={state.error} />
          <Button onClick={open}>{text.tryAgain}</Button>
        </main>
      );
    case "open":
      return (
        <>
          <LiveRoom open={state} visit={visit} account={account} />
          <Returned http={http} />
        </>
      );
  }
}

/** Who comes back from a provider's page is told what came of it; nobody else loads it. */
function Returned({ http }: { readonly http: Http }) {
  const view = useSignal<ComponentChild>(null);
  useEffect(() => {
    const order = new URLSearchParams(location.search).get("order");
    if (order) void import("../ui/ReturnDialog.tsx").then((module) => (view.value = module.returned(http, order)));
  }, []);
  return <>{view.value}</>;
}

export function showId(): string {
  const [, id = ""] = /\/s\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  return decodeURIComponent(id);
}
