// The page "/s/{show}": where viewers watch, talk and buy.
import { speak } from "../ui/language.ts";
import { begin, mount } from "../ui/mount.tsx";
import { newVisit, RoomPage, showId } from "./RoomPage.tsx";

/** The browser asked for the show beside this script: on most lines its answer is here by now, or nearly. */
const WORTH_WAITING_MS = 200;

void speak().then(async () => {
  const context = begin();
  const visit = newVisit(context);
  const waited = new Promise((resolve) => setTimeout(resolve, WORTH_WAITING_MS));
  // A page without the show would be drawn first, and a slow phone draws that longer than the show takes to come.
  await Promise.race([visit.open(showId()), waited]);
  mount("room", () => <RoomPage {...context} visit={visit} />, context);
});
