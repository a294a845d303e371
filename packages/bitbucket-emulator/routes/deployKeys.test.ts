import { startLab, type Lab } from "../testing/lab";
import { alpha } from "../testing/pipelines";

let lab: Lab;
beforeEach(async () => (lab = await startLab()));
afterEach(() => lab.emulator.close());

const keys = `${alpha}/deploy-keys`;

test("added once, listed for administrators, removed", async () => {
  const admin = lab.as("admin");
  const added = await admin.post(keys, { key: "ssh-ed25519 AAAAC3 ci@lab", label: "ci" });
  expect(added.status).toBe(200);
  const key = { type: "deploy_key", id: 1, key: "ssh-ed25519 AAAAC3", label: "ci", comment: "ci@lab" };
  expect((await admin.get(keys)).json.values).toEqual([expect.objectContaining(key)]);
  expect((await admin.post(keys, { key: "ssh-ed25519 AAAAC3", label: "again" })).status).toBe(400);
  expect((await admin.post(keys, { key: "not a key", label: "" })).status).toBe(400);
  expect((await lab.as("ann").get(keys)).status).toBe(403);
  expect((await admin.delete(`${keys}/1`)).status).toBe(204);
  expect((await admin.get(`${keys}/1`)).status).toBe(404);
});
