// A product's pictures: added, put first, taken away. Every change is kept at once.
import type { Product } from "../core/protocol.ts";
import type { Studio } from "../state/studio.ts";
import { Button } from "../ui/Button.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { ErrorNote } from "../ui/Note.tsx";
import { words } from "../ui/shopStrings.ts";
import { PictureField } from "./PictureField.tsx";
import styles from "./Pictures.module.css";

interface PicturesProps {
  readonly studio: Studio;
  readonly product: Product;
}

export function Pictures({ studio, product }: PicturesProps) {
  const task = useTask();
  const { images } = product;
  const arrange = (wanted: readonly string[]) => task.run(() => studio.arrangePictures(product.id, wanted));
  return (
    <section class={layout.stack} aria-label={words.goods.pictures}>
      <ul class={styles.pictures}>
        {images.map((image, index) => (
          <li key={image} class={layout.tight}>
            <img class={styles.picture} src={image} alt={words.goods.picture(index + 1)} loading="lazy" />
            {index > 0 && (
              <Button
                small
                busy={task.busy.value}
                onClick={() => arrange([image, ...images.filter((other) => other !== image)])}
              >
                {words.goods.first}
              </Button>
            )}
            <Button small busy={task.busy.value} onClick={() => arrange(images.filter((other) => other !== image))}>
              {words.goods.remove}
            </Button>
          </li>
        ))}
      </ul>
      <PictureField
        label={words.goods.addPicture}
        hint={words.goods.picturesHint}
        busy={task.busy.value}
        onFile={(file) => task.run(() => studio.addPicture(product.id, file))}
      />
      <ErrorNote error={task.error.value} />
    </section>
  );
}
