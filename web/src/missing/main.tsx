// Where there is no page: says so, and leads on.
import { at } from "../core/shopPath.ts";
import { ButtonLink } from "../ui/Button.tsx";
import { home } from "../ui/homeStrings.ts";
import { speak } from "../ui/language.ts";
import layout from "../ui/layout.module.css";
import { mount } from "../ui/mount.tsx";

void speak().then(() => mount("missing", MissingPage));

function MissingPage() {
  return (
    <main class={layout.page}>
      <div class={layout.empty}>
        <h1>{home.noPage}</h1>
        <p>{home.noPageHint}</p>
        <ButtonLink href={at("/")}>{home.toShows}</ButtonLink>
      </div>
    </main>
  );
}
