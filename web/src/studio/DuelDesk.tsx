// Duels in the studio: whom to invite, who invites, and what runs. Loaded with an open show.
import { untracked, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import type { Duel, RoomEvent } from "../core/protocol.ts";
import { type AskDuel, DuelDesk as Desk, type Inviters, sidesIn } from "../state/duel.ts";
import { Hearing } from "../state/hearing.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { CallClock } from "../ui/CallClock.tsx";
import { DuelScore } from "../ui/DuelScore.tsx";
import { duelErrorText, duelText } from "../ui/duelStrings.ts";
import { SelectField, TextField } from "../ui/Field.tsx";
import { entry, type Task, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { StageTile } from "../ui/StageTile.tsx";
import styles from "./DuelDesk.module.css";

const words = duelText.desk;
const MINUTES = [3, 5, 10];

export function DuelDesk({ room }: { readonly room: Room }) {
  const show = room.show.value.id;
  const ask: AskDuel = (op, d) => room.request(op as never, d as never);
  const desk = useSignal(new Desk(show, new Http(), ask)).value;
  const task = useTask();
  useEffect(() => {
    const hear = (event: RoomEvent) => desk.take(event);
    room.staff.add(hear);
    return () => void room.staff.delete(hear);
  }, []);
  // Coming back: invitations that were told meanwhile are nowhere but there.
  useSignalEffect(() => {
    if (room.status.value === "joined") void untracked(() => task.run(() => desk.refresh()));
  });
  const duel = room.duel.value;
  const error = task.error.value;
  return (
    <section class={layout.card} aria-label={words.title}>
      <h2>{words.title}</h2>
      {duel ? (
        <Running room={room} desk={desk} duel={duel} task={task} />
      ) : (
        <Before room={room} desk={desk} task={task} />
      )}
      {error && (
        <div role="alert">
          <Note tone="bad">{duelErrorText(error)}</Note>
        </div>
      )}
      {desk.rules.value && (
        <SelectField
          label={words.who}
          options={Object.entries(words.whoChoices)}
          value={desk.rules.value}
          onPick={(who) => void task.inTurn(() => desk.changeRules(who as Inviters))}
        />
      )}
    </section>
  );
}

interface DeskProps {
  readonly room: Room;
  readonly desk: Desk;
  readonly task: Task;
}

function Running({ room, desk, duel, task }: DeskProps & { readonly duel: Duel }) {
  const hearing = useSignal(new Hearing(room.show.value.id, new Http())).value;
  useEffect(() => {
    void hearing.follow(true);
    return () => hearing.dispose();
  }, []);
  const [own, other] = sidesIn(duel, room.show.value.id);
  const { slot } = duel[own];
  return (
    <div class={layout.item}>
      <div class={styles.picture}>
        <StageTile
          key={duel.id}
          name={duel[other].user.display_name}
          tracks={(slot !== null && hearing.slots.value[slot]?.getTracks()) || []}
          silent={hearing.muted.value}
          lost={duel[other].lost}
        />
        <div class={styles.bar}>
          <DuelScore room={room} duel={duel} />
        </div>
      </div>
      {duel.state === "after" && duel.until && (
        <p class={layout.muted}>
          <CallClock key={duel.until} until={duel.until} room={room} words={words.after} />
        </p>
      )}
      <div class={layout.between}>
        <Button small onClick={() => (hearing.muted.value = !hearing.muted.value)}>
          {hearing.muted.value ? words.listen : words.silence}
        </Button>
        <Button small look="danger" busy={task.busy.value} onClick={() => task.run(() => desk.answer(duel, "end"))}>
          {words.end}
        </Button>
      </div>
    </div>
  );
}

function Before({ room, desk, task }: DeskProps) {
  const show = room.show.value.id;
  const own = desk.invitations.value.find(({ home }) => home.show === show);
  const refused = desk.refused.value;
  return (
    <>
      <div class={styles.invitations}>
        {desk.invitations.value
          .filter(({ away }) => away.show === show)
          .map((duel) => (
            <Invitation key={duel.id} room={room} desk={desk} duel={duel} task={task} />
          ))}
      </div>
      {own ? (
        <div class={layout.between}>
          <p>
            {words.asked(own.away.user.display_name)} <Left duel={own} room={room} />
          </p>
          <Button small busy={task.busy.value} onClick={() => task.run(() => desk.answer(own, "end"))}>
            {words.withdraw}
          </Button>
        </div>
      ) : (
        <Finding desk={desk} task={task} live={room.state.value === "live"} />
      )}
      {!own && refused && <Note tone="warn">{outcome(refused)}</Note>}
    </>
  );
}

function outcome({ state, reason, away }: Duel): string {
  const name = away.user.display_name;
  if (reason === "busy") return words.busy(name);
  return state === "declined" ? words.declined(name) : words.expired(name);
}

function Left({ duel, room }: { readonly duel: Duel; readonly room: Room }) {
  return duel.until ? (
    <span class={layout.muted}>
      <CallClock key={duel.until} until={duel.until} room={room} words={words.toAnswer} />
    </span>
  ) : null;
}

function Invitation({ room, desk, duel, task }: DeskProps & { readonly duel: Duel }) {
  return (
    <div class={styles.invitation} role="alert">
      <p>
        <strong>{words.invited(duel.home.user.display_name, words.minuteSteps(duel.minutes))}</strong>{" "}
        <Left duel={duel} room={room} />
      </p>
      <div class={layout.actions}>
        <Button small busy={task.busy.value} onClick={() => task.run(() => desk.answer(duel, "decline"))}>
          {words.decline}
        </Button>
        <Button look="primary" busy={task.busy.value} onClick={() => task.run(() => desk.answer(duel, "accept"))}>
          {words.accept}
        </Button>
      </div>
    </div>
  );
}

interface FindingProps {
  readonly desk: Desk;
  readonly task: Task;
  readonly live: boolean;
}

function Finding({ desk, task, live }: FindingProps) {
  const minutes = useSignal(MINUTES[1] ?? 5);
  const hosts = desk.hosts.value;
  if (!live) return <p class={layout.muted}>{words.explained}</p>;
  return (
    <>
      <p class={layout.muted}>{words.explained}</p>
      <form
        class={layout.beside}
        onSubmit={(event) => {
          event.preventDefault();
          const q = entry(new FormData(event.currentTarget), "q");
          void task.run(() => desk.look(q));
        }}
      >
        <TextField label={words.find} name="q" autocomplete="off" />
        <Button type="submit" busy={task.busy.value}>
          {words.findDo}
        </Button>
      </form>
      {hosts?.length === 0 && <p class={layout.muted}>{words.nobody}</p>}
      {hosts && hosts.length > 0 && (
        <>
          <SelectField
            label={words.minutes}
            options={MINUTES.map((each): [string, string] => [String(each), words.minuteSteps(each)])}
            value={String(minutes.value)}
            onPick={(picked) => (minutes.value = Number(picked))}
          />
          <ul class={layout.list} aria-label={words.hosts}>
            {hosts.map((host) => (
              <li key={host.show} class={layout.between}>
                <span class={layout.tight}>
                  <strong>{host.user.display_name}</strong>
                  <span class={layout.muted}>
                    {host.title} · {words.viewers(host.viewers)}
                  </span>
                </span>
                <Button
                  small
                  aria-label={words.inviteOf(host.user.display_name)}
                  busy={task.busy.value}
                  onClick={() => task.run(() => desk.invite(host.show, minutes.value))}
                >
                  {words.invite}
                </Button>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
