import { labSeed, startLab, type Lab } from "../testing/lab";

let lab: Lab;
beforeEach(async () => (lab = await startLab()));
afterEach(() => lab.emulator.close());

const alpha = "/2.0/repositories/lab/alpha";
const environments = `${alpha}/environments`;
const dev = { name: "dev", environment_type: { name: "Test" }, restrictions: { admin_only: false } };
const part = (uuid: unknown): string => encodeURIComponent(String(uuid));

test("made, seen, changed by a change, removed", async () => {
  const admin = lab.as("admin");
  const made = await admin.post(environments, dev);
  expect(made.status).toBe(201);
  expect(made.json).toMatchObject({
    type: "deployment_environment",
    name: "dev",
    environment_type: { name: "Test" },
    restrictions: { admin_only: false },
  });
  const one = `${environments}/${part(made.json.uuid)}`;
  const gate = await admin.post(`${one}/changes`, { change: { restrictions: { admin_only: true } } });
  expect([gate.status, gate.text]).toEqual([202, ""]);
  await admin.post(`${one}/changes`, { change: { name: "test" } });
  expect((await admin.get(one)).json).toMatchObject({ name: "test", restrictions: { admin_only: true } });
  expect((await admin.put(one, dev)).status).toBe(405);
  expect((await admin.delete(one)).status).toBe(204);
  expect((await admin.get(environments)).json.values).toEqual([]);
});

test("names are unique, and only administrators make environments", async () => {
  const admin = lab.as("admin");
  await admin.post(environments, dev);
  expect((await admin.post(environments, { ...dev, name: "DEV" })).status).toBe(409);
  expect((await lab.as("ann").post(environments, { ...dev, name: "x" })).status).toBe(403);
  expect((await lab.as("ann").get(environments)).json.values).toHaveLength(1);
});

test("a gate needs the Premium plan", async () => {
  const { workspace, ...seed } = labSeed();
  const standard = await startLab({ seed: { ...seed, workspace: { ...workspace, plan: "standard" } } });
  try {
    const admin = standard.as("admin");
    const refused = await admin.post(environments, { ...dev, restrictions: { admin_only: true } });
    expect([refused.status, refused.json.error.detail]).toEqual([402, "plan: standard"]);
    const made = await admin.post(environments, dev);
    const change = { change: { restrictions: { admin_only: true } } };
    expect((await admin.post(`${environments}/${part(made.json.uuid)}/changes`, change)).status).toBe(402);
  } finally {
    await standard.emulator.close();
  }
});

test("a change is accepted at once and carried out later", async () => {
  const slow = await startLab({ changeDelay: 60_000 });
  try {
    const admin = slow.as("admin");
    const one = `${environments}/${part((await admin.post(environments, dev)).json.uuid)}`;
    const change = { change: { name: "test", restrictions: { admin_only: true } } };
    expect((await admin.post(`${one}/changes`, change)).status).toBe(202);
    expect((await admin.get(one)).json).toMatchObject({ name: "dev", restrictions: { admin_only: false } });
    slow.emulator.clock.advance(60_000);
    expect((await admin.get(one)).json).toMatchObject({ name: "test", restrictions: { admin_only: true } });
  } finally {
    await slow.emulator.close();
  }
});

test("a new environment takes variables a little later, and is 404 until then", async () => {
  const slow = await startLab({ environmentDelay: 200 });
  try {
    const admin = slow.as("admin");
    const made = await admin.post(environments, dev);
    const variables = `${alpha}/deployments_config/environments/${part(made.json.uuid)}/variables`;
    const variable = { key: "A", value: "1" };
    expect((await admin.post(variables, variable)).status).toBe(404);
    await new Promise((resolve) => setTimeout(resolve, 210));
    expect((await admin.post(variables, variable)).status).toBe(201);
  } finally {
    await slow.emulator.close();
  }
});

async function environmentVariables(): Promise<string> {
  const made = await lab.as("admin").post(environments, dev);
  return `${alpha}/deployments_config/environments/${part(made.json.uuid)}/variables`;
}

describe.each([
  ["an environment", environmentVariables, "deployment_variable"],
  ["a repository", () => Promise.resolve(`${alpha}/pipelines_config/variables`), "pipeline_variable"],
  [
    "the workspace",
    () => Promise.resolve("/2.0/workspaces/lab/pipelines-config/variables"),
    "pipeline_variable",
  ],
])("variables of %s", (where, place, type) => {
  test("plain ones come back, secured ones never", async () => {
    const admin = lab.as("admin");
    const path = await place();
    const plain = await admin.post(path, { key: "PLAIN", value: "seen" });
    expect(plain.status).toBe(201);
    expect(plain.json).toEqual({ type, uuid: plain.json.uuid, key: "PLAIN", secured: false, value: "seen" });
    const secured = await admin.post(path, { key: "SECRET", value: "hidden-1", secured: true });
    expect(secured.json).not.toHaveProperty("value");
    const changed = await admin.put(`${path}/${part(secured.json.uuid)}`, {
      key: "SECRET",
      value: "hidden-2",
      secured: true,
    });
    expect([changed.status, changed.json.value]).toEqual([200, undefined]);
    const list = await admin.get(`${path}?pagelen=100`);
    expect(list.json.values.map((each: { key: string; value?: string }) => [each.key, each.value])).toEqual([
      ["PLAIN", "seen"],
      ["SECRET", undefined],
    ]);
    const state = await admin.get("/emulator/state");
    expect(list.text + state.text).not.toContain("hidden");
    const lone = await admin.get(`${path}/${part(plain.json.uuid)}`);
    expect(lone.status).toBe(where === "an environment" ? 405 : 200);
  });

  test("a key is there once, what is gone is gone, and a secret does not rotate plain by itself", async () => {
    const admin = lab.as("admin");
    const path = await place();
    const made = await admin.post(path, { key: "KEY", value: "1", secured: true });
    expect((await admin.post(path, { key: "KEY", value: "2" })).status).toBe(409);
    const one = `${path}/${part(made.json.uuid)}`;
    expect((await admin.put(one, { secured: false })).status).toBe(400);
    expect((await admin.put(one, { value: "3", secured: false })).json.value).toBe("3");
    expect((await admin.delete(one)).status).toBe(204);
    expect((await admin.delete(one)).status).toBe(404);
    expect((await admin.post(path, { key: "KEY", value: "2" })).status).toBe(201);
  });

  test("only administrators change them", async () => {
    const path = await place();
    expect((await lab.as("ann").post(path, { key: "KEY", value: "1" })).status).toBe(403);
  });
});
