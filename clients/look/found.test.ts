/** A look at a grown company, in both systems, over HTTP: it reads everything, asks nothing twice, and writes nothing. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { scopes } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { startBoth, type Both } from "../../test/grown/both";
import { expectedRealm, expectedWorkspace, realmOf, workspaceOf } from "../../test/grown/expected";
import { secretMark } from "../../test/grown/realm";
import { valueMark } from "../../test/grown/workspace";
import { randomSize, sizes } from "../../test/grown/size";
import { grownWorld } from "../../test/grown/world";
import { foundIn, lookAt } from "./found";
import { Records } from "./records";

const world = grownWorld(sizes.small, 1);
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "3").split(" ").map(Number);
let both: Both;
beforeAll(async () => {
  both = await startBoth(world);
});
afterAll(() => both.close());
beforeEach(() => {
  both.emulator.log.clear();
  both.keycloak.asked.length = 0;
});

const open = (folder: string) => Records.open(folder, both.subject);
const asked = () => [
  ...both.emulator.log.since().map(({ method, path, query }) => `${method} ${path}${query && `?${query}`}`),
  ...both.keycloak.requests(),
];

test("everything that stands in both systems is found, by reads alone, none of them outside the contract", async () => {
  const { found, asked: counts } = await lookAt(open(both.folder()), both.env, { details: true });
  expect(found.unread).toEqual([]);
  expect(workspaceOf(found)).toEqual(await expectedWorkspace(both.emulator));
  expect(realmOf(found)).toEqual(expectedRealm(world));
  expect(new Set(asked().map((one) => one.split(" ")[0]))).toEqual(new Set(["GET"]));
  expect(both.emulator.log.strict()).toEqual([]);
  expect(counts).toEqual({
    bitbucket: both.emulator.log.since().length,
    keycloak: both.keycloak.requests().length,
  });
});

test.each(seeds)(
  "a company by chance (%d) is found as it is, too",
  async (seed) => {
    const grown = grownWorld(randomSize(seed), seed);
    const other = await startBoth(grown);
    try {
      const { found } = await lookAt(Records.open(other.folder(), other.subject), other.env, {
        details: true,
      });
      expect(found.unread).toEqual([]);
      expect(workspaceOf(found)).toEqual(await expectedWorkspace(other.emulator));
      expect(realmOf(found)).toEqual(expectedRealm(grown));
    } finally {
      await other.close();
    }
  },
  60_000,
);

test("five requests a repository, one more for each further environment, three more for details", async () => {
  const count = async (details: boolean): Promise<number> => {
    both.emulator.log.clear();
    await lookAt(open(both.folder()), both.env, { details });
    return both.emulator.log.since().filter(({ path }) => /^\/2\.0\/repositories\/[^/]+\/./.test(path))
      .length;
  };
  const repositories = world.seed.repositories ?? [];
  const environments = repositories.reduce((sum, { environments = [] }) => sum + environments.length, 0);
  expect(await count(false)).toBe(4 * repositories.length + environments);
  expect(await count(true)).toBe(7 * repositories.length + environments);
});

test("one project: its repositories alone, and their rights one by one", async () => {
  const [first = { key: "" }] = world.seed.projects ?? [];
  const { found } = await lookAt(open(both.folder()), both.env, { project: first.key });
  expect(found.workspace.projects.map(({ key }) => key)).toEqual([first.key]);
  expect(new Set(found.workspace.repositories.map(({ project }) => project))).toEqual(new Set([first.key]));
  const { found: all } = await lookAt(open(both.folder()), both.env);
  const those = all.workspace.repositories.filter(({ project }) => project === first.key);
  expect(found.workspace.repositories).toEqual(those);
});

test("projects that were looked into one after the other are found together, and a look that was not ended says so", async () => {
  const folder = both.folder();
  for (const { key } of world.seed.projects ?? []) await lookAt(open(folder), both.env, { project: key });
  const { found } = await lookAt(open(both.folder()), both.env);
  const byUuid = (one: { readonly uuid: string }, other: { readonly uuid: string }) =>
    one.uuid < other.uuid ? -1 : 1;
  const together = await foundIn(open(folder));
  expect(together.workspace.projects).toEqual(found.workspace.projects);
  expect([...together.workspace.repositories].sort(byUuid)).toEqual(
    [...found.workspace.repositories].sort(byUuid),
  );
  expect(together.unread).toEqual([]);
  expect((await foundIn(open(both.folder()))).unread).toEqual([
    "the look has not come to its end: go on with npm run adopt -- look",
  ]);
});

test("what was found is read again from the records, and nobody is asked; readable for one account, no secret in it", async () => {
  const records = open(both.folder());
  const { found } = await lookAt(records, both.env, { details: true });
  both.emulator.log.clear();
  both.keycloak.asked.length = 0;
  const again = Records.last(records.file.replace(/\/[^/]*$/, ""), both.subject);
  expect(await foundIn(again!)).toEqual(found);
  expect([asked(), both.keycloak.asked]).toEqual([[], []]);
  expect(statSync(records.file).mode & 0o777).toBe(0o600);
  const text = readFileSync(records.file, "utf8");
  expect(text).toContain("DB_PASSWORD");
  for (const mark of [valueMark, secretMark, world.administrator.token]) expect(text).not.toContain(mark);
});

test("killed at each request, some in the middle of writing: nothing that was answered is asked again", async () => {
  const whole = open(both.folder());
  const { found } = await lookAt(whole, both.env);
  const [begun = "", ...lines] = readFileSync(whole.file, "utf8").trimEnd().split("\n");
  for (let answered = 0; answered <= lines.length; answered++) {
    const torn = answered % 2 === 0 ? "" : '{"at":"2026-';
    const folder = both.folder();
    const { file } = open(folder);
    writeFileSync(file, [begun, ...lines.slice(0, answered)].join("\n") + "\n" + torn);
    both.emulator.log.clear();
    both.keycloak.asked.length = 0;
    expect((await lookAt(open(folder), both.env)).found).toEqual(found);
    const answers = lines.slice(0, answered).map((line) => askedIn(line));
    expect(asked().sort()).toEqual(lines.slice(answered).map(askedIn).sort());
    expect(asked().filter((one) => answers.includes(one))).toEqual([]);
    // Once more, by what both runs have written down.
    expect(await foundIn(open(folder))).toEqual(found);
  }
}, 120_000);

const askedIn = (line: string) => (JSON.parse(line) as { asked: string }).asked;

test("another workspace, realm or server is another look; --again begins a new one", () => {
  const folder = both.folder();
  const first = open(folder);
  const elsewhere = { ...both.subject, keycloak: { ...both.subject.keycloak, realm: "other" } };
  expect(Records.last(folder, elsewhere)).toBeUndefined();
  expect(open(folder).file).toBe(first.file);
  const later = () => Date.now() + 1_000;
  expect(Records.open(folder, both.subject, { anew: true, now: later }).file).not.toBe(first.file);
});

test("what may not be read is a line each, with what it means for the rest; asked once more only where that is wanted", async () => {
  const folder = both.folder();
  const slug = world.seed.repositories?.[0]?.slug ?? "";
  both.emulator.faults.add({
    method: "GET",
    path: `/2.0/repositories/grown/${slug}/branch-restrictions`,
    status: 403,
  });
  const { found } = await lookAt(open(folder), both.env);
  expect(found.unread).toEqual([
    expect.stringContaining(
      `cannot read the branch restrictions of repository grown/${slug}: bitbucket answered 403`,
    ),
  ]);
  expect(found.workspace.repositories.find((one) => one.slug === slug)).toMatchObject({
    restrictions: [],
    unread: ["restrictions"],
  });
  both.emulator.log.clear();
  expect((await lookAt(open(folder), both.env)).found.unread).toHaveLength(1);
  expect(both.emulator.log.since()).toEqual([]);
  both.emulator.faults.clear();
  const records = open(folder);
  records.forgetRefusals();
  expect((await lookAt(records, both.env)).found.unread).toEqual([]);
});

test("with a token that is none, or without Keycloak, one request of each says so, and the other is read all the same", async () => {
  const env = { ...both.env, BITBUCKET_API_TOKEN: "a-token-that-is-none" };
  const { found } = await lookAt(open(both.folder()), env);
  expect(found.unread).toEqual([
    expect.stringMatching(/bitbucket answered 401.*; nothing else was asked of Bitbucket$/),
  ]);
  expect(both.emulator.log.since()).toHaveLength(1);
  expect(found.realm.users.length).toBe(world.realm.users.length);
  const without = { ...both.env, KEYCLOAK_CLIENT_ID: undefined, KEYCLOAK_CLIENT_SECRET: undefined };
  const { found: other } = await lookAt(open(both.folder()), without);
  expect(other.unread).toEqual([
    expect.stringMatching(/^no credentials for Keycloak.*; nothing else was asked of Keycloak$/),
  ]);
  expect(other.workspace.repositories).toHaveLength(sizes.small.repositories);
});

test("an access token reads in the account's stead what it may; what it may not, the account reads, and neither is asked again", async () => {
  const token = "access-token-of-the-workspace";
  const accessTokens = [{ name: "look", token, scopes: [...scopes] }];
  const other = await startBoth({ ...world, seed: { ...world.seed, accessTokens } });
  try {
    const folder = other.folder();
    const env = { ...other.env, BITBUCKET_ACCESS_TOKEN: token };
    const { found } = await lookAt(Records.open(folder, other.subject), env);
    expect(found.unread).toEqual([]);
    expect(workspaceOf(await withDetails(other, env))).toEqual(await expectedWorkspace(other.emulator));
    const accounts = new Set(other.emulator.log.since().map(({ account }) => account));
    expect(accounts.size).toBe(2);
    other.emulator.log.clear();
    expect((await lookAt(Records.open(folder, other.subject), env)).found).toEqual(found);
    expect(other.emulator.log.since()).toEqual([]);
  } finally {
    await other.close();
  }
}, 60_000);

const withDetails = async (of: Both, env: NodeJS.ProcessEnv) =>
  (await lookAt(Records.open(of.folder(), of.subject), env, { details: true })).found;

test("of an organisation's groups it is found which an identity provider keeps; the search is the only POST", async () => {
  const organization = { id: "org-1", directory: "dir-1", apiKey: "key-of-the-organisation" };
  const [first, ...rest] = world.seed.groups ?? [];
  const seed = {
    ...world.seed,
    workspace: { ...world.seed.workspace, organization },
    groups: [{ ...first!, externalSynced: true }, ...rest],
  };
  const other = await startBoth({ ...world, seed });
  try {
    const records = Records.open(other.folder(), other.subject);
    const ids = {
      BITBUCKET_ORGANIZATION_ID: organization.id,
      BITBUCKET_ORGANIZATION_API_KEY: organization.apiKey,
    };
    const { found } = await lookAt(records, { ...other.env, ...ids });
    expect(found.unread).toEqual([]);
    const synced = found.workspace.groups.map(({ name, externalSynced }) => [name, externalSynced]);
    expect(synced).toEqual([
      ["Administrators", false],
      [first!.name, true],
      ...rest.map(({ name }) => [name, false]),
    ]);
    const posted = other.emulator.log.since().filter(({ method }) => method !== "GET");
    expect(new Set(posted.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(["POST /admin/v2/orgs/org-1/directories/dir-1/groups/search"]),
    );
    expect(await foundIn(records)).toEqual(found);
    expect(readFileSync(records.file, "utf8")).not.toContain(organization.apiKey);
  } finally {
    await other.close();
  }
}, 60_000);
