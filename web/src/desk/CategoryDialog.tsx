// Changing a category, or making one: what is saved is a new version.
import type { Category } from "../core/rest.ts";
import type { CategoryDraft, TaxonomyDesk } from "../state/taxonomy.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { CheckField, TextArea, TextField } from "../ui/Field.tsx";
import { Form, FormEnd } from "../ui/Form.tsx";
import { entry, useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { errorText, text } from "../ui/strings.ts";
import { taxonomy } from "../ui/taxonomyStrings.ts";

/** The server names a category by its key, and all its names at once. */
const ABOUT = { category: "key", names: "en" };

interface CategoryDialogProps {
  readonly desk: TaxonomyDesk;
  readonly category: Category | null;
  readonly onClose: () => void;
}

export function CategoryDialog({ desk, category, onClose }: CategoryDialogProps) {
  const task = useTask();
  const save = async (data: FormData) => {
    const key = category?.key ?? entry(data, "key");
    if (await task.run(() => desk.save(key, category, draftOf(data)))) onClose();
  };
  return (
    <Dialog title={category ? taxonomy.edit(category.key) : taxonomy.add} onClose={onClose}>
      <Form
        error={task.error.value}
        onSend={save}
        about={ABOUT}
        told={(error) => (error.code === "category_changed" ? taxonomy.changed : errorText(error))}
      >
        {!category && (
          <TextField label={taxonomy.key} name="key" required pattern="[a-z][a-z0-9_]+" hint={taxonomy.keyHint} />
        )}
        <div class={layout.pair}>
          <TextField label={taxonomy.names.en} name="en" maxLength={40} defaultValue={category?.names.en ?? ""} />
          <TextField label={taxonomy.names.zh} name="zh" maxLength={40} defaultValue={category?.names.zh ?? ""} />
        </div>
        <TextArea
          label={taxonomy.policy}
          name="policy"
          required
          minLength={10}
          maxLength={2000}
          defaultValue={category?.policy ?? ""}
        />
        <TextArea
          label={taxonomy.restricted}
          name="restricted"
          hint={taxonomy.restrictedHint}
          defaultValue={category?.restricted.join("\n") ?? ""}
        />
        <TextField label={taxonomy.group} name="group" required defaultValue={category?.group ?? "general"} />
        <CheckField label={taxonomy.retired} name="retired" value="yes" checked={category?.retired ?? false} />
        <FormEnd action={text.save} busy={task.busy.value} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}

function draftOf(data: FormData): CategoryDraft {
  const names = ["en", "zh"].flatMap((language) => {
    const name = entry(data, language);
    return name === "" ? [] : [[language, name] as const];
  });
  return {
    policy: entry(data, "policy"),
    restricted: entry(data, "restricted")
      .split("\n")
      .map((word) => word.trim())
      .filter((word) => word !== ""),
    group: entry(data, "group"),
    names: Object.fromEntries(names),
    retired: data.get("retired") !== null,
  };
}
