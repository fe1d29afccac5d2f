// A heart to tap, as often as one likes, with everybody's taps beside it.
import type { Account } from "../state/account.ts";
import type { Room } from "../state/room.ts";
import { Button } from "../ui/Button.tsx";
import { text } from "../ui/strings.ts";

export function LikeButton({ room, account }: { readonly room: Room; readonly account: Account }) {
  const total = room.likes.total.value;
  return (
    <Button
      small
      aria-label={`${text.likes.give}, ${text.likes.given(total)}`}
      disabled={room.state.value === "ended"}
      onClick={() => account.ask(() => room.likes.tap())}
    >
      ♥ {text.likes.number(total)}
    </Button>
  );
}
