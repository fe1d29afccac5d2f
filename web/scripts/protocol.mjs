// Makes src/core/protocol.ts, the types of the wire, from the Python types of the server. `npm run types` begins with it;
// building and testing need no types, so they work where there is no Python.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const python = resolve(root, ".venv/bin/python");

function run(command, ...words) {
  const { status, error } = spawnSync(command, words, { cwd: root, stdio: "inherit" });
  if (error) console.error(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(python)) run(process.env.PYTHON ?? "python3", "scripts/bootstrap.py", "python");
run(python, "-m", "scripts.protocol", "types");
