// What a viewer may do besides watching and buying, in one script that is fetched after the room: give, and report.
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { GiftBar } from "./GiftBar.tsx";
import { ReportShow } from "./ReportShow.tsx";

export function UnderTitle({ room, account }: { readonly room: Room; readonly account: Account }) {
  return (
    <>
      {room.state.value !== "ended" && <GiftBar room={room} account={account} />}
      <ReportShow room={room} account={account} />
    </>
  );
}
