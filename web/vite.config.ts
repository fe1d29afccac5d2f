// Seven pages, one build. The server answers the HTML for its paths and /assets/* as they are, under a strict CSP:
// nothing may be inlined into the markup or into a data: address.
import { defineConfig, type Plugin } from "vite";

const pages = ["home", "studio", "room", "desk", "verify", "orders", "cases"];

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

export default defineConfig({
  base: "/",
  plugins: [layersInOrder],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../livecart/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(pages.map((page) => [page, `${page}.html`])),
      // What nearly all pages share in small pieces is one file: each of its own costs more than it carries.
      output: {
        codeSplitting: {
          groups: [
            {
              name: "common",
              test: /src\/(core\/(errors|backoff|money)|state\/visible|ui\/(PriceTag|ShowStateBadge))\.tsx?$/,
            },
          ],
        },
      },
    },
  },
});
