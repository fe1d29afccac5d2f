import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { languageOf } from "./language.ts";
import { pairs as viewers } from "./zh/index.ts";
import { overlay } from "./zh/overlay.ts";
import { pairs as staff } from "./zh/staff.ts";

const SRC = join(import.meta.dirname, "..");
const pairs = [...viewers, ...staff] as const;

/** Every key with what kind of thing it is: a function by how many arguments it takes. */
function shape(words: unknown, at = ""): string[] {
  if (typeof words === "function") return [`${at}(${words.length})`];
  if (Array.isArray(words)) return [`${at}[${words.length}]`];
  if (typeof words === "object" && words !== null) {
    return Object.entries(words).flatMap(([key, value]) => shape(value, `${at}.${key}`));
  }
  return [at];
}

function strings(words: unknown): string[] {
  if (typeof words === "string") return [words];
  // What may be chosen: its code, and its name.
  if (Array.isArray(words) && Array.isArray(words[0])) return words.map(([, name]) => name);
  return typeof words === "object" && words !== null ? Object.values(words).flatMap(strings) : [];
}

/** All files that are loaded with this one, by the kinds of import that `imports` finds; words of other languages aside. */
function reached(from: string, imports: RegExp, seen = new Set<string>()): Set<string> {
  if (seen.has(from) || !/\.tsx?$/.test(from) || from.includes("/zh/")) return seen;
  seen.add(from);
  for (const [, still, late] of readFileSync(from, "utf8").matchAll(imports)) {
    const target = still ?? late ?? "";
    if (target.startsWith(".") && !target.endsWith("/protocol.ts")) {
      reached(resolve(dirname(from), target), imports, seen);
    }
  }
  return seen;
}

/** Constants of a module that read a word when it is loaded: what stands in them before any function begins. */
function copies(path: string): string[] {
  const source = readFileSync(path, "utf8");
  const names = [...source.matchAll(/^import (?:type )?\{([^}]*)\} from "[^"]*trings\.ts"/gm)]
    .flatMap((match) => (match[1] ?? "").split(","))
    .map((name) => name.trim().split(" as ").at(-1) ?? "")
    .filter((name) => name !== "");
  const constants = source.match(/^(?:export )?const [\s\S]*?;$/gm) ?? [];
  const reads = (code: string) => names.some((name) => new RegExp(`\\b${name}[.[]`).test(code));
  return constants.filter((each) => reads(each.split(/=>|function/)[0] ?? "")).map((each) => `${path}: ${each}`);
}

describe("the languages", () => {
  it.each(pairs)("have the same words: %s", (_name, english, chinese) => {
    const keys = (words: unknown) => shape(words).map((key) => key.replace(/\(\d+\)$/, "()"));
    expect(keys(chinese).sort()).toEqual(keys(english).sort());
  });

  it.each(pairs)("leave nothing of %s in English", (_name, _english, chinese) => {
    const letters = (text: string) => /[a-z]{3,}/i.test(text) && !/[\u4e00-\u9fff]/.test(text);
    expect(strings(chinese).filter((text) => letters(text) && !/^(livecart|kbit\/s|Ctrl\+Enter)$/.test(text))).toEqual(
      [],
    );
  });

  it("are all of the words that are written in English", async () => {
    const spoken = new Set<unknown>(pairs.map(([, english]) => english));
    for (const file of readdirSync(import.meta.dirname).filter((each) => /[sS]trings\.ts$/.test(each))) {
      const words: Record<string, unknown> = await import(`./${file.replace(".ts", "")}.ts`);
      const silent = Object.entries(words).filter(
        ([name, value]) => typeof value === "object" && name !== "numbers" && !spoken.has(value),
      );
      expect(silent.map(([name]) => `${file}: ${name}`)).toEqual([]);
    }
  });

  it.each(["home", "room", "studio", "orders", "verify", "cases", "settings", "desk"])(
    "are loaded whole before the page is shown: %s",
    (page) => {
      const main = readFileSync(join(SRC, page, "main.tsx"), "utf8");
      const found = /speak\((true)?\)\s*\.then\(/.exec(main);
      expect(found).not.toBeNull();
      const groups = found?.[1] ? ["index.ts", "staff.ts"] : ["index.ts"];
      const loaded = groups.flatMap((group) => [
        ...readFileSync(join(import.meta.dirname, "zh", group), "utf8").matchAll(/"\.\/(\w*[sS]trings)\.ts"/g),
      ]);
      const dictionaries = [...reached(join(SRC, page, "main.tsx"), /from "([^"]+)"|import\("([^"]+)"\)/g)]
        .filter((path) => dirname(path) === import.meta.dirname && /[sS]trings\.ts$/.test(path))
        .map((path) => basename(path, ".ts"));
      expect(dictionaries).toContain("strings");
      expect(loaded.map((match) => match[1])).toEqual(expect.arrayContaining(dictionaries));
    },
  );

  it.each(["home", "room", "studio", "orders", "verify", "cases", "settings", "desk"])(
    "are not copied by what is loaded before they are spoken: %s",
    (page) => {
      const early = [...reached(join(SRC, page, "main.tsx"), /from "([^"]+)"/g)].filter(
        (path) => !/trings\.ts$/.test(path),
      );
      expect(early.length).toBeGreaterThan(1);
      expect(early.flatMap(copies)).toEqual([]);
    },
  );

  it("are chosen by the setting, then by the browser, and else are English", () => {
    expect(languageOf("zh", ["en-GB"])).toBe("zh");
    expect(languageOf(null, ["de-DE", "zh-TW", "en"])).toBe("zh");
    expect(languageOf("klingon", ["en-US", "zh"])).toBe("en");
    expect(languageOf(null, ["de"])).toBe("en");
    expect(languageOf(null, [])).toBe("en");
  });

  it("are laid over deeply, and lists as a whole", () => {
    const words = { a: "one", b: { c: "two", d: () => "three" }, e: ["x", "y"] };
    overlay(words, { a: "一", b: { c: "二" }, e: ["甲"] });
    expect([words.a, words.b.c, words.b.d(), words.e]).toEqual(["一", "二", "three", ["甲"]]);
  });
});
