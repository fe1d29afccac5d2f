// What stands over the host's picture when there is more than that: the stage or a duel, and captions. Loaded after the room; each
// of the two comes when it is first needed.
import { type Signal, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { hurry } from "../core/hurry.ts";
import type { Room } from "../state/room.ts";
import { stageNewsIn } from "../state/stageNews.ts";
import { ownPlaceIn } from "../state/stageView.ts";
import type { Viewing } from "../state/viewing.ts";
import { lazy } from "../ui/Lazy.tsx";

const DuelStage = lazy(() => import("./DuelStage.tsx").then((part) => part.DuelStage));
const StageTiles = lazy(() => import("./StageTiles.tsx").then((part) => part.StageTiles));
const StageCaptions = lazy(() => import("./StageCaptions.tsx").then((part) => part.StageCaptions));

interface StageOverProps {
  readonly room: Room;
  readonly viewing: Viewing;
  readonly sharing: Signal<string>;
}

export function StageOver({ room, viewing, sharing }: StageOverProps) {
  const news = stageNewsIn(room);
  const hurried = useSignal(false);
  useSignalEffect(() => {
    const soon = ownPlaceIn(room).value !== null;
    // Of each session anew.
    void viewing.slots.value;
    if (soon || hurried.peek()) hurry(viewing.receivers, soon);
    hurried.value = soon;
  });
  useEffect(() => () => hurry(viewing.receivers, false), []);
  const duel = room.duel.value;
  const callers = room.stage.value.slots.length > 0;
  return (
    <>
      {duel && <DuelStage room={room} viewing={viewing} duel={duel} sharing={sharing} />}
      {!duel && callers && <StageTiles room={room} viewing={viewing} news={news} sharing={sharing} />}
      {news.captioned.value && <StageCaptions news={news} />}
    </>
  );
}
