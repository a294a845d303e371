/** What a look asks, and what it makes of the answers: against the emulator, over HTTP. */
import { startEmulator, type Emulator, type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { scopes, type Scope } from "@bitbucket-keycloak/bitbucket-emulator/contract";
import { uuidOf } from "@bitbucket-keycloak/bitbucket-emulator/identifiers";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { Reader } from "./reader";
import { readWorkspace, type Wanted } from "./workspace";

const admin = "admin@acme.example";
const uuid = (email: string) => uuidOf(`account ${email}`);
const gaps: readonly Scope[] = ["read:user:bitbucket", "read:project:bitbucket", "read:repository:bitbucket"];

const seed: Seed = {
  workspace: { slug: "acme" },
  accounts: [
    {
      name: "Administrator",
      email: admin,
      tokens: [
        { token: "token-with-every-scope", scopes: [...scopes] },
        ...gaps.map((gap) => ({
          token: `token-without-${gap}`,
          scopes: scopes.filter((one) => one !== gap),
        })),
      ],
    },
    { name: "Ana", email: "ana@acme.example" },
    { name: "Ben", email: "ben@acme.example", member: false },
    { name: "Cem", email: "cem@acme.example", invited: true },
  ],
  administrators: [admin],
  projects: [{ key: "PAY", name: "Payments" }],
  repositories: [
    { slug: "web", project: "PAY", environments: [{ name: "Test", type: "Test" }] },
    { slug: "runs", project: "PAY", mainBranch: "master", formerly: ["runner"] },
    ...Array.from({ length: 150 }, (_, index) => ({ slug: `other-${index}`, project: "PAY" })),
  ],
};

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ seed });
});
beforeEach(() => {
  emulator.log.clear();
});
afterAll(() => emulator.close());

const wanted: Wanted = {
  governing: true,
  repositories: ["web", "runner", "gone"],
  environmentsOf: ["web", "gone"],
  most: 10,
};

async function looked(wants: Partial<Wanted> = {}, token = "token-with-every-scope", url = emulator.url) {
  const env = { BITBUCKET_EMAIL: admin, BITBUCKET_API_TOKEN: token };
  const read = new Reader(Bitbucket.session(url, env), "acme");
  const seen = await readWorkspace(read, { ...wanted, ...wants });
  return { seen, requests: read.requests };
}
const asked = () => emulator.log.since().map(({ method, path }) => `${method} ${path.replace("/2.0/", "")}`);

test("lists, then what the lists lack, then the environments of what gets one", async () => {
  const { seen, requests } = await looked();
  expect(seen.members).toEqual(
    new Map([
      [uuid(admin), true],
      [uuid("ana@acme.example"), false],
    ]),
  );
  expect(seen.projects).toEqual(new Set(["PAY"]));
  expect(seen.repositories?.size).toBe(152);
  expect(seen.repositories?.get("runs")).toEqual({
    uuid: uuidOf("repository acme/runs"),
    project: "PAY",
    mainBranch: "master",
  });
  expect(seen.projectKeys).toEqual(new Map([[uuidOf("project acme/PAY"), "PAY"]]));
  expect(seen.elsewhere).toEqual(
    new Map([
      ["runner", "acme/runs"],
      ["gone", undefined],
    ]),
  );
  expect(seen.environments).toEqual(new Map([["web", [{ name: "Test", type: "Test", adminOnly: false }]]]));
  expect(seen.unread).toEqual([]);
  expect(asked().sort()).toEqual([
    "GET repositories/acme",
    "GET repositories/acme",
    "GET repositories/acme/gone",
    "GET repositories/acme/runner",
    "GET repositories/acme/web/environments",
    "GET workspaces/acme/permissions",
    "GET workspaces/acme/projects",
  ]);
  expect(requests).toBe(7);
});

test("a stack that does not govern asks for repositories alone, and none that declares nothing", async () => {
  await looked({ governing: false, repositories: ["web"], environmentsOf: [] });
  expect(asked()).toEqual(["GET repositories/acme", "GET repositories/acme"]);
  const { requests } = await looked({ governing: false, repositories: [], environmentsOf: [] });
  expect(requests).toBe(0);
});

test("no more repositories are each asked for something than allowed, which is said", async () => {
  const { seen } = await looked({ most: 1 });
  expect(seen.unread.map(({ why }) => why)).toEqual(["2 more repositories, which a deploy looks at"]);
  expect([...seen.elsewhere.keys()]).toEqual(["runner"]);
  expect(seen.environments.size).toBe(0);
});

test.each(gaps)("without %s the rest is looked at, and what is missing says so", async (gap) => {
  const { seen } = await looked({}, `token-without-${gap}`);
  expect(seen.unread.map(({ why }) => why)).toEqual([expect.stringContaining(`lacks the scope ${gap}`)]);
  expect([seen.members, seen.projects, seen.repositories].map((part) => part !== undefined)).toEqual(
    gaps.map((one) => one !== gap),
  );
});

test("with a token that is none, one request says it for all", async () => {
  const { seen, requests } = await looked({}, "token-that-is-none");
  expect(seen.unread.map(({ why }) => why)).toEqual([expect.stringContaining("bitbucket answered 401")]);
  expect(requests).toBe(1);
});
