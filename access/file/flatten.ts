/**
 * From the file's tree to the model's lists, keeping a note of where each entry comes from.
 */
import { secondsOf } from "../duration";
import { flattenGrants, flattenSeparations } from "./flattenGrants";
import { resolvedProjects, resolvedRepositories, type Lock } from "./lock";
import { mergeRuleNames } from "../mergeRules";
import type {
  Agent,
  Environment,
  Limits,
  Model,
  Person,
  Project,
  ProtectedBranch,
  Repository,
  Team,
} from "../model";
import { sorted } from "../problem";
import type { Positions } from "./positions";
import { tokenLives, type AccessFile, type TeamEntry } from "./schema";
import type { Path } from "./source";

type Branches = AccessFile["projects"][string]["protected"];

/** What holds where a file says nothing. */
const usualLimits: Limits = { owners: 2, removal: 0.25 };

/**
 * @param positions is told the origin of every entry of the model
 * @param lock what patterns stand for; without it, nothing
 */
export function flatten(file: AccessFile, positions: Positions, lock?: Lock): Model {
  const environments = Object.entries(file.environments).map(([name, entry], index): Environment => {
    positions.set(["environments", index], ["environments", name]);
    const { type, restricted = false, deployers, previously } = entry;
    return {
      name,
      type,
      restricted,
      ...(deployers !== undefined && { deployers }),
      ...(previously !== undefined && { previously }),
    };
  });
  const people = Object.entries(file.people).map(([username, entry], index): Person => {
    const { name, email, account, previously } = entry;
    positions.set(["people", index], ["people", username]);
    return {
      username,
      name: kept(name),
      email: kept(email.toLowerCase()),
      ...(account !== undefined && { account }),
      ...(previously !== undefined && { previously }),
    };
  });
  const agents = Object.entries(file.agents ?? {}).map(([name, entry], index): Agent => {
    positions.set(["agents", index], ["agents", name]);
    const { owner, description = "", account, tokenLife = "", jwks } = entry;
    const life = secondsOf(tokenLife) ?? tokenLives.usual;
    return {
      name,
      owner,
      description: kept(description),
      account,
      tokenLife: life,
      ...(jwks !== undefined && { jwks }),
    };
  });
  const { projects, repositories } = flattenProjects(file.projects, positions, lock);
  return {
    company: kept(file.company),
    owners: file.owners,
    environments,
    people,
    teams: flattenTeams(file.teams, positions),
    agents,
    projects,
    repositories,
    grants: flattenGrants(file.grants, { projects, repositories }, positions),
    separations: flattenSeparations(file.separation ?? [], { projects, repositories }, positions),
    limits: {
      owners: file.limits?.owners ?? usualLimits.owners,
      removal: shareOf(file.limits?.removal) ?? usualLimits.removal,
    },
    control: file.control ?? [],
    ...(file.review && { review: { last: file.review.last, every: daysOf(file.review.every) } }),
  };
}

/** As the engine hands it on and Keycloak keeps it: an accent and its letter are one character, whoever wrote them. */
function kept(text: string): string {
  return text.normalize("NFC");
}

/** Parents before their children, in the order of the file. A tree in YAML can have no cycle. */
function flattenTeams(entries: Record<string, TeamEntry>, positions: Positions): Team[] {
  const teams: Team[] = [];
  const walk = (level: Record<string, TeamEntry>, path: Path, parent?: string): void => {
    for (const [name, entry] of Object.entries(level)) {
      const { owner, description, members, previously, group, observed, teams: inner } = entry;
      const here = [...path, name];
      positions.set(["teams", teams.length], here);
      teams.push({
        name,
        owner,
        description: kept(description ?? ""),
        ...(parent !== undefined && { parent }),
        ...(members !== undefined && { members }),
        ...(previously !== undefined && { previously }),
        ...(group !== undefined && { group }),
        ...some("observed", observed),
      });
      walk(inner ?? {}, [...here, "teams"], name);
    }
  };
  walk(entries, ["teams"]);
  return teams;
}

function flattenProjects(
  entries: AccessFile["projects"],
  positions: Positions,
  lock: Lock | undefined,
): Pick<Model, "projects" | "repositories"> {
  const projects: Project[] = [];
  const repositories: Repository[] = [];
  for (const { name: key, key: writtenAs, entry, title } of resolvedProjects(entries, lock)) {
    const at = ["projects", writtenAs];
    positions.set(["projects", projects.length], at);
    const complete = Object.hasOwn(entry.repositories, "*");
    const { owner, previously } = entry;
    const former = previously === undefined ? {} : { previously };
    const observed = some("observed", entry.observed);
    projects.push({ key, name: entry.name ?? title ?? key, owner, complete, ...former, ...observed });

    for (const repository of resolvedRepositories(key, entry.repositories, lock)) {
      const { deploys, protected: own, credential, owned, previously: formerSlug } = repository.entry;
      const ownObserved = repository.entry.observed;
      const index = repositories.length;
      const here = [...at, "repositories", repository.key];
      // What the project says is for those that do not say otherwise, as one that observes its branches does.
      const inherited = ownObserved?.includes("branches") ? undefined : entry.protected;
      const branches = flattenBranches(own ?? inherited);
      positions.set(["repositories", index], here);
      for (const [number, { pattern }] of branches.entries()) {
        const origin = [...(own === undefined ? at : here), "protected", pattern];
        positions.set(["repositories", index, "branches", number], origin);
      }
      repositories.push({
        slug: repository.name,
        project: key,
        deploys: deploys ?? [],
        branches,
        ...(credential !== undefined && { credential }),
        ...(formerSlug !== undefined && { previously: formerSlug }),
        ...some("observed", ownObserved),
        ...some("owned", owned),
      });
    }
  }
  return { projects, repositories };
}

function flattenBranches(branches: Branches): ProtectedBranch[] {
  return Object.entries(branches ?? {}).map(([pattern, { enforced = true, ...entry }]) => ({
    pattern,
    rules: Object.fromEntries(mergeRuleNames.flatMap((name) => (entry[name] ? [[name, entry[name]]] : []))),
    enforced,
  }));
}

/** A list that says nothing is none, and one order means what another does. */
function some<K extends string, V extends string>(
  key: K,
  list: readonly V[] = [],
): { readonly [P in K]?: readonly V[] } {
  const all = list.length === 0 ? [] : [[key, sorted(new Set(list))]];
  return Object.fromEntries(all) as { readonly [P in K]?: readonly V[] };
}

/** `"90 days"` is 90. */
function daysOf(text: string): number {
  return (secondsOf(text) ?? 0) / 86_400;
}

/** `"20%"` is 0.2. */
function shareOf(percent: string | undefined): number | undefined {
  return percent === undefined ? undefined : Number(percent.slice(0, -1)) / 100;
}
