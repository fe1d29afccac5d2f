// How a case ends: why, and with an action what was done about it, or is to be done now.
import type { ApiError } from "../core/errors.ts";
import type { Outcome } from "../core/protocol.ts";
import type { ReportCase } from "../core/reports.ts";
import type { Deed } from "../state/reports.ts";
import { cases } from "../ui/caseStrings.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { SelectField, TextArea } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, sendByKey } from "../ui/form.ts";
import { refusalText, report } from "../ui/reportStrings.ts";
import { formatTime } from "../ui/strings.ts";

interface VerdictDialogProps {
  readonly found: ReportCase;
  readonly outcome: Outcome;
  readonly busy: boolean;
  readonly error: ApiError | null;
  readonly onResolve: (outcome: Outcome, reason: string, deed: Deed | null) => void;
  readonly onClose: () => void;
}

export function VerdictDialog({ found, outcome, busy, error, onResolve, onClose }: VerdictDialogProps) {
  const acting = outcome === "action_taken";
  const words = report.desk;
  return (
    <Dialog title={acting ? words.actTitle : words.fineTitle} onClose={onClose}>
      <Form
        error={error}
        told={refusalText}
        onSend={(data) => {
          onResolve(outcome, entry(data, "reason"), acting ? deedOf(entry(data, "deed")) : null);
        }}
        onKeyDown={sendByKey}
      >
        {acting && <SelectField label={words.done} name="deed" options={deedsFor(found)} />}
        <TextArea label={words.reason} name="reason" required maxLength={1000} hint={words.reasonHint} />
        <FormEnd action={words.resolve} busy={busy} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

/** What was done already comes first; then what can be done now. */
function deedsFor(found: ReportCase): (readonly [string, string])[] {
  const done = (found.rulings ?? []).map(
    ({ number, kind, at }) => [String(number), report.desk.ruling(cases.kinds[kind] ?? kind, formatTime(at))] as const,
  );
  const { now } = report.desk;
  const message = found.kind === "message" ? ([["delete", now.delete]] as const) : [];
  const end = found.kind === "show" ? ([["end", now.end]] as const) : [];
  return [...done, ...message, ...end, ["ban", now.ban]];
}

function deedOf(value: string): Deed {
  return value === "delete" || value === "ban" || value === "end" ? value : Number(value);
}
