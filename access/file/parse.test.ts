import { changed, companyText, modelOf } from "../testing/company";
import { parseAccess, parseFile } from "./parse";
import { renderProblems } from "../problem";

test("the file becomes flat lists, with what it leaves out", () => {
  expect(modelOf(companyText)).toStrictEqual({
    company: "Small",
    owners: ["ana", "ben"],
    environments: [
      { name: "dev", type: "test", restricted: false },
      { name: "prod", type: "production", restricted: true },
    ],
    people: [
      { username: "ana", name: "Ana", email: "ana@small.example" },
      { username: "ben", name: "Ben", email: "ben@small.example" },
      {
        username: "cem",
        name: "Cem",
        email: "cem@small.example",
        account: "{00000000-0000-0000-0000-00000000000c}",
      },
    ],
    teams: [
      { name: "makers", owner: "ana", description: "" },
      { name: "leads", owner: "ana", description: "", parent: "makers", members: ["ana"] },
      { name: "hands", owner: "ana", description: "", parent: "makers", members: ["ben", "cem"] },
      { name: "guests", owner: "ben", description: "", members: [] },
    ],
    agents: [
      {
        name: "bot",
        owner: "ben",
        description: "",
        account: "{00000000-0000-0000-0000-0000000000b0}",
        tokenLife: 300,
      },
    ],
    projects: [
      { key: "ONE", name: "First", owner: "leads", complete: false },
      { key: "TWO", name: "Second", owner: "hands", complete: false },
    ],
    repositories: [
      {
        slug: "api",
        project: "ONE",
        deploys: ["dev", "prod"],
        branches: [{ pattern: "main", rules: { approvals: 1 }, enforced: true }],
      },
      { slug: "web", project: "ONE", deploys: ["dev"], branches: [] },
      { slug: "docs", project: "TWO", deploys: [], branches: [] },
    ],
    grants: [
      { subject: { kind: "team", name: "makers" }, can: ["trigger"], on: ["ONE"] },
      { subject: { kind: "team", name: "leads" }, can: ["merge"], on: ["ONE/api"] },
    ],
    separations: [],
    limits: { owners: 2, removal: 0.25 },
    control: [],
  });
});

test("the places of the model's entries lead back into the file", () => {
  const parsed = parseAccess(companyText, "access.yaml");
  if (!parsed.ok) throw new Error(renderProblems(parsed.problems));
  const { positions } = parsed;
  expect(positions.at(["teams", 2, "members", 1])).toStrictEqual({
    file: "access.yaml",
    line: 15,
    column: 43,
    path: "teams.makers.teams.hands.members[1]",
  });
  expect(positions.at(["repositories", 0, "branches", 0, "approvals"])).toMatchObject({
    line: 23,
    path: "projects.ONE.protected.main.approvals",
  });
  expect(positions.at(["repositories", 1], "key")).toMatchObject({ line: 26, column: 7 });
  expect(positions.at(["grants", 1, "on", 0])).toMatchObject({ line: 34, column: 38, path: "grants[1].on" });
});

test("nothing there: the place is the key of what should hold it", () => {
  const parsed = parseAccess(companyText, "access.yaml");
  if (!parsed.ok) throw new Error(renderProblems(parsed.problems));
  expect(parsed.positions.at(["people", 1, "account"])).toMatchObject({ line: 8, column: 3 });
});

test("an alias stands for what it names, and its values have the place of the original", () => {
  const text = changed(
    ["members: [ana]", "members: &them [ana, 7]"],
    ["members: [ben, cem]", "members: *them"],
  );
  const parsed = parseAccess(text, "f");
  if (parsed.ok) throw new Error("7 was taken for a name");
  expect(parsed.problems.map(({ path, line, column }) => [path, line, column])).toStrictEqual([
    ["teams.makers.teams.hands.members[1]", 14, 49],
    ["teams.makers.teams.leads.members[1]", 14, 49],
  ]);
});

const wordsOf = (text: string) => {
  const parsed = parseAccess(text, "f");
  return parsed.ok ? [] : renderProblems(parsed.problems).split("\n");
};

test.each<[string, string, string[]]>([
  [
    "no YAML",
    "a: [",
    [
      "f:1:5  found text that is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]; correct the line, often its indentation, a quote or a bracket",
    ],
  ],
  [
    "two documents",
    "a: 1\n---\nb: 2",
    ["f:2:1  found a second document after ---; keep one document in the file"],
  ],
  [
    "an alias of itself",
    "teams: &t\n  a: { teams: *t }",
    ["f:2:15  found the alias *t, inside of what it stands for; write out what is meant"],
  ],
  [
    "an unknown alias",
    "teams: *t",
    ["f:1:8  found the alias *t, which no anchor before it is called; write out what is meant"],
  ],
  [
    "a list",
    "[1]",
    [
      "f:1:1  found a list; allowed: a map with the keys company, owners, limits, review, control, environments, people, teams, agents, projects, grants, separation; correct it",
    ],
  ],
  [
    "a key twice",
    changed(["  ben: {", "  ana: {"]),
    ['f:8:3  found the key "ana" a second time; keep one of them, under one name'],
  ],
  [
    "a number and a text as the same key",
    changed(["  dev: { type: test }", "  1: { type: test }\n  '1': { type: test }"]).replace(/dev/g, "prod"),
    [
      "f:4:3  environments.1: found 1 without quotes, which YAML takes for a number; write it in quotes",
      'f:5:3  found the key "1" a second time; keep one of them, under one name',
    ],
  ],
  [
    "a key that JavaScript swallows",
    changed(["people:", "people:\n  __proto__: {}"]),
    ['f:7:3  found the key "__proto__"; use another name'],
  ],
])("%s", (_, text, problems) => {
  expect(wordsOf(text)).toStrictEqual(problems);
});

test("what is too deep or multiplies is a problem, not a crash", () => {
  const bomb = ["a: &a [x,x,x,x,x,x,x,x,x]"];
  for (const [before, name] of ["ab", "bc", "cd", "de", "ef"].map((pair) => pair.split(""))) {
    bomb.push(
      `${name ?? ""}: &${name ?? ""} [${Array(9)
        .fill(`*${before ?? ""}`)
        .join(",")}]`,
    );
  }
  const deep = `${"{a: ".repeat(300)}1${"}".repeat(300)}`;
  const deeper = "[".repeat(20_000);
  for (const text of [bomb.join("\n"), deep, deeper]) {
    const parsed = parseAccess(text, "f");
    expect(parsed.ok).toBe(false);
    expect(parsed).not.toHaveProperty("salvaged");
  }
});

test("a file that is wrong in any way is not handed on to be resolved", () => {
  expect(parseFile(companyText, "f").ok).toBe(true);
  const twice = parseFile(changed(["  ben: {", "  ana: {"]), "f");
  expect(twice.ok ? [] : renderProblems(twice.problems).split("\n")).toStrictEqual([
    'f:8:3  found the key "ana" a second time; keep one of them, under one name',
  ]);
  for (const text of [`${companyText}---\na: 1\n`, changed(["owners: [", "owner: ["]), "a: [", ""])
    expect(parseFile(text, "f").ok).toBe(false);
});

test("a merge rule that counts keeps its number, and one that only holds is on", () => {
  const rules = "{ approvals: 1, builds: 2, commitsBehind: 3, tasksDone: true }";
  const text = changed(["protected: { main: { approvals: 1 } }", `protected: { main: ${rules} }`]);
  expect(modelOf(text).repositories[0]?.branches[0]?.rules).toStrictEqual({
    approvals: 1,
    builds: 2,
    commitsBehind: 3,
    tasksDone: true,
  });
});

test("a company of 100,000 people is refused at once, with what to do; in every data file alike", () => {
  const people = Array.from(
    { length: 100_000 },
    (_, n) => `  p${n}: { name: Person ${n}, email: p${n}@acme.example }\n`,
  );
  const text = `company: Acme\npeople:\n${people.join("")}`;
  const began = performance.now();
  for (const parsed of [parseAccess(text, "access.yaml"), parseFile(text, "access.yaml")])
    expect(parsed).toMatchObject({
      ok: false,
      problems: [
        {
          line: 1,
          found: "6,066,692 bytes",
          allowed: "2,097,152, about 30,000 people written a line each",
          fix: "leave people to the directory: a team without members is Keycloak's to fill",
        },
      ],
    });
  const small = parseAccess("company: Acme\n", "access.yaml", { text, file: "access.lock.yaml" });
  expect(small.ok).toBe(false);
  expect(performance.now() - began).toBeLessThan(1000);
});
