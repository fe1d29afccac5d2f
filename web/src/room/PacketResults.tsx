// Who got how much of a packet, page by page.
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Http } from "../core/http.ts";
import { formatMoney } from "../core/money.ts";
import type { Packet } from "../core/protocol.ts";
import type { PacketResult } from "../core/rest.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { useTask } from "../ui/form.ts";
import layout from "../ui/layout.module.css";
import { Badge, ErrorNote } from "../ui/Note.tsx";
import { words } from "../ui/packetStrings.ts";
import styles from "./PacketDock.module.css";

export function PacketResults({ packet, onClose }: { readonly packet: Packet; readonly onClose: () => void }) {
  const task = useTask();
  const results = useSignal<readonly PacketResult[]>([]);
  const next = useSignal<string | null>("");
  const read = () =>
    task.run(async () => {
      const path = `red-packets/${encodeURIComponent(packet.id)}?cursor=${next.value ?? ""}`;
      const page = await new Http().get<{ results: readonly PacketResult[]; next: string | null }>(path);
      results.value = [...results.value, ...page.results];
      next.value = page.next;
    });
  useEffect(() => void read(), []);
  return (
    <Dialog title={words.results} onClose={onClose}>
      <div class={layout.stack}>
        <table class={styles.results}>
          <tbody>
            {results.value.map((result) => (
              <tr key={result.share}>
                <td>
                  {result.name} {result.luckiest && packet.kind === "lucky" && <Badge tone="good">★</Badge>}
                </td>
                <td>{formatMoney(result.amount)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {next.value === null && results.value.length === 0 && <p class={layout.muted}>{words.nobody}</p>}
        <ErrorNote error={task.error.value} />
        {next.value !== null && (
          <Button busy={task.busy.value} onClick={read}>
            {words.more}
          </Button>
        )}
      </div>
    </Dialog>
  );
}
