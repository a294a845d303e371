import { labSeed, people, startLab, type Client, type Lab } from "../testing/lab";

let lab: Lab;
let admin: Client;
beforeEach(async () => {
  lab = await startLab();
  admin = lab.as("admin");
});
afterEach(() => lab.emulator.close());

test.each([
  ["owner", [400, 200]],
  ["administrators", [400, 400]],
] as const)("who takes no permission of their own: %s", async (refusedPermission, statuses) => {
  const seed = labSeed();
  const second = { ...seed, administrators: [people.admin, people.cas] };
  const two = await startLab({ seed: second, readings: { refusedPermission } });
  try {
    const path = "/2.0/repositories/lab/beta/permissions-config/users";
    const give = (whom: "admin" | "cas") =>
      two.as("admin").put(`${path}/${two.uuid(whom)}`, { permission: "read" });
    expect([(await give("admin")).status, (await give("cas")).status]).toEqual(statuses);
  } finally {
    await two.emulator.close();
  }
});

describe.each([
  ["repository", "/2.0/repositories/lab/beta/permissions-config", "repository"],
  ["project", "/2.0/workspaces/lab/projects/TWO/permissions-config", "project"],
])("explicit permissions on a %s", (what, path, object) => {
  test("of a group: given, changed, seen, taken", async () => {
    const one = `${path}/groups/writers`;
    expect((await admin.get(one)).json.permission).toBe("none");
    const given = await admin.put(one, { permission: "write" });
    expect(given.status).toBe(200);
    expect(given.json).toMatchObject({
      type: `${what}_group_permission`,
      permission: "write",
      group: { type: "group", slug: "writers", full_slug: "lab:writers" },
    });
    expect(given.json).toHaveProperty(object);
    await admin.put(`${path}/groups/empty`, { permission: "read" });
    await admin.put(one, { permission: "admin" });
    const list = await admin.get(`${path}/groups`);
    expect(
      list.json.values.map((each: { group: { slug: string }; permission: string }) => [
        each.group.slug,
        each.permission,
      ]),
    ).toEqual([
      ["writers", "admin"],
      ["empty", "read"],
    ]);
    expect((await admin.delete(one)).status).toBe(204);
    expect((await admin.delete(one)).status).toBe(204);
    await lab.read({ absentPermission: "404" });
    expect((await admin.delete(one)).status).toBe(404);
    expect((await admin.get(`${path}/groups`)).json.values).toHaveLength(1);
  });

  test("of a person: by UUID, members of the workspace only", async () => {
    const one = `${path}/users/${lab.uuid("cas")}`;
    expect((await admin.put(one, { permission: "read" })).json.user.display_name).toBe("cas");
    expect((await admin.get(`${path}/users`)).json.values).toHaveLength(1);
    for (const [name, why] of [
      ["eve", "is not a member of the workspace."],
      ["admin", "is the workspace owner."],
    ] as const) {
      const { status, json } = await admin.put(`${path}/users/${lab.uuid(name)}`, { permission: "read" });
      expect([status, json.error.message]).toEqual([400, `The selected user ${why}`]);
    }
    expect((await admin.delete(one)).status).toBe(204);
  });

  test("who and what there is not", async () => {
    expect((await admin.put(`${path}/groups/nobody`, { permission: "read" })).status).toBe(404);
    expect((await admin.put(`${path}/groups/writers`, { permission: "owner" })).status).toBe(400);
    expect((await admin.put(`${path}/groups/writers`, {})).status).toBe(400);
    const create = await admin.put(`${path}/groups/writers`, { permission: "create-repo" });
    expect(create.status).toBe(what === "project" ? 200 : 400);
  });
});

test("only administrators see and change them", async () => {
  const path = "/2.0/repositories/lab/alpha/permissions-config/groups";
  expect((await lab.as("ann").get(path)).status).toBe(403);
  expect((await lab.as("ann").put(`${path}/writers`, { permission: "admin" })).status).toBe(403);
  await admin.put(`${path}/writers`, { permission: "admin" });
  expect((await lab.as("ann").get(path)).status).toBe(200);
});
