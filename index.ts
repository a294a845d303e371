/**
 * One environment, both systems: the settings of the stack and `access.yaml` go in, a Keycloak realm and the
 * matching Bitbucket permissions come out.
 */
import "./program/sdk/debugLog";
import "./program/sdk/promiseTraces";
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { displayNameOf, groupOf, isKeyless, rotationNames } from "./access";
import { variable } from "./access/environment";
import {
  Agents,
  BitbucketSignIn,
  People,
  PipelineAccess,
  ProjectAccess,
  Realm,
  Rights,
  SamlKey,
  Team,
  TrustedWorkspace,
} from "./components";
import { baselineOf, watched } from "./program/baseline";
import { contextOf } from "./program/context";
import { declared } from "./program/declared";
import { baselineOfRun } from "./program/guard";
import { lastRun } from "./program/lastRun";
import { reachable } from "./program/preflight";
import { everyNight, rotationsOf } from "./program/rotation";

const { model, settings, exceptions, places, desired, asOf, baseline: declaredBaseline } = declared();
const resources = watched();
const last = lastRun();
const context = contextOf(settings, asOf, last);
const rotations = rotationsOf(settings);
const { workspace, plan } = settings.bitbucket;
const { governed, deployments } = desired.bitbucket;

// Everything below waits for the providers, and those wait for both systems to answer, at addresses that are known.
const next = { stack: pulumi.getStack(), model, settings, exceptions, asOf, places };
const asked = reachable(next, desired, last, context.lastState);
const providers = {
  keycloak: new keycloak.Provider("keycloak", {
    url: asked.then(() => settings.keycloak.url),
    // Who has a user name and no client of his own signs in by Keycloak's, as the commands do.
    clientId: process.env[variable.keycloakClientId] ?? "admin-cli",
    clientTimeout: 30,
  }),
  bitbucket: new bitbucket.Provider("bitbucket", { apiUrl: asked.then(() => settings.bitbucket.url) }),
};
const options = { providers: [providers.keycloak, providers.bitbucket] };

const realm = new Realm(
  "realm",
  {
    realm: settings.keycloak.realm,
    displayName: displayNameOf(model.company, settings.environment),
    url: settings.keycloak.url,
    owners: model.people.filter((person) => model.owners.includes(person.username)),
    lifetimes: settings.lifetimes,
    signingKeys: rotations.signingKeys,
    protect: settings.protect,
    context,
  },
  options,
);

const samlKey =
  settings.signIn.kind === "saml" || settings.samlKey
    ? new SamlKey(
        rotationNames.samlKey,
        { realm, context, ...(settings.samlKey && { numbers: settings.samlKey }) },
        options,
      )
    : undefined;

const { roles, composites, groups, agents } = desired.keycloak;
const rights = new Rights("rights", { realm, roles, composites }, options);

const signIn = new BitbucketSignIn(
  rotationNames.signIn,
  {
    realm,
    rights,
    signIn: settings.signIn,
    rotation: rotations.signIn,
    ...(samlKey && { samlKey }),
    context,
  },
  options,
);

const people = new People(
  "people",
  { realm, rights, people: desired.keycloak.people, from: settings.keycloak.people, context },
  options,
);

// Parents come before their children.
const teams = new Map<string, Team>();
for (const team of groups) {
  const within = team.parent === undefined ? undefined : teams.get(team.parent);
  const args = { realm, rights, team, within, people, workspace: governed && workspace };
  teams.set(team.name, new Team(team.name, args, options));
}

const byGroup = new Map(
  groups.flatMap((team) => {
    const made = teams.get(team.name);
    return made ? [[groupOf(team), made] as const] : [];
  }),
);

if (agents.length > 0) new Agents("agents", { realm, rights, agents }, options);

for (const project of governed?.projects ?? []) {
  const repositories = governed?.repositories.filter((one) => one.project === project.key) ?? [];
  new ProjectAccess(project.key, { workspace, plan, project, repositories, teams: byGroup }, options);
}

const trusted = deployments.some(({ credential }) => isKeyless(credential))
  ? new TrustedWorkspace(
      workspace,
      { realm, workspace, restricted: deployments.every(({ restricted }) => restricted) },
      options,
    )
  : undefined;

if (governed && settings.rotation.runner !== "none") {
  const repository = settings.rotation.runner;
  const provider = providers.bitbucket;
  for (const at of everyNight)
    new bitbucket.PipelineSchedule(at.pipeline, { workspace, repository, ...at }, { provider });
}

const pipelines = deployments.map((deployment) => {
  const name = `${deployment.repository}.${deployment.environment}`;
  const rotation = rotations.credential(name, ...(deployment.formerNames ?? []));
  return new PipelineAccess(
    name,
    { realm, workspace, deployment, rights, rotation, trusted, context },
    options,
  );
});

export const environment = settings.environment;
export const issuer = realm.issuer;
export const bitbucketSignIn = signIn.shown;
export const firstPasswords = people.firstPasswords;
export const pipelineClients = pulumi.all(pipelines.map((pipeline) => pipeline.clientId));
export const baseline = baselineOf(
  last.baseline().then((before) => baselineOfRun(declaredBaseline, next, before)),
  resources,
);
