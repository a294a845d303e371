import { startLab, type Lab } from "../testing/lab";
import { alpha, part } from "../testing/pipelines";

let lab: Lab;
beforeEach(async () => (lab = await startLab()));
afterEach(() => lab.emulator.close());

const hook = { url: "https://hooks.example/x", description: "d", events: ["repo:push"], secret: "s3cret-1" };

describe.each([
  ["repository", `${alpha}/hooks`],
  ["workspace", "/2.0/workspaces/lab/hooks"],
])("webhooks of a %s", (subject, hooks) => {
  test("made, changed, removed; the secret never comes back", async () => {
    const admin = lab.as("admin");
    const made = await admin.post(hooks, hook);
    expect(made.status).toBe(201);
    expect(made.json).toEqual({
      type: "webhook_subscription",
      uuid: made.json.uuid,
      url: hook.url,
      description: "d",
      subject_type: subject,
      active: true,
      created_at: made.json.created_at,
      events: ["repo:push"],
      secret_set: true,
    });
    const one = `${hooks}/${part(made.json.uuid)}`;
    const off = await admin.put(one, { active: false });
    expect(off.json).toMatchObject({ active: false, events: ["repo:push"], secret_set: true });
    expect((await admin.put(one, { secret: "" })).json.secret_set).toBe(false);
    expect((await admin.put(one, { secret: "s3cret-2" })).json.secret_set).toBe(true);
    const shown = (await admin.get(hooks)).text + (await admin.get("/emulator/state")).text;
    expect(shown).toContain("hooks.example");
    expect(shown).not.toContain("s3cret");
    expect((await admin.delete(one)).status).toBe(204);
    expect((await admin.get(hooks)).json.values).toEqual([]);
  });

  test("unknown events and addresses that are none are refused, and only administrators see them", async () => {
    const admin = lab.as("admin");
    expect((await admin.post(hooks, { ...hook, events: ["repo:pushed"] })).status).toBe(400);
    expect((await admin.post(hooks, { ...hook, events: ["issue:created"] })).status).toBe(400);
    expect((await admin.post(hooks, { ...hook, events: [] })).status).toBe(400);
    expect((await admin.post(hooks, { ...hook, url: "ftp://x" })).status).toBe(400);
    expect((await lab.as("ann").get(hooks)).status).toBe(403);
  });
});
