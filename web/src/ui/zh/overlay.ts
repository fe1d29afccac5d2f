// Puts words in the place of others.

/** Every word of `words` takes the place of the one in `target`. */
export function overlay(target: object, words: object): void {
  for (const [key, value] of Object.entries(words)) {
    const place = target as Record<string, unknown>;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) overlay(place[key] as object, value);
    else place[key] = value;
  }
}
