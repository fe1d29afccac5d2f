// One's own call in a room: what joins the pure machine to the room's news, the camera, the other tabs and the stage.
import { effect, untracked } from "@preact/signals";
import { CALLER_LINES, mayCapture } from "../core/capture.ts";
import { Http } from "../core/http.ts";
import type { Account } from "./account.ts";
import { Broadcast } from "./broadcast.ts";
import { Calling, type CallTab } from "./calling.ts";
import type { Room } from "./room.ts";
import { ownPlaceIn } from "./stageView.ts";

/** Kept by the browser for this tab alone: the call that it publishes. */
const ON_STAGE = "livecart.on-stage";

export interface CallHere {
  readonly calling: Calling;
  readonly media: Broadcast;
}

const rooms = new WeakMap<Room, CallHere>();

/** The call of whoever is signed in, as long as the room is open. */
export function callingIn(room: Room, account: Account): CallHere {
  const known = rooms.get(room);
  if (known) return known;
  const show = room.show.value.id;
  const media = new Broadcast(CALLER_LINES);
  const tabs = new BroadcastChannel(`livecart.call.${show}`);
  const calling = new Calling(show, { ask: room.askCall, http: new Http(), media, tab: tabOf(tabs) });
  tabs.onmessage = () => calling.yieldTo();
  const here = { calling, media };
  rooms.set(room, here);
  followPerson(calling, account);
  followNews(calling, room);
  followStage(here, room);
  return here;
}

function tabOf(tabs: BroadcastChannel): CallTab {
  return {
    remembers: (call) => sessionStorage.getItem(ON_STAGE) === call,
    remember: (call) => {
      if (call === null) return sessionStorage.removeItem(ON_STAGE);
      sessionStorage.setItem(ON_STAGE, call);
      tabs.postMessage("here");
    },
    mayCapture,
  };
}

function followPerson(calling: Calling, account: Account): void {
  let person: string | null | undefined;
  effect(() => {
    const now = account.user.value?.id ?? null;
    untracked(() => {
      if (person !== undefined && now !== person) calling.reset();
      person = now;
    });
  });
}

function followNews(calling: Calling, room: Room): void {
  let seen: unknown = null;
  effect(() => {
    const told = room.call.value;
    const joined = room.status.value === "joined";
    untracked(() => {
      if (told && told !== seen) {
        seen = told;
        calling.hear(told);
        void calling.resume();
      } else if (joined && calling.call.value !== null) {
        // Resumed: news of one's own is not sent again.
        void calling.refresh();
      }
    });
  });
}

/** The stage shows one's preview in one's own place; the end of the show ends the call. */
function followStage({ calling, media }: CallHere, room: Room): void {
  const place = ownPlaceIn(room);
  effect(() => {
    const { state } = media.connection.value;
    void untracked(() => calling.follow(state));
  });
  effect(() => {
    const slot = calling.call.value?.slot;
    const stands = calling.phase.value === "live" && typeof slot === "number";
    place.value = stands ? { slot, stream: media.stream.value } : null;
  });
  effect(() => {
    if (room.state.value === "ended") untracked(() => media.dispose(true));
  });
}
