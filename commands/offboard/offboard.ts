/** Takes everything from one person that a program can take, proves each, and names what is left for a person to do. */
import type { Agent, Model, Person, Settings } from "../../access";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { textsIn } from "../../checkout/folder";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { recorded, type Intent, type Outcome } from "../../trail/record";
import { KeycloakAdmin, type KeycloakUser } from "../../clients/keycloak";
import { readPins } from "../../clients/pins";
import { readStack } from "../../checkout/stack";
import { AccessFiles } from "../../clients/accessFiles";
import { accountOf } from "./account";
import { grantStep } from "./bitbucketSteps";
import { takeFromAccount, type Take } from "./fromAccount";
import { agentStep, inKeycloak } from "./keycloakSteps";
import { mentionText, removalOf } from "./mentions";
import { proposeRemoval, type Proposal } from "./proposal";
import { whoIs } from "./who";
import { carriedOut, errorText, type Taken } from "./step";

export interface Offboarded {
  readonly person: string;
  readonly taken: readonly Taken[];
  /** What a person still has to do. */
  readonly left: readonly string[];
  /** The pull request that takes the name out of `access.yaml`. */
  readonly request?: Proposal["request"];
  readonly seconds: number;
}

export interface OffboardOptions {
  /** `workspace/slug` of the Bitbucket repository that keeps `access.yaml`. Default: no pull request is opened. */
  readonly repository?: string;
  /** For the audit trail. Default: "off-boarding". */
  readonly reason?: string;
}

/**
 * @param given user name or e-mail address, in any case
 * @throws if the stack does not govern its workspace, or that is nobody, or not one person, in the realm and in access.yaml
 */
export async function offboard(
  given: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  { repository, reason = "off-boarding" }: OffboardOptions = {},
  folder = root,
  progress = new Progress(),
): Promise<Offboarded> {
  const since = Date.now();
  const leaver = await leaverOf(given, stack, env, folder, repository);
  const { person } = leaver;
  const run = { stack, env, cwd: folder, model: leaver.model };
  const takeAll = async (): Promise<Offboarded> => {
    const taken: Taken[] = [];
    const take: Take = async (steps) => {
      for (const step of steps)
        taken.push(await progress.step(`${step.system}: ${step.what}`, () => carriedOut(step)));
    };
    // First what ends most, whatever becomes of the rest.
    await takeInKeycloak(leaver, take);
    const left = await takeInBitbucket(leaver, take);
    const removal = await takeOutOfFiles(leaver);
    const { request } = removal;
    const seconds = (Date.now() - since) / 1000;
    return { person, taken, left: [...left, ...removal.left], ...(request && { request }), seconds };
  };
  return recorded(run, intentOf(person, reason), takeAll, outcomeOf);
}

/** Somebody who goes, and where they are known. */
interface Leaver {
  readonly person: string;
  /** Their account in the realm. */
  readonly user?: KeycloakUser;
  /** As `access.yaml` has them. */
  readonly declared?: Person;
  /** Those that they own. */
  readonly agents: readonly Agent[];
  readonly model: Model;
  readonly settings: Settings;
  readonly asOf: Date;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly keycloak: KeycloakAdmin;
  readonly session: Session;
  /** Where a pull request takes the name out. */
  readonly files?: AccessFiles;
}

async function leaverOf(
  given: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  folder: string,
  repository: string | undefined,
): Promise<Leaver> {
  const { model, settings, asOf } = readStack(folder, stack, env);
  const { url, workspace, governing } = settings.bitbucket;
  if (!governing)
    throw new Error(`stack ${stack} does not govern workspace ${workspace}: name the one that does`);
  const { url: address, realm } = settings.keycloak;
  const keycloak = KeycloakAdmin.from(address, realm, env);
  const session = Bitbucket.session(url, env);
  const files = repository === undefined ? undefined : new AccessFiles(session, url, repository, env);
  const { person, user } = await whoIs(given, model.people, keycloak);
  const declared = model.people.find(({ username }) => username === person);
  return {
    person,
    ...(user && { user }),
    ...(declared && { declared }),
    agents: model.agents.filter(({ owner }) => owner === person),
    model,
    settings,
    asOf,
    env,
    folder,
    keycloak,
    session,
    ...(files && { files }),
  };
}

async function takeInKeycloak({ user, agents, keycloak }: Leaver, take: Take): Promise<void> {
  const clients = agents.filter(({ jwks }) => jwks !== undefined);
  await take([
    ...(user === undefined ? [] : inKeycloak(keycloak, user)),
    ...clients.map((agent) => agentStep(keycloak, agent)),
  ]);
}

/** @returns what is left, a line each */
async function takeInBitbucket(leaver: Leaver, take: Take): Promise<string[]> {
  const { session, settings, agents } = leaver;
  const { workspace } = settings.bitbucket;
  const left = await takeWhatTheyHave(leaver, take).catch((error: unknown) => [
    `their Bitbucket account: ${errorText(error)}: run this again`,
  ]);
  await take(
    agents.map((agent) => grantStep(session, workspace, agent.account, `their agent ${agent.name}`)),
  );
  return left;
}

async function takeWhatTheyHave(leaver: Leaver, take: Take): Promise<string[]> {
  const { session, settings, env, keycloak, user, declared } = leaver;
  const { url, workspace } = settings.bitbucket;
  const pins = await readPins(keycloak);
  const who = { ...(user && { user }), ...(declared && { declared }), ...(pins && { pins }) };
  const account = await accountOf(session, workspace, who);
  if (account === undefined) return [noAccount(workspace)];
  return takeFromAccount({ session, url, workspace, account, env }, take);
}

/** Proposes to take the name out, or says where this checkout has it. */
async function takeOutOfFiles(leaver: Leaver): Promise<Proposal> {
  const { person, model, settings, asOf, folder, files } = leaver;
  const leastOwners = model.limits.owners;
  const { named, unread } = mentionsIn(folder, person, leastOwners);
  if (files === undefined) return { left: [...named, ...unread] };
  try {
    const proposed = await proposeRemoval(files, { person, leastOwners, settings, asOf });
    const isBehind = proposed.left.length === 0 && named.length > 0;
    const behind = `this checkout's access.yaml still names ${person}: bring it up to date`;
    return { ...proposed, left: [...proposed.left, ...(isBehind ? [behind] : []), ...unread] };
  } catch (error) {
    return { left: [`no pull request was opened: ${errorText(error)}`, ...named, ...unread] };
  }
}

/** Where the checkout names somebody. Never throws: what has been taken by now is to be told, whatever a file says. */
function mentionsIn(
  folder: string,
  person: string,
  leastOwners: number,
): { named: readonly string[]; unread: readonly string[] } {
  try {
    return {
      named: removalOf(textsIn(folder), person, leastOwners).mentions.map(mentionText),
      unread: [],
    };
  } catch (error) {
    return {
      named: [],
      unread: [`where this checkout still names ${person} is not known: ${errorText(error)}`],
    };
  }
}

function intentOf(person: string, reason: string): Intent {
  const all = { person, system: "all", what: "what a program can take", ok: false, found: "not proved" };
  return { command: "offboard", why: [reason], what: { taken: [all] }, urgent: true };
}

function outcomeOf({ person, taken, left }: Offboarded): Outcome {
  const failed = taken.filter(({ ok }) => !ok);
  return {
    what: { taken: taken.map((one) => ({ person, ...one })), left: [...left] },
    ...(failed.length > 0 && { problem: failed.map(({ what, found }) => `${what}: ${found}`).join("; ") }),
  };
}

function noAccount(workspace: string): string {
  return `no account of theirs is known in workspace ${workspace}: look for one at https://bitbucket.org/${workspace}/workspace/settings/users`;
}
