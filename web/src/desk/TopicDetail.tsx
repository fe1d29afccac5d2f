// One topic as a moderator reads it, with the three decisions.
import { Fragment } from "preact";
import type { ApiError } from "../core/errors.ts";
import type { Topic, TopicStatus } from "../core/rest.ts";
import type { TopicQueue } from "../state/queue.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { ProductPrice } from "../ui/PriceTag.tsx";
import { errorText, formatTime, text } from "../ui/strings.ts";
import { taxonomy } from "../ui/taxonomyStrings.ts";
import { work } from "../ui/workStrings.ts";
import { AlikeList, BundleFaults } from "./AlikeList.tsx";
import styles from "./QueueList.module.css";

interface TopicDetailProps {
  readonly topic: Topic | null;
  readonly queue: TopicQueue;
  readonly busy: boolean;
  readonly error: ApiError | null;
  readonly onApprove: () => void;
  readonly onAsk: (decision: "reject" | "request-changes" | "second-opinion") => void;
}

export function TopicDetail({ topic, queue, busy, error, onApprove, onAsk }: TopicDetailProps) {
  if (!topic) {
    return (
      <section class={layout.stack}>
        <Refusal error={error} />
        <BundleFaults bundle={queue.bundle} />
        {queue.topics.value?.length !== 0 && <p class={layout.empty}>{work.desk.choose}</p>}
      </section>
    );
  }
  const held = queue.heldByOther(topic);
  const decided = queue.decidedMeanwhile(topic);
  return (
    <article class={layout.card} aria-label={topic.title}>
      <h2>{topic.title}</h2>
      {decided !== null && <Note tone="warn">{work.desk.decidedMeanwhile(decided)}</Note>}
      {decided === null && topic.claim && (
        <Note tone={held ? "warn" : "good"}>
          {held ? work.desk.claimedBy(topic.claim.moderator.display_name) : work.desk.claimedByYou}
        </Note>
      )}
      <Facts topic={topic} />
      {topic.cover !== null && <img class={styles.cover} src={topic.cover} alt={taxonomy.coverOf(topic.title)} />}
      <section>
        <h3>{work.topic.summary}</h3>
        <p class={layout.prose} dir="auto">
          {topic.summary}
        </p>
      </section>
      <Goods topic={topic} queue={queue} />
      {queue.policy.value && (
        <section>
          <h3>{work.desk.policy}</h3>
          <p class={layout.muted}>{queue.policy.value}</p>
        </section>
      )}
      <Notes queue={queue} />
      {topic.referrals.map((asked) => (
        <Note key={asked.at} tone="warn">
          <p>{work.desk.referrals[asked.kind](asked.by.display_name, formatTime(asked.at))}</p>
          <p class={layout.prose} dir="auto">
            {asked.reason}
          </p>
        </Note>
      ))}
      <AlikeList bundle={queue.bundle} />
      <BundleFaults bundle={queue.bundle} />
      <Refusal error={error} />
      <div class={layout.row}>
        <Button look="primary" busy={busy} onClick={onApprove}>
          {work.desk.approve}
        </Button>
        <Button busy={busy} onClick={() => onAsk("request-changes")}>
          {work.desk.requestChanges}
        </Button>
        <Button look="danger" busy={busy} onClick={() => onAsk("reject")}>
          {work.desk.reject}
        </Button>
        <Button busy={busy} onClick={() => onAsk("second-opinion")}>
          {work.desk.secondOpinion}
        </Button>
      </div>
    </article>
  );
}

function Notes({ queue }: { readonly queue: TopicQueue }) {
  const notes = queue.notes.value;
  if (notes.length === 0) return null;
  return (
    <Note tone="warn">
      <ul aria-label={work.desk.notes}>
        {notes.map((note) => (
          <li key={`${note.kind} ${note.where} ${note.found}`}>{work.desk.noted[note.kind](note)}</li>
        ))}
      </ul>
    </Note>
  );
}

/** A refusal in the desk's own words: whoever was too late is told by whom. */
function Refusal({ error }: { readonly error: ApiError | null }) {
  const { by, status } = error?.fields ?? {};
  const told = (refused: ApiError) =>
    by === undefined
      ? (work.desk.refusals[refused.code] ?? errorText(refused))
      : work.desk.tooLate(by, status as TopicStatus | undefined);
  return <ErrorNote error={error} told={told} />;
}

function Goods({ topic, queue }: { readonly topic: Topic; readonly queue: TopicQueue }) {
  if (topic.products.length === 0) return null;
  const known = queue.shelf.products.value;
  return (
    <section aria-label={work.topic.products}>
      <h3>{work.topic.products}</h3>
      <ul>
        {topic.products.map((id) => {
          const product = known.get(id);
          return (
            <li key={id}>
              {product ? (
                <>
                  {product.title} · <ProductPrice product={product} />
                </>
              ) : (
                text.unreadProduct(id)
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** In the page's language; a code that nobody knows stays one. */
function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

function Facts({ topic }: { readonly topic: Topic }) {
  const rows: (readonly [string, string])[] = [
    [work.desk.creator, `${topic.creator.display_name} (${topic.creator.handle})`],
    [work.topic.category, work.topic.categories[topic.category] ?? topic.category],
    [work.topic.language, languageName(topic.language)],
    ...(topic.due_at === null ? [] : ([[work.desk.due, formatTime(topic.due_at)]] as const)),
    [work.desk.version, String(topic.version)],
    [work.desk.submitted, formatTime(topic.submitted_at ?? topic.created_at)],
    ...(topic.planned_at === null ? [] : ([[work.topic.plannedAt, formatTime(topic.planned_at)]] as const)),
  ];
  return (
    <dl class={layout.facts}>
      {rows.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
