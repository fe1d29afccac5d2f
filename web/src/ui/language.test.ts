import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { languageOf, overlay } from "./language.ts";
import { pairs } from "./zh/index.ts";

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
  return typeof words === "object" && words !== null ? Object.values(words).flatMap(strings) : [];
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

  it("are all of the dictionaries that the desk loads", () => {
    const desk = readdirSync(join(import.meta.dirname, "../desk"));
    const used = desk
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(import.meta.dirname, "../desk", file), "utf8").matchAll(/ui\/(\w*[sS]trings)\.ts/g),
      ])
      .map((match) => match[1]);
    const translated = readdirSync(join(import.meta.dirname, "zh")).map((file) => file.replace(".ts", ""));
    expect(translated).toEqual(expect.arrayContaining([...new Set(used)]));
  });

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
