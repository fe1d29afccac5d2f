// One topic of the creator: where it stands, what the moderator said, and what can be done next.

import { useSignal } from "@preact/signals";
import type { Topic, TopicStatus } from "../core/rest.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import { home } from "../ui/homeStrings.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote, Note, type Tone } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { work } from "../ui/workStrings.ts";
import { AppealDialog } from "./AppealDialog.tsx";
import { TopicCover } from "./TopicCover.tsx";

const TONES: Record<TopicStatus, Tone> = {
  draft: "plain",
  in_review: "plain",
  approved: "good",
  rejected: "bad",
  changes_requested: "warn",
  expired: "plain",
};

interface TopicItemProps {
  readonly topic: Topic;
  readonly studio: Studio;
  readonly busy: boolean;
  readonly onOpen: () => void;
  readonly onCopy: () => void;
  readonly onEdit: () => void;
}

export function TopicItem({ topic, studio, busy, onOpen, onCopy, onEdit }: TopicItemProps) {
  const task = useTask();
  const appealing = useSignal(false);
  const { status, expires_at } = topic;
  const [appeal] = topic.referrals;
  return (
    <article class={layout.item} aria-label={topic.title}>
      <div class={layout.between}>
        <h3>{topic.title}</h3>
        <Badge tone={TONES[status]}>{work.topic.status[status]}</Badge>
      </div>
      <p class={`${layout.muted} ${layout.small}`}>
        {work.topic.categories[topic.category] ?? topic.category}
        {topic.planned_at && ` · ${home.planned(formatTime(topic.planned_at))}`}
      </p>
      {status === "approved" && expires_at && <p class={layout.small}>{work.topic.expires(formatTime(expires_at))}</p>}
      {appeal && <p class={layout.small}>{work.topic.appealed(formatTime(appeal.at))}</p>}
      <TopicCover topic={topic} studio={studio} />
      <Decision topic={topic} />
      <ErrorNote error={task.error.value} />
      <div class={layout.row}>
        {status === "approved" && (
          <Button look="primary" busy={busy} onClick={onOpen}>
            {work.topic.openShow}
          </Button>
        )}
        {(status === "draft" || status === "expired") && (
          <Button busy={task.busy.value} onClick={() => task.run(() => studio.submit(topic))}>
            {work.topic.submit}
          </Button>
        )}
        {status !== "rejected" && <Button onClick={onEdit}>{work.topic.edit}</Button>}
        {status === "rejected" && !appeal && (
          <Button onClick={() => (appealing.value = true)}>{work.topic.appeal}</Button>
        )}
        {(status === "rejected" || status === "changes_requested" || status === "expired") && (
          <Button onClick={onCopy}>{work.topic.copy}</Button>
        )}
      </div>
      {appealing.value && <AppealDialog topic={topic} studio={studio} onClose={() => (appealing.value = false)} />}
    </article>
  );
}

function Decision({ topic: { status, decision, language } }: { readonly topic: Topic }) {
  if (!decision || (status !== "rejected" && status !== "changes_requested")) return null;
  const code = decision.code === null ? "" : (work.topic.reasons[decision.code] ?? decision.code);
  return (
    <Note tone={TONES[status]}>
      <p>
        <strong>{code}</strong>
        {decision.reason && `: ${decision.reason}`}
      </p>
      {decision.text !== null && <p lang={language}>{decision.text}</p>}
      <p class={layout.small}>{work.topic.decided(decision.by.display_name, formatTime(decision.at))}</p>
    </Note>
  );
}
