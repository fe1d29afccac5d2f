// The button that ends the show, which asks first.
import { useSignal } from "@preact/signals";
import type { Hosting } from "../state/hosting.ts";
import { Button } from "../ui/Button.tsx";
import { Confirm } from "../ui/Confirm.tsx";
import { useTask } from "../ui/form.ts";
import { ErrorNote } from "../ui/Note.tsx";
import { work } from "../ui/workStrings.ts";

export function EndShow({ hosting }: { readonly hosting: Hosting }) {
  const task = useTask();
  const asking = useSignal(false);
  const end = async () => {
    if (await task.run(() => hosting.end())) asking.value = false;
  };
  return (
    <>
      <Button look="danger" onClick={() => (asking.value = true)}>
        {work.studio.endShow}
      </Button>
      {asking.value && hosting.room.state.value !== "ended" && (
        <Confirm
          title={work.studio.endTitle}
          body={work.studio.endBody}
          action={work.studio.endShow}
          busy={task.busy.value}
          onConfirm={end}
          onClose={() => (asking.value = false)}
        >
          <ErrorNote error={task.error.value} />
        </Confirm>
      )}
    </>
  );
}
