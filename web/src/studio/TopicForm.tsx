// Proposing a topic: saved as a draft, or sent to the moderators at once.
import type { Topic } from "../core/rest.ts";
import type { Studio, TopicDraft } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, SelectField, TextArea, TextField } from "../ui/Field.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { work } from "../ui/workStrings.ts";

const LANGUAGES = ["en", "zh", "ja", "ko", "es", "fr", "de"];

interface TopicFormProps {
  readonly studio: Studio;
  readonly template: Topic | null;
  readonly onClose: () => void;
}

export function TopicForm({ studio, template, onClose }: TopicFormProps) {
  const task = useTask();
  const goods = studio.goods.items.value ?? [];
  const send = async (form: HTMLFormElement, submit: boolean) => {
    const draft = read(new FormData(form));
    if (await task.run(() => studio.propose(draft, submit))) onClose();
  };
  return (
    <Dialog title={work.topic.new} onClose={onClose}>
      <form
        class={layout.stack}
        onSubmit={(event) => {
          event.preventDefault();
          const draftButton = event.submitter?.getAttribute("value") === "draft";
          void send(event.currentTarget, !draftButton);
        }}
      >
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
            options={Object.entries(work.topic.categories)}
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
        <TextField label={work.topic.plannedAt} name="planned_at" type="datetime-local" />
        {goods.length > 0 && (
          <fieldset>
            <legend>{work.topic.products}</legend>
            {goods.map((product) => (
              <CheckField
                key={product.id}
                label={product.title}
                name="products"
                value={product.id}
                checked={template?.products.includes(product.id) ?? false}
              />
            ))}
          </fieldset>
        )}
        <ErrorNote error={task.error.value} />
        <div class={layout.actions}>
          <Button type="submit" value="draft" busy={task.busy.value}>
            {work.topic.saveDraft}
          </Button>
          <Button type="submit" value="submit" look="primary" busy={task.busy.value}>
            {work.topic.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
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

function languageName(code: string): string {
  return new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
}
