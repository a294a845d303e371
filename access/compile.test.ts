import { changed, companyText, modelOf, settingsFor, withGrants } from "./testing/company";
import { compile } from "./compile";
import { entitlementsOf } from "./rights/entitlements";
import type { DesiredBitbucket } from "./model";

const today = new Date("2026-06-15T12:00:00Z");
const compiled = (text: string, environment = "dev") =>
  compile(modelOf(text), settingsFor(environment), today);

function governedBy(...grants: string[]): NonNullable<DesiredBitbucket["governed"]> {
  const { governed } = compiled(withGrants(...grants)).bitbucket;
  if (governed === undefined) throw new Error("the stack does not govern");
  return governed;
}

test("the whole of the small company, for a stack that governs", () => {
  expect(compiled(companyText)).toStrictEqual({
    keycloak: {
      roles: ["deploy:ONE/api", "deploy:ONE/web", "merge:ONE/api", "trigger:ONE"],
      groups: [
        { name: "guests", owner: "ben", description: "", members: [], roles: [] },
        { name: "makers", owner: "ana", description: "", roles: ["trigger:ONE"] },
        {
          name: "hands",
          owner: "ana",
          description: "",
          parent: "makers",
          members: ["ben", "cem"],
          roles: [],
        },
        {
          name: "leads",
          owner: "ana",
          description: "",
          parent: "makers",
          members: ["ana"],
          roles: ["merge:ONE/api"],
        },
      ],
      people: [
        { username: "ana", name: "Ana", email: "ana@small.example", roles: [] },
        { username: "ben", name: "Ben", email: "ben@small.example", roles: [] },
        {
          username: "cem",
          name: "Cem",
          email: "cem@small.example",
          account: "{00000000-0000-0000-0000-00000000000c}",
          roles: [],
        },
      ],
      agents: [],
      composites: {},
    },
    bitbucket: {
      governed: {
        groups: ["guests", "hands", "leads", "makers"],
        projects: [
          {
            key: "ONE",
            holders: [
              { group: "hands", permission: "write" },
              { group: "leads", permission: "write" },
              { group: "makers", permission: "write" },
            ],
          },
          { key: "TWO", holders: [] },
        ],
        repositories: [
          {
            slug: "api",
            project: "ONE",
            holders: [],
            branches: [
              {
                pattern: "main",
                rules: { approvals: 1 },
                enforced: true,
                mergers: { groups: ["leads"], users: [] },
              },
            ],
          },
          { slug: "web", project: "ONE", holders: [], branches: [] },
          { slug: "docs", project: "TWO", holders: [], branches: [] },
        ],
      },
      deployments: [
        {
          repository: "api",
          project: "ONE",
          environment: "dev",
          type: "test",
          restricted: false,
          credential: "rotated",
          role: "deploy:ONE/api",
        },
        {
          repository: "web",
          project: "ONE",
          environment: "dev",
          type: "test",
          restricted: false,
          credential: "rotated",
          role: "deploy:ONE/web",
        },
      ],
    },
  });
});

test("a stack that does not govern holds only its own deployments in Bitbucket", () => {
  const desired = compile(modelOf(companyText), settingsFor("prod", { governing: false }), today);
  expect(desired.bitbucket).toStrictEqual({
    deployments: [
      {
        repository: "api",
        project: "ONE",
        environment: "prod",
        type: "production",
        restricted: true,
        credential: "rotated",
        role: "deploy:ONE/api",
      },
    ],
  });
});

test.each<[string, Record<string, string>]>([
  ["read", { ONE: "read" }],
  ["trigger", { ONE: "write" }],
  ["merge", { ONE: "write" }],
  ["deploy:dev", { ONE: "write" }],
  ["deploy:prod", { ONE: "admin" }],
  ["administer", { ONE: "admin" }],
  ["read, administer, trigger", { ONE: "admin" }],
])("%s gives the permission %j", (can, permissions) => {
  const { projects } = governedBy(`team: guests, can: [${can}], on: ONE`);
  expect(
    Object.fromEntries(projects.flatMap(({ key, holders }) => holders.map((one) => [key, one.permission]))),
  ).toStrictEqual(permissions);
});

test("the strongest of all grants counts, and less than the project gives is left out", () => {
  const governed = governedBy(
    "team: hands, can: [read], on: [ONE, TWO]",
    "team: hands, can: [trigger], on: [ONE/api]",
    "team: makers, can: [read], on: ONE/web",
    "team: leads, can: [administer], on: ONE/web",
  );
  expect(governed.projects).toStrictEqual([
    { key: "ONE", holders: [{ group: "hands", permission: "read" }] },
    { key: "TWO", holders: [{ group: "hands", permission: "read" }] },
  ]);
  expect(governed.repositories.map(({ slug, holders }) => [slug, holders])).toStrictEqual([
    ["api", [{ group: "hands", permission: "write" }]],
    [
      "web",
      [
        { group: "leads", permission: "admin" },
        { group: "makers", permission: "read" },
      ],
    ],
    ["docs", []],
  ]);
});

test("mergers are teams with all below them, people and agents by account, from project and repository", () => {
  const governed = governedBy(
    "team: makers, can: [merge], on: ONE",
    "agent: bot, can: [merge], on: ONE/api",
    "person: cem, can: [merge], on: ONE/api, until: 2026-12-31, reason: Away",
    "team: guests, can: [administer], on: ONE",
  );
  expect(governed.repositories[0]?.branches[0]?.mergers).toStrictEqual({
    groups: ["hands", "leads", "makers"],
    users: ["{00000000-0000-0000-0000-00000000000c}", "{00000000-0000-0000-0000-0000000000b0}"],
  });
  expect(governed.repositories[0]?.holders).toStrictEqual([
    { user: "{00000000-0000-0000-0000-00000000000c}", permission: "write" },
    { user: "{00000000-0000-0000-0000-0000000000b0}", permission: "write" },
  ]);
});

test("roles say where, and a deploy role exists only in its environment's realm", () => {
  const text = withGrants(
    "team: hands, can: [deploy:dev, deploy:prod], on: ONE/api",
    "team: leads, can: [deploy:prod], on: ONE",
    "person: cem, can: [read], on: TWO/docs, until: 2026-12-31, reason: Audit",
    "agent: bot, can: [trigger], on: ONE/web",
  );
  const dev = compiled(text, "dev").keycloak;
  const prod = compiled(text, "prod").keycloak;
  // A pipeline has its own, whoever else is granted it.
  expect(dev.roles).toStrictEqual(["deploy:ONE/api", "deploy:ONE/web", "read:TWO/docs", "trigger:ONE/web"]);
  expect(prod.roles).toStrictEqual(["deploy:ONE", "deploy:ONE/api", "read:TWO/docs", "trigger:ONE/web"]);
  expect(dev.groups.map(({ name, roles }) => [name, roles])).toStrictEqual([
    ["guests", []],
    ["makers", []],
    ["hands", ["deploy:ONE/api"]],
    ["leads", []],
  ]);
  expect(dev.people.map(({ username, roles }) => [username, roles])).toStrictEqual([
    ["ana", []],
    ["ben", []],
    ["cem", ["read:TWO/docs"]],
  ]);
});

test.each([
  ["2026-06-15T23:59:59.999Z", "read"],
  ["2026-06-16T00:00:00.000Z", undefined],
])("at %s a grant until 15 June gives %s", (moment, permission) => {
  const model = modelOf(withGrants("team: guests, can: [read], on: TWO, until: 2026-06-15"));
  const desired = compile(model, settingsFor("dev"), new Date(moment));
  expect(desired.bitbucket.governed?.projects[1]?.holders[0]?.permission).toBe(permission);
  const ofPipelines = ["deploy:ONE/api", "deploy:ONE/web"];
  expect(desired.keycloak.roles).toStrictEqual([
    ...ofPipelines,
    ...(permission === undefined ? [] : ["read:TWO"]),
  ]);
  expect(entitlementsOf(model, new Date(moment))).toHaveLength(permission === undefined ? 0 : 1);
});

test("a person without an account is refused, not skipped", () => {
  const model = modelOf(withGrants("person: ben, can: [read], on: TWO"));
  expect(() => compile(model, settingsFor("dev"), today)).toThrow(
    'person ben: found no Bitbucket account; add "account" in access.yaml',
  );
});

test("a keyless pipeline is bound to a protected branch, unless only administrators deploy to its environment", () => {
  const text = changed([
    "web: { deploys: [dev], protected: {} }",
    "web: { deploys: [dev], credential: rotated }",
  ]);
  const of = (environment: string) =>
    compile(
      modelOf(text),
      { ...settingsFor(environment), pipelines: { credential: "keyless" } },
      today,
    ).bitbucket.deployments.map(({ repository, credential, branch }) => [repository, credential, branch]);
  expect(of("dev")).toStrictEqual([
    ["api", "keyless", "main"],
    ["web", "rotated", undefined],
  ]);
  expect(of("prod")).toStrictEqual([["api", "keyless", undefined]]);
});

test("an agent with keys has its rights in Keycloak; those on a repository and its project hold what they share", () => {
  const text = withGrants(
    "agent: bot, can: [merge], on: ONE/api",
    "team: leads, can: [merge, read], on: ONE",
  ).replace("bot: { owner: ben,", 'bot: { owner: ben, jwks: "https://bot.example/jwks",');
  const { agents, composites } = compiled(text).keycloak;
  expect(agents).toEqual([
    {
      name: "bot",
      owner: "ben",
      description: "",
      tokenLife: 300,
      jwks: "https://bot.example/jwks",
      roles: ["merge:ONE/api"],
    },
  ]);
  expect(composites).toEqual({ "merge:ONE": ["merge:ONE/api"] });
});

test.each<[string, string, string[]]>([
  ["that may do nothing", "team: leads, can: [read], on: ONE", []],
  ["whose grant has ended", "agent: bot, can: [merge], on: ONE/api, until: 2026-06-14, reason: R", []],
  ["that may deploy to another environment only", "agent: bot, can: [deploy:prod], on: ONE/api", []],
  ["that may do something", "agent: bot, can: [read], on: ONE/api", ["bot"]],
])("an agent with keys %s: its clients", (_, grant, clients) => {
  const keys = 'bot: { owner: ben, jwks: "https://bot.example/jwks",';
  const text = withGrants(grant).replace("bot: { owner: ben,", keys);
  expect(compiled(text, "dev").keycloak.agents.map(({ name }) => name)).toEqual(clients);
});

test.each([
  ["crafts", "crafts"],
  ["Mobile Devs", "mobile-devs"],
  ["Dev (Berlin)", "dev-berlin"],
  ["BB_Users", "bb_users"],
  ["R & D", "r-d"],
  ["old--name", "old--name"],
])("a group called %s goes by its slug %s in permissions, and keeps its name", (group, slug) => {
  const { keycloak, bitbucket } = compiled(changed(["makers:\n", `makers:\n    group: ${group}\n`]));
  expect(bitbucket.governed?.groups).toContain(slug);
  expect(keycloak.groups.find(({ name }) => name === "makers")?.group).toBe(group);
});

test("a team whose group in Bitbucket is called otherwise is that group there, and itself in Keycloak", () => {
  const { keycloak, bitbucket } = compiled(
    changed(
      ["leads: {", "leads: { previously: heads, group: old-leads,"],
      ["makers:\n", "makers:\n    group: crafts\n"],
    ),
  );
  const { governed } = bitbucket;
  expect(keycloak.groups.find(({ name }) => name === "leads")).toMatchObject({
    previously: "heads",
    group: "old-leads",
    parent: "makers",
  });
  expect(governed?.groups).toStrictEqual(["crafts", "guests", "hands", "old-leads"]);
  expect(governed?.projects[0]?.holders.map(({ group }) => group)).toStrictEqual([
    "crafts",
    "hands",
    "old-leads",
  ]);
  expect(governed?.repositories[0]?.branches[0]?.mergers.groups).toStrictEqual(["old-leads"]);
});
