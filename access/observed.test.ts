/** Owned and observed, from the file to what both systems should hold. */
import { compile } from "./compile";
import { guardChangesOf } from "./rights/guardChanges";
import { changed, companyText, fileOf, modelOf, settingsFor } from "./testing/company";

const one = "    name: First\n";
const guests = "guests: { owner: ben, members: [] }";
const observes = (text: string) => changed([one, `${one}    ${text}\n`]);
const noGrants = (text: string) => `${text.split("grants:")[0] ?? ""}grants: []\n`;

test("a list that says nothing is none; the order and repetitions of one mean nothing", () => {
  expect(modelOf(observes("observed: []"))).toStrictEqual(modelOf(companyText));
  const { projects } = modelOf(observes("observed: [permissions, branches, permissions]"));
  expect(projects.map(({ key, observed }) => [key, observed])).toStrictEqual([
    ["ONE", ["branches", "permissions"]],
    ["TWO", undefined],
  ]);
});

test("what is observed compiles to nothing, and says so", () => {
  const text = observes("observed: [permissions, branches]").replace(
    "    protected: { main: { approvals: 1 } }\n",
    "",
  );
  const { governed } = compile(modelOf(noGrants(text)), settingsFor("dev"), new Date()).bitbucket;
  const observed = ["branches", "permissions"];
  expect(governed?.projects).toStrictEqual([
    { key: "ONE", observed, holders: [] },
    { key: "TWO", holders: [] },
  ]);
  expect(governed?.repositories).toStrictEqual([
    { slug: "api", project: "ONE", observed, holders: [], branches: [] },
    { slug: "web", project: "ONE", observed, holders: [], branches: [] },
    { slug: "docs", project: "TWO", holders: [], branches: [] },
  ]);
});

/** What the workspace should hold, by the projects and grants of a file, where all repositories are declared. */
function governedBy(projects: string, grants: string) {
  const model = modelOf(fileOf({ text: `projects:\n${projects}\ngrants:\n${grants}` }));
  const complete = { ...model, projects: model.projects.map((one) => ({ ...one, complete: true })) };
  return compile(complete, settingsFor("dev"), new Date()).bitbucket.governed;
}

test("a repository observes what its project owns: nothing is made for it alone, and nothing protected", () => {
  const governed = governedBy(
    "  ONE:\n    owner: leads\n    protected: { main: {} }\n    repositories: { api: { observed: [permissions, branches] }, web: {} }",
    "  - { team: guests, can: [trigger, merge], on: ONE }",
  );
  expect(governed?.projects).toStrictEqual([
    { key: "ONE", holders: [{ group: "guests", permission: "write" }] },
  ]);
  const mergers = { groups: ["guests"], users: [] };
  expect(governed?.repositories).toStrictEqual([
    { slug: "api", project: "ONE", observed: ["branches", "permissions"], holders: [], branches: [] },
    { slug: "web", project: "ONE", holders: [], branches: [{ pattern: "main", rules: {}, enforced: true, mergers }] }, // prettier-ignore
  ]);
});

test("a repository owns what its project observes, and what all of them are granted is given to each", () => {
  const governed = governedBy(
    "  ONE:\n    owner: leads\n    observed: [permissions]\n    repositories: { api: { owned: [permissions] }, web: { owned: [permissions] } }",
    "  - { team: guests, can: [trigger], on: [ONE/api, ONE/web] }",
  );
  const holders = [{ group: "guests", permission: "write" }];
  expect(governed?.projects).toStrictEqual([{ key: "ONE", observed: ["permissions"], holders: [] }]);
  expect(governed?.repositories).toStrictEqual([
    { slug: "api", project: "ONE", holders, branches: [] },
    { slug: "web", project: "ONE", holders, branches: [] },
  ]);
});

test("only a repository that says so has variables of this program alone", () => {
  const text = changed([
    "api: { deploys: [dev, prod] }",
    "api: { deploys: [dev, prod], owned: [variables] }",
  ]);
  const { deployments } = compile(modelOf(text), settingsFor("dev"), new Date()).bitbucket;
  expect(deployments.map(({ repository, owned }) => [repository, owned])).toStrictEqual([
    ["api", ["variables"]],
    ["web", undefined],
  ]);
});

test.each<[string, readonly [string, string], string[]]>([
  [
    "a project that is observed from now on",
    [one, `${one}    observed: [branches, permissions]\n`],
    [
      "repository: ONE, branches: owned → observed, asks ONE",
      "repository: ONE, permissions: owned → observed, asks ONE",
    ],
  ],
  [
    "a team whose members are observed from now on",
    [guests, "guests: { owner: ben, observed: [members] }"],
    [
      "identity: members of the Bitbucket group of team guests: owned → observed, asks the company",
      "identity: who is in team guests: those of access.yaml → those of Keycloak, asks undefined",
    ],
  ],
  [
    "variables that are the program's alone from now on",
    ["docs: {}", "docs: { owned: [variables] }"],
    ["repository: TWO/docs, what is the program's alone: – → variables, asks TWO"],
  ],
  [
    "a repository that is observed from now on",
    ["docs: {}", "docs: { observed: [permissions] }"],
    ["repository: TWO/docs, what is observed: – → permissions, asks TWO"],
  ],
])("%s is grave, and so is the way back", (_, change, lines) => {
  const [before, after] = [companyText, changed(change)].map((text) => declared(modelOf(text)));
  expect(guards(before, after)).toStrictEqual(lines);
  const back = guards(after, before).filter((line) => !line.endsWith("asks undefined"));
  expect(back).toStrictEqual(
    lines
      .filter((line) => !line.endsWith("asks undefined"))
      .map((line) => line.replace(/: ([^:]*) → (.*), asks/, ": $2 → $1, asks")),
  );
});

test("a realm that is observed from now on is grave, and so is the way back", () => {
  const [before, after] = [settingsFor("dev"), settingsFor("dev")].map((settings, index) => ({
    ...declared(modelOf(companyText)),
    settings:
      index === 0
        ? settings
        : { ...settings, keycloak: { ...settings.keycloak, observed: ["realm"] as const } },
  }));
  expect(guards(before, after)).toStrictEqual(["setting: keycloak.observed: – → realm, asks the company"]);
  expect(guards(after, before)).toStrictEqual(["setting: keycloak.observed: realm → –, asks the company"]);
});

type Declared = Parameters<typeof guardChangesOf>[0];

function declared(model: Declared["model"]): Declared {
  return { model, settings: settingsFor("dev"), exceptions: [] };
}

function guards(before: Declared | undefined, after: Declared | undefined): string[] {
  if (!before || !after) throw new Error("nothing to compare");
  return guardChangesOf(before, after).map(({ about, what, before: from = "–", after: to = "–", asks }) => {
    const asked = asks === undefined ? "undefined" : asks.join(", ") || "the company";
    return `${about}: ${what}: ${from} → ${to}, asks ${asked}`;
  });
}
