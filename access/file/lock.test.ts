import { changed, companyText, settingsFor } from "../testing/company";
import { compile } from "../compile";
import { parseLock, renderLock, resolvePatterns, type Listed } from "./lock";
import { parseAccess, parseFile } from "./parse";
import { renderProblem } from "../problem";
import { readAccess } from "../checks/validate";

const listed: Listed[] = [
  { key: "ONE", name: "First", repositories: ["web", "api", "api-docs", "tools"] },
  { key: "TEAM_B", name: "Bees", repositories: ["hive"] },
  { key: "TEAM_A", name: "Ants", repositories: [] },
];
const text = changed(
  ["      api: {", '      "api*": { deploys: [prod] }\n      "*": {}\n      api: {'],
  ["  TWO:", '  "TEAM_*": { owner: hands, repositories: { "*": {} } }\n  TWO:'],
);

function locked(of: string) {
  const read = parseFile(of, "f");
  if (!read.ok) throw new Error("not well formed");
  return renderLock(resolvePatterns(read.data, "small", listed));
}

function modelOf(of: string) {
  const parsed = parseAccess(of, "f", { text: locked(of), file: "l" });
  if (!parsed.ok) throw new Error(parsed.problems.map(renderProblem).join("\n"));
  return parsed.model;
}

test("what patterns stand for, sorted, whatever the order of the answers", () => {
  expect(locked(text)).toMatchInlineSnapshot(`
    "# What the patterns of access.yaml stand for. Written by \`npm run resolve\`: commit it, and do not edit it.
    workspace: small
    projects:
      TEAM_*:
        TEAM_A: Ants
        TEAM_B: Bees
    repositories:
      ONE/api*:
        - api
        - api-docs
      ONE/*:
        - api
        - api-docs
        - tools
        - web
      TEAM_A/*: []
      TEAM_B/*:
        - hive
    "
  `);
});

test("what is written is read again", () => {
  const read = parseLock(locked(text), "l");
  expect(read.ok && renderLock(read.lock)).toBe(locked(text));
});

test("the exact name wins, then the earlier pattern; a project with * is complete", () => {
  const { projects, repositories } = modelOf(text);
  expect(repositories.map(({ project, slug, deploys }) => [project, slug, deploys.join(" ")])).toStrictEqual([
    ["ONE", "api", "dev prod"],
    ["ONE", "web", "dev"],
    ["ONE", "api-docs", "prod"],
    ["ONE", "tools", ""],
    ["TWO", "docs", ""],
    ["TEAM_B", "hive", ""],
  ]);
  expect(projects.map(({ key, name, complete }) => [key, name, complete])).toStrictEqual([
    ["ONE", "First", true],
    ["TWO", "Second", false],
    ["TEAM_A", "Ants", true],
    ["TEAM_B", "Bees", true],
  ]);
});

const problems = (of: string, lock?: string) => {
  const access = readAccess(
    of,
    "f",
    settingsFor("dev"),
    lock === undefined ? undefined : { text: lock, file: "l" },
  );
  return access.ok ? [] : access.problems.map(renderProblem);
};

test("without a lock, each pattern is told, and nothing that follows from it", () => {
  const told = problems(text.replace("on: ONE/api", "on: ONE/tools"));
  expect(told).toHaveLength(3);
  expect(told[0]).toBe(
    'f:25:7  projects.ONE.repositories.api*: found the pattern "api*", without an access.lock.yaml that says what it stands for; run "npm run resolve -- <stack>" and commit access.lock.yaml',
  );
});

test("a stale lock: a pattern too few, and one too many", () => {
  expect(problems(text, locked(text))).toStrictEqual([]);
  expect(problems(text.replace('"api*"', '"ap*"'), locked(text))).toStrictEqual([
    'f:25:7  projects.ONE.repositories.ap*: found the pattern "ap*", which access.lock.yaml does not know; run "npm run resolve -- <stack>" and commit access.lock.yaml',
    'l:8:3  repositories.ONE/api*: found the pattern "ONE/api*", which access.yaml does not have; run "npm run resolve -- <stack>" and commit access.lock.yaml',
  ]);
  expect(problems(companyText, "workspace: small\nprojects: {}\nrepositories: 7\n")).toHaveLength(1);
  expect(problems(companyText, "[")).toHaveLength(1);
});

test("a pattern in a grant stands for what is declared, each once, and one that stands for nothing is told", () => {
  const grants = (on: string) => companyText.replace("on: ONE/api", `on: ${on}`);
  expect(modelOf(grants("['ONE/*', ONE/api, 'O*', 'ONE/w*']")).grants[1]).toMatchObject({
    on: ["ONE/web", "ONE/api", "ONE"],
    patterns: { "ONE/web": "ONE/*", ONE: "O*" },
  });
  expect(problems(grants("'ONE/x*'"))).toHaveLength(1);
});

test("all repositories of a complete project are the project; not for administrators, and not elsewhere", () => {
  const all = ["on: ONE/api", "on: 'ONE/*'"] as const;
  const governed = (of: string) => compile(modelOf(of), settingsFor("dev"), new Date(0)).bitbucket.governed;
  const without = (of: string) => of.replace(/ {2}- \{ team: makers.*\n/, "");
  const project = (of: string) => governed(without(of))?.projects.find(({ key }) => key === "ONE")?.holders;
  const each = (of: string) =>
    governed(without(of))?.repositories.filter(
      ({ project: key, holders }) => key === "ONE" && holders.length > 0,
    );

  expect(project(text.replace(...all))).toStrictEqual([{ group: "leads", permission: "write" }]);
  expect(each(text.replace(...all))).toStrictEqual([]);
  const administering = text.replace(...all).replace("can: [merge]", "can: [merge, administer]");
  expect(each(administering)).toHaveLength(4);
  // A restricted environment wants administrators: of the repositories, not of the project that holds them.
  const deploying = text.replace(...all).replace("can: [merge]", "can: [deploy:prod, deploy:dev]");
  expect(project(deploying)).toStrictEqual([{ group: "leads", permission: "write" }]);
  expect(each(deploying)?.map(({ holders }) => holders)).toStrictEqual(
    Array(4).fill([{ group: "leads", permission: "admin" }]),
  );
  expect(project(companyText.replace(...all))).toStrictEqual([]);
  expect(each(companyText.replace(...all))).toHaveLength(2);
});
