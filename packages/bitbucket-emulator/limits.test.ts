import { Meter } from "./limits";
import { labSeed, startLab, type Lab } from "./testing/lab";

const alpha = "/2.0/repositories/lab/alpha";
const hour = 3_600_000;

let lab: Lab;
const end = (): Promise<void> => lab.emulator.close();

describe("the meter", () => {
  const at = { time: 0 };
  beforeEach(() => (at.time = 0));
  const user = { uuid: "{u}", scaled: false };
  const meter = (limits: object): Meter => new Meter(limits, () => at.time);
  const calm = { burst: { requests: 1_000_000, milliseconds: 1 } };

  test("a thousand an hour, and the window rolls", () => {
    const { take } = bound(meter(calm));
    for (let index = 0; index < 1000; index++) {
      at.time = index * 1000;
      expect(take(user, alpha)).toEqual({});
    }
    expect(() => take(user, alpha)).toThrow("Rate limit for this resource has been exceeded");
    // The first request is an hour old: its place is free, and only its.
    at.time = hour;
    expect(take(user, alpha)).toEqual({});
    expect(() => take(user, alpha)).toThrow("Rate limit");
  });

  test("other endpoints, other callers, and refused requests do not count", () => {
    const { take } = bound(meter({ ...calm, hour: 2 }));
    for (let index = 0; index < 5; index++) take(user, "/2.0/workspaces/lab");
    take(user, alpha);
    take(user, alpha);
    expect(() => take(user, alpha)).toThrow("Rate limit");
    expect(() => take(user, alpha)).toThrow("Rate limit");
    expect(take({ uuid: "{other}", scaled: false }, alpha)).toEqual({});
    at.time = hour;
    expect(take(user, alpha)).toEqual({});
  });

  test("webhooks have a limit of their own, of repositories and of the workspace together", () => {
    const { take } = bound(meter({ ...calm, hour: 1, webhooks: 2 }));
    take(user, `${alpha}/hooks`);
    take(user, "/2.0/workspaces/lab/hooks/{1}");
    expect(() => take(user, `${alpha}/hooks`)).toThrow("Rate limit");
    expect(take(user, alpha)).toEqual({});
    // No webhook, only called like one.
    expect(() => take(user, "/2.0/repositories/lab/hooks")).toThrow("Rate limit");
  });

  test("an access token gets the scaled limit, and is told of it", () => {
    const { take } = bound(meter({ ...calm, scaled: 10 }));
    const seen = Array.from({ length: 10 }, () => take({ uuid: "{t}", scaled: true }, alpha));
    expect(seen[0]).toEqual({
      "x-ratelimit-limit": "10",
      "x-ratelimit-resource": "/2.0/repositories/*",
      "x-ratelimit-nearlimit": "false",
    });
    expect(seen.map((headers) => headers["x-ratelimit-nearlimit"])).toEqual([
      ...Array.from({ length: 8 }, () => "false"),
      "true",
      "true",
    ]);
    expect(() => take({ uuid: "{t}", scaled: true }, alpha)).toThrow("Rate limit");
  });

  test("a burst is refused well under the hour's limit, whatever it asks", () => {
    const { take } = bound(meter({ burst: { requests: 3, milliseconds: 100 } }));
    for (let index = 0; index < 3; index++) take(user, "/2.0/workspaces/lab");
    expect(() => take(user, "/2.0/workspaces/lab")).toThrow("Rate limit");
    at.time = 100;
    expect(take(user, "/2.0/workspaces/lab")).toEqual({});
  });
});

function bound(meter: Meter): { take: Meter["take"] } {
  return { take: meter.take.bind(meter) };
}

const bearer = "access-token-0123456789";
const bearerOf = (path: string, init: RequestInit = {}, token = bearer): Promise<Response> =>
  fetch(new URL(path, lab.emulator.url), { ...init, headers: { authorization: `Bearer ${token}` } });

describe("over the wire", () => {
  afterEach(end);

  test("no limit unless it is asked for", async () => {
    lab = await startLab();
    const answers = await Promise.all(Array.from({ length: 150 }, () => lab.as("admin").get(alpha)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("429 without a hint of when, until the hour is over", async () => {
    lab = await startLab({ limits: { hour: 2 } });
    const admin = lab.as("admin");
    await admin.get(alpha);
    await admin.get(alpha);
    const refused = await admin.get(alpha);
    expect([refused.status, refused.json]).toEqual([
      429,
      { type: "error", error: { message: "Rate limit for this resource has been exceeded" } },
    ]);
    const told = [...refused.headers.keys()].filter((name) => /retry-after|ratelimit/.test(name));
    expect(told).toEqual([]);
    expect((await admin.get("/2.0/workspaces/lab")).status).toBe(200);
    expect((await lab.as("ann").get(alpha)).status).toBe(200);
    expect((await admin.post("/emulator/clock", { advance: hour })).status).toBe(200);
    expect((await admin.get(alpha)).status).toBe(200);
    expect((await admin.post("/emulator/clock", { advance: -5 })).status).toBe(400);
  });
});

describe("access tokens", () => {
  afterEach(end);

  const seeded = (more: object, scopes: readonly string[]): Promise<Lab> =>
    startLab({
      limits: {},
      seed: { ...labSeed(), accessTokens: [{ name: "ci", token: bearer, scopes, ...more } as never] },
    });

  test("write variables where they belong, see no permissions, and tell of the scaled limit", async () => {
    lab = await seeded({ repository: "alpha" }, [
      "read:repository:bitbucket",
      "admin:repository:bitbucket",
      "read:permission:bitbucket",
      "admin:pipeline:bitbucket",
    ]);
    const variable = { method: "POST", body: JSON.stringify({ key: "A", value: "1" }) };
    const made = await fetch(new URL(`${alpha}/pipelines_config/variables`, lab.emulator.url), {
      ...variable,
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    });
    expect([made.status, made.headers.get("x-ratelimit-limit")]).toEqual([201, "10000"]);
    expect((await bearerOf(`${alpha}/permissions-config/groups`)).status).toBe(403);
    expect((await bearerOf("/2.0/repositories/lab/beta")).status).toBe(404);
    expect((await bearerOf(alpha, {}, "no-such-token")).status).toBe(401);
    expect(lab.emulator.log.since()[0]).toMatchObject({ account: "access token ci" });
    expect((await lab.as("admin").get("/emulator/state")).text).not.toContain("accessTokens");
  });

  test.each([
    ["a repository", { repository: "alpha" }, [200, 404, 404, 403]],
    ["a project", { project: "ONE" }, [200, 404, 200, 403]],
    ["the workspace", {}, [200, 200, 200, 200]],
  ])("of %s reach as far as it", async (_, place, expected) => {
    lab = await seeded(place, [
      "read:repository:bitbucket",
      "read:project:bitbucket",
      "read:pipeline:bitbucket",
      "admin:pipeline:bitbucket",
    ]);
    const paths = [
      alpha,
      "/2.0/repositories/lab/beta",
      "/2.0/workspaces/lab/projects/ONE",
      "/2.0/workspaces/lab/pipelines-config/variables",
    ];
    const statuses = paths.map(async (path) => (await bearerOf(path)).status);
    expect(await Promise.all(statuses)).toEqual(expected);
  });

  test("are never spared by a restriction", async () => {
    lab = await seeded({}, ["write:repository:bitbucket"]);
    const push = async (branch: string): Promise<number> => {
      const body = new URLSearchParams({ branch, "a.txt": "a" });
      return (await bearerOf(`${alpha}/src`, { method: "POST", body })).status;
    };
    await lab.as("admin").post(`${alpha}/branch-restrictions`, {
      kind: "push",
      pattern: "main",
      users: [],
      groups: [{ slug: "writers" }],
    });
    expect(await push("main")).toBe(403);
    expect(await push("topic")).toBe(201);
  });
});
