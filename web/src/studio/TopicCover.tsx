// A topic's cover: added, changed, taken away. Every change is kept at once, and is a new version.
import type { Topic } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { taxonomy } from "../ui/taxonomyStrings.ts";
import { PictureField } from "./PictureField.tsx";
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
        <img class={styles.cover} src={topic.cover} alt={taxonomy.coverOf(topic.title)} loading="lazy" />
      )}
      {!fixed && (
        <PictureField
          label={topic.cover === null ? taxonomy.addCover : taxonomy.changeCover}
          hint={taxonomy.coverHint}
          busy={task.busy.value}
          onFile={(file) => task.run(() => studio.putCover(topic, file))}
        />
      )}
      {!fixed && topic.cover !== null && (
        <div class={layout.row}>
          <Button small busy={task.busy.value} onClick={() => task.run(() => studio.removeCover(topic))}>
            {taxonomy.removeCover}
          </Button>
        </div>
      )}
      <ErrorNote error={task.error.value} />
    </div>
  );
}
