import { describe, expect, it } from "vitest";
import { Http } from "../core/http.ts";
import { Eligibility, handlesIn } from "./eligibility.ts";
import { Standing } from "./standing.ts";
import { Studio } from "./studio.ts";

type Answer = [status: number, body: unknown] | "no answer";

function server(answers: Record<string, Answer>) {
  const sent: { what: string; body: unknown }[] = [];
  const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const what = `${init?.method} ${String(url).replace("/api/v1/", "")}`;
    sent.push({ what, body: typeof init?.body === "string" ? JSON.parse(init.body) : null });
    const answer = answers[what];
    if (answer === undefined || answer === "no answer") return Promise.reject(new TypeError("no network"));
    const [status, body] = answer;
    return Promise.resolve(status === 204 ? new Response(null, { status }) : Response.json(body, { status }));
  };
  return { http: new Http("/api/v1", { fetch, sleep: () => Promise.resolve(), random: () => 0 }), sent };
}

const RULES = { version: 4, name: "creators", rules: [], halted: false, cohorts: [], rollout_percent: 100 };
const READ: Record<string, Answer> = {
  "GET eligibility/rules": [200, { rules: RULES }],
  "GET eligibility/cohorts": [200, { cohorts: [{ name: "invited", people: 0, let_in: true }] }],
  "GET eligibility/applications": [200, { applications: [{ user: { id: "ana" } }, { user: { id: "lin" } }] }],
};
const DRAFT = { rules: [], rollout_percent: 50, cohorts: [], review_applications: true, reason: "slowly" };

describe("Eligibility", () => {
  it("is saved as a new version of what was read", async () => {
    const made = { ...RULES, version: 5 };
    const { http, sent } = server({ ...READ, "PUT eligibility/rules": [200, { rules: made }] });
    const state = new Eligibility(http);
    await state.refresh();
    await state.save(DRAFT);
    expect(sent.find(({ what }) => what.startsWith("PUT"))?.body).toEqual({ ...DRAFT, name: "creators", version: 4 });
  });

  it("keeps what was read when another editor was faster", async () => {
    const { http } = server({ ...READ, "PUT eligibility/rules": [409, { code: "rules_changed", status: 409 }] });
    const state = new Eligibility(http);
    await state.refresh();
    await expect(state.save(DRAFT)).rejects.toMatchObject({ code: "rules_changed" });
    expect(state.rules.value?.version).toBe(4);
  });

  it("says why it could not be read, and keeps what it has", async () => {
    const answers = { ...READ };
    const { http } = server(answers);
    const state = new Eligibility(http);
    await state.refresh();
    answers["GET eligibility/cohorts"] = [403, { code: "forbidden", status: 403 }];
    await state.refresh();
    expect([state.error.value?.status, state.rules.value?.version]).toEqual([403, 4]);
  });

  it("takes who was answered off the list, and nobody who was not", async () => {
    const { http } = server({
      ...READ,
      "POST eligibility/applications/ana/grant": [200, { user: { id: "ana" } }],
      "POST eligibility/applications/lin/refuse": [409, { code: "not_waiting", status: 409 }],
    });
    const state = new Eligibility(http);
    await state.refresh();
    await state.grant("ana");
    await expect(state.refuse("lin", "no")).rejects.toMatchObject({ code: "not_waiting" });
    expect(state.waiting.value.map(({ user }) => user.id)).toEqual(["lin"]);
  });

  it("shows the cohort that somebody was invited to", async () => {
    const { http, sent } = server({
      ...READ,
      "POST eligibility/cohorts/first": [200, { cohort: {} }],
      "GET eligibility/cohorts/first": [200, { members: [{ user: { id: "mei" } }] }],
    });
    const state = new Eligibility(http);
    await state.invite("first", ["mei"], "asked");
    expect(sent[0]?.body).toEqual({ people: ["mei"], reason: "asked" });
    expect([state.open.value, state.members.value.length]).toEqual(["first", 1]);
  });

  it.each([
    ["mei", ["mei"]],
    [" @Mei,\n ana;lin  ana ", ["mei", "ana", "lin"]],
    [" , ", []],
  ])("reads handles as they are pasted: %j", (text, handles) => {
    expect(handlesIn(text)).toEqual(handles);
  });
});

describe("Standing", () => {
  it("is read anew when a topic was refused", async () => {
    const { http, sent } = server({
      "GET me/eligibility": [200, { eligibility: { eligible: false } }],
      "POST topics/t/submit": [403, { code: "not_eligible", status: 403, errors: { followers: "more" } }],
    });
    const studio = new Studio(http);
    await expect(studio.submit({ id: "t" } as never)).rejects.toMatchObject({ code: "not_eligible" });
    expect(sent.map(({ what }) => what)).toEqual(["POST topics/t/submit", "GET me/eligibility"]);
    expect(studio.standing.verdict.value?.eligible).toBe(false);
  });

  it("stays on the page while the server is away, and after an application is what the answer says", async () => {
    const answers: Record<string, Answer> = { "GET me/eligibility": [200, { eligibility: { may_apply: true } }] };
    const { http } = server(answers);
    const standing = new Standing(http);
    await standing.refresh();
    answers["GET me/eligibility"] = "no answer";
    await standing.refresh();
    expect([standing.verdict.value?.may_apply, standing.error.value?.code]).toEqual([true, "network"]);
    answers["POST me/application"] = [200, { eligibility: { may_apply: false } }];
    await standing.apply();
    expect(standing.verdict.value?.may_apply).toBe(false);
  });
});
