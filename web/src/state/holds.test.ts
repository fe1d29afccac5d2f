import { describe, expect, it, vi } from "vitest";
import type { Http } from "../core/http.ts";
import { Holds, idIn } from "./holds.ts";

function desk() {
  const pages: Record<string, unknown> = {
    "legal-holds?limit=100": { legal_holds: [{ id: "h2" }, { id: "h1" }], next: "h1" },
    "legal-holds?limit=100&cursor=h1": { legal_holds: [{ id: "h0" }], next: null },
    retention: { retention: { kinds: [{ kind: "chat", days: 1095 }] } },
  };
  const get = vi.fn((path: string) => Promise.resolve(pages[path]));
  const post = vi.fn(() => Promise.resolve({}));
  const request = vi.fn(() => Promise.resolve());
  return { holds: new Holds({ get, post, request } as unknown as Http), get, post, request };
}

describe("legal holds", () => {
  it.each([
    ["https://shop.example/s/abc-1?from=mail", "abc-1"],
    [" @mei ", "mei"],
    ["01abc", "01abc"],
  ])("take what is pasted: %s", (typed, id) => expect(idIn(typed)).toBe(id));

  it("are read page by page and stepped through", async () => {
    const { holds } = desk();
    await holds.refresh();
    holds.move(1);
    expect(holds.chosen.value).toBe("h2");
    holds.move(1);
    holds.move(1);
    expect(holds.chosen.value).toBe("h1");
    await holds.more();
    expect(holds.holds.value?.map(({ id }) => id)).toEqual(["h2", "h1", "h0"]);
    expect(holds.complete).toBe(true);
  });

  it("are put on and lifted with a reason", async () => {
    const { holds, post, request } = desk();
    await holds.place("show", "http://x/s/s1", "a court asks");
    expect(post).toHaveBeenCalledWith("legal-holds", { kind: "show", subject: "s1", reason: "a court asks" });
    await holds.lift({ id: "h1" } as never, "closed");
    expect(request).toHaveBeenCalledWith("DELETE", "legal-holds/h1", { body: { reason: "closed" } });
  });
});
