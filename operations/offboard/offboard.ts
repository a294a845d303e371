/** Takes everything from one person that a program can take, proves each, and names what is left for a person to do. */
import type { Model } from "../../access";
import { Bitbucket } from "../../providers/bitbucket/api/client";
import { accessFrom } from "../../providers/bitbucket/api/credentials";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { recorded, type Intent, type Outcome } from "../audit/record";
import { KeycloakAdmin, keycloakCredentials, type KeycloakUser } from "../keycloak";
import { readPins } from "../membership/pins";
import { momentOf, readStack, readTexts } from "../stack";
import { AccessFiles } from "./accessFiles";
import { accountOf, managedBy } from "./account";
import { inAtlassian } from "./atlassian";
import { grantStep, groupStep } from "./bitbucketSteps";
import { agentStep, inKeycloak } from "./keycloakSteps";
import { mentionsIn, mentionText } from "./mentions";
import { proposeRemoval, type Removal } from "./proposal";
import { carriedOut, textOf, type Step, type Taken } from "./step";

export interface Offboarded {
  readonly person: string;
  readonly taken: readonly Taken[];
  /** What a person still has to do. */
  readonly left: readonly string[];
  /** The pull request that takes the name out of `access.yaml`. */
  readonly request?: Removal["request"];
  readonly seconds: number;
}

export interface OffboardOptions {
  /** `workspace/slug` of the Bitbucket repository that keeps `access.yaml`. Default: no pull request is opened. */
  readonly repository?: string;
  /** For the audit trail. Default: "off-boarding". */
  readonly reason?: string;
}

/** @throws if the stack does not govern its workspace, or nobody has that name, in the realm or in access.yaml */
export async function offboard(
  person: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  { repository, reason = "off-boarding" }: OffboardOptions = {},
  folder = root,
  progress = new Progress(),
): Promise<Offboarded> {
  const since = Date.now();
  const { model, settings } = await readStack(folder, stack, env);
  const { url, workspace, governing } = settings.bitbucket;
  if (!governing)
    throw new Error(`stack ${stack} does not govern workspace ${workspace}: name the one that does`);
  const { url: address, realm } = settings.keycloak;
  const keycloak = new KeycloakAdmin(address, realm, keycloakCredentials(env), env.KEYCLOAK_REALM);
  const life = new AbortController();
  const session = new Bitbucket(url, accessFrom(env), life.signal).session(life.signal);
  const files = repository === undefined ? undefined : new AccessFiles(session, url, repository, env);

  const [user] = (await keycloak.get<KeycloakUser[]>("users", { username: person, exact: "true" })) ?? [];
  const declared = model.people.find(({ username }) => username === person);
  if (user === undefined && declared === undefined)
    throw new Error(
      `there is no ${person} in realm ${realm} or in access.yaml: name somebody by their user name`,
    );

  return recorded({ stack, env, cwd: folder, model }, intentOf(person, reason), takeAll, outcomeOf);

  async function takeAll(): Promise<Offboarded> {
    const taken: Taken[] = [];
    const take = async (steps: readonly Step[]) => {
      for (const step of steps)
        taken.push(await progress.step(`${step.system}: ${step.what}`, () => carriedOut(step)));
    };
    // First what ends most, whatever becomes of the rest.
    const agents = model.agents.filter(({ owner }) => owner === person);
    const clients = agents.filter(({ jwks }) => jwks !== undefined);
    await take([
      ...(user === undefined ? [] : inKeycloak(keycloak, user)),
      ...clients.map((agent) => agentStep(keycloak, agent)),
    ]);

    const left: string[] = [];
    try {
      const pins = await readPins(keycloak);
      const who = { ...(user && { user }), ...(declared && { declared }), ...(pins && { pins }) };
      const account = await accountOf(session, workspace, who);
      if (account === undefined) left.push(noAccount(workspace));
      else {
        await take([groupStep(session, workspace, account)]);
        await take([grantStep(session, workspace, account, `account ${account}`)]);
        const managed = await managedBy(session, url, workspace, account, env);
        if (typeof managed === "string") left.push(managed);
        else await take(inAtlassian(managed));
      }
    } catch (error) {
      left.push(`their Bitbucket account: ${textOf(error)}: run this again`);
    }
    await take(
      agents.map((agent) => grantStep(session, workspace, agent.account, `their agent ${agent.name}`)),
    );

    const removal = await removed(person, model, folder, () =>
      files === undefined
        ? undefined
        : proposeRemoval(files, {
            person,
            leastOwners: model.limits.owners,
            settings,
            asOf: momentOf(settings, env),
          }),
    );
    left.push(...removal.left);
    const { request } = removal;
    return { person, taken, left, ...(request && { request }), seconds: (Date.now() - since) / 1000 };
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

/** Proposes to take the name out, or says where this checkout has it. */
async function removed(
  person: string,
  { limits }: Model,
  folder: string,
  propose: () => Promise<Removal> | undefined,
): Promise<Removal> {
  const here = mentionsIn(readTexts(folder), person, limits.owners);
  try {
    const proposed = await propose();
    if (proposed === undefined) return { left: here.map(mentionText) };
    const isBehind = proposed.left.length === 0 && here.length > 0;
    if (!isBehind) return proposed;
    return { ...proposed, left: [`this checkout's access.yaml still names ${person}: bring it up to date`] };
  } catch (error) {
    return { left: [`no pull request was opened: ${textOf(error)}`, ...here.map(mentionText)] };
  }
}

function noAccount(workspace: string): string {
  return `no account of theirs is known in workspace ${workspace}: look for one at https://bitbucket.org/${workspace}/workspace/settings/users`;
}
