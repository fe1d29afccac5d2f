// Five pages, one build. The server answers the HTML for its paths and /assets/* as they are, under a strict CSP:
// nothing may be inlined into the markup or into a data: address.
import { defineConfig } from "vite";

const pages = ["home", "studio", "room", "desk", "orders"];

export default defineConfig({
  base: "/",
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
