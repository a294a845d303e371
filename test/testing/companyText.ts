/** A model as somebody could have written it into `access.yaml`. */
import { stringify } from "yaml";
import type { Model, Team } from "../../access";

export function textOfModel(model: Model): string {
  const within = (parent?: string): Record<string, unknown> =>
    Object.fromEntries(
      model.teams.filter((team) => team.parent === parent).map((team) => [team.name, entryOf(team)]),
    );
  const entryOf = ({ name, owner, members }: Team) => ({
    owner,
    ...(members && { members }),
    teams: within(name),
  });
  const repositoriesOf = (key: string): Record<string, unknown> =>
    Object.fromEntries(
      model.repositories
        .filter(({ project }) => project === key)
        .map(({ slug, deploys, branches }) => [
          slug,
          { deploys, protected: Object.fromEntries(branches.map(({ pattern, rules }) => [pattern, rules])) },
        ]),
    );
  return stringify({
    company: model.company,
    owners: model.owners,
    environments: Object.fromEntries(
      model.environments.map(({ name, type, restricted }) => [name, { type, restricted }]),
    ),
    people: Object.fromEntries(
      model.people.map(({ username, name, email, account }) => [username, { name, email, account }]),
    ),
    teams: within(),
    agents: Object.fromEntries(model.agents.map(({ name, owner, account }) => [name, { owner, account }])),
    projects: Object.fromEntries(
      model.projects.map(({ key, owner }) => [key, { owner, repositories: repositoriesOf(key) }]),
    ),
    grants: model.grants.map(({ subject, can, on, until, reason }) => ({
      [subject.kind]: subject.name,
      can,
      on,
      ...(until !== undefined && { until }),
      ...(reason !== undefined && { reason }),
    })),
  });
}
