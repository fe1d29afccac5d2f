// Why something of a seller's was refused, read out at once.
import type { ApiError } from "../core/errors.ts";
import { Note } from "../ui/Note.tsx";
import { sellFaultText } from "../ui/sellStrings.ts";

export function SellFault({ error }: { readonly error: ApiError | null }) {
  return error === null ? null : <Alert text={sellFaultText(error)} />;
}

export function Alert({ text }: { readonly text: string }) {
  return (
    <div role="alert">
      <Note tone="bad">{text}</Note>
    </div>
  );
}
