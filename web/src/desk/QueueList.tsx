// The topics that wait, what is due first on top. Opening one claims it.
import { useEffect, useRef } from "preact/hooks";
import type { Topic } from "../core/rest.ts";
import type { TopicQueue } from "../state/queue.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Badge } from "../ui/Note.tsx";
import { formatTime, text } from "../ui/strings.ts";
import { taxonomy } from "../ui/taxonomyStrings.ts";
import { work } from "../ui/workStrings.ts";
import styles from "./QueueList.module.css";

interface QueueListProps {
  readonly queue: TopicQueue;
  readonly nowMs: number;
  readonly onTake: (topic: Topic) => void;
  /** Null: there is nothing to take back. */
  readonly onUndo: (() => void) | null;
}

export function QueueList({ queue, nowMs, onTake, onUndo }: QueueListProps) {
  const topics = queue.topics.value;
  const waiting = queue.waiting.value;
  const selected = queue.selected.value?.id;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => list.current?.querySelector("[aria-current=true]")?.scrollIntoView({ block: "nearest" }), [selected]);
  return (
    <section class={layout.card} aria-label={work.desk.title} aria-busy={topics === null}>
      <div class={layout.between}>
        <h2>{waiting === null ? text.loading : work.desk.waiting(waiting)}</h2>
        {onUndo && (
          <Button small onClick={onUndo}>
            {work.desk.undo}
          </Button>
        )}
      </div>
      <label class={layout.row}>
        <input
          type="checkbox"
          checked={queue.mine.value}
          onChange={({ currentTarget }) => void queue.showMine(currentTarget.checked)}
        />
        {taxonomy.mine}
      </label>
      {topics?.length === 0 && <p class={layout.empty}>{work.desk.empty}</p>}
      <ul ref={list} class={styles.list}>
        {topics?.map((topic) => (
          <li key={topic.id}>
            <button
              type="button"
              class={styles.item}
              aria-current={topic.id === selected}
              onClick={() => onTake(topic)}
            >
              <strong>{topic.title}</strong>
              <span class={`${layout.muted} ${layout.small}`}>
                {topic.creator.display_name} · {work.topic.categories[topic.category] ?? topic.category} ·{" "}
                {formatTime(topic.submitted_at ?? topic.created_at)}
              </span>
              {topic.due_at !== null && Date.parse(topic.due_at) < nowMs && (
                <span class={layout.small}>
                  <Badge tone="bad">{work.desk.overdue}</Badge>
                </span>
              )}
              {queue.decidedMeanwhile(topic) === null && queue.heldByOther(topic) && topic.claim && (
                <span class={layout.small}>{work.desk.claimedBy(topic.claim.moderator.display_name)}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
