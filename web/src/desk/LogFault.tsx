// Why the log could not be searched: a handle that nobody has is said as such.
import type { ApiError } from "../core/errors.ts";
import { deskText } from "../ui/deskStrings.ts";
import { ErrorNote, Note } from "../ui/Note.tsx";

export function LogFault({ error }: { readonly error: ApiError | null }) {
  if (error?.code !== "no_such_person") return <ErrorNote error={error} />;
  return (
    <div role="alert">
      <Note tone="bad">{deskText.log.noSuchPerson(error.detail)}</Note>
    </div>
  );
}
