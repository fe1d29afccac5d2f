import { describe, expect, it } from "vitest";
import type { Http } from "../core/http.ts";
import type { RoomEvent } from "../core/protocol.ts";
import { type HostWarning, Moderation } from "./moderation.ts";

const WARNING: HostWarning = {
  id: "w1",
  show: "tea",
  code: "misleading",
  text: "It is no medicine.",
  at: "2025-11-24T16:00:00.000Z",
  deadline: null,
  acknowledged_at: null,
  withdrawn_at: null,
};
const READ = { ...WARNING, acknowledged_at: "2025-11-24T16:01:00.000Z" };

function told(warning: HostWarning): RoomEvent {
  return [null, "host.warned", warning, 0];
}

function served(answers: Record<string, unknown>): { http: Http; asked: string[] } {
  const asked: string[] = [];
  const answer = (method: string) => async (path: string) => {
    asked.push(`${method} ${path}`);
    return answers[path] ?? {};
  };
  const http = { get: answer("GET"), post: answer("POST"), put: answer("PUT") } as unknown as Http;
  return { http, asked };
}

describe("Moderation", () => {
  it("keeps each warning once, the newest first, as it was told last", () => {
    const moderation = new Moderation(served({}).http, "tea");
    moderation.take(told(WARNING));
    moderation.take(told({ ...WARNING, id: "w2" }));
    moderation.take(told(READ));
    expect(moderation.warnings.value.map(({ id, acknowledged_at }) => [id, acknowledged_at !== null])).toEqual([
      ["w2", false],
      ["w1", true],
    ]);
  });

  it("hears nothing of the host's other shows", () => {
    const moderation = new Moderation(served({}).http, "coffee");
    moderation.take(told(WARNING));
    moderation.take([null, "show.stopped", { show: "tea", code: "other", reason: "x", at: WARNING.at }, 0]);
    expect(moderation.warnings.value).toEqual([]);
    expect(moderation.stopped.value).toBeNull();
  });

  it("reads after a reload what it was told before, and confirms a warning", async () => {
    const { http, asked } = served({
      "shows/tea/warnings": { warnings: [WARNING, { ...WARNING, id: "w2" }], stopped: null, closed_products: [] },
      "shows/tea/warnings/w1/acknowledge": { warning: READ },
    });
    const moderation = new Moderation(http, "tea");
    await moderation.refresh();
    expect(moderation.warnings.value.map(({ id }) => id)).toEqual(["w2", "w1"]);
    await moderation.acknowledge("w1");
    expect(moderation.warnings.value[1]).toEqual(READ);
    expect(asked).toEqual(["GET shows/tea/warnings", "POST shows/tea/warnings/w1/acknowledge"]);
  });
});
