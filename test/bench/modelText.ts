/** A large company's `access.yaml`, as a person would have written it: five levels of teams, ten of them a root. */

/** Teams under one root: five deep, two at each level. */
const teamsOfRoot = 10;
const levels = teamsOfRoot / 2;
const repositoriesOfProject = 20;

export interface Size {
  readonly people: number;
  /** A multiple of ten. */
  readonly teams: number;
  /** A multiple of twenty. */
  readonly repositories: number;
}

export function accessText({ people, teams, repositories }: Size): string {
  const everybody = range(people).map((one) => `p${one}`);
  const roots = range(teams / teamsOfRoot);
  const projects = range(repositories / repositoriesOfProject);
  const perTeam = Math.floor(people / teams);
  const membersOf = (team: number): string =>
    everybody.slice(team * perTeam, (team + 1) * perTeam).join(", ");
  const lines = [
    "company: Large",
    "owners: [p0, p1]",
    "environments:",
    "  dev: { type: test }",
    "  prod: { type: production, restricted: true }",
    "people:",
    ...everybody.map((one) => `  ${one}: { name: Person ${one}, email: ${one}@large.example }`),
    "teams:",
    ...roots.flatMap((root) => teamLines(root, 0, membersOf)),
    "projects:",
    ...projects.flatMap((project) => [
      `  P${project}:`,
      `    name: Project ${project}`,
      `    owner: ${nameOf(project % roots.length, 0, 0)}`,
      "    protected: { main: { approvals: 2 } }",
      "    repositories:",
      ...range(repositoriesOfProject).map((one) => `      p${project}-r${one}: { deploys: [dev, prod] }`),
    ]),
    "grants:",
    ...projects.flatMap((project) => {
      const root = project % roots.length;
      return [
        `  - { team: ${nameOf(root, 0, 0)}, can: [read], on: P${project} }`,
        `  - { team: ${nameOf(root, 1, 0)}, can: [trigger, deploy:dev], on: P${project} }`,
        `  - { team: ${nameOf(root, levels - 1, 0)}, can: [merge], on: P${project} }`,
        `  - { team: ${nameOf(root, levels - 1, 1)}, can: [deploy:prod], on: P${project}/p${project}-r0, reason: On call }`,
      ];
    }),
  ];
  return `${lines.join("\n")}\n`;
}

/** The same for a real Keycloak; another system (LDAP, HR) has the people there, and says who is in which team. */
export function accessTextOfDirectory(size: Size): string {
  return withLongNames(accessText(size).replace(/^ *members: .*\n/gm, ""));
}

/** Keycloak takes no user name of two letters. */
export function withLongNames(text: string): string {
  return text.replace(/\bp(\d+)\b(?!-)/g, "person-$1");
}

function teamLines(root: number, level: number, membersOf: (team: number) => string): string[] {
  if (level === levels) return [];
  const indent = "    ".repeat(level);
  return [0, 1].flatMap((twin) => [
    `${indent}  ${nameOf(root, level, twin)}:`,
    `${indent}    owner: p${root}`,
    `${indent}    members: [${membersOf(root * teamsOfRoot + 2 * level + twin)}]`,
    // The first of two goes on downwards.
    ...(twin === 0 && level < levels - 1
      ? [`${indent}    teams:`, ...teamLines(root, level + 1, membersOf)]
      : []),
  ]);
}

function nameOf(root: number, level: number, twin: number): string {
  return `team-${root}-${level}-${twin === 0 ? "a" : "b"}`;
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
