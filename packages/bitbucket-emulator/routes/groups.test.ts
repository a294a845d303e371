import { startLab, type Client, type Lab } from "../testing/lab";

let lab: Lab;
let admin: Client;
beforeEach(async () => {
  lab = await startLab();
  admin = lab.as("admin");
});
afterEach(() => lab.emulator.close());

const path = "/1.0/groups/lab";
const names = (members: { display_name: string }[]): string[] => members.map((each) => each.display_name);

test("a plain list, administrators first", async () => {
  const { json } = await admin.get(path);
  expect(json.map((group: { slug: string }) => group.slug)).toEqual(["administrators", "writers", "empty"]);
  expect(names(json[1].members)).toEqual(["ann"]);
});

test("made by a form, the slug from the name; once", async () => {
  const made = await admin.form(path, { name: "Payments – Leads" });
  expect([made.status, made.json.slug, made.json.name]).toEqual([200, "payments-leads", "Payments – Leads"]);
  expect((await admin.form(path, { name: "payments leads" })).status).toBe(400);
  expect((await admin.post(path, { name: "x" })).status).toBe(415);
  expect((await admin.put(`${path}/payments-leads`, { name: "Leads" })).json).toMatchObject({
    slug: "payments-leads",
    name: "Leads",
  });
});

test("members come and go", async () => {
  const cas = `${path}/writers/members/${lab.uuid("cas")}`;
  expect((await admin.put(cas, {})).status).toBe(200);
  expect((await admin.put(cas)).status).toBe(200);
  expect(names((await admin.get(`${path}/writers/members`)).json)).toEqual(["ann", "cas"]);
  expect((await lab.as("cas").get("/2.0/repositories/lab/alpha")).status).toBe(200);
  expect((await admin.delete(cas)).status).toBe(204);
  expect((await admin.delete(cas)).status).toBe(404);
  expect((await lab.as("cas").get("/2.0/repositories/lab/alpha")).status).toBe(404);
  expect((await admin.put(`${path}/writers/members/${lab.uuid("eve")}`)).status).toBe(400);
});

test("a group that goes takes its rights along", async () => {
  const alpha = "/2.0/repositories/lab/alpha";
  const holders = { users: [], groups: [{ slug: "writers" }] };
  await admin.post(`${alpha}/branch-restrictions`, { kind: "push", pattern: "main", ...holders });
  expect((await admin.delete(`${path}/writers`)).status).toBe(204);
  expect((await lab.as("ann").get(alpha)).status).toBe(404);
  expect((await admin.get("/2.0/workspaces/lab/projects/ONE/permissions-config/groups")).json.values).toEqual(
    [],
  );
  expect((await admin.get(`${alpha}/branch-restrictions`)).json.values[0].groups).toEqual([]);
});

test("only administrators, only by slug, and the administrators' group stays", async () => {
  expect((await lab.as("ann").get(path)).status).toBe(403);
  const { uuid } = (await admin.get("/2.0/workspaces/lab")).json as { uuid: string };
  expect((await admin.get(`/1.0/groups/${encodeURIComponent(uuid)}`)).status).toBe(404);
  expect((await admin.delete(`${path}/administrators`)).status).toBe(403);
});
