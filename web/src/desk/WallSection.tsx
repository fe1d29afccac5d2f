// The live shows side by side, each with a picture every ten seconds, and what a moderator does to the chosen one.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { at } from "../core/shopPath.ts";
import { whileVisible } from "../state/visible.ts";
import { Wall } from "../state/wall.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { deskText } from "../ui/deskStrings.ts";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { useDesk } from "./context.ts";
import { GroundDialog } from "./GroundDialog.tsx";
import { useKeys } from "./keys.ts";
import { WallCard } from "./WallCard.tsx";
import styles from "./WallSection.module.css";

/** As often as pictures are taken; they are taken only while somebody asks for them. */
const REFRESH_MS = 10_000;
const words = deskText.wall;

export function WallSection() {
  const { http, feed, place, toasts } = useDesk();
  const wall = useMemo(() => new Wall(http), []);
  const asking = useSignal<"warn" | "stop" | null>(null);
  const task = useTask();
  const grid = useRef<HTMLUListElement>(null);
  const shows = wall.shows.value;
  const chosen = wall.chosen.value;

  const move = (step: number) => {
    wall.move(step);
    const id = wall.chosen.value?.show.id;
    place.note(id ?? "");
    // What is chosen has the focus, so that it is seen, and spoken to whoever does not see it.
    requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>('[aria-current="true"] a')?.focus());
  };
  const ask = (what: "warn" | "stop", id?: string) => {
    if (id !== undefined) wall.choose(id);
    task.error.value = null;
    if (wall.chosen.value) asking.value = what;
  };
  const act = async (ground: { code: string; text: string }) => {
    const what = asking.value;
    const { chosen } = wall;
    if (!what || !chosen.value) return;
    const { id, title } = chosen.value.show;
    const done = await task.run(() => wall[what](id, ground.code, ground.text));
    if (!done) return;
    asking.value = null;
    toasts.say((what === "warn" ? words.warned : words.stopped)(title), "good");
  };

  useEffect(() => wall.choose(place.now.peek().what || null), []);
  useEffect(() => whileVisible(REFRESH_MS, () => void wall.refresh()), []);
  useEffect(
    () =>
      feed.listen({
        onNews: ({ about }) => about !== "topic" && void wall.refresh(),
        onGap: () => void wall.refresh(),
      }),
    [],
  );
  useKeys(deskText.sections.wall, [
    { press: "j", meaning: deskText.keys.next, run: () => move(1) },
    { press: "k", meaning: deskText.keys.previous, run: () => move(-1) },
    { press: "e", meaning: words.meanings.enter, run: () => chosen && location.assign(at(`/s/${chosen.show.id}`)) },
    { press: "w", meaning: words.meanings.warn, run: () => ask("warn") },
    { press: "x", meaning: words.meanings.stop, run: () => ask("stop") },
  ]);
  return (
    <section class={layout.stack} aria-label={deskText.sections.wall} aria-busy={shows === null}>
      <ErrorNote error={wall.error.value} />
      {shows?.length === 0 && (
        <div class={layout.empty}>
          <p>{words.none}</p>
          <p>{words.noneHint}</p>
          <ButtonLink href="#queue">{words.toQueue}</ButtonLink>
        </div>
      )}
      {shows !== null && shows.length > 0 && (
        <>
          <p class={layout.muted}>{words.live(shows.length, wall.more.value)}</p>
          <ul ref={grid} class={styles.grid}>
            {shows.map((each) => (
              <WallCard
                key={each.show.id}
                each={each}
                nowMs={feed.serverNow()}
                current={each.show.id === chosen?.show.id}
                onChoose={() => wall.choose(each.show.id)}
                onAsk={(what) => ask(what, each.show.id)}
              />
            ))}
          </ul>
        </>
      )}
      {chosen && asking.value && (
        <GroundDialog
          what={asking.value}
          show={chosen.show.title}
          task={task}
          onAct={act}
          onClose={() => (asking.value = null)}
        />
      )}
    </section>
  );
}
