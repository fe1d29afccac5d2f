// The host's words over the lower edge of the picture, for whoever wants to read them.
import type { StageNews } from "../state/stageNews.ts";
import { callText } from "../ui/callStrings.ts";
import { Icon } from "../ui/Icon.tsx";
import { captions } from "../ui/icons.ts";
import styles from "./StageCaptions.module.css";

export function StageCaptions({ news }: { readonly news: StageNews }) {
  const reading = news.reading.value;
  const name = reading ? callText.captions.hide : callText.captions.show;
  return (
    <>
      {reading && (
        // Whoever hears a screen reader hears the host too: words that change while they are read out help nobody.
        <p class={styles.words} aria-live="off" dir="auto">
          {news.caption.value?.text}
        </p>
      )}
      <button
        type="button"
        class={styles.switch}
        aria-pressed={reading}
        aria-label={name}
        title={name}
        onClick={() => news.toggle()}
      >
        <Icon of={captions} />
      </button>
    </>
  );
}
