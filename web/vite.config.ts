// Nine pages, one build. The server answers the HTML for its paths and /assets/* as they are, under a strict CSP:
// nothing may be inlined into the markup or into a data: address.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

const pages = ["home", "studio", "room", "desk", "verify", "orders", "cases", "settings", "missing"];

/**
 * Which chunk's styles a page loads first depends on what is shared with what is fetched later. The layers' order must
 * not: it is said at the top of every file.
 */
const layersInOrder: Plugin = {
  name: "layers-in-order",
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === "asset" && file.fileName.endsWith(".css")) {
        file.source = `@layer tokens,base,components;${file.source}`;
      }
    }
  },
};

/** Below this an answer fits into one packet either way. */
const SMALL_BYTES = 1_000;

/** The server sends a file's `.br` or `.gz` to whoever takes it: on a phone's line scripts are what a page waits for. */
const compressed: Plugin = {
  name: "compressed",
  writeBundle({ dir = "" }, bundle) {
    for (const file of Object.values(bundle)) {
      const content = Buffer.from(file.type === "chunk" ? file.code : file.source);
      if (!/\.(js|css|svg)$/.test(file.fileName) || content.length < SMALL_BYTES) continue;
      writeFileSync(join(dir, `${file.fileName}.br`), brotliCompressSync(content));
      writeFileSync(join(dir, `${file.fileName}.gz`), gzipSync(content, { level: 9 }));
    }
  },
};

/** Small things that several pages share are one file: each more costs a viewer's room a request and 100 to 200 bytes. */
const inEveryPage =
  /\/src\/(core\/(backoff|http|money|shopPath)|state\/(account|toasts|visible)|ui\/(Button|Icon|Lazy|Note|PageHeader|PriceTag|ShowStateBadge|shareStrings|form|language|layout|mount))\b/;

/** What the room and the studio share, in one file too: a browser asks six things of a server at once, and more wait. */
const inLiveRooms =
  /\/src\/(core\/(codec|session|surroundings|socket|lasting|negotiate|silence|peer|stats|watch)|state\/(bag|chat|likes|offers|packets|room|composing|chatWindow)|ui\/(ChatLog|chatReading|ChatPanel|narrow|SessionBadge|LiveVideo|ProductCard))\b/;

export default defineConfig({
  base: "/",
  // Scripts and styles find one another by where they are: below a prefix too. The server moves what the pages name.
  experimental: { renderBuiltUrl: (_file, { hostType }) => (hostType === "html" ? undefined : { relative: true }) },
  plugins: [layersInOrder, compressed],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../livecart/static",
    emptyOutDir: true,
    target: "es2022",
    // light-dark() as it is: rewritten for older browsers, a part of a page could not be in another scheme than the rest.
    // The licences of what is in the scripts, which have to be with them.
    license: { fileName: "assets/licenses.md" },
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    assetsInlineLimit: 0,
    // All of them are 11 KB; in parts, a room waits for three of them and each dialog for another one.
    cssCodeSplit: false,
    // What is loaded later says itself which scripts it needs, and most are there by then; a list of all their names would
    // be in every room's first script. Styles must be there before what they style.
    modulePreload: {
      polyfill: false,
      resolveDependencies: (_file, needed, { hostType }) =>
        hostType === "js" ? needed.filter((name) => name.endsWith(".css")) : needed,
    },
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, `${page}.html`])),
      output: {
        codeSplitting: {
          groups: [
            { name: "page", test: inEveryPage },
            { name: "live", test: inLiveRooms },
          ],
        },
      },
    },
  },
});
