import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseStackFile, type Settings } from "../../access";
import {
  startLab,
  labSeed,
  people,
  tokenOf,
  type Client,
  type Lab,
} from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { AccessFiles } from "../../clients/accessFiles";
import { proposeRemoval } from "./proposal";

const file = (path: string) => readFileSync(join(__dirname, "../..", path), "utf8");
const acme = file("test/fixtures/acme.yaml");
const repository = "/2.0/repositories/lab/access";

let lab: Lab;
let admin: Client;
let settings: Settings;

async function start(access: string, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const seed = labSeed();
  const branches = { main: { "access.yaml": access, "README.md": "Who may do what\n", ...more } };
  lab = await startLab({
    seed: {
      ...seed,
      repositories: [...(seed.repositories ?? []), { slug: "access", project: "TWO", branches }],
    },
  });
  admin = lab.as("admin");
  const stack = parseStackFile(file("stacks/Pulumi.local.yaml"), "stack");
  if (!stack.ok) throw new Error("the stack file is wrong");
  settings = stack.settings;
}
afterEach(async () => {
  expect(lab.emulator.log.strict()).toEqual([]);
  await lab.emulator.close();
});

function propose(person: string) {
  const env = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
  const { url } = lab.emulator;
  const life = new AbortController().signal;
  const session = new Bitbucket(url, accessFrom(env), life, undefined, env).session(life);
  const files = new AccessFiles(session, url, "lab/access", env);
  const asOf = new Date("2026-11-25T12:00:00Z");
  return proposeRemoval(files, { person, leastOwners: 2, settings, asOf });
}

const jsonOf = async <T>(path: string) => (await admin.get(`${repository}/${path}`)).json as T;
const branches = async () =>
  (await jsonOf<{ values: { name: string }[] }>("refs/branches")).values.map(({ name }) => name);

interface Shown {
  readonly title: string;
  readonly close_source_branch: boolean;
  readonly destination: { readonly branch: { readonly name: string } };
  readonly summary: { readonly raw: string };
}
const writes = () => lab.emulator.log.since().filter(({ method }) => method !== "GET");

test("one commit on a branch of its own, one pull request, and one file that differs in two places", async () => {
  await start(acme);
  const { left, request } = await propose("dora");
  expect(request).toMatchObject({ id: 1, isNew: true });
  expect(left).toEqual(["merge pull request 1 of lab/access, which takes dora out of access.yaml"]);
  expect(writes().map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual([
    `POST ${repository}/src 201`,
    `POST ${repository}/pullrequests 201`,
  ]);
  const branch = request?.branch ?? "";
  expect(branch).toMatch(/^offboard-dora-[0-9a-f]{12}$/);
  expect((await admin.get(`${repository}/src/${branch}/access.yaml`)).text).toBe(
    acme.replace(/ {2}dora: .*\n/, "").replace("[dora, emil]", "[emil]"),
  );
  expect((await admin.get(`${repository}/src/${branch}/README.md`)).text).toBe("Who may do what\n");
  const shown = await jsonOf<Shown>("pullrequests/1");
  expect([shown.title, shown.close_source_branch, shown.destination.branch.name]).toEqual([
    "Take dora out of access.yaml",
    true,
    "main",
  ]);
  expect(shown.summary.raw).toContain("- line 34: dora is in the members of team payments");
});

test("an open one is found, not opened again; one that was overtaken is not taken for it", async () => {
  await start(acme);
  const first = await propose("dora");
  const before = writes().length;
  expect(await propose("dora")).toEqual({ ...first, request: { ...first.request, isNew: false } });
  expect(writes()).toHaveLength(before);

  const more = acme.replace("members: [june]", "members: [june, dora]");
  await admin.form(`${repository}/src`, { branch: first.request?.branch ?? "", "access.yaml": more });
  await admin.form(`${repository}/src`, { branch: "main", "access.yaml": more });
  expect((await propose("dora")).request).toMatchObject({ id: 2, isNew: true });
});

test("a run that ended after its push goes on from there", async () => {
  await start(acme);
  lab.emulator.faults.add({ method: "POST", path: `${repository}/pullrequests`, status: 400, times: 1 });
  await expect(propose("dora")).rejects.toThrow("400");
  expect(await branches()).toHaveLength(2);
  expect((await propose("dora")).request).toMatchObject({ id: 1, isNew: true });
  expect(await branches()).toHaveLength(2);
});

test("what somebody has to decide stays on the list, with its line, and the rest is proposed", async () => {
  await start(acme);
  const { left } = await propose("chen");
  expect(left).toEqual([
    "merge pull request 1 of lab/access, which takes chen out of access.yaml",
    "access.yaml:32:16: chen owns team payments: name another owner",
    "access.yaml:37:20: chen owns team payments-leads: name another owner",
    "access.yaml:17:3: chen is among the people: take the name out once it stands nowhere else",
  ]);
  expect((await jsonOf<Shown>("pullrequests/1")).summary.raw).toContain(`- ${left[1] ?? ""}`);
});

test("nothing is pushed where nothing can be taken out, or where what is left would be wrong", async () => {
  await start(acme.replace("on: SHOP/shop-mobile", "on: SHOP/shop-nowhere"));
  const { left, request } = await propose("dora");
  expect(request).toBeUndefined();
  expect(left[0]).toContain("no pull request was opened, since access.yaml without dora would be wrong");
  expect(left[0]).toContain("shop-nowhere");
  expect(left.slice(1)).toEqual([
    "access.yaml:34:19: dora is in the members of team payments: take the name out",
    "access.yaml:18:3: dora is among the people: take the name out",
  ]);
  expect((await propose("nobody")).left).toEqual([]);
  expect([writes(), await branches()]).toEqual([[], ["main"]]);
});
