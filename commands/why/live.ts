/** What both systems say of somebody now: a few reads, nothing is written. */
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { clientIdOfAgent, permissions, rightsClient, type Permission, type Target } from "../../access";
import { liveOf, type Live, type Seen } from "../../access/why";
import { KeycloakAdmin, type KeycloakUser } from "../../clients/keycloak";
import { clientNamed, usersWith } from "../../clients/named";
import { readPins } from "../../clients/pins";
import { settingsOf } from "../../checkout/stack";
import { accountOf } from "../offboard/account";
import { groupsOf } from "../offboard/bitbucketSteps";
import { askFiles, type Asked } from "./files";

export interface AskedLive extends Asked {
  readonly live: Live;
}

/** Each is asked for its gates: of a project with more, name one. */
const mostRepositories = 20;

/**
 * @param stack whose realm and workspace are asked
 * @throws Error where it is not about one person or agent, and for what the systems refuse
 */
export async function askLive(
  folder: string,
  words: readonly string[],
  stack: string,
  env: NodeJS.ProcessEnv,
): Promise<AskedLive> {
  const { keycloak: at } = settingsOf(folder, stack, env);
  const keycloak = KeycloakAdmin.from(at.url, at.realm, env);
  const [word = ""] = words;
  // Who is in the realm alone, and in no file, is asked about, too.
  const realm =
    words.length < 2 ? [] : await usersWith(keycloak, word.includes("@") ? "email" : "username", word.trim());
  const first = await askFiles(folder, words, stack, env, { realm });
  const { subject } = first.answer.question;
  if (subject?.kind !== "person" && subject?.kind !== "agent")
    throw new Error("--live asks about one person or agent: name one, as in dora merge PAY/payments-api");
  if (subject.kind === "agent") {
    const agent = first.setting.model.agents.find(({ name }) => name === subject.name);
    const inWorkspace = () => inBitbucket(first, agent?.account, env);
    if (agent?.jwks === undefined) return judged(first, await inWorkspace());
    const client = await clientNamed<Client>(keycloak, clientIdOfAgent(subject.name));
    return judged(first, { ...(await inWorkspace()), keycloak: { realm: at.realm, ...enabledOf(client) } });
  }
  const user = realm[0] ?? (await usersWith(keycloak, "username", subject.name))[0];
  const groups =
    user === undefined ? [] : await keycloak.list<{ readonly name: string }>(`users/${user.id}/groups`);
  const names = groups.map(({ name }) => name);
  const members = (team: string) => (names.includes(team) ? [subject.name] : undefined);
  const asked = await askFiles(folder, words, stack, env, { realm, members });
  const declared = asked.setting.model.people.find(({ username }) => username === subject.name);
  const { url, workspace } = asked.setting.settings.bitbucket;
  const pins = await readPins(keycloak);
  const account = await accountOf(Bitbucket.session(url, env), workspace, {
    ...(user && { user }),
    ...(declared && { declared }),
    ...(pins && { pins }),
  });
  const roles = user === undefined ? [] : await rolesOf(keycloak, user);
  return judged(asked, {
    ...(await inBitbucket(asked, account, env)),
    keycloak: { realm: at.realm, ...enabledOf(user), groups: names, roles },
  });
}

interface Client {
  readonly id: string;
  readonly enabled?: boolean;
}

const enabledOf = (one: Pick<KeycloakUser, "enabled"> | undefined) =>
  one === undefined ? {} : { enabled: one.enabled !== false };

const judged = (asked: Asked, seen: Seen): AskedLive => ({
  ...asked,
  live: liveOf(asked.answer, seen, asked.setting),
});

/** Of the client that has the roles, those of groups included. */
async function rolesOf(keycloak: KeycloakAdmin, user: KeycloakUser): Promise<string[]> {
  const client = await clientNamed<Client>(keycloak, rightsClient);
  if (client === undefined) return [];
  type Roles = readonly { readonly name: string }[];
  const roles = await keycloak.get<Roles>(`users/${user.id}/role-mappings/clients/${client.id}/composite`);
  return (roles ?? []).map(({ name }) => name);
}

async function inBitbucket(
  { answer, setting }: Asked,
  account: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Omit<Seen, "keycloak">> {
  if (account === undefined) return { hasAccount: false, permissions: new Map(), unlisted: new Map() };
  const { url, workspace } = setting.settings.bitbucket;
  return rightsOfAccount(Bitbucket.session(url, env), workspace, account, answer.cells);
}

/**
 * What an account may do on some repositories.
 *
 * @param account UUID, with braces
 * @param cells of those that are about merging, the gates are read
 */
export async function rightsOfAccount(
  session: ReturnType<typeof Bitbucket.session>,
  workspace: string,
  account: string,
  cells: readonly { readonly capability: string; readonly target: Target }[],
): Promise<Omit<Seen, "keycloak">> {
  const merging = cells.filter(({ capability }) => capability === "merge").map(({ target }) => target);
  if (merging.length > mostRepositories)
    throw new Error(
      `found ${merging.length} repositories, each of which has gates of its own; allowed with --live: ${mostRepositories}; name one`,
    );
  const q = `user.uuid = ${JSON.stringify(account)}`;
  const held = await session.list("/workspaces/{workspace}/permissions/repositories", { workspace }, { q });
  const bySlug = new Map(
    held.flatMap(({ repository, permission, user }): [string, Permission][] => {
      const [, slug = ""] = repository?.full_name?.split("/") ?? [];
      const found = permissions.find((one) => one === permission);
      return found !== undefined && (user as { uuid?: string } | undefined)?.uuid === account
        ? [[slug, found]]
        : [];
    }),
  );
  const slugOf = (target: Target) => target.split("/")[1] ?? "";
  const groups = merging.length === 0 ? [] : await groupsOf(session, workspace, account);
  const unlisted = new Map<Target, readonly string[]>();
  for (const target of merging) {
    const gates = await session.list("/repositories/{workspace}/{repo_slug}/branch-restrictions", {
      workspace,
      repo_slug: slugOf(target),
    });
    unlisted.set(
      target,
      (gates as readonly Gate[]).flatMap((gate) =>
        isListed(gate, account, groups) ? [] : [gate.pattern ?? gate.branch_type ?? ""],
      ),
    );
  }
  return {
    hasAccount: true,
    permissions: new Map(
      cells.flatMap(({ target }) => {
        const found = bySlug.get(slugOf(target));
        return found === undefined ? [] : [[target, found] as const];
      }),
    ),
    unlisted,
  };
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/ */
interface Gate {
  readonly kind?: string;
  readonly pattern?: string;
  readonly branch_type?: string;
  readonly users?: readonly { readonly uuid?: string }[];
  readonly groups?: readonly { readonly slug?: string }[];
}

function isListed({ kind, users = [], groups = [] }: Gate, account: string, own: readonly string[]): boolean {
  if (kind !== "restrict_merges") return true;
  return users.some(({ uuid }) => uuid === account) || groups.some(({ slug = "" }) => own.includes(slug));
}
