// The rules of who may go live as a table that is edited and saved as a whole.
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Measure, Rule, RuleSet } from "../core/eligible.ts";
import type { ApiError } from "../core/errors.ts";
import { type Eligibility, MEASURES, type RulesDraft, WINDOWED } from "../state/eligibility.ts";
import { Button } from "../ui/Button.tsx";
import { eligibility } from "../ui/eligibilityStrings.ts";
import { CheckField, described, Fault, TextField, useFault } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { errorText, formatTime } from "../ui/strings.ts";
import styles from "./RulesForm.module.css";

const words = eligibility.desk;

const ABOUT = { rollout_percent: "rollout" };

interface RulesFormProps {
  readonly state: Eligibility;
  readonly rules: RuleSet;
}

export function RulesForm({ state, rules }: RulesFormProps) {
  const task = useTask();
  const save = (data: FormData) => task.run(() => state.save(read(data)));
  return (
    <Form error={task.error.value} onSend={save} about={ABOUT} told={told} class={layout.card} aria-label={words.rules}>
      <h3>{words.rules}</h3>
      <p class={`${layout.muted} ${layout.small}`}>{`${words.version(rules.version)}. ${changed(rules)}`}</p>
      <table class={styles.rules}>
        <thead>
          <tr>
            {[words.rule, words.required, words.keep, words.days, words.forInvited].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MEASURES.map((measure) => (
            <RuleRow key={measure} measure={measure} rule={rules.rules.find((each) => each.measure === measure)} />
          ))}
        </tbody>
      </table>
      <p class={`${layout.muted} ${layout.small}`}>{words.keepHint}</p>
      <TextField
        label={words.rollout}
        hint={words.rolloutHint}
        name="rollout"
        type="number"
        min={0}
        max={100}
        required
        defaultValue={String(rules.rollout_percent)}
      />
      <TextField label={words.letIn} hint={words.letInHint} name="cohorts" defaultValue={rules.cohorts.join(", ")} />
      <CheckField label={words.review} name="review" value="1" checked={rules.review_applications} />
      <TextField label={words.reason} hint={words.reasonHint} name="reason" required maxLength={500} />
      <div class={layout.actions}>
        <Button type="submit" look="primary" busy={task.busy.value}>
          {words.save}
        </Button>
      </div>
    </Form>
  );
}

function RuleRow({ measure, rule }: { readonly measure: Measure; readonly rule: Rule | undefined }) {
  const used = useSignal(rule !== undefined);
  const name = eligibility.measure[measure];
  const field = (part: string, label: string, value: number | null | undefined, least: number) => (
    <NumberCell
      name={`${measure}.${part}`}
      aria-label={`${name}: ${label}`}
      min={least}
      required={used.value && part !== "keep"}
      disabled={!used.value}
      defaultValue={value === null || value === undefined ? "" : String(value)}
    />
  );
  return (
    <tr>
      <th scope="row">
        <label class={layout.row}>
          <input
            type="checkbox"
            name={`${measure}.used`}
            defaultChecked={rule !== undefined}
            onChange={({ currentTarget }) => (used.value = currentTarget.checked)}
          />
          <span>{name}</span>
        </label>
      </th>
      {field("required", words.required, rule?.required, 0)}
      {field("keep", words.keep, rule?.keep, 0)}
      {WINDOWED.includes(measure) ? field("days", words.days, rule?.days ?? 90, 1) : <td />}
      <td>
        <input
          type="checkbox"
          name={`${measure}.invited`}
          aria-label={`${name}: ${words.forInvited}`}
          disabled={!used.value}
          defaultChecked={rule?.for_invited ?? false}
        />
      </td>
    </tr>
  );
}

interface CellProps {
  readonly name: string;
  readonly "aria-label": string;
  readonly min: number;
  readonly required: boolean;
  readonly disabled: boolean;
  readonly defaultValue: string;
}

/** A field whose label is the heads of its row and column. */
function NumberCell({ name, ...rest }: CellProps) {
  const id = useId();
  const fault = useFault(name);
  return (
    <td>
      <input {...rest} name={name} type="number" {...described(id, undefined, fault)} />
      <Fault id={id} fault={fault} />
    </td>
  );
}

function told(error: ApiError): string {
  return error.code === "rules_changed" ? words.changedMeanwhile : errorText(error);
}

function changed({ changed_by, changed_at }: RuleSet): string {
  if (changed_by === null || changed_at === null) return words.byDefault;
  return words.changed(changed_by.display_name, formatTime(changed_at));
}

/** What is left out of "kept down to" is as what is needed: no hysteresis. */
function read(data: FormData): RulesDraft {
  const rules = MEASURES.filter((measure) => data.has(`${measure}.used`)).map((measure): Rule => {
    const required = Number(entry(data, `${measure}.required`));
    const keep = entry(data, `${measure}.keep`);
    return {
      measure,
      required,
      keep: keep === "" ? required : Number(keep),
      days: WINDOWED.includes(measure) ? Number(entry(data, `${measure}.days`)) : null,
      for_invited: data.has(`${measure}.invited`),
    };
  });
  return {
    rules,
    rollout_percent: Number(entry(data, "rollout")),
    cohorts: entry(data, "cohorts")
      .split(/[\s,]+/)
      .filter(Boolean),
    review_applications: data.has("review"),
    reason: entry(data, "reason"),
  };
}
