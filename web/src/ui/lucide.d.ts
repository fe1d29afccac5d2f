// The package has types for all icons at once only, and one file of all of them is slow to build.
declare module "lucide/dist/esm/icons/*.mjs" {
  const lines: readonly (readonly [tag: string, attributes: Readonly<Record<string, string>>])[];
  // biome-ignore lint/style/noDefaultExport: it is theirs.
  export default lines;
}
