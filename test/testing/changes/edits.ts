/** What a change can do: to people, teams, rights, places, guards, settings. Each edits a state that is its own. */
import { accountId, accounts, emailOf, type Access, type Grant, type State, type Team } from "./company";
import { Nothing, teamsIn, type Chance } from "./chance";
import { guardEdits } from "./guardEdits";
import { nameEdits } from "./names";

export type Edit = (state: State, chance: Chance) => void;

const capabilities = ["read", "trigger", "merge", "administer", "deploy:dev", "deploy:prod", "deploy:prod"];
const days = [undefined, "2026-06-10", "2026-09-30", "2026-12-31", "2027-06-30"];

function give({ access }: State, chance: Chance, subject: Partial<Grant>): void {
  const repository = chance.repository(access);
  const until = subject.person === undefined ? chance.one(days) : (chance.one(days.slice(2)) ?? "2026-09-30");
  access.grants.push({
    ...subject,
    can: [chance.one(capabilities)],
    on: [chance.one([repository.join("/"), repository.join("/"), repository[0]])],
    ...(until !== undefined && { until }),
    ...(subject.person !== undefined && { reason: "Asked for" }),
  });
}

/** @returns the team, which is nowhere any more */
function takeOut({ teams }: Access, name: string): Team {
  const walk = (level: Record<string, Team>): Team | undefined => {
    const own = level[name];
    Reflect.deleteProperty(level, name);
    return own ?? Object.values(level).flatMap((team) => walk(team.teams ?? {}) ?? [])[0];
  };
  const found = walk(teams);
  if (found === undefined) throw new Nothing();
  return found;
}

/** Nothing is granted, or deployed, in a place that is gone. */
function forget(access: Access, target: string): void {
  for (const grant of access.grants) grant.on = grant.on.filter((on) => on !== target);
  access.grants = access.grants.filter(({ on }) => on.length > 0);
  access.control = access.control.filter((one) => one !== target);
}

export const edits: Readonly<Record<string, Edit>> = {
  "grant to a team": (state, chance) => {
    give(state, chance, { team: chance.team(state.access) });
  },
  "grant production to a team": ({ access }, chance) => {
    access.grants.push({ team: chance.team(access), can: ["deploy:prod"], on: ["ONE/api"] });
  },
  "grant to a person": (state, chance) => {
    const name = chance.person(state.access);
    const person = state.access.people[name];
    if (person) person.account ??= accountId(name);
    give(state, chance, { person: name });
  },
  "grant to an agent": (state, chance) => {
    give(state, chance, { agent: chance.one(Object.keys(state.access.agents)) });
  },
  "end a grant": ({ access }, chance) => {
    access.grants.splice(chance.number() % Math.max(1, access.grants.length), 1);
  },
  "another end": ({ access }, chance) => {
    const grant = chance.mostly(access.grants);
    const until = chance.one(days);
    if (until === undefined) Reflect.deleteProperty(grant, "until");
    else grant.until = until;
  },
  "grant elsewhere as well": ({ access }, chance) => {
    chance.mostly(access.grants).on.push(chance.repository(access).join("/"));
  },
  "join a team": ({ access }, chance) => {
    const team = chance.entry(access);
    team.members = [...(team.members ?? []), chance.person(access)];
  },
  "leave a team": ({ access }, chance) => {
    const team = chance.entry(access);
    const gone = chance.person(access);
    team.members = (team.members ?? []).filter((name) => name !== gone);
  },
  "leave a team to Keycloak": ({ access }, chance) => {
    Reflect.deleteProperty(chance.entry(access), "members");
  },
  "nest a team": ({ access }, chance) => {
    const name = chance.one(teamsIn(access).map(([each]) => each));
    const team = takeOut(access, name);
    const left = teamsIn(access);
    const above = chance.number() % 4 === 0 ? undefined : chance.mostly(left)[1];
    if (above === undefined) access.teams[name] = team;
    else above.teams = { ...above.teams, [name]: team };
  },
  "new team": ({ access }, chance) => {
    const members = chance.one([[], [chance.person(access)]]);
    access.teams[`team-${chance.number() % 5}`] ??= { owner: "ana", members };
  },
  "another team owns a project": ({ access }, chance) => {
    const project = access.projects[chance.project(access)];
    if (project) project.owner = chance.team(access);
  },
  "company owner in": ({ access }, chance) => {
    access.owners.push(chance.person(access));
  },
  "company owner replaced": ({ access }, chance) => {
    access.owners[chance.number() % access.owners.length] = chance.person(access);
  },
  "new project": ({ access }, chance) => {
    const deploys = chance.one([[], ["dev"], ["prod"]]);
    access.projects["NEW"] ??= { owner: chance.team(access), repositories: { fresh: { deploys } } };
  },
  "new repository": ({ access }, chance) => {
    const project = access.projects[chance.project(access)];
    const checks = { main: { approvals: 1 } };
    const protects = chance.number() % 2 === 0 && { protected: checks };
    const slug = `new-${chance.number() % 3}`;
    if (project) project.repositories[slug] ??= { deploys: chance.one([[], ["dev", "prod"]]), ...protects };
  },
  "repository leaves": ({ access }, chance) => {
    const [project, slug] = chance.repository(access);
    Reflect.deleteProperty(access.projects[project]?.repositories ?? {}, slug);
    forget(access, `${project}/${slug}`);
  },
  "repository moves": ({ access }, chance) => {
    const [project, slug] = chance.repository(access);
    const to = access.projects[chance.one(Object.keys(access.projects))];
    const moved = access.projects[project]?.repositories[slug];
    Reflect.deleteProperty(access.projects[project]?.repositories ?? {}, slug);
    if (to && moved) to.repositories[slug] = moved;
    forget(access, `${project}/${slug}`);
  },
  "e-mail address": ({ access }, chance) => {
    const person = access.people[chance.person(access)];
    if (person) person.email = emailOf(chance.one(["mal", "fay", "zed", "nobody", ...accounts]));
  },
  "addresses change places": ({ access }, chance) => {
    const [one, other] = [access.people[chance.person(access)], access.people[chance.person(access)]];
    if (one && other) [one.email, other.email] = [other.email, one.email];
  },
  account: ({ access }, chance) => {
    const person = access.people[chance.person(access)];
    const account = chance.one([...accounts, undefined]);
    if (person && account === undefined) Reflect.deleteProperty(person, "account");
    else if (person && account !== undefined) person.account = accountId(account);
  },
  "new person": ({ access }, chance) => {
    const name = chance.one(["zed", "zed", "xia"]);
    const account = chance.one([...accounts, undefined, undefined]);
    access.people[name] ??= {
      name,
      email: emailOf(chance.one([name, `${name}2`])),
      ...(account !== undefined && { account: accountId(account) }),
    };
    const team = chance.entry(access);
    team.members = [...(team.members ?? []), name];
  },
  "newcomer is somebody else": ({ access }, chance) => {
    const newcomer = access.people["zed"];
    if (newcomer) newcomer.account = accountId(chance.one(accounts));
  },
  ...guardEdits,
  ...nameEdits,
};
