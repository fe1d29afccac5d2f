import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import type { ReportCase } from "../core/reports.ts";
import { OwnReportList } from "./ownReports.ts";
import { Reporting } from "./reporting.ts";
import { ReportDesk } from "./reports.ts";

const mo = { id: "u-mo", handle: "mo", display_name: "Mo" };
const lin = { id: "u-lin", handle: "lin", display_name: "Lin" };

function found(id: string, priority: number, claimedBy?: typeof mo): ReportCase {
  return {
    id,
    kind: "message",
    target: `m-${id}`,
    show: { id: "s1", title: "Tea" },
    user: lin,
    host: { id: "u-mei", handle: "mei", display_name: "Mei" },
    quote: "cheaper outside",
    category: "scam",
    group: "goods",
    priority,
    count: 1,
    opened_at: "2026-01-01T00:00:00Z",
    state: "open",
    claim: claimedBy ? { by: claimedBy, until: "2999-01-01T00:00:00Z" } : null,
    resolution: null,
  };
}

function server(cases: readonly ReportCase[], refuse: (path: string) => string | null = () => null) {
  const asked: string[] = [];
  const bodies: unknown[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const path = String(url).replace("/api/v1/", "");
    asked.push(`${init?.method} ${path}`);
    if (init?.body) bodies.push(JSON.parse(String(init.body)));
    const code = refuse(path);
    if (code !== null) return Promise.resolve(Response.json({ code }, { status: 409 }));
    return Promise.resolve(Response.json(answerTo(path, cases)));
  };
  return { http: new Http("/api/v1", { fetch, sleep: async () => {}, random: () => 0 }), asked, bodies };
}

function answerTo(path: string, cases: readonly ReportCase[]): unknown {
  if (path === "me") return { user: { ...mo, role: "moderator" } };
  if (path === "report-categories") {
    return { categories: [{ key: "scam", group: "goods", words: { en: { name: "Scam", about: "" } } }] };
  }
  if (path.startsWith("reports?")) return { cases, next: null };
  const id = path.split("/")[1];
  const one = cases.find((each) => each.id === id) ?? found("x", 1);
  if (path.endsWith("/claim")) return { case: { ...one, claim: { by: mo, until: "2999-01-01T00:00:00Z" } } };
  if (path.startsWith("reports/")) return { case: { ...one, reports: [], rulings: [], past: { action_taken: 2 } } };
  if (path.startsWith("me/reports")) {
    const report = { id: "r1", outcome: "no_violation" };
    return path.includes("cursor")
      ? { reports: [{ ...report, id: "r2" }], next: null }
      : { reports: [report], next: "r1" };
  }
  return { report: { id: "r1" } };
}

describe("the desk's reports", () => {
  it("keep the server's order, move by keys and stop at the ends", async () => {
    const { http } = server([found("a", 9), found("b", 3)]);
    const desk = new ReportDesk(http);
    await desk.refresh();
    expect(desk.cases.value?.map(({ id }) => id)).toEqual(["a", "b"]);
    desk.move(1);
    expect(desk.selected.value?.id).toBe("a");
    desk.move(1);
    desk.move(1);
    expect(desk.selected.value?.id).toBe("b");
    desk.move(-1);
    desk.move(-1);
    expect(desk.selected.value?.id).toBe("a");
    await Promise.resolve();
  });

  it("know whose claim it is", async () => {
    const { http, asked } = server([found("a", 9, mo), found("b", 3, lin)]);
    const desk = new ReportDesk(http);
    await desk.refresh();
    const [mine, others] = desk.cases.value ?? [];
    if (!mine || !others) throw new Error("no cases");
    expect(desk.heldByOther(mine)).toBe(false);
    expect(desk.heldByOther(others)).toBe(true);
    await desk.claim(mine);
    expect(asked.filter((each) => each.startsWith("POST"))).toEqual([]);
  });

  it("judge a claim by the server's clock", async () => {
    const { http, asked } = server([found("a", 9, mo), found("b", 3, lin)]);
    const desk = new ReportDesk(http, () => Date.parse("2999-01-01T00:00:01Z"));
    await desk.refresh();
    const [mine, others] = desk.cases.value ?? [];
    if (!mine || !others) throw new Error("no cases");
    expect(desk.heldByOther(others)).toBe(false);
    await desk.claim(mine);
    expect(asked.filter((each) => each.startsWith("POST"))).toEqual(["POST reports/a/claim"]);
  });

  it("do what is to be done, decide, and go on to the neighbour", async () => {
    const { http, asked, bodies } = server([found("a", 9), found("b", 3)]);
    const desk = new ReportDesk(http);
    await desk.refresh();
    desk.select("a");
    const chosen = desk.selected.value;
    if (!chosen) throw new Error("none chosen");
    await desk.resolve(chosen, "action_taken", "gone", "delete");
    expect(asked.filter((each) => each.startsWith("POST"))).toEqual([
      "POST reports/a/claim",
      "POST shows/s1/chat/delete",
      "POST reports/a/resolve",
    ]);
    expect(bodies.slice(1)).toEqual([{ messages: ["m-a"] }, { outcome: "action_taken", reason: "gone" }]);
    expect(desk.cases.value?.map(({ id }) => id)).toEqual(["b"]);
    expect(desk.selected.value?.id).toBe("b");
  });

  it("name the row of the log that tells what was done", async () => {
    const { http, bodies } = server([found("a", 9)]);
    const desk = new ReportDesk(http);
    await desk.refresh();
    await desk.resolve(found("a", 9), "action_taken", "gone", 7);
    expect(bodies.at(-1)).toEqual({ outcome: "action_taken", reason: "gone", ruling: 7 });
  });

  it("keep the case when somebody was faster, and read the queue again", async () => {
    const { http, asked } = server([found("a", 9)], (path) => (path.endsWith("/claim") ? "case_claimed" : null));
    const desk = new ReportDesk(http);
    await desk.refresh();
    await expect(desk.resolve(found("a", 9), "no_violation", "fine", null)).rejects.toMatchObject({
      code: "case_claimed",
    });
    expect(desk.cases.value?.length).toBe(1);
    expect(asked.filter((each) => each.startsWith("GET reports?")).length).toBe(2);
  });

  it("narrow to one's groups", async () => {
    const { http, asked } = server([]);
    const desk = new ReportDesk(http);
    await desk.showMine(true);
    expect(asked.at(-1)).toBe("GET reports?limit=100&mine=1");
  });
});

describe("reporting", () => {
  it("names what it is about, and leaves out what is empty", async () => {
    const { http, asked, bodies } = server([]);
    const reporting = new Reporting(http);
    await reporting.load();
    await reporting.load();
    expect(asked).toEqual(["GET report-categories"]);
    await reporting.send({ show: "s1", message: "m1" }, "scam", "");
    await reporting.send({ show: "s1" }, "other", "odd");
    expect(bodies).toEqual([
      { message: "m1", category: "scam" },
      { category: "other", text: "odd" },
    ]);
  });

  it("tells of each report once, page by page", async () => {
    const { http } = server([]);
    const own = new OwnReportList(http);
    await Promise.all([own.more(), own.more()]);
    expect(own.complete.value).toBe(false);
    await own.more();
    await own.more();
    expect(own.reports.value.map(({ id }) => id)).toEqual(["r1", "r2"]);
    expect(own.complete.value).toBe(true);
  });
});
