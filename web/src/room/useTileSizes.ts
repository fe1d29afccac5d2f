// How large the room shows whom, told to the relay while a stage or a duel is shown.
import { computed, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { TileSize } from "../core/protocol.ts";
import type { Room } from "../state/room.ts";
import { GRANTED, TileSizes } from "../state/tileSizes.ts";
import type { Viewing } from "../state/viewing.ts";

/** Tells the relay, and takes it back when what was shown has gone. */
export function useTileSizes(room: Room, viewing: Viewing, wanted: () => readonly TileSize[]): void {
  const sizes = useMemo(() => sizesIn(room, viewing), []);
  useSignalEffect(() => sizes.want(wanted()));
  useEffect(() => () => sizes.want(GRANTED), []);
}

const rooms = new WeakMap<Room, TileSizes>();

function sizesIn(room: Room, viewing: Viewing): TileSizes {
  const known = rooms.get(room);
  if (known) return known;
  const sizes = new TileSizes({
    session: viewing.session,
    joined: computed(() => room.status.value === "joined"),
    tell: async (session, wanted) => void (await room.request("tiles", { session, sizes: [...wanted] })),
  });
  rooms.set(room, sizes);
  return sizes;
}
