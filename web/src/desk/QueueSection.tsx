// The queue on one side, the chosen topic on the other, and one key for each action.
import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Topic } from "../core/rest.ts";
import { type Decision, TopicQueue } from "../state/queue.ts";
import { whileVisible } from "../state/visible.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { work } from "../ui/workStrings.ts";
import { useDesk } from "./context.ts";
import { DecisionDialog } from "./DecisionDialog.tsx";
import { useKeys } from "./keys.ts";
import { PleaDialog } from "./PleaDialog.tsx";
import { QueueList } from "./QueueList.tsx";
import { TopicDetail } from "./TopicDetail.tsx";

/** News comes by the socket; this is for what it missed. */
const REFRESH_MS = 60_000;
/** As long as the server lets a decision be taken back. */
const UNDO_MS = 30_000;

export function QueueSection() {
  const { http, account, toasts, place, feed } = useDesk();
  const queue = useMemo(
    () =>
      new TopicQueue(
        http,
        () => account.user.value,
        () => feed.serverNow(),
      ),
    [],
  );
  const task = useTask();
  const dialog = useSignal<"reject" | "request-changes" | "second-opinion" | null>(null);
  const topic = queue.selected.value;
  const undoable = useSignal<ReturnType<typeof setTimeout> | null>(null);
  const mayUndo = (may: boolean) => {
    if (undoable.value !== null) clearTimeout(undoable.value);
    undoable.value = may ? setTimeout(() => (undoable.value = null), UNDO_MS) : null;
  };

  const take = (chosen: Topic) => {
    queue.select(chosen.id);
    return task.run(() => queue.claim(chosen));
  };
  /** What was written stays open unless it is of no use any more: it was taken, or somebody was faster. */
  const leave = (done: boolean) => {
    if (done || task.error.value?.status === 409) dialog.value = null;
  };
  const decide = async (decision: Decision, ground?: { code: string; reason: string }) => {
    const chosen = queue.selected.value;
    if (!chosen) return;
    const done = await task.run(() => queue.decide(chosen, decision, ground));
    leave(done);
    if (done) mayUndo(true);
    if (done) toasts.say(`${DONE[decision](chosen.title)} · ${work.desk.undoHint}`, "good");
  };
  const undo = () =>
    task.run(async () => {
      const back = await queue.undo();
      mayUndo(false);
      if (back) toasts.say(work.desk.undone(back.title), "good");
    });
  const askAnother = async (reason: string) => {
    const chosen = queue.selected.value;
    if (!chosen) return;
    const done = await task.run(() => queue.askAnother(chosen, reason));
    leave(done);
    if (done) toasts.say(work.desk.leftToAnother(chosen.title), "good");
  };
  const ask = (decision: "reject" | "request-changes" | "second-opinion") => {
    const chosen = queue.selected.value;
    // Claimed before the words are written: nobody writes a reason for a topic that is already decided.
    if (!chosen) return;
    void take(chosen).then((mine) => {
      if (mine) dialog.value = decision;
    });
  };

  useEffect(() => whileVisible(REFRESH_MS, () => void queue.refresh()), []);
  useEffect(() => feed.listen({ onNews: (news) => void queue.hear(news), onGap: () => void queue.refresh() }), []);
  // A link chooses a topic, and the topic that is chosen is in the link.
  useSignalEffect(() => queue.select(place.now.value.what || null));
  useSignalEffect(() => {
    if (queue.topics.value !== null) place.note(queue.selected.value?.id ?? "");
  });
  const { meanings } = work.desk;
  useKeys(work.desk.title, [
    { press: "j", meaning: meanings.next, run: () => queue.move(1) },
    { press: "k", meaning: meanings.previous, run: () => queue.move(-1) },
    { press: "Enter", meaning: meanings.take, run: () => topic && void take(topic) },
    { press: "a", meaning: meanings.approve, run: () => void decide("approve") },
    { press: "r", meaning: meanings.reject, run: () => ask("reject") },
    { press: "c", meaning: meanings.requestChanges, run: () => ask("request-changes") },
    { press: "s", meaning: meanings.leave, run: () => ask("second-opinion") },
    { press: "u", meaning: meanings.undo, run: () => void undo() },
    { press: "x", meaning: meanings.together, run: () => queue.bundle.toggleAll() },
    { press: "m", meaning: meanings.mine, run: () => void queue.showMine(!queue.mine.value) },
  ]);
  return (
    <>
      <ErrorNote error={queue.error.value} />
      <div class={layout.aside}>
        <QueueList
          queue={queue}
          nowMs={feed.serverNow()}
          onTake={take}
          onUndo={undoable.value === null ? null : () => void undo()}
        />
        <TopicDetail
          topic={topic}
          queue={queue}
          busy={task.busy.value}
          error={dialog.value === null ? task.error.value : null}
          onApprove={() => decide("approve")}
          onAsk={ask}
        />
      </div>
      {topic && dialog.value === "second-opinion" && (
        <PleaDialog
          busy={task.busy.value}
          error={task.error.value}
          onAsk={askAnother}
          onClose={() => (dialog.value = null)}
        />
      )}
      {topic && (dialog.value === "reject" || dialog.value === "request-changes") && (
        <DecisionDialog
          decision={dialog.value}
          busy={task.busy.value}
          error={task.error.value}
          onDecide={decide}
          onClose={() => (dialog.value = null)}
        />
      )}
    </>
  );
}

const DONE: Record<Decision, (title: string) => string> = {
  approve: work.desk.approved,
  reject: work.desk.rejected,
  "request-changes": work.desk.changesRequested,
};
