/**
 * No two resources have one name, whatever people, teams and agents are called: the real program under Pulumi's mocks, for
 * companies whose names are made of what our own names are made of. A sample by default; BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes
 * twenty times as many companies (each leaves 26 MB of modules behind).
 */
import fc from "fast-check";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { readUrn } from "@bitbucket-keycloak/pulumi-plugin/urn";
import type { Placed } from "../components/testing/placed";
import { withSettings } from "./e2e/world";
import { company, runProgram } from "./state/run";

const stackText = readFileSync(join(company, "stacks/Pulumi.main.yaml"), "utf8").replace(
  "runner: docs",
  "runner: none",
);

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
jest.setTimeout(exhaustive ? 1_200_000 : 120_000);

/** What our names are made of, and what people call things all the same. */
const words = [
  "a",
  "b",
  "dev",
  "one",
  "agent",
  "agents",
  "pipeline",
  "rights",
  "people",
  "bitbucket",
  "sign-in",
  "every-right",
  "first-password",
  "realm",
  "main",
  "read",
  "deploy",
  "constructor",
  "service-account",
];
const joined = (separators: readonly string[]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(...separators)), {
      minLength: 1,
      maxLength: 3,
    })
    .map((parts) =>
      parts.map(([word, separator], index) => (index === 0 ? word : separator + word)).join(""),
    );

const kebab = joined(["-"]);
const username = joined(["-", ".", "_", "@", "+", "..", "--"]).filter((name) => name.length > 2);
const isOfAClient = (name: string) => name.startsWith("service-account-");
const slug = joined(["-", ".", "_", "..", "--"]);
const key = joined(["_", "__"]).map((name) => name.replaceAll("-", "_").toUpperCase());
/** Some, and the first of them with what we put before names and behind them. */
const several = (name: fc.Arbitrary<string>, around: readonly [before: string, behind: string]) =>
  fc.uniqueArray(name, { minLength: 1, maxLength: 2 }).map((names) => {
    const [first = ""] = names;
    return [...new Set([...names, around[0] + first, first + around[1]])];
  });

const account = (n: number) => `{00000000-0000-4000-8000-${String(n).padStart(12, "0")}}`;

/** A valid company in which everybody may do something, and the stack that makes the most of it. */
const anyCompany = fc
  .record({
    environment: kebab,
    teams: several(kebab, ["agent-", "-a"]),
    people: several(username, ["agent.", "-first-password"]).filter((names) => !names.some(isOfAClient)),
    agents: several(kebab, ["agent-", "-b"]),
    keys: fc.uniqueArray(key, { minLength: 2, maxLength: 2 }),
    slugs: several(slug, ["a-", "-a"]),
    credential: fc.constantFrom("rotated", "both"),
    sign: fc.constantFrom<Record<string, string>>(
      { "signIn.publish": "rest" },
      { "signIn.kind": "saml", "signIn.url": "https://bitbucket.org", "signIn.connection": "pending" },
    ),
  })
  .map(({ environment, teams, people, agents, keys: [one = "", two = ""], slugs, credential, sign }) => {
    const [first = "", second = ""] = people;
    const [top = ""] = teams;
    const repository = { deploys: [environment], credential, protected: { main: { approvals: 1 } } };
    const access = {
      company: "Any",
      owners: [first, second],
      environments: { [environment]: { type: "production", restricted: true } },
      people: Object.fromEntries(
        people.map((name, n) => [name, { name: "Pat", email: `p${n}@any.example`, account: account(n) }]),
      ),
      teams: Object.fromEntries(teams.map((name) => [name, { owner: first, members: people }])),
      agents: Object.fromEntries(
        agents.map((name, n) => [
          name,
          { owner: first, account: account(100 + n), jwks: "https://bot.example" },
        ]),
      ),
      projects: {
        [one]: { owner: top, repositories: Object.fromEntries(slugs.map((name) => [name, repository])) },
        [two]: { owner: top, repositories: {} },
      },
      grants: [
        ...teams.map((team) => ({ team, can: ["merge"], on: one })),
        ...people.map((person) => ({ person, can: ["read"], on: two, until: "2099-01-01", reason: "Any" })),
        ...agents.map((agent) => ({
          agent,
          can: ["read"],
          on: [two, `${one}/${slugs[0] ?? ""}`],
          reason: "Any",
        })),
      ],
    };
    const settings = { environment, "pipelines.credential": credential, ...sign };
    return { access: stringify(access), stack: withSettings(stackText, settings) };
  });

/** What the servers know a resource by, besides its type; undefined where they have no name for it. */
function keyOf({ type, inputs }: Placed): string | undefined {
  const own = keys[type.split(":").at(-1) ?? ""];
  return own && JSON.stringify([type, ...own.map((name) => inputs[name])]);
}

const keys: Readonly<Record<string, readonly string[]>> = {
  User: ["username"],
  Group: ["workspace", "parentId", "name"],
  Role: ["clientId", "name"],
  Client: ["clientId"],
  ClientScope: ["name"],
  IdentityProvider: ["alias"],
  HardcodedClaimProtocolMapper: ["clientId", "name"],
  UserPropertyProtocolMapper: ["clientId", "name"],
  UserRoles: ["userId"],
  GroupRoles: ["groupId"],
  GroupParent: ["groupId"],
  Members: ["groupId"],
  Profile: ["userId"],
  UserNames: ["realm"],
  ClientDefaultScopes: ["clientId"],
  ClientOptionalScopes: ["clientId"],
  ProjectPermissions: ["project"],
  RepositoryPermissions: ["repository"],
  BranchRestrictions: ["repository"],
  Deployment: ["repository", "name"],
  DeploymentVariables: ["environment"],
};

/** Types that the program looks up in its last state by their name alone. */
const lookedUp = /:(RandomPassword|Schedule|DeploymentVariables|DataCenterClient|RealmKeystore\w+)$/;

test("every resource has a URN, and a name in its system, that no other has", async () => {
  const folder = mkdtempSync(join(tmpdir(), "urns-"));
  const seen = { resources: 0, clients: 0 };
  mkdirSync(join(folder, "stacks"));
  try {
    await fc.assert(
      fc.asyncProperty(anyCompany, async ({ access, stack }) => {
        writeFileSync(join(folder, "access.yaml"), access);
        writeFileSync(join(folder, "stacks/Pulumi.main.yaml"), stack);
        // Two of one URN are an error of it.
        const { resources } = await runProgram("main", folder);
        const custom = resources.filter((one) => one.custom);
        const inKeycloak = custom.flatMap((one) => keyOf(one) ?? []);
        expect(repeated(inKeycloak)).toEqual([]);
        const byName = custom
          .filter(({ type }) => lookedUp.test(type))
          .map(({ type, name }) => `${type} ${name}`);
        expect(repeated(byName)).toEqual([]);
        const clients = custom.filter(({ inputs }) => inputs.serviceAccountsEnabled === true);
        const accounts = clients.map(({ inputs }) => `service-account-${String(inputs.clientId)}`);
        const people = custom.filter(({ type }) => type === "keycloak:index/user:User");
        const usernames = people.map(({ inputs }) => String(inputs.username));
        expect(repeated([...accounts, ...usernames])).toEqual([]);
        for (const { urn, name, type } of resources) expect(readUrn(urn)).toMatchObject({ name, type });
        seen.resources += resources.length;
        seen.clients += clients.length;
      }),
      { numRuns: exhaustive ? 120 : 6, seed: 1, endOnFailure: true },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
  process.stdout.write(`${seen.resources} resources, ${seen.clients} clients with accounts\n`);
  expect(seen.clients).toBeGreaterThan(20);
});

const repeated = (names: readonly string[]) => names.filter((name, index) => names.indexOf(name) !== index);
