// What moderators told the host: warnings that he has to confirm, closed products, and why his show was stopped.
import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import type { Hosting } from "../state/hosting.ts";
import { type HostWarning, Moderation } from "../state/moderation.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { modText } from "../ui/modStrings.ts";
import { ErrorNote, Note } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";

interface HostNoticesProps {
  readonly hosting: Hosting;
  readonly titleOf: (product: string) => string;
}

export function HostNotices({ hosting, titleOf }: HostNoticesProps) {
  const { room } = hosting;
  const moderation = useSignal(new Moderation(new Http(), room.show.value.id)).value;
  const task = useTask();
  useEffect(() => {
    room.onHostNews = (event) => moderation.take(event);
    return () => {
      room.onHostNews = null;
    };
  }, []);
  // Coming back: what was told meanwhile is nowhere but here. A closed product is told to the room as a new bag.
  useSignalEffect(() => {
    const there = room.bag.products.value.length >= 0;
    if (room.status.value === "joined" && there) void untracked(() => task.run(() => moderation.refresh()));
  });
  const stopped = moderation.stopped.value;
  const closed = moderation.closedProducts.value;
  const warnings = moderation.warnings.value;
  if (stopped === null && warnings.length === 0 && closed.length === 0) return <ErrorNote error={task.error.value} />;
  return (
    <section class={layout.stack} aria-label={modText.warnings}>
      {stopped !== null && (
        <Note tone="bad">
          <p>
            <strong>{modText.stopped}</strong>
          </p>
          <p>
            {modText.codes[stopped.code] ?? stopped.code}: {stopped.reason}
          </p>
        </Note>
      )}
      {warnings.map((warning) => (
        <Warning
          key={warning.id}
          warning={warning}
          over={stopped !== null}
          busy={task.busy.value}
          onRead={() => task.run(() => moderation.acknowledge(warning.id))}
        />
      ))}
      {closed.map((each) => (
        <Note key={each.product} tone="warn">
          <p>
            {modText.closedProduct(titleOf(each.product))} ({modText.codes[each.code] ?? each.code}: {each.reason})
          </p>
        </Note>
      ))}
      <ErrorNote error={task.error.value} />
    </section>
  );
}

interface WarningProps {
  readonly warning: HostWarning;
  readonly over: boolean;
  readonly busy: boolean;
  readonly onRead: () => void;
}

function Warning({ warning, over, busy, onRead }: WarningProps) {
  const holds = warning.withdrawn_at === null && !over;
  const unread = holds && warning.acknowledged_at === null;
  return (
    <div role={unread ? "alert" : undefined}>
      <Note tone={unread ? "bad" : holds ? "warn" : "plain"}>
        <p>
          <strong>{modText.codes[warning.code] ?? warning.code}</strong>: {warning.text}
        </p>
        {holds && warning.deadline !== null && <p>{modText.until(formatTime(warning.deadline))}</p>}
        {unread ? (
          <Button small look="primary" busy={busy} onClick={onRead}>
            {modText.read}
          </Button>
        ) : (
          <p class={layout.muted}>{warning.withdrawn_at === null ? modText.readAlready : modText.withdrawn}</p>
        )}
      </Note>
    </div>
  );
}
