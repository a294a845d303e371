import { labSeed, people, startLab, tokenOf, type Lab } from "../testing/lab";

let lab: Lab;
beforeAll(async () => (lab = await startLab()));
afterAll(() => lab.emulator.close());

const members = "/2.0/workspaces/lab/members";
const names = (values: { user: { display_name: string } }[]): string[] =>
  values.map(({ user }) => user.display_name);

describe("members", () => {
  test("are listed without e-mail and user name, to any member", async () => {
    const answer = await lab.as("bob").get(members);
    expect(names(answer.json.values)).toEqual(["admin", "ann", "bob", "cas"]);
    expect(answer.text).not.toContain("@lab.example");
    expect(Object.keys(answer.json.values[0].user)).toEqual([
      "type",
      "uuid",
      "account_id",
      "display_name",
      "nickname",
      "account_status",
    ]);
  });

  test.each([
    ['user.email="ANN@lab.example"', ["ann"]],
    [`user.email IN ("${people.ann}","${people.eve}","${people.cas}")`, ["ann", "cas"]],
    ['user.email="nobody@lab.example"', []],
  ])("administrators filter by %s", async (q, expected) => {
    const answer = await lab.as("admin").get(`${members}?q=${encodeURIComponent(q)}`);
    expect(names(answer.json.values)).toEqual(expected);
    expect(answer.text).not.toContain("@lab.example");
  });

  test("the addresses that were asked for come with fields=+values.user.email", async () => {
    const q = encodeURIComponent(`user.email="${people.ann}"`);
    const answer = await lab.as("admin").get(`${members}?q=${q}&fields=%2Bvalues.user.email`);
    expect(answer.json.values[0].user.email).toBe(people.ann);
    const unasked = await lab.as("admin").get(`${members}?fields=%2Bvalues.user.email`);
    expect(unasked.text).not.toContain("@lab.example");
  });

  test("others may not filter, and nobody by more than 90 addresses", async () => {
    const q = encodeURIComponent(`user.email="${people.ann}"`);
    expect((await lab.as("ann").get(`${members}?q=${q}`)).status).toBe(403);
    const many = Array.from({ length: 91 }, (_, index) => `"x${index}@lab.example"`).join(",");
    const answer = await lab.as("admin").get(`${members}?q=${encodeURIComponent(`user.email IN (${many})`)}`);
    expect(answer.status).toBe(400);
  });
});

test("who has an invitation that waits is no member; administrators are owners", async () => {
  const seed = labSeed();
  const accounts = seed.accounts?.map((each) => (each.name === "cas" ? { ...each, invited: true } : each));
  const invited = await startLab({ seed: { ...seed, accounts } });
  try {
    const path = "/2.0/workspaces/lab/permissions";
    const { json } = await invited.as("bob").get(path);
    const shown = json.values.map(
      (each: { permission: string; user: { display_name: string } }) =>
        `${each.user.display_name} ${each.permission}`,
    );
    expect(shown).toEqual(["admin owner", "ann member", "bob member"]);
    const owners = await invited.as("bob").get(`${path}?q=${encodeURIComponent('permission="owner"')}`);
    expect(names(owners.json.values)).toEqual(["admin"]);
    const one = `/2.0/repositories/lab/alpha/permissions-config/users/${invited.uuid("cas")}`;
    expect((await invited.as("admin").put(one, { permission: "read" })).status).toBe(400);
  } finally {
    await invited.emulator.close();
  }
});

test("on the plan Free a sixth person, invited or not, leaves everybody but administrators reading", async () => {
  const seed = labSeed();
  const more = (name: string, invited: boolean) => ({ name, email: `${name}@lab.example`, invited });
  const workspace = { ...seed.workspace, plan: "free" as const };
  const rightsWith = async (...others: ReturnType<typeof more>[]) => {
    const accounts = [...(seed.accounts ?? []), ...others];
    const free = await startLab({ seed: { ...seed, workspace, accounts } });
    try {
      const { json } = await free.as("admin").get("/2.0/workspaces/lab/permissions/repositories");
      return json.values.map(
        (each: { permission: string; user: { display_name: string } }) =>
          `${each.user.display_name} ${each.permission}`,
      );
    } finally {
      await free.emulator.close();
    }
  };
  const asGranted = ["admin admin", "ann write", "bob read", "admin admin"];
  expect(await rightsWith(more("fin", false))).toEqual(asGranted);
  expect(await rightsWith(more("fin", false), more("gus", true))).toEqual(
    asGranted.map((each) => each.replace("write", "read")),
  );
});

test("a repository that was renamed is found at its new address, and only by those who may see it", async () => {
  const seed = labSeed();
  const repositories = seed.repositories?.map((each) =>
    each.slug === "alpha" ? { ...each, formerly: ["first"] } : each,
  );
  const renamed = await startLab({ seed: { ...seed, repositories } });
  try {
    const former = "/2.0/repositories/lab/first";
    for (const rest of ["", "/environments?pagelen=50"]) {
      const answer = await fetch(`${renamed.emulator.url}${former}${rest}`, {
        headers: { authorization: `Basic ${btoa(`${people.bob}:${tokenOf("bob")}`)}` },
        redirect: "manual",
      });
      expect([answer.status, answer.headers.get("location")]).toEqual([
        301,
        `${renamed.emulator.url}/2.0/repositories/lab/alpha${rest}`,
      ]);
    }
    expect((await renamed.as("cas").get(former)).status).toBe(404);
  } finally {
    await renamed.emulator.close();
  }
});

test("effective permissions of everybody, by whatever path", async () => {
  const path = "/2.0/workspaces/lab/permissions/repositories";
  const all = await lab.as("admin").get(path);
  const shown = all.json.values.map(
    (each: { permission: string; user: { display_name: string }; repository: { slug: string } }) =>
      `${each.repository.slug} ${each.user.display_name} ${each.permission}`,
  );
  expect(shown).toEqual(["alpha admin admin", "alpha ann write", "alpha bob read", "beta admin admin"]);
  const q = encodeURIComponent('permission>"read"');
  const one = await lab.as("admin").get(`${path}/alpha?q=${q}`);
  expect(names(one.json.values)).toEqual(["admin", "ann"]);
  expect((await lab.as("ann").get(path)).status).toBe(403);
});

test("the workspace, by slug or UUID", async () => {
  const bySlug = await lab.as("cas").get("/2.0/workspaces/lab");
  expect(bySlug.json).toMatchObject({ type: "workspace", slug: "lab", name: "Lab" });
  const byUuid = await lab.as("cas").get(`/2.0/workspaces/${encodeURIComponent(bySlug.json.uuid as string)}`);
  expect(byUuid.json).toEqual(bySlug.json);
});

test("projects and repositories that one may see", async () => {
  const keys = (json: { values: { key: string }[] }): string[] => json.values.map(({ key }) => key);
  expect(keys((await lab.as("admin").get("/2.0/workspaces/lab/projects")).json)).toEqual(["ONE", "TWO"]);
  expect(keys((await lab.as("ann").get("/2.0/workspaces/lab/projects")).json)).toEqual(["ONE"]);
  expect((await lab.as("ann").get("/2.0/workspaces/lab/projects/TWO")).status).toBe(404);
  const slugs = (json: { values: { slug: string }[] }): string[] => json.values.map(({ slug }) => slug);
  expect(slugs((await lab.as("admin").get("/2.0/repositories/lab")).json)).toEqual(["alpha", "beta"]);
  expect(slugs((await lab.as("bob").get("/2.0/repositories/lab")).json)).toEqual(["alpha"]);
  const q = encodeURIComponent('project.key="TWO"');
  expect(slugs((await lab.as("admin").get(`/2.0/repositories/lab?q=${q}`)).json)).toEqual(["beta"]);
});

test("the list of one's own permissions, which Bitbucket took away, is 410", async () => {
  expect((await lab.as("ann").get("/2.0/user/permissions/repositories")).status).toBe(410);
});
