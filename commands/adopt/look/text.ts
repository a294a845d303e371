/** What a look has found, in figures, and what it could not read. */
import type { Found } from "../../../access/adopt/found";
import { many, minuteOf } from "../counts";

/** How much there is, by what it is. */
export function countsOf({ workspace, realm }: Found) {
  const { projects, repositories, groups, accounts } = workspace;
  const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
  const environments = repositories.flatMap((one) => one.environments);
  return {
    projects: projects.length,
    repositories: repositories.length,
    groups: groups.length,
    accounts: accounts.length,
    permissions: sum([...projects, ...repositories].map(({ holders }) => holders.length)),
    restrictions: sum(repositories.map(({ restrictions }) => restrictions.length)),
    environments: environments.length,
    variables: sum(environments.map(({ variables }) => variables.length)),
    rights: sum(repositories.map(({ effective = [] }) => effective.length)),
    people: realm.users.length,
    realmGroups: realm.groups.length,
    clients: realm.clients.filter(({ isBuiltIn }) => !isBuiltIn).length,
  };
}

/** @param stack for what to do next */
export function lookText(found: Found, file: string, stack: string): string {
  const counts = countsOf(found);
  const of = (key: keyof typeof counts, one: string, more?: string) => many(counts[key], one, more);
  const { workspace, realm, unread, at } = found;
  return [
    `workspace ${workspace.slug}: ${of("projects", "project")}, ${of("repositories", "repository", "repositories")}, ${of("groups", "group")}, ${of("accounts", "account")}`,
    `  ${of("permissions", "permission")} that somebody gave, ${of("rights", "right")} that people have in the end, ${of("restrictions", "branch restriction")}, ${of("environments", "environment")} with ${of("variables", "variable")}`,
    `realm ${realm.realm}: ${of("people", "person", "people")}, ${of("realmGroups", "group")}, ${of("clients", "client")} of its own`,
    ...(unread.length === 0 ? [] : ["", "not read:", ...together(unread).map((line) => `  ${line}`)]),
    "",
    `begun ${minuteOf(new Date(at))}; nothing was written in either system; every answer is in ${file}`,
    `next: npm run adopt -- propose ${stack}`,
  ].join("\n");
}

/** What is the same of many repositories or projects is one line, with the first of them. */
function together(lines: readonly string[]): string[] {
  const alike = new Map<string, { readonly first: string; more: number }>();
  for (const line of lines) {
    const kind = line.replace(/(repository|project|environment) \S+?(?=[:, ]|$)/g, "$1");
    const known = alike.get(kind);
    if (known === undefined) alike.set(kind, { first: line, more: 0 });
    else known.more++;
  }
  return [...alike.values()].map(({ first, more }) =>
    more === 0 ? first : `${first} (and the same of ${more.toLocaleString("en")} more)`,
  );
}
