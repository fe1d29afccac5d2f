// What a creator has: topics on the left, shows and goods on the right.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Http } from "../core/http.ts";
import type { Show } from "../core/protocol.ts";
import type { Topic } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { whileVisible } from "../state/visible.ts";
import { WalletState } from "../state/wallet.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { ShowStateBadge } from "../ui/ShowStateBadge.tsx";
import { Skeletons } from "../ui/Skeleton.tsx";
import { WalletSection } from "../ui/WalletSection.tsx";
import { work } from "../ui/workStrings.ts";
import { CouponList } from "./Coupons.tsx";
import { EligibilityCard } from "./EligibilityCard.tsx";
import { MyGoods } from "./MyGoods.tsx";
import { PastShows } from "./PastShows.tsx";
import { Sales } from "./Sales.tsx";
import { TopicForm } from "./TopicForm.tsx";
import { TopicItem } from "./TopicItem.tsx";

const LOOK_MS = 15_000;

interface OverviewProps {
  readonly http: Http;
  readonly studio: Studio;
  readonly busy: boolean;
  readonly runsShop: boolean;
  readonly onOpen: (topic: Topic) => void;
  readonly onEnter: (show: string) => void;
}

export function Overview({ http, studio, busy, runsShop, onOpen, onEnter }: OverviewProps) {
  const wallet = useSignal(new WalletState(http)).value;
  useEffect(() => {
    void wallet.open();
    return () => wallet.close();
  }, []);
  const openShows = (studio.shows.items.value ?? []).filter((show) => show.state !== "ended");
  return (
    <>
      <h1>{work.studio.title}</h1>
      <EligibilityCard verdict={studio.standing.verdict.value} />
      <div class={layout.columns}>
        <MyTopics studio={studio} busy={busy} onOpen={onOpen} />
        <div class={layout.stack}>
          {openShows.length > 0 && <OpenShows shows={openShows} busy={busy} onEnter={onEnter} />}
          <MyGoods http={http} studio={studio} />
          <WalletSection wallet={wallet} />
          <CouponList
            coupons={studio.coupons}
            currency={studio.goods.items.value?.[0]?.currency ?? "CNY"}
            forShop={runsShop}
          />
        </div>
      </div>
      <PastShows shows={studio.shows.items.value ?? []} busy={busy} onEnter={onEnter} />
      <Sales http={http} shows={studio.shows.items.value ?? []} />
    </>
  );
}

function MyTopics({ studio, busy, onOpen }: Omit<OverviewProps, "http" | "runsShop" | "onEnter">) {
  /** The topic whose words the form starts with, "new" for none, null while the form is closed. */
  const template = useSignal<Topic | "new" | null>(null);
  const editing = useSignal(false);
  const open = (topic: Topic | "new", edit: boolean) => {
    editing.value = edit;
    template.value = topic;
  };
  const topics = studio.topics.items.value;
  useEffect(() => whileVisible(LOOK_MS, () => void studio.lookForDecisions()), []);
  return (
    <section class={layout.card} aria-label={work.topic.mine}>
      <div class={layout.between}>
        <h2>{work.topic.mine}</h2>
        <Button look="primary" onClick={() => open("new", false)}>
          {work.topic.new}
        </Button>
      </div>
      <ErrorNote error={studio.topics.error.value} />
      {topics === null && studio.topics.error.value === null && <Skeletons count={2} />}
      {topics?.length === 0 && <p class={layout.empty}>{work.topic.none}</p>}
      <ul class={layout.list}>
        {topics?.map((topic) => (
          <li key={topic.id}>
            <TopicItem
              topic={topic}
              studio={studio}
              busy={busy}
              onOpen={() => onOpen(topic)}
              onCopy={() => open(topic, false)}
              onEdit={() => open(topic, true)}
            />
          </li>
        ))}
      </ul>
      {template.value !== null && (
        <TopicForm
          studio={studio}
          template={template.value === "new" ? null : template.value}
          editing={editing.value}
          onClose={() => (template.value = null)}
        />
      )}
    </section>
  );
}

interface OpenShowsProps {
  readonly shows: readonly Show[];
  readonly busy: boolean;
  readonly onEnter: (show: string) => void;
}

function OpenShows({ shows, busy, onEnter }: OpenShowsProps) {
  return (
    <section class={layout.card} aria-label={work.studio.shows}>
      <h2>{work.studio.shows}</h2>
      <ul class={layout.list}>
        {shows.map((show) => (
          <li key={show.id} class={layout.between}>
            <span class={layout.row}>
              <strong>{show.title}</strong>
              <ShowStateBadge state={show.state} />
            </span>
            <Button small busy={busy} onClick={() => onEnter(show.id)}>
              {work.studio.backToShow}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
