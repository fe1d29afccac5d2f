// A topic's cover: added, changed, taken away. Every change is kept at once, and is a new version.
import type { Topic } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { taxonomy } from "../ui/taxonomyStrings.ts";
import styles from "./Pictures.module.css";

interface TopicCoverProps {
  readonly topic: Topic;
  readonly studio: Studio;
}

export function TopicCover({ topic, studio }: TopicCoverProps) {
  const task = useTask();
  // What was rejected is appealed or copied, not edited.
  const fixed = topic.status === "rejected";
  if (fixed && topic.cover === null) return null;
  return (
    <div class={layout.stack}>
      {topic.cover !== null && (
        <img class={styles.picture} src={topic.cover} alt={taxonomy.coverOf(topic.title)} loading="lazy" />
      )}
      {!fixed && (
        <label class={layout.tight}>
          <span>{topic.cover === null ? taxonomy.addCover : taxonomy.changeCover}</span>
          <input
            type="file"
            class={styles.file}
            accept="image/jpeg,image/png,image/webp"
            disabled={task.busy.value}
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              currentTarget.value = "";
              if (file) void task.run(() => studio.putCover(topic, file));
            }}
          />
          <span class={`${layout.muted} ${layout.small}`}>{taxonomy.coverHint}</span>
        </label>
      )}
      {!fixed && topic.cover !== null && (
        <Button small busy={task.busy.value} onClick={() => task.run(() => studio.removeCover(topic))}>
          {taxonomy.removeCover}
        </Button>
      )}
      <ErrorNote error={task.error.value} />
    </div>
  );
}
