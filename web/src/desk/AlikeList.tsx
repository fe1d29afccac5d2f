// Those that say nearly the same as the chosen topic, to be decided with it; and what was refused of the last bundle.
import type { Topic } from "../core/rest.ts";
import type { Bundle } from "../state/bundle.ts";
import { Button } from "../ui/Button.tsx";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { formatTime } from "../ui/strings.ts";
import { taxonomy } from "../ui/taxonomyStrings.ts";

export function AlikeList({ bundle }: { readonly bundle: Bundle }) {
  const found = bundle.alike.value;
  const chosen = bundle.chosen.value;
  const words = taxonomy.alike;
  if (found.length === 0) return null;
  return (
    <section aria-label={words.title}>
      <div class={layout.between}>
        <h3>{words.count(found.length)}</h3>
        <Button small onClick={() => bundle.toggleAll()}>
          {chosen.size < found.length ? words.all : words.none}
        </Button>
      </div>
      <ul>
        {found.map((topic: Topic) => (
          <li key={topic.id}>
            <label class={layout.row}>
              <input type="checkbox" checked={chosen.has(topic.id)} onChange={() => bundle.toggle(topic.id)} />
              <span>
                {topic.title} · {topic.creator.display_name} · {formatTime(topic.submitted_at ?? topic.created_at)}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {chosen.size > 0 && <p class={layout.muted}>{words.together(chosen.size + 1)}</p>}
    </section>
  );
}

export function BundleFaults({ bundle }: { readonly bundle: Bundle }) {
  const refused = bundle.refused.value;
  if (refused.length === 0) return null;
  return (
    <div role="alert">
      <Note tone="warn">
        <p>{taxonomy.alike.refused(refused.length)}</p>
        <ul>
          {refused.map(({ id, error }) => (
            <li key={id}>{error?.message}</li>
          ))}
        </ul>
      </Note>
    </div>
  );
}
