/** What a change can do to guards: of places, of the whole company, of the settings. */
import type { Chance } from "./chance";
import { accountId, accounts, type Repository, type State } from "./company";

type Edit = (state: State, chance: Chance) => void;

const checks: readonly (readonly [string, readonly (number | boolean | undefined)[]])[] = [
  ["approvals", [1, 2, 3, undefined]],
  ["builds", [1, undefined]],
  ["commitsBehind", [1, 3, 9, undefined]],
  ["noChangesRequested", [true, undefined]],
  ["resetApprovals", [true, undefined]],
  ["keepApprovalsOfSameDiff", [true, undefined]],
  ["autoMerge", [true, undefined]],
  ["enforced", [true, false]],
];

const settings: readonly (readonly [path: string, values: readonly unknown[]])[] = [
  ["keycloak.realm", ["acme-dev", "acme-other"]],
  ["keycloak.people", ["declared", "external"]],
  ["bitbucket.workspace", ["acme", "mine"]],
  ["bitbucket.governing", [true, false]],
  ["signIn.url", ["https://bitbucket.acme.example", "https://evil.example"]],
  ["signIn.publish", ["hand", "rest"]],
  ["lifetimes.accessToken", ["1 minute", "5 minutes", "15 minutes"]],
  ["lifetimes.session", ["8 hours", "10 hours", "12 hours"]],
  ["lifetimes.sessionIdle", ["10 minutes", "30 minutes", "60 minutes"]],
  ["lifetimes.events", ["10 days", "30 days", "90 days"]],
  ["pipelines.credential", ["rotated", "both", "keyless"]],
  ["rotation.credentials", ["10 days", "30 days", "90 days"]],
  ["rotation.signingKeys", ["30 days", "90 days", "120 days"]],
  ["rotation.overlap", ["1 day", "2 days"]],
  ["rotation.grace", ["3 days", "5 days"]],
  ["rotation.runner", ["none", "runner", "docs", "api"]],
  ["rotation.apiTokenExpires", ["2027-06-30", "2027-07-30"]],
  ["protect", ["true", "false"]],
  ["asOf", ["2026-06-15T12:00:00Z", undefined]],
  ["environment", ["dev", "prod"]],
  ["rotations", [{}, { "api.dev": { manualRotations: 1, revocations: 0, reason: "Leaked" } }]],
];

function repositoryIn({ access }: State, chance: Chance): Repository {
  const [project, slug] = chance.repository(access);
  return access.projects[project]?.repositories[slug] ?? {};
}

export const guardEdits: Readonly<Record<string, Edit>> = {
  "a check of a branch": (state, chance) => {
    const [project, slug] = chance.repository(state.access);
    const { [project]: of } = state.access.projects;
    const branches = of?.repositories[slug]?.protected ?? of?.protected ?? {};
    const [name, values] = chance.one(checks);
    const value = chance.one(values);
    const rules = branches["main"];
    if (rules === undefined) return;
    if (value === undefined) Reflect.deleteProperty(rules, name);
    else rules[name] = value;
  },
  protection: (state, chance) => {
    const repository = repositoryIn(state, chance);
    const values: Repository["protected"][] = [
      {},
      { main: { approvals: 1 } },
      { "release/*": { approvals: 2 } },
      undefined,
    ];
    const value = chance.one(values);
    if (value === undefined) Reflect.deleteProperty(repository, "protected");
    else repository.protected = value;
  },
  "environments of a repository": (state, chance) => {
    repositoryIn(state, chance).deploys = [...chance.one([[], ["dev"], ["dev", "prod"], ["prod"]])];
  },
  "credential of a repository": (state, chance) => {
    repositoryIn(state, chance).credential = chance.one(["rotated", "both", "keyless"]);
  },
  "kind of an environment": ({ access }, chance) => {
    const environment = access.environments[chance.one(["dev", "prod"])];
    if (environment) environment.type = chance.one(["test", "staging", "production"]);
  },
  "gate of an environment": ({ access }, chance) => {
    const environment = access.environments[chance.one(["dev", "prod"])];
    if (environment) environment.restricted = chance.number() % 2 === 0;
  },
  deployers: ({ access }, chance) => {
    const environment = access.environments["prod"];
    if (environment === undefined) return;
    const teams = ["leads", "ops", chance.team(access), chance.team(access)];
    const deployers = [...new Set(teams.slice(chance.number() % 4))];
    if (chance.number() % 3 === 0) Reflect.deleteProperty(environment, "deployers");
    else environment.deployers = deployers;
  },
  "an agent": ({ access }, chance) => {
    const agent = access.agents["bot"];
    if (agent === undefined) return;
    const kind = chance.number() % 4;
    if (kind === 0)
      agent.jwks = chance.one(["https://evil.example/jwks.json", "https://bot.small.example/jwks.json"]); // prettier-ignore
    else if (kind === 1) agent.account = accountId(chance.one(["~", "}", ...accounts]));
    else if (kind === 2) agent.tokenLife = chance.one(["5 minutes", "15 minutes"]);
    else agent.owner = chance.person(access);
  },
  "a new agent": ({ access }, chance) => {
    const jwks = chance.one(["https://clerk.small.example/jwks.json", "https://evil.example/jwks.json"]);
    access.agents["clerk"] = { owner: chance.person(access), account: accountId("|"), jwks };
    access.grants.push({ agent: "clerk", can: ["merge"], on: [chance.repository(access).join("/")] });
  },
  "an agent of somebody else": ({ access }, chance) => {
    const clerk = access.agents["clerk"];
    if (clerk) clerk.jwks = chance.one(["https://evil.example/jwks.json", "https://e.example/jwks.json"]);
  },
  "another runner": ({ config }, chance) => {
    config["rotation"] = { ...(config["rotation"] as object), runner: chance.one(["api", "docs", "site"]) };
  },
  "least number of owners": ({ access }, chance) => {
    access.limits.owners = chance.one([2, 3]);
  },
  "limit of removals": ({ access }, chance) => {
    access.limits.removal = chance.one(["80%", "90%", "100%"]);
  },
  separation: ({ access }, chance) => {
    const rule = { "never together": chance.one([["merge", "deploy:prod"], ["merge", "administer"]]) }; // prettier-ignore
    if (chance.number() % 2 === 0) access.separation.pop();
    else access.separation.push({ ...rule, on: [chance.project(access)] });
  },
  control: ({ access }, chance) => {
    if (chance.number() % 2 === 0) access.control.pop();
    else access.control.push(chance.repository(access).join("/"));
  },
  "a setting": ({ config }, chance) => {
    const [path, values] = chance.one(settings);
    const [first = "", second] = path.split(".");
    const value = chance.one(values);
    if (second !== undefined) config[first] = { ...(config[first] as object), [second]: value };
    else if (value === undefined) Reflect.deleteProperty(config, first);
    else config[first] = value;
  },
  "another setting": (state, chance) => {
    guardEdits["a setting"]?.(state, chance);
  },
  "an exception": ({ exceptions }, chance) => {
    const [known] = exceptions;
    const until = chance.one(["2026-07-15", "2026-08-31"]);
    if (known !== undefined && chance.number() % 2 === 0) known.until = until;
    else exceptions.push({ rule: "pkce", on: "realm", owner: "ana", reason: "Old client", until });
  },
  "the program": (state, chance) => {
    state.program = String(chance.number() % 7);
  },
};
