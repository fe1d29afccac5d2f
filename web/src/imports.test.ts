// Who may import whom: pages → ui → state → core, never back, and never from page to page.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = import.meta.dirname;
const PAGES = ["home", "studio", "room", "desk", "verify", "orders", "cases", "settings", "missing"];
const MAY_IMPORT: Record<string, readonly string[]> = {
  core: ["core"],
  state: ["core", "state"],
  ui: ["core", "state", "ui"],
  ...Object.fromEntries(PAGES.map((page) => [page, ["core", "state", "ui", page]])),
};
/** core is plain TypeScript; state knows signals and no components. */
const PACKAGES: Record<string, RegExp> = {
  core: /^@msgpack\/msgpack$/,
  state: /^@preact\/signals$/,
};

const sources = readdirSync(ROOT, { recursive: true, encoding: "utf8" }).filter(
  (path) => /\.tsx?$/.test(path) && !path.endsWith(".test.ts") && path.includes("/"),
);

function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), "utf8");
  return [...text.matchAll(/^(?:import|export)\s(?:[^"]*?\sfrom\s)?"([^"]+)";/gm)].map((match) => match[1] ?? "");
}

describe("imports", () => {
  it("are found at all", () => {
    expect(sources.length).toBeGreaterThan(40);
    expect(importsOf("state/room.ts")).toContain("../core/socket.ts");
  });

  it("point one way", () => {
    const wrong = sources.flatMap((path) => {
      const [layer = ""] = path.split("/");
      return importsOf(path)
        .filter((target) => target.startsWith("."))
        .map((target) => relative(ROOT, resolve(ROOT, dirname(path), target)))
        .filter((target) => !MAY_IMPORT[layer]?.includes(target.split("/")[0] ?? ""))
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("keep the lower layers free of the framework", () => {
    const wrong = sources.flatMap((path) => {
      const allowed = PACKAGES[path.split("/")[0] ?? ""];
      return importsOf(path)
        .filter((target) => allowed && !target.startsWith(".") && !allowed.test(target))
        .map((target) => `${path} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("let only peer.ts open a peer connection and only socket.ts a WebSocket", () => {
    const users = (word: string) => sources.filter((path) => readFileSync(join(ROOT, path), "utf8").includes(word));
    expect(users("new RTCPeerConnection")).toEqual(["core/peer.ts"]);
    expect(users("new WebSocket")).toEqual(["core/socket.ts"]);
  });
});

describe("paths of ours", () => {
  const bare =
    /(?:href|src)=(?:"|\{[`"])\/(?!\/)|(?<!\bat\()["`]\/(?:s|me|orders|studio|desk|verify|api|ws|whip|whep|images|icon-)\b[^"`]*["`]/g;

  it("go through `at`, so that a shop may be below a prefix", () => {
    const found = sources.flatMap((path) =>
      readFileSync(join(ROOT, path), "utf8")
        .split("\n")
        .filter((line) => !/^\s*(\/\/|\/?\*)/.test(line))
        // The prefix stands before what comes after; the end of an address is none of ours.
        .filter(
          (line) => !line.includes("}/ws`") && line.replace(/\bat\(id === null \?[^)]*\)[^)]*\)/, "").search(bare) >= 0,
        )
        .map((line) => `${path}: ${line.trim()}`),
    );
    expect(found).toEqual([]);
  });
});
