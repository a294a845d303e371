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
  const grants = { groups: {}, users: { [people.ann]: "write" } } as const;
  lab = await startLab({
    seed: {
      ...seed,
      repositories: [...(seed.repositories ?? []), { slug: "access", project: "TWO", branches, grants }],
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
  const second = await propose("dora");
  expect(second.request).toMatchObject({ id: 2, isNew: true });
  expect(second.left.slice(0, 2)).toEqual([
    "merge pull request 2 of lab/access, which takes dora out of access.yaml",
    "decline pull request 1 of lab/access, which does not hold what main needs now",
  ]);
});

const mainTip = async () => (await jsonOf<{ target: { hash: string } }>("refs/branches/main")).target.hash;
/** Somebody else who may push, and knows how this command calls its branches. */
const prepare = async (files: Readonly<Record<string, string>>, suffix = ""): Promise<string> => {
  const branch = `offboard-dora-${(await mainTip()).slice(0, 12)}${suffix}`;
  const parents = await mainTip();
  const { status } = await lab.as("ann").form(`${repository}/src`, { branch, parents, ...files });
  expect(status).toBe(201);
  return branch;
};
const open = async (branch: string, who: "ann" | "admin" = "ann") => {
  const body = { title: "Take dora out of access.yaml", source: { branch: { name: branch } } };
  expect((await lab.as(who).post(`${repository}/pullrequests`, body)).status).toBe(201);
};
const without = () => acme.replace(/ {2}dora: .*\n/, "").replace("[dora, emil]", "[emil]");
const evil = (text: string) => text.replace("members: [june]", "members: [june, gil]");

test.each<[string, () => Readonly<Record<string, string>>]>([
  ["another text", () => ({ "access.yaml": evil(without()) })],
  ["one more file", () => ({ "access.yaml": without(), "index.ts": "evil()\n" })],
  ["one more data file", () => ({ "access.yaml": without(), "stacks/Pulumi.prod.yaml": "config: {}\n" })],
  ["one file changed on the way", () => ({ "access.yaml": without(), "README.md": "Other words\n" })],
  ["nothing that is ours", () => ({ "README.md": "Other words\n" })],
])(
  "a branch that somebody has prepared under the name to be used, with %s, is not proposed",
  async (_, files) => {
    await start(acme);
    const prepared = await prepare(files());
    const { request, left } = await propose("dora");
    expect([request?.branch, request?.isNew]).toEqual([`${prepared}-2`, true]);
    expect(left[0]).toBe("merge pull request 1 of lab/access, which takes dora out of access.yaml");
    expect((await admin.get(`${repository}/src/${request?.branch ?? ""}/access.yaml`)).text).toBe(without());
    expect((await admin.get(`${repository}/src/${request?.branch ?? ""}/index.ts`)).status).toBe(404);
  },
);

test("one that holds just the edit, made on the way by a run that was killed or by anybody, is the edit", async () => {
  await start(acme);
  const prepared = await prepare({ "access.yaml": without() });
  expect((await propose("dora")).request).toMatchObject({ branch: prepared, id: 1, isNew: true });
});

test("of two commits only the last is the edit: the branch is not taken", async () => {
  await start(acme);
  const prepared = await prepare({ "index.ts": "evil()\n" });
  expect(
    (await lab.as("ann").form(`${repository}/src`, { branch: prepared, "access.yaml": without() })).status,
  ).toBe(201);
  expect((await propose("dora")).request?.branch).toBe(`${prepared}-2`);
});

test.each(["ann", "admin"] as const)(
  "an open pull request with more in it, by %s, is not named as the one to merge",
  async (who) => {
    await start(acme);
    const prepared = await prepare({ "access.yaml": evil(without()) });
    await open(prepared, who);
    const { request, left } = await propose("dora");
    expect(request).toMatchObject({ id: 2, isNew: true, branch: `${prepared}-2` });
    expect(left.slice(0, 2)).toEqual([
      "merge pull request 2 of lab/access, which takes dora out of access.yaml",
      who === "admin"
        ? "decline pull request 1 of lab/access, which does not hold what main needs now"
        : "decline pull request 1 of lab/access, which somebody else has opened, from a branch that is called as those of this command are",
    ]);
  },
);

test("one that somebody else has opened, with just the edit in it, is not named either: they may change it", async () => {
  await start(acme);
  await open(await prepare({ "access.yaml": without() }));
  const { request, left } = await propose("dora");
  expect(request).toMatchObject({ id: 2, isNew: true });
  expect(left[1]).toContain("decline pull request 1");
  expect((await propose("dora")).request).toMatchObject({ id: 2, isNew: false });
});

test("ours, to which somebody has pushed since, is named no more", async () => {
  await start(acme);
  const first = await propose("dora");
  const branch = first.request?.branch ?? "";
  await lab.as("ann").form(`${repository}/src`, { branch, "index.ts": "evil()\n" });
  const { request, left } = await propose("dora");
  expect(request).toMatchObject({ id: 2, isNew: true });
  expect(left[1]).toBe("decline pull request 1 of lab/access, which does not hold what main needs now");
});

test("one of an older main is not found again, though it would still take the name out", async () => {
  await start(acme);
  await propose("dora");
  await admin.form(`${repository}/src`, { branch: "main", "README.md": "Other words\n" });
  expect((await propose("dora")).request).toMatchObject({ id: 2, isNew: true });
});

test("where every name is taken, the command says which branches to delete", async () => {
  await start(acme);
  for (let number = 1; number <= 20; number++)
    await prepare({ "README.md": `${number}\n` }, number === 1 ? "" : `-${number}`);
  await expect(propose("dora")).rejects.toThrow(/somebody else has made the branches offboard-dora-\w+ to /);
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
