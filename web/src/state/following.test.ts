import { describe, expect, it } from "vitest";
import type { Method, RequestOptions } from "../core/http.ts";
import type { Followed } from "../core/rest.ts";
import { Following } from "./following.ts";

const MEI = { id: "m", handle: "mei.tea", display_name: "Mei" };

function rig() {
  const asked: string[] = [];
  const answers: ((followed: Followed) => void)[] = [];
  const request = <T>(method: Method, path: string, _: RequestOptions) => {
    asked.push(`${method} ${path}`);
    return new Promise<T>((resolve) => answers.push((followed) => resolve(followed as T)));
  };
  return { following: new Following({ request }, MEI.handle), asked, answers };
}

function seen(followers: number, following: boolean | null): Followed {
  return { user: MEI, followers, you: following === null ? null : { following, since: null } };
}

describe("Following", () => {
  it("knows nothing until the server has said so, and follows by its answer", async () => {
    const { following, asked, answers } = rig();
    const loading = following.refresh();
    expect(following.state.value).toBeNull();
    answers[0]?.(seen(7, false));
    await loading;
    expect(following.state.value?.followers).toBe(7);
    const done = following.follow(true);
    expect(following.state.value?.you?.following).toBe(false);
    answers[1]?.(seen(8, true));
    await done;
    expect(following.state.value).toEqual(seen(8, true));
    void following.follow(false);
    expect(asked).toEqual(["GET users/mei.tea", "POST users/mei.tea/follow", "DELETE users/mei.tea/follow"]);
  });

  it("does not take the answer that a guest got for that of whoever signed in meanwhile", async () => {
    const { following, answers } = rig();
    const asGuest = following.refresh();
    const asAna = following.refresh();
    answers[1]?.(seen(3, true));
    await asAna;
    answers[0]?.(seen(3, null));
    await asGuest;
    expect(following.state.value?.you?.following).toBe(true);
  });
});
