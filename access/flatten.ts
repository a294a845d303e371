/**
 * From the file's tree to the model's lists, keeping a note of where each entry comes from.
 */
import type {
  Agent,
  Environment,
  Grant,
  Model,
  Person,
  Project,
  ProtectedBranch,
  Repository,
  Subject,
  Team,
} from "./model";
import type { Positions } from "./positions";
import type { AccessFile, GrantEntry, TeamEntry } from "./schema";
import type { Path } from "./source";
import type { Capability } from "./vocabulary";

type Branches = AccessFile["projects"][string]["protected"];

/** @param positions is told the origin of every entry of the model */
export function flatten(file: AccessFile, positions: Positions): Model {
  const environments: Environment[] = Object.entries(file.environments).map(([name, entry], index) => {
    positions.set(["environments", index], ["environments", name]);
    return { name, type: entry.type, restricted: entry.restricted ?? false };
  });
  const people: Person[] = Object.entries(file.people).map(([username, { name, email, account }], index) => {
    positions.set(["people", index], ["people", username]);
    return { username, name, email, ...(account !== undefined && { account }) };
  });
  const agents: Agent[] = Object.entries(file.agents ?? {}).map(([name, entry], index) => {
    positions.set(["agents", index], ["agents", name]);
    return { name, owner: entry.owner, description: entry.description ?? "", account: entry.account };
  });
  const projects: Project[] = Object.entries(file.projects).map(([key, { name, owner }], index) => {
    positions.set(["projects", index], ["projects", key]);
    return { key, name, owner };
  });
  return {
    company: file.company,
    owners: file.owners,
    environments,
    people,
    teams: flattenTeams(file.teams, positions),
    agents,
    projects,
    repositories: flattenRepositories(file.projects, positions),
    grants: file.grants.map((grant, index) => flattenGrant(grant, index, positions)),
  };
}

/** Parents before their children, in the order of the file. A tree in YAML can have no cycle. */
function flattenTeams(entries: Record<string, TeamEntry>, positions: Positions): Team[] {
  const teams: Team[] = [];
  const walk = (level: Record<string, TeamEntry>, path: Path, parent?: string): void => {
    for (const [name, { owner, description, members, teams: inner }] of Object.entries(level)) {
      const here = [...path, name];
      positions.set(["teams", teams.length], here);
      teams.push({
        name,
        owner,
        description: description ?? "",
        ...(parent !== undefined && { parent }),
        ...(members !== undefined && { members }),
      });
      walk(inner ?? {}, [...here, "teams"], name);
    }
  };
  walk(entries, ["teams"]);
  return teams;
}

function flattenRepositories(projects: AccessFile["projects"], positions: Positions): Repository[] {
  const repositories: Repository[] = [];
  for (const [project, entry] of Object.entries(projects)) {
    for (const [slug, { deploys, protected: own }] of Object.entries(entry.repositories)) {
      const index = repositories.length;
      const here = ["projects", project, "repositories", slug];
      const branches = flattenBranches(own ?? entry.protected);
      const origin = own === undefined ? ["projects", project] : here;
      positions.set(["repositories", index], here);
      for (const [number, { pattern }] of branches.entries()) {
        positions.set(["repositories", index, "branches", number], [...origin, "protected", pattern]);
      }
      repositories.push({ slug, project, deploys: deploys ?? [], branches });
    }
  }
  return repositories;
}

function flattenBranches(branches: Branches): ProtectedBranch[] {
  return Object.entries(branches ?? {}).map(([pattern, { approvals, builds }]) => ({
    pattern,
    approvals: approvals ?? 0,
    builds: builds ?? 0,
  }));
}

function flattenGrant(entry: GrantEntry, index: number, positions: Positions): Grant {
  const subject = subjectOf(entry);
  positions.set(["grants", index, "subject"], ["grants", index, subject.kind]);
  if (typeof entry.on === "string") positions.set(["grants", index, "on", 0], ["grants", index, "on"]);
  return {
    subject,
    can: entry.can as Capability[],
    on: typeof entry.on === "string" ? [entry.on] : entry.on,
    ...(entry.until !== undefined && { until: entry.until }),
    ...(entry.reason !== undefined && { reason: entry.reason }),
  };
}

function subjectOf({ team, person, agent }: GrantEntry): Subject {
  if (team !== undefined) return { kind: "team", name: team };
  if (person !== undefined) return { kind: "person", name: person };
  return agent !== undefined ? { kind: "agent", name: agent } : { kind: "team", name: "" };
}
