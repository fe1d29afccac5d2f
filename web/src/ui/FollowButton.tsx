// Following a host, or no longer; it says what the server confirmed.
import type { Account } from "../state/account.ts";
import type { Following } from "../state/following.ts";
import { Button } from "./Button.tsx";
import { useTask } from "./form.ts";
import { ErrorNote } from "./Note.tsx";
import { text } from "./strings.ts";

interface FollowButtonProps {
  readonly following: Following;
  readonly account: Account;
}

export function FollowButton({ following, account }: FollowButtonProps) {
  const task = useTask();
  const seen = following.state.value;
  if (seen === null || seen.user.id === account.user.value?.id) return null;
  const on = seen.you?.following === true;
  const words = on ? text.follow.on : text.follow.off;
  return (
    <>
      <Button
        small
        look={on ? "plain" : "primary"}
        aria-label={`${words} ${seen.user.display_name}`}
        aria-pressed={on}
        busy={task.busy.value}
        onClick={() => account.ask(() => void task.run(() => following.follow(!on)))}
      >
        {words}
      </Button>
      <ErrorNote error={task.error.value} />
    </>
  );
}
