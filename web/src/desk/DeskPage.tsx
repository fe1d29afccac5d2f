// The queue on one side, the chosen topic on the other, and one key for each action.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Topic } from "../core/rest.ts";
import { type Decision, TopicQueue } from "../state/queue.ts";
import { whileVisible } from "../state/visible.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import type { PageContext } from "../ui/mount.tsx";
import { ErrorNote } from "../ui/Note.tsx";
import { SignInGate } from "../ui/SignInGate.tsx";
import { work } from "../ui/workStrings.ts";
import { DecisionDialog } from "./DecisionDialog.tsx";
import { KeyHelp } from "./KeyHelp.tsx";
import { deskKeys } from "./keys.ts";
import { PleaDialog } from "./PleaDialog.tsx";
import { QueueList } from "./QueueList.tsx";
import { TopicDetail } from "./TopicDetail.tsx";

const REFRESH_MS = 10_000;

export function DeskPage(context: PageContext) {
  const { account } = context;
  return (
    <SignInGate
      account={account}
      allowed={account.mayModerate.value}
      title={work.desk.title}
      invitation={work.desk.signInFirst}
      refusal={work.desk.notModerator}
    >
      <Desk key={account.user.value?.id} {...context} />
    </SignInGate>
  );
}

function Desk({ http, account, toasts }: PageContext) {
  const queue = useSignal(new TopicQueue(http, () => account.user.value)).value;
  const task = useTask();
  const dialog = useSignal<"reject" | "request-changes" | "second-opinion" | "keys" | null>(null);
  const topic = queue.selected.value;

  const take = (chosen: Topic) => {
    queue.select(chosen.id);
    return task.run(() => queue.claim(chosen));
  };
  const decide = async (decision: Decision, ground?: { code: string; reason: string }) => {
    const chosen = queue.selected.value;
    if (!chosen) return;
    const done = await task.run(() => queue.decide(chosen, decision, ground));
    dialog.value = null;
    if (done) toasts.say(`${DONE[decision](chosen.title)} ${work.desk.undoHint}`, "good");
  };
  const undo = () =>
    task.run(async () => {
      const back = await queue.undo();
      if (back) toasts.say(work.desk.undone(back.title), "good");
    });
  const askAnother = async (reason: string) => {
    const chosen = queue.selected.value;
    if (!chosen) return;
    const done = await task.run(() => queue.askAnother(chosen, reason));
    dialog.value = null;
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
  useEffect(
    () =>
      deskKeys({
        j: () => queue.move(1),
        k: () => queue.move(-1),
        Enter: () => queue.selected.value && void take(queue.selected.value),
        a: () => void decide("approve"),
        r: () => ask("reject"),
        c: () => ask("request-changes"),
        s: () => ask("second-opinion"),
        u: () => void undo(),
        x: () => queue.bundle.toggleAll(),
        m: () => void queue.showMine(!queue.mine.value),
        "?": () => (dialog.value = "keys"),
      }),
    [],
  );
  return (
    <main class={layout.page}>
      <div class={layout.between}>
        <h1>{work.desk.title}</h1>
        <Button small onClick={() => (dialog.value = "keys")}>
          {work.desk.keys}
        </Button>
      </div>
      <ErrorNote error={queue.error.value} />
      <div class={layout.aside}>
        <QueueList queue={queue} onTake={take} />
        <TopicDetail
          topic={topic}
          queue={queue}
          busy={task.busy.value}
          error={task.error.value}
          onApprove={() => decide("approve")}
          onAsk={ask}
        />
      </div>
      {dialog.value === "keys" && <KeyHelp onClose={() => (dialog.value = null)} />}
      {topic && dialog.value === "second-opinion" && (
        <PleaDialog busy={task.busy.value} onAsk={askAnother} onClose={() => (dialog.value = null)} />
      )}
      {topic && (dialog.value === "reject" || dialog.value === "request-changes") && (
        <DecisionDialog
          decision={dialog.value}
          busy={task.busy.value}
          onDecide={decide}
          onClose={() => (dialog.value = null)}
        />
      )}
    </main>
  );
}

const DONE: Record<Decision, (title: string) => string> = {
  approve: work.desk.approved,
  reject: work.desk.rejected,
  "request-changes": work.desk.changesRequested,
};
