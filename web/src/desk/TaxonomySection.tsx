// The desk's categories: each with its policy, restricted goods and group; admins change them and the staff's groups.
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Category } from "../core/rest.ts";
import { type CategoryVersion, TaxonomyDesk } from "../state/taxonomy.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { categoryName, taxonomy } from "../ui/taxonomyStrings.ts";
import { work } from "../ui/workStrings.ts";
import { CategoryDialog } from "./CategoryDialog.tsx";
import { useDesk } from "./context.ts";
import { GroupForm } from "./GroupForm.tsx";

export function TaxonomySection() {
  const { http } = useDesk();
  const desk = useMemo(() => new TaxonomyDesk(http), []);
  const task = useTask();
  const editing = useSignal<Category | "new" | null>(null);
  const history = useSignal<readonly CategoryVersion[] | null>(null);
  useEffect(() => void desk.refresh(), []);
  const read = (key: string) =>
    task.run(async () => {
      history.value = await desk.versions(key);
    });
  return (
    <section class={layout.stack} aria-label={taxonomy.title}>
      <div class={layout.between}>
        <p class={layout.muted}>{desk.mayChange.value ? taxonomy.about : taxonomy.adminsOnly}</p>
        {desk.mayChange.value && <Button onClick={() => (editing.value = "new")}>{taxonomy.add}</Button>}
      </div>
      <ErrorNote error={desk.error.value ?? task.error.value} />
      <ul class={layout.list}>
        {desk.categories.value.map((category) => (
          <li key={category.key}>
            <CategoryItem
              category={category}
              onEdit={desk.mayChange.value ? () => (editing.value = category) : null}
              onHistory={() => void read(category.key)}
            />
          </li>
        ))}
      </ul>
      {desk.mayChange.value && <GroupForm desk={desk} />}
      {editing.value !== null && (
        <CategoryDialog
          desk={desk}
          category={editing.value === "new" ? null : editing.value}
          onClose={() => (editing.value = null)}
        />
      )}
      {history.value !== null && <History versions={history.value} onClose={() => (history.value = null)} />}
    </section>
  );
}

export function nameOf(category: Category): string {
  return categoryName(work.topic.categories, category.key, category.names);
}

interface CategoryItemProps {
  readonly category: Category;
  readonly onEdit: (() => void) | null;
  readonly onHistory: () => void;
}

function CategoryItem({ category, onEdit, onHistory }: CategoryItemProps) {
  const name = nameOf(category);
  return (
    <article class={layout.card} aria-label={name}>
      <div class={layout.between}>
        <h2>{name}</h2>
        <span class={layout.row}>
          {category.retired && <Badge tone="warn">{taxonomy.retired}</Badge>}
          <Badge>{category.group}</Badge>
          <Badge>{taxonomy.version(category.version)}</Badge>
        </span>
      </div>
      <p class={layout.prose} dir="auto">
        {category.policy}
      </p>
      <p class={`${layout.muted} ${layout.small}`} dir="auto">
        {category.restricted.join(" · ")}
      </p>
      <div class={layout.row}>
        {onEdit && (
          <Button small aria-label={taxonomy.edit(name)} onClick={onEdit}>
            {work.topic.edit}
          </Button>
        )}
        <Button small aria-label={taxonomy.historyOf(name)} onClick={onHistory}>
          {taxonomy.history}
        </Button>
      </div>
    </article>
  );
}

interface HistoryProps {
  readonly versions: readonly CategoryVersion[];
  readonly onClose: () => void;
}

function History({ versions, onClose }: HistoryProps) {
  const [newest] = versions;
  if (!newest) return null;
  return (
    <Dialog title={taxonomy.historyOf(nameOf(newest))} onClose={onClose}>
      <ol class={layout.list}>
        {versions.map((each) => (
          <li key={each.version}>
            <p>
              <strong>{taxonomy.version(each.version)}</strong>{" "}
              {each.by === null || each.at === null ? taxonomy.seed : `${each.by.display_name}, ${formatTime(each.at)}`}
            </p>
            <p class={layout.prose} dir="auto">
              {each.policy}
            </p>
            <p class={`${layout.muted} ${layout.small}`} dir="auto">
              {each.group}: {each.restricted.join(" · ")}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
