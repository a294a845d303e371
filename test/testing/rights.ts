/**
 * A company as the emulated workspace has it once everything that is compiled has been placed, and what the emulator's
 * rules let each person do there.
 */
import fc from "fast-check";
import { model as anyModel } from "../../access/testing/anyCompany";
import { restrictionsOf, type Desired, type Environment, type Model } from "../../access";
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import type { PullRequest } from "@bitbucket-keycloak/bitbucket-emulator/code";
import type { Repository, State } from "@bitbucket-keycloak/bitbucket-emulator/entities";
import { repositoryPermission, suffices } from "@bitbucket-keycloak/bitbucket-emulator/permissionRules";
import { deployRefusal, mergeRefusal, triggerRefusal } from "@bitbucket-keycloak/bitbucket-emulator/rules";
import { stateOf } from "@bitbucket-keycloak/bitbucket-emulator/seed";

/** Any company, with people in any of its teams; those without a team or a grant can do nothing. */
export const company = fc
  .tuple(anyModel, fc.array(fc.subarray(["p0", "p1", "p2", "p3"]), { minLength: 6, maxLength: 6 }))
  .map(([model, members]): Model => ({
    ...model,
    people: [0, 1, 2, 3].map((n) => ({
      username: `p${n}`,
      name: "P",
      email: `p${n}@x.example`,
      account: account(n),
    })),
    teams: model.teams.map((team, n) => ({ ...team, members: members[n] ?? [] })),
  }));

const account = (n: number) => `{00000000-0000-0000-0000-${String(n).padStart(12, "0")}}`;

/** Whom the model speaks of: people with all of their teams, and agents. */
export function actorsOf(model: Model): { id: string; account: string; subjects: Set<string> }[] {
  const teamsOf = (username: string) =>
    model.teams.filter(({ members = [] }) => members.includes(username)).map(({ name }) => `team ${name}`);
  return [
    ...model.people.map(({ username, account: uuid = "" }) => ({
      id: username,
      account: uuid,
      subjects: new Set([`person ${username}`, ...teamsOf(username)]),
    })),
    ...model.agents.map(({ name, account: uuid }) => ({
      id: name,
      account: uuid,
      subjects: new Set([`agent ${name}`]),
    })),
  ];
}

const typeNames = { test: "Test", staging: "Staging", production: "Production" } as const;

/** The workspace as it is once everything that is compiled has been placed. */
export function workspaceOf(model: Model, { bitbucket: { governed } }: Desired): State {
  const actors = actorsOf(model);
  const emailOf = (uuid: string) => `${actors.find((one) => one.account === uuid)?.id ?? "?"}@x.example`;
  const holders = (all: NonNullable<typeof governed>["projects"][number]["holders"]) => ({
    groups: Object.fromEntries(all.flatMap(({ group, permission }) => (group ? [[group, permission]] : []))),
    users: Object.fromEntries(
      all.flatMap(({ user, permission }) => (user ? [[emailOf(user), permission]] : [])),
    ),
  });
  const environmentsOf = (slug: string): Environment[] =>
    model.environments.filter(({ name }) =>
      model.repositories.find((one) => one.slug === slug)?.deploys.includes(name),
    );
  const seed: Seed = {
    workspace: { slug: "small" },
    accounts: actors.map(({ id, account: uuid }) => ({ name: id, email: `${id}@x.example`, uuid })),
    groups: model.teams.map(({ name, members = [] }) => ({
      name,
      members: members.map((username) => `${username}@x.example`),
    })),
    projects: (governed?.projects ?? []).map(({ key, holders: all }) => ({
      key,
      name: key,
      grants: holders(all),
    })),
    repositories: (governed?.repositories ?? []).map(({ slug, project, holders: all, branches }) => ({
      slug,
      project,
      grants: holders(all),
      restrictions: branches
        .flatMap((branch) => restrictionsOf(branch, "premium"))
        .map(({ kind, pattern, groups = [], users = [], value }) => ({
          kind,
          pattern,
          groups: [...groups],
          users: users.map(emailOf),
          ...(value !== undefined && { value }),
        })),
      environments: environmentsOf(slug).map(({ name, type, restricted }) => ({
        name,
        type: typeNames[type],
        adminOnly: restricted,
      })),
    })),
  };
  return stateOf(seed);
}

/** A pull request that everybody else has approved: what is left to ask is who merges. */
const approved: PullRequest = {
  id: 1,
  title: "",
  description: "",
  author: "{author}",
  source: "feature",
  destination: "main",
  closeSourceBranch: false,
  createdOn: "",
  updatedOn: "",
  state: "OPEN",
  approvals: Array.from({ length: 9 }, (_, n) => `{approver ${n}}`),
};

/** What Bitbucket lets somebody do on a repository; an administrator may lift a restriction first. */
export function allowed(state: State, repository: Repository, actor: string): Set<string> {
  const held = repositoryPermission(state, repository, actor);
  const administers = suffices(held, "admin");
  const lifted = { ...repository, restrictions: [] };
  const merges = (one: Repository) => mergeRefusal(state, one, actor, approved) === undefined;
  const can: [string, boolean][] = [
    ["read", suffices(held, "read")],
    ["trigger", triggerRefusal(state, repository, actor) === undefined],
    ["merge", merges(repository) || (administers && merges(lifted))],
    ["administer", administers],
    ...repository.environments.map((environment): [string, boolean] => [
      `deploy:${environment.name}`,
      deployRefusal(state, repository, actor, environment) === undefined,
    ]),
  ];
  return new Set(can.flatMap(([capability, yes]) => (yes ? [capability] : [])));
}
