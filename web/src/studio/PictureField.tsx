// A picture to upload: one button in the page's own words, whatever language the browser speaks.
import { Icon } from "../ui/Icon.tsx";
import { picture } from "../ui/icons.ts";
import layout from "../ui/layout.module.css";
import styles from "./Pictures.module.css";

interface PictureFieldProps {
  readonly label: string;
  readonly hint: string;
  readonly busy: boolean;
  readonly onFile: (file: File) => void;
}

export function PictureField({ label, hint, busy, onFile }: PictureFieldProps) {
  return (
    <div class={layout.tight}>
      <label class={styles.pick}>
        <Icon of={picture} /> {label}
        <input
          type="file"
          accept="image/jpeg,image/png,image/webp"
          disabled={busy}
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            currentTarget.value = "";
            if (file) onFile(file);
          }}
        />
      </label>
      <span class={`${layout.muted} ${layout.small}`}>{hint}</span>
    </div>
  );
}
