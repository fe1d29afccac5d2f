// Proposing a topic: saved as a draft, or sent to the moderators at once.
import type { Topic } from "../core/rest.ts";
import type { Studio, TopicDraft } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, FieldGroup, SelectField, TextArea, TextField } from "../ui/Field.tsx";
import { Form } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { categoryName } from "../ui/taxonomyStrings.ts";
import { work } from "../ui/workStrings.ts";

const LANGUAGES = ["en", "zh", "ja", "ko", "es", "fr", "de"];

interface TopicFormProps {
  readonly studio: Studio;
  readonly template: Topic | null;
  /** Whether the template itself is changed, and not a new topic made. */
  readonly editing: boolean;
  readonly onClose: () => void;
}

export function TopicForm({ studio, template, editing, onClose }: TopicFormProps) {
  const task = useTask();
  const note = editing && template ? work.topic.editNote[template.status] : undefined;
  // What was handed in stays handed in: there is nothing to be saved as a draft.
  const draftless = note !== undefined;
  const goods = studio.goods.items.value ?? [];
  const send = async (data: FormData) => {
    const submit = entry(data, "as") !== "draft";
    const draft = read(data);
    const sent = () =>
      editing && template ? studio.editTopic(template, draft, submit) : studio.propose(draft, submit);
    if (await task.run(sent)) onClose();
  };
  return (
    <Dialog title={editing ? work.topic.editTitle : work.topic.new} onClose={onClose}>
      <Form error={task.error.value} onSend={send}>
        <TextField
          label={work.topic.title}
          name="title"
          required
          minLength={3}
          maxLength={80}
          defaultValue={template?.title ?? ""}
        />
        <div class={layout.pair}>
          <SelectField
            label={work.topic.category}
            name="category"
            value={template?.category ?? "other"}
            options={categoriesOf(studio)}
          />
          <SelectField
            label={work.topic.language}
            name="language"
            value={template?.language ?? navigator.language.slice(0, 2)}
            options={LANGUAGES.map((code) => [code, languageName(code)])}
          />
        </div>
        <TextArea
          label={work.topic.summary}
          name="summary"
          required
          minLength={10}
          maxLength={2000}
          hint={work.topic.summaryHint}
          defaultValue={template?.summary ?? ""}
        />
        <TextField
          label={work.topic.plannedAt}
          name="planned_at"
          type="datetime-local"
          defaultValue={editing ? localTime(template?.planned_at ?? null) : ""}
        />
        {goods.length > 0 && (
          <FieldGroup legend={work.topic.products} name="products">
            {goods.map((product) => (
              <CheckField
                key={product.id}
                label={product.title}
                name="products"
                value={product.id}
                checked={template?.products.includes(product.id) ?? false}
              />
            ))}
          </FieldGroup>
        )}
        {note && <Note tone="warn">{note}</Note>}
        <div class={layout.actions}>
          {!draftless && (
            <Button type="submit" name="as" value="draft" busy={task.busy.value}>
              {work.topic.saveDraft}
            </Button>
          )}
          <Button type="submit" name="as" value="submit" look="primary" busy={task.busy.value}>
            {draftless ? work.topic.save : work.topic.submit}
          </Button>
        </div>
      </Form>
    </Dialog>
  );
}

/** What takes topics now; until the server has said, what every shop begins with. */
function categoriesOf(studio: Studio): readonly (readonly [string, string])[] {
  const known = studio.categories.value;
  if (known.length === 0) return Object.entries(work.topic.categories);
  return known
    .filter(({ retired }) => !retired)
    .map(({ key, names }) => [key, categoryName(work.topic.categories, key, names)] as const);
}

function read(data: FormData): TopicDraft {
  const planned = entry(data, "planned_at");
  return {
    title: entry(data, "title"),
    category: entry(data, "category"),
    summary: entry(data, "summary"),
    language: entry(data, "language"),
    // The control speaks local time without a zone, the wire UTC.
    planned_at: planned === "" ? null : `${new Date(planned).toISOString().slice(0, 19)}Z`,
    products: data.getAll("products").map(String),
  };
}

/** As the control writes it: local time to the minute, without a zone. */
function localTime(at: string | null): string {
  if (at === null) return "";
  const time = new Date(at);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function languageName(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
}
