/**
 * One environment, both systems: the settings of the stack and `access.yaml` go in, a Keycloak realm and the
 * matching Bitbucket permissions come out.
 */
import "./program/sdk/debugLog";
import "./program/sdk/promiseTraces";
import * as bitbucket from "@pulumi/bitbucket";
import * as keycloak from "@pulumi/keycloak";
import * as identity from "@pulumi/keycloak-identity";
import * as pulumi from "@pulumi/pulumi";
import {
  displayNameOf,
  formerOf,
  groupOf,
  isKeyless,
  outputNames,
  rotationNames,
  withFormerGroups,
} from "./access";
import { variable } from "./access/environment";
import {
  Agents,
  BitbucketSignIn,
  People,
  PipelineAccess,
  ProjectAccess,
  Realm,
  recordOfStack,
  Rights,
  SamlKey,
  Team,
  TrustedWorkspace,
} from "./components";
import { keepsAdopted } from "./program/adopted";
import { addressesBefore } from "./program/addresses";
import { baselineOf, watched } from "./program/baseline";
import { contextOf } from "./program/context";
import { declared } from "./program/declared";
import { formerGroupsOfRun } from "./program/formerGroups";
import { baselineOfRun } from "./program/guard";
import { goneIn } from "./program/gone";
import { lastRunOf } from "./program/lastRun";
import { reachable } from "./program/preflight";
import { everyNight, rotationsOf } from "./program/rotation";

/** What both systems should hold. @returns the outputs of the stack */
async function program() {
  const { model, settings, exceptions, places, desired, asOf, baseline: declaredBaseline } = declared();
  const resources = watched();
  // What options say depends on the state, and options cannot wait.
  const record = await recordOfStack();
  const adopted = keepsAdopted(record);
  const last = lastRunOf(record);
  const rotations = rotationsOf(settings);
  const { workspace, plan } = settings.bitbucket;
  const observed = settings.keycloak.observed?.includes("realm") ?? false;

  // Everything below waits for the providers, and those wait for both systems to answer, at addresses that are known.
  const next = { stack: pulumi.getStack(), model, settings, exceptions, asOf, places };
  const found = reachable(next, desired, last);
  const formerGroups = formerGroupsOfRun(next, last.baseline, record);
  const { governed, deployments } = withFormerGroups(desired.bitbucket, formerGroups);
  const context = contextOf(settings, asOf, found, record);
  const keycloakUrl = found.then(() => settings.keycloak.url);
  const providers = {
    keycloak: new keycloak.Provider("keycloak", {
      url: keycloakUrl,
      // Who has a user name and no client of his own signs in by Keycloak's, as the commands do.
      clientId: process.env[variable.keycloakClientId] ?? "admin-cli",
      // Seconds of a request. A busy server takes most of a minute to make a realm, which would be there half known.
      clientTimeout: 120,
    }),
    identity: new identity.Provider("keycloak-identity", { url: keycloakUrl }),
    bitbucket: new bitbucket.Provider("bitbucket", { apiUrl: found.then(() => settings.bitbucket.url) }),
  };
  const options = { providers: Object.values(providers) };

  const realm = new Realm(
    "realm",
    {
      realm: settings.keycloak.realm,
      displayName: displayNameOf(model.company, settings.environment),
      url: settings.keycloak.url,
      owners: model.people.filter((person) => model.owners.includes(person.username)),
      lifetimes: settings.lifetimes,
      signingKeys: rotations.signingKeys,
      settings: settings.realm,
      observed,
      protect: settings.protect,
      context,
    },
    options,
  );

  const samlKey =
    !observed && (settings.signIn.kind === "saml" || settings.samlKey)
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
    {
      realm,
      rights,
      people: desired.keycloak.people,
      from: settings.keycloak.people === "declared" ? "declared" : { external: found },
      addressesBefore: addressesBefore(last.baseline, desired.keycloak.people),
    },
    options,
  );

  // Parents come before their children.
  const teams = new Map<string, Team>();
  for (const team of groups) {
    const within = team.parent === undefined ? undefined : teams.get(team.parent);
    const common = { realm, rights, team, within, people, workspace: governed && workspace, context };
    const args = { ...common, formerGroups: formerOf(formerGroups, groupOf(team)) };
    teams.set(team.name, new Team(team.name, args, options));
  }
  const bitbucketGroups = new Map([...teams.values()].flatMap((team) => [...team.bitbucketGroups]));

  if (agents.length > 0) new Agents("agents", { realm, rights, agents }, options);

  const isGone = goneIn(model, context.administration, found);
  for (const project of governed?.projects ?? []) {
    const repositories = governed?.repositories.filter((one) => one.project === project.key) ?? [];
    new ProjectAccess(
      project.key,
      {
        workspace,
        plan,
        project,
        repositories,
        groups: bitbucketGroups,
        isGone,
        context,
      },
      options,
    );
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

  const stays = adopted();
  return {
    ...(stays.length > 0 && { [outputNames.adopted]: stays }),
    environment: settings.environment,
    issuer: realm.issuer,
    bitbucketSignIn: signIn.shown,
    firstPasswords: people.firstPasswords,
    pipelineClients: pulumi.all(pipelines.map((pipeline) => pipeline.clientId)),
    baseline: baselineOf(baselineOfRun(declaredBaseline, next, last.baseline, formerGroups), resources),
  };
}

export = program;
