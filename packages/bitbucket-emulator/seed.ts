/**
 * From a seed to the state that it describes: e-mails become UUIDs, tokens become hashes. UUIDs that are not
 * given are derived from the names, so that the same seed makes the same objects every time.
 */
import { type z } from "zod";
import { branchTypes } from "./contract";
import {
  administrators,
  type Account,
  type Grants,
  type Group,
  type Match,
  type Organization,
  type ProjectPermission,
  type Repository,
  type RepositoryPermission,
  type State,
} from "./entities";
import { slugOf, tokenHash, uuidOf } from "./identifiers";
import { whoOf } from "./signatures";
import type { DeployKey } from "./records";
import { seedSchema, type organization, type ParsedSeed } from "./seedSchema";

/**
 * The state that a seed describes.
 *
 * @throws with the place in the seed, what was found and what is allowed
 */
export function stateOf(seed: unknown): State {
  const parsed = seedSchema.safeParse(seed);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `seed: ${issue.path.join(".")}: ${issue.message}`);
    throw new Error(issues.join("\n"));
  }
  return build(parsed.data);
}

function build(seed: ParsedSeed): State {
  const now = new Date().toISOString();
  const accounts = seed.accounts.map(accountOf);
  const uuidByEmail = new Map(accounts.map((each) => [each.email.toLowerCase(), each.uuid]));
  const find = (email: string): string => {
    const found = uuidByEmail.get(email.toLowerCase());
    if (found === undefined)
      throw new Error(`seed: no account has the e-mail ${email}; add it to "accounts"`);
    return found;
  };
  const groupsOf = (groups: ParsedSeed["groups"]): Group[] => groups.map((each) => groupOf(each, find));
  const { organization } = seed.workspace;
  const owner = seed.workspace.owner ?? seed.administrators[0];
  const state: State = {
    version: 2,
    workspace: {
      uuid: seed.workspace.uuid ?? uuidOf(`workspace ${seed.workspace.slug}`),
      slug: seed.workspace.slug,
      name: seed.workspace.name ?? seed.workspace.slug,
      plan: seed.workspace.plan,
      ...(owner === undefined ? {} : { owner: find(owner) }),
      ...(seed.workspace.spam ? { spam: true } : {}),
      ...(organization === undefined
        ? {}
        : { organization: organizationOf(organization, groupsOf(organization.groups)) }),
      createdOn: now,
    },
    accounts,
    groups: [
      { slug: administrators, name: "Administrators", members: seed.administrators.map(find) },
      ...groupsOf(seed.groups),
    ],
    projects: seed.projects.map((project) => ({
      uuid: uuidOf(`project ${seed.workspace.slug}/${project.key}`),
      key: project.key,
      name: project.name,
      createdOn: now,
      grants: grantsOf<ProjectPermission>(project.grants, find),
    })),
    repositories: [],
    variables: seed.variables.map((each) => ({ ...each, uuid: uuidOf(`variable ${each.key}`) })),
    accessTokens: seed.accessTokens.map(({ name, token, scopes, project, repository }) => ({
      uuid: uuidOf(`access token ${name}`),
      name,
      hash: tokenHash(token),
      scopes,
      ...(project === undefined ? {} : { project }),
      ...(repository === undefined ? {} : { repository }),
    })),
    lastRestriction: 0,
  };
  for (const each of seed.repositories) state.repositories.push(repositoryOf(each, state, find, now));
  return state;
}

function groupOf(seed: ParsedSeed["groups"][number], find: (email: string) => string): Group {
  const { name, members, externalSynced, onNewRepositories } = seed;
  return {
    slug: slugOf(name),
    name,
    members: members.map(find),
    ...(externalSynced && { externalSynced }),
    ...(onNewRepositories && { onNewRepositories }),
  };
}

/** An organisation as a seed describes it, the key as its hash. */
export function organizationOf(
  { id, directory, apiKey, apiKeyScopes, migrated }: z.output<typeof organization>,
  groups: Group[],
): Organization {
  const key = { keyHash: tokenHash(apiKey), ...(apiKeyScopes && { keyScopes: apiKeyScopes }) };
  return { id, directory, ...key, migrated, groups };
}

function accountOf(seed: ParsedSeed["accounts"][number]): Account {
  return {
    uuid: seed.uuid ?? uuidOf(`account ${seed.email.toLowerCase()}`),
    accountId: seed.accountId ?? `712020:${uuidOf(`atlassian ${seed.email.toLowerCase()}`).slice(1, -1)}`,
    name: seed.name,
    email: seed.email,
    kind: seed.kind,
    member: seed.member && !seed.invited,
    ...(seed.invited ? { invited: true } : {}),
    ...(seed.managed ? {} : { unmanaged: true }),
    ...(seed.provisioned ? { provisioned: true } : {}),
    tokens: seed.tokens.map(({ token, scopes }) => ({ hash: tokenHash(token), scopes })),
  };
}

function repositoryOf(
  seed: ParsedSeed["repositories"][number],
  state: State,
  find: (email: string) => string,
  now: string,
): Repository {
  if (!state.projects.some((project) => project.key === seed.project)) {
    throw new Error(
      `seed: repository ${seed.slug} is in project ${seed.project}, which is not in "projects"`,
    );
  }
  const name = `${state.workspace.slug}/${seed.slug}`;
  const main = seed.branches[seed.mainBranch] ?? {};
  const branches = Object.entries({ [seed.mainBranch]: main, ...seed.branches });
  const author = state.groups.find((group) => group.slug === administrators)?.members[0] ?? "";
  const by = state.accounts.find(({ uuid }) => uuid === author);
  const who = by ? whoOf(by) : "Bitbucket <noreply@bitbucket.example>";
  const origin = state.repositories.find(({ slug }) => slug === seed.forkOf);
  if (seed.forkOf !== undefined && origin === undefined) {
    throw new Error(`seed: repository ${seed.slug} is a fork of ${seed.forkOf}, which is not before it`);
  }
  return {
    uuid: uuidOf(`repository ${name}`),
    slug: seed.slug,
    ...(seed.formerly.length > 0 ? { formerly: seed.formerly } : {}),
    name: seed.slug,
    project: seed.project,
    createdOn: now,
    mainBranch: seed.mainBranch,
    grants: grantsOf<RepositoryPermission>(seed.grants, find),
    restrictions: seed.restrictions.map((each) => ({
      id: ++state.lastRestriction,
      kind: each.kind,
      match: matchOf(each),
      users: each.users.map(find),
      groups: each.groups,
      ...(each.value === undefined ? {} : { value: each.value }),
    })),
    environments: seed.environments.map((each) => ({
      uuid: uuidOf(`environment ${name} ${each.name}`),
      name: each.name,
      type: each.type,
      adminOnly: each.adminOnly,
      createdOn: new Date(0).toISOString(),
      variables: each.variables.map((variable) => ({
        ...variable,
        uuid: uuidOf(`variable ${name} ${each.name} ${variable.key}`),
      })),
    })),
    variables: seed.variables.map((each) => ({ ...each, uuid: uuidOf(`variable ${name} ${each.key}`) })),
    ...(seed.deployKeys.length > 0 && {
      deployKeys: seed.deployKeys.map((label) => deployKeyOf(label, name, state, now)),
    }),
    ...(origin && { forkOf: origin.slug }),
    initial:
      origin?.initial ??
      branches.map(([branch, own]) => ({ branch, author: who, date: now, files: { ...main, ...own } })),
    pullRequests: [],
    pipelinesEnabled: seed.pipelinesEnabled,
    pipelines: [],
  };
}

/** Ids count through all repositories. */
function deployKeyOf(label: string, repository: string, state: State, now: string): DeployKey {
  const last = Math.max(
    0,
    ...state.repositories.flatMap(({ deployKeys = [] }) => deployKeys.map(({ id }) => id)),
  );
  return {
    id: last + 1,
    key: `ssh-ed25519 ${tokenHash(`${repository} ${label}`)}`,
    label,
    comment: "",
    addedOn: now,
  };
}

function grantsOf<Permission>(
  seed: { readonly groups: Record<string, Permission>; readonly users: Record<string, Permission> },
  find: (email: string) => string,
): Grants<Permission> {
  return {
    groups: Object.entries(seed.groups).map(([holder, permission]) => ({ holder, permission })),
    users: Object.entries(seed.users).map(([email, permission]) => ({ holder: find(email), permission })),
  };
}

function matchOf(seed: { readonly pattern?: string; readonly branchType?: string }): Match {
  const type = branchTypes.find((each) => each === seed.branchType);
  if (type !== undefined) return { kind: "branching_model", type };
  return { kind: "glob", pattern: seed.pattern ?? "*" };
}
