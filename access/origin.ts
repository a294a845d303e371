/**
 * Which line a resource comes from: the entry of `access.yaml`, or the setting of the stack. A run that stops half way
 * knows names of resources; whoever mends it has the files open. The names are those that the components give.
 */
import type { Path } from "./file/nodes";
import type { Grant, Model, Subject, Target } from "./model";
import { targetOf, Tree } from "./tree";

/** A resource, as its URN says. */
export interface Resource {
  /** Types of the components that it stands in, the outermost first. */
  readonly within: readonly string[];
  readonly type: string;
  readonly name: string;
}

/** A place of the model, or of the settings. */
export interface Origin {
  readonly of: "model" | "settings";
  readonly path: Path;
}

/** What is known besides the resource. */
interface Known {
  readonly model: Model;
  /** Of the stack. Undefined where its file cannot be read. */
  readonly environment: string | undefined;
  /** What the other system said: it may name the subject of a grant. */
  readonly said: string;
}

/** @param kind the last word of its type. Example: `GroupMemberships` */
type Rule = (name: string, kind: string, known: Known) => Path | undefined;

/** By the last word of a component's type, or of the type of a resource that stands in none. */
const declared: Readonly<Record<string, Rule>> = {
  People: (name, kind, { model, said }) => {
    if (kind === "People") return ["people"];
    const username = name.replace(kind === "RandomPassword" ? /-first-password$/ : /$^/, "");
    const path = entryOf("people", model.people, (one) => one.username === username);
    if (kind === "UserRoles") return grantOf(model, isOf({ kind: "person", name })) ?? path;
    return path && /\be-?mail\b/i.test(said) ? [...path, "email"] : path;
  },
  Team: (name, kind, { model }) => {
    const path = entryOf("teams", model.teams, (one) => one.name === name);
    return path && kind === "GroupMemberships" ? [...path, "members"] : path;
  },
  Agents: (name, _, known) => roleOf(name, known) ?? (known.model.agents.length > 0 ? ["agents"] : undefined),
  Agent: (name, _, { model }) => entryOf("agents", model.agents, (one) => one.name === name),
  Rights: (name, kind, known) => (kind === "Role" ? roleOf(name, known) : undefined),
  ProjectAccess: (key, _, { model, said }) =>
    grantNamed(model, [key], said) ?? entryOf("projects", model.projects, (one) => one.key === key),
  RepositoryAccess: (slug, kind, { model, said }) => {
    const repository = model.repositories.find((one) => one.slug === slug);
    if (repository === undefined) return undefined;
    const path = ["repositories", model.repositories.indexOf(repository)];
    const named = grantNamed(model, [targetOf(repository), repository.project], said);
    if (named !== undefined || kind !== "BranchRestrictions") return named ?? path;
    return repository.branches.length > 0 ? [...path, "branches", 0] : path;
  },
  PipelineAccess: (name, _, { model }) => {
    // The name of an environment holds no dot. A slot adds its letter, and a claim its name: `api.dev-a-pipeline`.
    const dot = name.lastIndexOf(".");
    const [of, at] = [name.slice(0, dot), name.slice(dot + 1)];
    const isAt = (environment: string) =>
      at.startsWith(environment) && /^(-[ab](-\w+)?)?$/.test(at.slice(environment.length));
    const path = entryOf(
      "repositories",
      model.repositories,
      (one) => one.slug === of && one.deploys.some(isAt),
    );
    return path && [...path, "deploys"];
  },
};

/** What the stack's file says, whatever `access.yaml` says. */
const set: Readonly<Record<string, Path>> = {
  Realm: ["keycloak", "realm"],
  Rights: ["keycloak", "realm"],
  SigningKeys: ["rotation", "signingKeys"],
  SamlKey: ["samlKey"],
  BitbucketSignIn: ["signIn"],
  TrustedWorkspace: ["bitbucket", "workspace"],
  PipelineSchedule: ["rotation", "runner"],
  keycloak: ["keycloak", "url"],
  bitbucket: ["bitbucket", "url"],
};

/**
 * @returns undefined for what comes from no line: the stack itself, the engine's own, and what is no longer declared
 */
export function originOf({ within, type, name }: Resource, known: Known): Origin | undefined {
  const kind = lastOf(type);
  for (const component of [...within, type].map(lastOf).reverse()) {
    const path = declared[component]?.(name, kind, known);
    if (path !== undefined) return { of: "model", path };
    const setting = set[component];
    // A role that nobody is granted any more is no setting.
    if (setting !== undefined && !(component === "Rights" && kind === "Role"))
      return { of: "settings", path: setting };
    if (component in declared && component !== "Rights") return undefined;
  }
  return undefined;
}

function lastOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function entryOf<Entry>(
  list: string,
  entries: readonly Entry[],
  is: (one: Entry) => boolean,
): Path | undefined {
  const index = entries.findIndex(is);
  return index < 0 ? undefined : [list, index];
}

function grantOf({ grants }: Model, is: (one: Grant) => boolean): Path | undefined {
  return entryOf("grants", grants, is);
}

function isOf({ kind, name }: Subject): (grant: Grant) => boolean {
  return ({ subject }) => subject.kind === kind && subject.name === name;
}

/** `merge:PAY/api`: the first grant that brings it about, else the target. */
function roleOf(role: string, { model, environment }: Known): Path | undefined {
  const [verb = "", target = ""] = role.split(":");
  const grants = (can: string) =>
    can === verb ||
    (environment === undefined ? can.startsWith(`${verb}:`) : can === `${verb}:${environment}`);
  return (
    grantOf(model, ({ can, on }) => can.some(grants) && on.includes(target)) ??
    entryOf("repositories", model.repositories, (one) => targetOf(one) === target) ??
    entryOf("projects", model.projects, ({ key }) => key === target)
  );
}

/** The grant on one of these targets whose subject was named: `the permission of group leads on project acme/ONE`. */
function grantNamed(model: Model, targets: readonly Target[], said: string): Path | undefined {
  const [, name] = /\bof (?:group|user) (\S+) on\b/.exec(said) ?? [];
  if (name === undefined) return undefined;
  const accounts = [...model.people.map((one) => [one.username, one.account] as const)].concat(
    model.agents.map((one) => [one.name, one.account] as const),
  );
  const tree = new Tree(model);
  const names = [name, ...accounts.flatMap(([own, account]) => (account === name ? [own] : []))];
  return grantOf(
    model,
    ({ subject, on }) =>
      names.includes(subject.kind === "team" ? tree.groupNamed(subject.name) : subject.name) &&
      on.some((one) => targets.includes(one)),
  );
}
