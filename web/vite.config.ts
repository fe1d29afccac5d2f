// Four pages, one build. The server answers the HTML for its paths and /assets/* as they are, under a strict CSP:
// nothing may be inlined into the markup or into a data: address.
import { defineConfig, type Plugin } from "vite";

const pages = ["home", "studio", "room", "desk"];

/**
 * The order of the cascade layers, as tokens.css says it, at the head of every style sheet. The first that a browser
 * reads decides, and once parts of a page are loaded when needed that is no longer tokens.css.
 */
const layers: Plugin = {
  name: "layers",
  enforce: "post",
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
  plugins: [layers],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../livecart/static",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.fromEntries(pages.map((page) => [page, `${page}.html`])) },
  },
});
