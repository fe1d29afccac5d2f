// The words of the pages for who drives them from outside, such as a journey in a browser: a line of standard input is
// ["zh", "work.topic.new"], or with what a sentence is made of ["en", "text.goods.left", 27]; a line of output is the text.
import { createInterface } from "node:readline";
import { runnerImport } from "vite";

const root = `${import.meta.dirname}/..`;
const dictionaries = {};
for (const group of ["index", "staff"]) {
  const { module } = await runnerImport(`./src/ui/zh/${group}.ts`, { root, logLevel: "silent" });
  for (const [name, en, zh] of module.pairs) dictionaries[name] = { en, zh };
}

/** Some keys have dots of their own, such as "topic.rejected". */
function find(words, keys) {
  if (keys.length === 0) return words;
  const length = keys.findIndex((_, last) => words?.[keys.slice(0, last + 1).join(".")] !== undefined) + 1;
  return length === 0 ? undefined : find(words[keys.slice(0, length).join(".")], keys.slice(length));
}

for await (const line of createInterface({ input: process.stdin })) {
  const [language, path, ...parts] = JSON.parse(line);
  const [name, ...keys] = path.split(".");
  const said = find(dictionaries[name]?.[language], keys);
  process.stdout.write(`${JSON.stringify(typeof said === "function" ? said(...parts) : (said ?? null))}\n`);
}
