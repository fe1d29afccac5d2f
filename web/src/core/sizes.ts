// The picture sizes of a broadcast as one list: what this browser sends, and who watches it at the server. Pure.
import type { LayerStats } from "./rest.ts";
import type { Layer } from "./stats.ts";

export interface SizeRow {
  readonly rid: string;
  /** 0 × 0 while nothing of it is sent. */
  readonly width: number;
  readonly height: number;
  readonly kbps: number;
  readonly fps: number;
  /** Null while the server has not said it. */
  readonly watching: number | null;
}

const ORDER = ["h", "m", "l"];

/**
 * The largest first; none without simulcast. The rate is the server's, once it has said one: what a browser counts as sent
 * has its probing for bandwidth in it (seen in Chromium: 400 kbit/s of a size that was capped at 150).
 */
export function sizeRows(sent: readonly Layer[], arriving: readonly LayerStats[]): SizeRow[] {
  const rids = new Set([...sent.map((layer) => layer.rid), ...arriving.map((layer) => layer.rid)]);
  const known = [...rids].filter((rid): rid is string => rid !== null);
  return known.map((rid) => rowOf(rid, sent, arriving)).sort((a, b) => place(a.rid) - place(b.rid));
}

function rowOf(rid: string, sent: readonly Layer[], arriving: readonly LayerStats[]): SizeRow {
  const here = sent.find((layer) => layer.rid === rid);
  const there = arriving.find((layer) => layer.rid === rid);
  const flows = here !== undefined && here.fps > 0;
  return {
    rid,
    width: flows ? here.width : 0,
    height: flows ? here.height : 0,
    kbps: there ? Math.round(there.bitrate_bps / 1000) : (here?.kbps ?? 0),
    fps: here?.fps ?? Math.round(there?.fps ?? 0),
    watching: there?.watching ?? null,
  };
}

function place(rid: string): number {
  const found = ORDER.indexOf(rid);
  return found === -1 ? ORDER.length : found;
}
