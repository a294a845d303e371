/** Takes everything from one person that a program can take, proves each, and names what is left for a person to do. */
import type { Model } from "../../access";
import { Bitbucket, type Session } from "../../providers/bitbucket/api/client";
import { accessFrom } from "../../providers/bitbucket/api/credentials";
import { Members } from "../../providers/bitbucket/api/groups";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { Directory } from "../audit/people";
import { recorded, type Intent, type Outcome } from "../audit/record";
import { KeycloakAdmin, keycloakCredentials, type KeycloakUser } from "../keycloak";
import { disableAgent } from "../membership/agents";
import { readPins } from "../membership/pins";
import { readStack } from "../stack";
import { atlassianUrl, ManagedAccount } from "./atlassian";
import { mentionsOf } from "./mentions";

/** One thing that was taken, and whether it is gone. */
export interface Taken {
  readonly system: "Keycloak" | "Bitbucket" | "Atlassian";
  readonly what: string;
  readonly ok: boolean;
  readonly found: string;
}

export interface Offboarded {
  readonly person: string;
  readonly taken: readonly Taken[];
  /** What a person still has to do. */
  readonly left: readonly string[];
  readonly seconds: number;
}

interface Step {
  readonly system: Taken["system"];
  readonly what: string;
  readonly act: () => Promise<unknown>;
  /** What is still there; undefined: it is gone. */
  readonly prove: () => Promise<string | undefined>;
}

/**
 * @param reason for the audit trail
 * @throws if the stack does not govern its workspace, or nobody has that name, in the realm or in access.yaml
 */
export async function offboard(
  person: string,
  stack: string,
  env: NodeJS.ProcessEnv,
  folder = root,
  progress = new Progress(),
  reason = "off-boarding",
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

  const [user] = (await keycloak.get<KeycloakUser[]>("users", { username: person, exact: "true" })) ?? [];
  const declared = model.people.find(({ username }) => username === person);
  if (user === undefined && declared === undefined)
    throw new Error(
      `there is no ${person} in realm ${realm} or in access.yaml: name somebody by their user name`,
    );
  const pins = await readPins(keycloak);
  const account =
    declared?.account ??
    (user && pins?.get(user.id)?.account) ??
    (await accountWith(session, workspace, user?.email ?? declared?.email ?? ""));

  const agents = model.agents.filter(({ owner }) => owner === person);
  const steps = [
    ...(user === undefined ? [] : inKeycloak(keycloak, user)),
    ...agents.filter(({ jwks }) => jwks !== undefined).map(({ name }) => agentStep(keycloak, name)),
    ...(account === undefined ? [] : [groupStep(session, workspace, account)]),
    ...[account, ...agents.map((agent) => agent.account)].flatMap((one) =>
      one === undefined ? [] : [grantStep(session, workspace, model, one)],
    ),
  ];
  const left: string[] = [];
  const managed = account === undefined ? undefined : await managedBy(session, url, workspace, account, env);
  if (typeof managed === "string") left.push(managed);
  else if (managed !== undefined) steps.push(...inAtlassian(managed));
  if (account === undefined)
    left.push(
      `no account of theirs is known in workspace ${workspace}: look for one at https://bitbucket.org/${workspace}/workspace/settings/users`,
    );

  const scene = { stack, env, cwd: folder, model, directory: new Directory(model, keycloak) };
  const intent: Intent = {
    command: "offboard",
    why: [reason],
    // Of a run that is killed, all of it may have been done.
    what: {
      taken: steps.map(({ system, what }) => ({ person, system, what, ok: false, found: "not proved" })),
    },
    urgent: true,
  };
  const act = async (): Promise<Offboarded> => {
    const taken: Taken[] = [];
    for (const step of steps)
      taken.push(await progress.step(`${step.system}: ${step.what}`, () => carriedOut(step)));
    const open = [...left, ...mentionsOf(model, person)];
    return { person, taken, left: open, seconds: (Date.now() - since) / 1000 };
  };
  return recorded(scene, intent, act, outcomeOf);
}

function outcomeOf({ person, taken, left }: Offboarded): Outcome {
  const failed = taken.filter(({ ok }) => !ok);
  return {
    what: { taken: taken.map((one) => ({ person, ...one })), left: [...left] },
    ...(failed.length > 0 && { problem: failed.map(({ what, found }) => `${what}: ${found}`).join("; ") }),
  };
}

/** What fails does not stop the rest. */
async function carriedOut({ system, what, act, prove }: Step): Promise<Taken> {
  try {
    await act();
    const still = await prove();
    return { system, what, ok: still === undefined, found: still ?? "proved" };
  } catch (error) {
    return { system, what, ok: false, found: error instanceof Error ? error.message : String(error) };
  }
}

function inKeycloak(keycloak: KeycloakAdmin, { id }: KeycloakUser): Step[] {
  const path = `users/${id}`;
  return [
    {
      system: "Keycloak",
      what: "disable the person",
      act: () => keycloak.put(path, { enabled: false }),
      prove: async () =>
        (await keycloak.get<KeycloakUser>(path))?.enabled === true ? "still enabled" : undefined,
    },
    {
      system: "Keycloak",
      what: "end their sessions",
      act: () => keycloak.post(`${path}/logout`),
      prove: async () => {
        const sessions = (await keycloak.get<unknown[]>(`${path}/sessions`)) ?? [];
        return sessions.length > 0 ? `${sessions.length} sessions go on` : undefined;
      },
    },
  ];
}

function agentStep(keycloak: KeycloakAdmin, agent: string): Step {
  type Client = { id: string; enabled: boolean };
  const find = async () => (await keycloak.get<Client[]>("clients", { clientId: `agent.${agent}` }))?.[0];
  return {
    system: "Keycloak",
    what: `disable their agent ${agent}`,
    act: async () => {
      const client = await find();
      if (client !== undefined) await disableAgent(keycloak, client);
    },
    prove: async () => ((await find())?.enabled === true ? "still enabled" : undefined),
  };
}

function groupStep(session: Session, workspace: string, account: string): Step {
  const groups = async () =>
    (await session.list("/1.0/groups/{workspace}", { workspace }))
      .filter(({ members = [] }) => members.some(({ uuid }) => uuid === account))
      .map(({ slug }) => slug);
  return {
    system: "Bitbucket",
    what: "take them out of every group",
    act: async () => {
      for (const group of await groups()) await new Members(session, workspace, group).remove(account);
    },
    prove: async () => {
      const still = await groups();
      return still.length > 0 ? `still in ${still.join(", ")}` : undefined;
    },
  };
}

const onRepository = "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}";
const onProject =
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}";

function grantStep(
  session: Session,
  workspace: string,
  { projects, repositories }: Model,
  account: string,
): Step {
  const at = { workspace, selected_user_id: account };
  return {
    system: "Bitbucket",
    what: `take the rights that account ${account} was given alone`,
    // To take what is not there is one request, as to look for it would be.
    act: async () => {
      for (const { key } of projects) await session.delete(onProject, { ...at, project_key: key });
      for (const { slug } of repositories) await session.delete(onRepository, { ...at, repo_slug: slug });
    },
    prove: async () => {
      const all = await session.list("/workspaces/{workspace}/permissions/repositories", { workspace });
      const still = all.filter(({ user }) => (user as { uuid?: string } | undefined)?.uuid === account);
      const names = still.map(
        ({ repository, permission }) => `${permission ?? ""} on ${repository?.full_name ?? ""}`,
      );
      return names.length > 0 ? `they still have ${names.join(", ")}` : undefined;
    },
  };
}

function inAtlassian(account: ManagedAccount): Step[] {
  return [
    {
      system: "Atlassian",
      what: "revoke their API tokens",
      act: async () => {
        for (const token of await account.tokens()) await account.revoke(token);
      },
      prove: async () => {
        const still = await account.tokens();
        return still.length > 0 ? `${still.length} tokens still work` : undefined;
      },
    },
    {
      system: "Atlassian",
      what: "disable their account",
      act: () => account.disable(),
      prove: () => Promise.resolve(undefined),
    },
  ];
}

/** The account as the organisation manages it, or what a person has to do where no key is given. */
async function managedBy(
  session: Session,
  url: string,
  workspace: string,
  account: string,
  env: NodeJS.ProcessEnv,
): Promise<ManagedAccount | string> {
  const byHand = `end the API tokens and SSH keys of Atlassian account ${account}, which go on working: disable it at https://admin.atlassian.com, or take it out of workspace ${workspace}; with BITBUCKET_ORGANIZATION_ID and BITBUCKET_ORGANIZATION_API_KEY this is done here`;
  if (!env.BITBUCKET_ORGANIZATION_ID || !env.BITBUCKET_ORGANIZATION_API_KEY) return byHand;
  const members = await session.list("/workspaces/{workspace}/members", { workspace });
  const user = members.map((one) => one.user as { uuid?: string; account_id?: string } | undefined);
  const accountId = user.find((one) => one?.uuid === account)?.account_id;
  if (accountId === undefined) return byHand;
  return new ManagedAccount(atlassianUrl(url), accountId, accessFrom(env).organization());
}

async function accountWith(session: Session, workspace: string, email: string): Promise<string | undefined> {
  if (email === "") return undefined;
  const q = `user.email IN (${JSON.stringify(email)})`;
  const found = await session.list("/workspaces/{workspace}/members", { workspace }, { q });
  return found.length === 1 ? found[0]?.user?.uuid : undefined;
}
