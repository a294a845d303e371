/** Names and texts at the boundaries of Keycloak's columns, each with the line that says so. */
import { fileOf, problemsOf } from "../testing/company";

const repositories = (name: string): string =>
  `projects:\n  ONE: { name: First, owner: leads, repositories: { api: {}, ${name}: {} } }`;

test.each([
  ["a user name", 255, (name: string) => person(name, "Dan"), "5:3  people.NAME"],
  ["a name", 255, (text: string) => person("dan", text), "5:16  people.dan.name"],
  ["a team", 255, (name: string) => teams(name, "x"), "5:3  teams.NAME"],
  ["what a team is for", 255, (text: string) => teams("more", text), "5:36  teams.more.description"],
  ["an environment", 100, environments, "4:3  environments.NAME"],
  ["an agent", 100, agents, "2:3  agents.NAME"],
  ["a project", 100, projects, "3:3  projects.NAME"],
  ["a repository", 100, repositories, "2:62  projects.ONE.repositories.NAME"],
] as const)("%s has up to %d characters", (what, longest, text, place) => {
  const letter = what === "a project" ? "X" : "x";
  const problems = (length: number) => problemsOf(fileOf({ text: text(letter.repeat(length)) }));
  expect(problems(longest)).toEqual([]);
  const [problem = "", ...more] = problems(longest + 3);
  expect(more).toEqual([]);
  const [found, rest] = problem.replaceAll(letter.repeat(longest + 3), "NAME").split("; allowed: ");
  expect(found).toMatch(new RegExp(`^${place}: found "${letter}{60}…"$`));
  expect(rest).toMatch(new RegExp(`^${longest} characters at most: .*; shorten it by 3$`));
});

function person(username: string, name: string): string {
  return `people:
  ana: { name: Ana, email: ana@small.example }
  ben: { name: Ben, email: ben@small.example }
  cem: { name: Cem, email: cem@small.example }
  ${username}: { name: ${name}, email: dan@small.example }`;
}

function teams(name: string, description: string): string {
  return `teams:
  makers: { owner: ana }
  leads: { owner: ana }
  hands: { owner: ana }
  ${name}: { owner: ben, description: ${description} }`;
}

function environments(name: string): string {
  return `environments:\n  dev: { type: test }\n  prod: { type: production }\n  ${name}: { type: test }`;
}

function agents(name: string): string {
  return `agents:\n  ${name}: { owner: ben, account: "{00000000-0000-0000-0000-0000000000b0}" }`;
}

function projects(key: string): string {
  return `projects:\n  ONE: { name: First, owner: leads, repositories: { api: {} } }\n  ${key}: { name: Second, owner: hands, repositories: { web: {} } }`;
}
