/**
 * One environment, both systems: the settings of the stack and `access.yaml` go in, a Keycloak realm and the
 * matching Bitbucket permissions come out.
 */
import "./program/sdk/debugLog";
import "./program/sdk/promiseTraces";
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { isKeyless, rotationNames } from "./access";
import { baselineOf, watched } from "./program/baseline";
import {
  Agents,
  BitbucketSignIn,
  People,
  PipelineAccess,
  Realm,
  SamlKey,
  Teams,
  TrustedWorkspace,
  WorkspaceAccess,
} from "./components";
import { declared } from "./program/declared";
import { reachable } from "./program/preflight";
import { everyNight, rotationsOf } from "./program/rotation";
import { variable } from "./access/environment";

const { model, settings, desired, asOf, baseline: next } = declared();
const resources = watched();
const rotations = rotationsOf(settings, asOf);
const { workspace, plan } = settings.bitbucket;
const { governed, deployments } = desired.bitbucket;

// Everything below waits for the providers, and those wait for both systems to answer.
const asked = reachable(settings, desired.bitbucket);
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
    displayName: `${model.company} (${settings.environment})`,
    url: settings.keycloak.url,
    owners: model.people.filter((person) => model.owners.includes(person.username)),
    lifetimes: settings.lifetimes,
    keys: rotations.signingKeys,
    protect: settings.protect,
  },
  options,
);

const samlKey =
  settings.signIn.kind === "saml" || settings.samlKey
    ? new SamlKey(
        rotationNames.samlKey,
        { realm, ...(settings.samlKey && { numbers: settings.samlKey }) },
        options,
      )
    : undefined;

const signIn = new BitbucketSignIn(
  rotationNames.signIn,
  {
    realm,
    signIn: settings.signIn,
    rotation: rotations.signIn,
    ...(samlKey && { samlKey }),
    roles: desired.keycloak.roles,
    composites: desired.keycloak.composites,
  },
  options,
);

const people = new People(
  "people",
  { realm, people: desired.keycloak.people, from: settings.keycloak.people, roleIds: signIn.roleIds },
  options,
);

const teams = new Teams(
  "teams",
  {
    realm,
    groups: desired.keycloak.groups,
    roleIds: signIn.roleIds,
    people,
    workspace: governed && workspace,
  },
  options,
);

if (desired.keycloak.agents.length > 0) {
  new Agents("agents", { realm, agents: desired.keycloak.agents, roleIds: signIn.roleIds }, options);
}

if (governed) {
  new WorkspaceAccess(
    "workspace",
    {
      workspace,
      plan,
      projects: governed.projects,
      repositories: governed.repositories,
      groups: teams.bitbucketGroups,
    },
    options,
  );
}

const trusted = deployments.some(({ credential }) => isKeyless(credential))
  ? new TrustedWorkspace(
      "pipelines",
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
  return new PipelineAccess(
    name,
    { realm, workspace, deployment, roles: signIn, rotation: rotations.credential(name), trusted },
    options,
  );
});

export const environment = settings.environment;
export const issuer = realm.issuer;
export const bitbucketSignIn = signIn.shown;
export const firstPasswords = people.firstPasswords;
export const pipelineClients = pulumi.all(pipelines.map((pipeline) => pipeline.clientId));
export const baseline = baselineOf(next, resources);
