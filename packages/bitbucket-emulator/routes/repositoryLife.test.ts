/** The lives of repositories and projects: what stays, and where an old address leads. */
import { startLab, type Answer, type Client, type Lab } from "../testing/lab";

let lab: Lab;
let admin: Client;
beforeEach(async () => {
  lab = await startLab();
  admin = lab.as("admin");
});
afterEach(() => lab.emulator.close());

const at = (slug: string) => `/2.0/repositories/lab/${slug}`;
const control = (path: string, body: object) =>
  fetch(`${lab.emulator.url}/emulator/${path}`, { method: "POST", body: JSON.stringify(body) });
/** The client follows what leads on. */
const shown = ({ status, json }: Answer) => [status, json?.slug, json?.uuid, json?.project?.key];

test("a repository that is renamed keeps its UUID and all that it has; its old address leads to it", async () => {
  const { json: before } = await admin.get(at("alpha"));
  await admin.put(`${at("alpha")}/permissions-config/groups/writers`, { permission: "admin" });
  const renamed = await admin.put(at("alpha"), { name: "Gamma Ray" });
  expect(shown(renamed)).toEqual([200, "gamma-ray", before.uuid, "ONE"]);
  for (const slug of ["gamma-ray", "alpha", encodeURIComponent(before.uuid)])
    expect(shown(await admin.get(at(slug)))).toEqual([200, "gamma-ray", before.uuid, "ONE"]);
  const { json: groups } = await admin.get(`${at("gamma-ray")}/permissions-config/groups`);
  expect(groups.values).toMatchObject([{ permission: "admin", group: { slug: "writers" } }]);
  expect((await admin.put(at("gamma-ray"), { name: "beta" })).status).toBe(400);
});

test("one that takes a name that another one gave up has the address from then on", async () => {
  await admin.put(at("alpha"), { name: "gamma" });
  await admin.put(at("beta"), { name: "alpha" });
  expect((await admin.get(at("alpha"))).json.name).toBe("alpha");
  expect((await admin.get(at("gamma"))).json.name).toBe("gamma");
});

test("a repository that moves to another project takes what that hands down, and keeps its own", async () => {
  expect((await lab.as("bob").get(at("alpha"))).status).toBe(200);
  const moved = await admin.put(at("alpha"), { project: { key: "TWO" } });
  expect([moved.status, moved.json.project.key]).toEqual([200, "TWO"]);
  expect((await lab.as("bob").get(at("alpha"))).status).toBe(404);
  expect((await admin.put(at("alpha"), { project: { key: "NONE" } })).status).toBe(400);
});

test("one that is made anew under the same name is another one, with nothing of the old", async () => {
  const { json: before } = await admin.get(at("beta"));
  expect((await admin.post(at("beta"), { scm: "git", project: { key: "TWO" } })).status).toBe(400);
  expect((await admin.delete(at("beta"))).status).toBe(204);
  expect((await admin.get(at("beta"))).status).toBe(404);
  const { json: after } = await admin.post(at("beta"), { scm: "git", project: { key: "TWO" } });
  expect([after.slug, after.uuid === before.uuid]).toEqual(["beta", false]);
  expect((await admin.get(at(encodeURIComponent(before.uuid)))).status).toBe(404);
  expect((await lab.as("ann").post(at("delta"), { project: { key: "ONE" } })).status).toBe(403);
});

test("a project whose key changes keeps its repositories and permissions; the old key leads nowhere", async () => {
  const project = (key: string) => `/2.0/workspaces/lab/projects/${key}`;
  const { json: before } = await admin.get(project("ONE"));
  const { status, json } = await admin.put(project("ONE"), { key: "FIRST", name: "One" });
  expect([status, json.key, json.uuid]).toEqual([200, "FIRST", before.uuid]);
  expect((await admin.get(project("ONE"))).status).toBe(404);
  expect((await admin.get(at("alpha"))).json.project.key).toBe("FIRST");
  const { json: users } = await admin.get(`${project("FIRST")}/permissions-config/users`);
  expect(users.values).toMatchObject([{ permission: "read" }]);
  expect((await admin.put(project("FIRST"), { key: "TWO", name: "One" })).status).toBe(400);
});

test("a workspace with another slug answers by that, and by its UUID; a repository transferred leads away", async () => {
  const { json: before } = await admin.get("/2.0/workspaces/lab");
  await control("transfer", { repository: "beta", workspace: "elsewhere" });
  const gone = await fetch(`${lab.emulator.url}${at("beta")}/environments`, {
    headers: { authorization: `Basic ${btoa("admin@lab.example:token-of-admin-0123456789")}` },
    redirect: "manual",
  });
  expect([gone.status, gone.headers.get("location")]).toEqual([
    301,
    `${lab.emulator.url}/2.0/repositories/elsewhere/beta/environments`,
  ]);
  expect((await control("workspace", { slug: "labs" })).status).toBe(204);
  expect((await admin.get("/2.0/workspaces/lab")).status).toBe(404);
  for (const one of ["labs", encodeURIComponent(before.uuid)])
    expect((await admin.get(`/2.0/workspaces/${one}`)).json.slug).toBe("labs");
  expect((await admin.get("/2.0/repositories/labs/alpha")).json.full_name).toBe("labs/alpha");
});
