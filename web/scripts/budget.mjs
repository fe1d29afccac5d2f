// Measures the script that a viewer's room loads, gzipped, and fails above the budget.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const BUDGET_BYTES = 40 * 1024;

const outDir = mkdtempSync(join(tmpdir(), "livecart-budget-"));
try {
  await build({ logLevel: "error", build: { outDir, emptyOutDir: true } });
  const html = readFileSync(join(outDir, "room.html"), "utf8");
  const scripts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1]);
  if (scripts.length === 0) throw new Error("room.html names no script: is the measure looking in the right place?");
  if (/<script(?![^>]*\bsrc=)/.test(html)) throw new Error("room.html has an inline script, which the CSP forbids");
  const plain = scripts.filter((path) => !existsSync(join(outDir, `${path}.br`)));
  if (plain.length > 0) throw new Error(`not compressed for phones: ${plain.join(", ")}`);
  const sizes = scripts.map((path) => gzipSync(readFileSync(join(outDir, path)), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(
    `room script: ${(total / 1024).toFixed(1)} KB gzip of ${BUDGET_BYTES / 1024} KB (${scripts.length} files)`,
  );
  if (total > BUDGET_BYTES) process.exitCode = 1;
} finally {
  rmSync(outDir, { recursive: true, force: true });
}
