// What is sent, what of it arrives, and what stands in the way, in plain words.
import { sizeRows } from "../core/sizes.ts";
import type { Hosting } from "../state/hosting.ts";
import layout from "../ui/layout.module.css";
import { Note } from "../ui/Note.tsx";
import { work } from "../ui/workStrings.ts";
import styles from "./BroadcastHealth.module.css";

export function BroadcastHealth({ hosting }: { readonly hosting: Hosting }) {
  const { broadcast } = hosting;
  const health = broadcast.health.value;
  const arriving = hosting.atServer.value;
  const trouble = broadcast.trouble.value;
  if (!health && !arriving) return null;
  const words = work.health;
  return (
    <section aria-label={words.title} class={layout.item}>
      <div role="status">
        {trouble && <Note tone="warn">{words.troubles[trouble](broadcast.isHd())}</Note>}
        {arriving?.undecodable !== undefined && arriving.undecodable > 0 && (
          <Note tone="warn">{words.undecodable(arriving.undecodable, words.codec(arriving.codec ?? ""))}</Note>
        )}
      </div>
      <dl class={`${layout.facts} ${layout.small}`}>
        {health && (
          <>
            <dt>{words.sent}</dt>
            <dd>
              {health.height > 0 && `${words.size(health.width, health.height)}, `}
              {words.flow(health.kbps, health.fps)}
            </dd>
          </>
        )}
        {arriving && (
          <>
            <dt>{words.arriving}</dt>
            <dd>
              {words.flow(Math.round(arriving.bitrate_bps / 1000), Math.round(arriving.fps))}
              {arriving.codec && `, ${words.codec(arriving.codec)}`}
            </dd>
          </>
        )}
        <dt>{words.lost}</dt>
        <dd>{words.percent(Math.max(health?.lossPercent ?? 0, (arriving?.loss ?? 0) * 100))}</dd>
        {health?.rttMs != null && (
          <>
            <dt>{words.roundTrip}</dt>
            <dd>{words.ms(health.rttMs)}</dd>
          </>
        )}
      </dl>
      <Sizes hosting={hosting} />
    </section>
  );
}

function Sizes({ hosting }: { readonly hosting: Hosting }) {
  const rows = sizeRows(hosting.broadcast.health.value?.layers ?? [], hosting.atServer.value?.layers ?? []);
  const flowing = rows.filter(({ fps }) => fps > 0);
  // Of a screen one size is sent, in the place of a camera's lowest: it is the whole screen all the same. At first the
  // figures are still the camera's.
  const screen = hosting.broadcast.sharesScreen.value && flowing.length === 1;
  const shown = screen ? flowing : rows;
  if (shown.length === 0) return null;
  const words = work.health;
  return (
    <table class={styles.sizes}>
      <caption>{screen ? words.oneSize : words.sizes}</caption>
      <thead>
        <tr>
          {words.columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {shown.map((row) => (
          <tr key={row.rid}>
            <th scope="row">
              {screen ? words.screen : (words.names[row.rid] ?? row.rid)}{" "}
              <span class={styles.measure}>{row.height > 0 ? words.size(row.width, row.height) : ""}</span>
            </th>
            {row.fps > 0 ? (
              <>
                <td>{words.number(row.kbps)}</td>
                <td>{words.number(row.fps)}</td>
              </>
            ) : (
              <td colSpan={2}>{words.rests}</td>
            )}
            <td>{row.watching === null ? "–" : words.number(row.watching)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
