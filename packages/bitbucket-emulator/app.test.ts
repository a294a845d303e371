import { endpoints } from "./app";
import { clientOf, labSeed, people, startLab, tokenOf, type Lab } from "./testing/lab";

let lab: Lab;
beforeAll(async () => (lab = await startLab()));
afterAll(() => lab.emulator.close());

const alpha = "/2.0/repositories/lab/alpha";

describe("credentials", () => {
  test.each([
    ["none", undefined],
    ["a wrong token", `${people.admin}:wrong`],
    ["somebody else's token", `${people.admin}:${tokenOf("ann")}`],
    ["an unknown account", `nobody@lab.example:${tokenOf("ann")}`],
  ])("%s is 401", async (_, credential) => {
    const answer = await clientOf(lab.emulator.url, credential).get(alpha);
    expect(answer.status).toBe(401);
    expect(answer.json).toEqual({
      type: "error",
      error: { message: "Token is invalid, expired, or not supported for this endpoint." },
    });
  });

  test("a missing scope is 403 and names what is required and granted; one scope implies no other", async () => {
    const narrow = await startLab({
      seed: labSeed(["admin:repository:bitbucket", "write:permission:bitbucket"]),
    });
    try {
      const admin = narrow.as("admin");
      const answer = await admin.get(alpha);
      expect(answer.status).toBe(403);
      expect(answer.json).toEqual({
        type: "error",
        error: {
          message: "Your credentials lack one or more required privilege scopes.",
          detail: {
            required: ["read:repository:bitbucket"],
            granted: ["admin:repository:bitbucket", "write:permission:bitbucket"],
          },
        },
      });
      const group = `${alpha}/permissions-config/groups/empty`;
      expect((await admin.put(group, { permission: "read" })).status).toBe(200);
      expect((await admin.delete(group)).json.error.detail.required).toEqual([
        "admin:repository:bitbucket",
        "delete:permission:bitbucket",
      ]);
    } finally {
      await narrow.emulator.close();
    }
  });

  test("every endpoint but those of the OIDC issuer asks for at least one scope", () => {
    const open = endpoints.filter(({ scopes }) => scopes === "public" || Object.keys(scopes).length === 0);
    expect(new Set(open.map(({ family }) => family))).toEqual(new Set(["oidc"]));
  });
});

describe("what the contract does not know is refused aloud", () => {
  const strict = (): (string | undefined)[] => lab.emulator.log.strict().map((entry) => entry.strict);

  test.each([
    [
      "a path",
      404,
      "unknown path /2.0/repositories/lab/alpha/nonsense",
      () => lab.as("admin").get(`${alpha}/nonsense`),
    ],
    [
      "a method",
      405,
      "unknown method DELETE of /2.0/repositories/:workspace/:repository/environments",
      () => lab.as("admin").delete(`${alpha}/environments`),
    ],
    [
      "a query parameter",
      400,
      "unknown query parameter limit",
      () => lab.as("admin").get(`${alpha}/environments?limit=3`),
    ],
    [
      "paging where there are no pages",
      400,
      "unknown query parameter pagelen",
      () => lab.as("admin").get(`${alpha}?pagelen=3`),
    ],
    [
      "a field",
      400,
      "unknown field role",
      () =>
        lab.as("admin").put(`${alpha}/permissions-config/groups/empty`, { permission: "read", role: "x" }),
    ],
    [
      "a nested field",
      400,
      "unknown field users.0.username",
      () =>
        lab.as("admin").post(`${alpha}/branch-restrictions`, {
          kind: "push",
          pattern: "main",
          users: [{ uuid: "{1}", username: "ann" }],
          groups: [],
        }),
    ],
    [
      "a content type",
      415,
      "content type application/x-www-form-urlencoded, expected application/json",
      () => lab.as("admin").form(`${alpha}/environments`, { name: "x" }),
    ],
    [
      "a body where there is none",
      400,
      "this endpoint takes no body",
      () => lab.as("admin").post(`${alpha}/pullrequests/1/approve`, {}),
    ],
  ] as const)("%s", async (_, status, reason, send) => {
    const before = strict().length;
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(strict().slice(before)).toEqual([reason]);
  });

  test.each(["text/plain", "application/jsonp", undefined])("JSON that is called %s", async (type) => {
    const before = strict().length;
    const credential = Buffer.from(`${people.admin}:${tokenOf("admin")}`).toString("base64");
    const answer = await fetch(new URL(`${alpha}/environments`, lab.emulator.url), {
      method: "POST",
      headers: { authorization: `Basic ${credential}`, ...(type !== undefined && { "content-type": type }) },
      // Bytes: to a text `fetch` would give a type of its own.
      body: Buffer.from(JSON.stringify({ name: "x" })),
    });
    expect(answer.status).toBe(415);
    expect(strict().slice(before)).toEqual([`content type ${type ?? "missing"}, expected application/json`]);
  });

  test("a wrong value of a known field is Bitbucket's own 400, and shows no value", async () => {
    const before = strict().length;
    const answer = await lab
      .as("admin")
      .post(`${alpha}/pipelines_config/variables`, { key: "a-b", value: "s3cret", secured: true });
    expect(answer.status).toBe(400);
    expect(answer.text).not.toContain("s3cret");
    expect(answer.text).toContain("key: letters, digits and underscores, no digit first");
    expect(strict()).toHaveLength(before);
  });

  test("the trailing slash that Atlassian's examples have is no other path", async () => {
    expect((await lab.as("admin").get(`${alpha}/pipelines/`)).status).toBe(200);
  });
});

test("a page has ten items unless asked otherwise, a hundred at most, and leads to the next", async () => {
  const admin = lab.as("admin");
  const variables = `${alpha}/pipelines_config/variables`;
  for (let index = 0; index < 12; index++) {
    await admin.post(variables, { key: `PAGE_${index}`, value: "x" });
  }
  const first = await admin.get(variables);
  expect(Object.keys(first.json)).toEqual(["pagelen", "values", "next"]);
  expect(first.json.values).toHaveLength(10);
  expect(first.json.next).toBe(`${lab.emulator.url}${variables}?page=2`);
  const second = await admin.get(first.json.next);
  expect(second.json.values.map(({ key }: { key: string }) => key)).toEqual(["PAGE_10", "PAGE_11"]);
  expect(second.json).not.toHaveProperty("next");
  expect((await admin.get(`${variables}?pagelen=100`)).json.values).toHaveLength(12);
  expect((await admin.get(`${variables}?pagelen=12`)).json).not.toHaveProperty("next");
  expect((await admin.get(`${variables}?pagelen=101`)).status).toBe(400);
  expect((await admin.get(`${variables}?page=0`)).status).toBe(400);
});

test("what one may not see is not there; what one may see but not change is forbidden", async () => {
  expect((await lab.as("cas").get(alpha)).status).toBe(404);
  expect((await lab.as("eve").get(alpha)).status).toBe(404);
  expect((await lab.as("bob").get(alpha)).status).toBe(200);
  expect((await lab.as("ann").get(`${alpha}/branch-restrictions`)).status).toBe(403);
  expect((await lab.as("admin").get("/2.0/repositories/other/alpha")).status).toBe(404);
});

describe("the generous manner", () => {
  let generous: Lab;
  beforeAll(async () => (generous = await startLab({ manner: "generous" })));
  afterAll(() => generous.emulator.close());

  test("lists have what Bitbucket adds in practice", async () => {
    const path = "/2.0/repositories/lab?pagelen=1&page=2";
    const { values, ...page } = (await generous.as("admin").get(path)).json;
    expect(page).toEqual({ size: 2, page: 2, pagelen: 1 });
    expect(values).toHaveLength(1);
    expect(Object.keys((await lab.as("admin").get(path)).json)).toEqual(["pagelen", "values"]);
  });

  test("what the contract does not know is ignored, in whatever depth; what it knows is checked", async () => {
    const admin = generous.as("admin");
    const restrictions = `${alpha}/branch-restrictions`;
    const user = { uuid: decodeURIComponent(generous.uuid("ann")), username: "ann", links: {} };
    const made = await admin.post(`${restrictions}?pagelen=3`, {
      kind: "push",
      pattern: "main",
      users: [user],
      groups: [],
      extra: 1,
    });
    expect([made.status, made.json.users.length]).toEqual([201, 1]);
    expect((await admin.get(`${alpha}/environments?limit=3`)).status).toBe(200);
    expect((await admin.post(restrictions, { kind: "none", extra: 1 })).status).toBe(400);
    expect((await admin.get(`${alpha}/nonsense`)).status).toBe(404);
    // The body of a request that takes none.
    expect((await admin.post(`${alpha}/pullrequests/1/approve`, {})).status).toBe(404);
  });
});
