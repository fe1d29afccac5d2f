// Where a list will stand once it is read: as many empty cards as usual, so that little moves when it comes.
import styles from "./Skeleton.module.css";

export function Skeletons({ count, grid = false }: { readonly count: number; readonly grid?: boolean }) {
  return (
    <div aria-hidden="true" class={grid ? styles.grid : styles.stack}>
      {Array.from({ length: count }, (_, index) => (
        <div key={index} class={styles.card}>
          <span class={styles.line} />
          <span class={`${styles.line} ${styles.long}`} />
          <span class={styles.line} />
        </div>
      ))}
    </div>
  );
}
