/**
 * `npm run sync -- <stack>`: people follow teams. Reads who is in which group of the governing stack's realm, and
 * makes Bitbucket's groups of the same names equal. The only writer of Bitbucket membership: an administrator of any
 * other realm must not be able to put himself into a team.
 */
import { Command } from "commander";
import { Tree, type Model } from "../access";
import { Bitbucket, type Session } from "../providers/bitbucket/api/client";
import { accessFrom } from "../providers/bitbucket/api/credentials";
import { Members } from "../providers/bitbucket/api/groups";
import { localStack, readLocalCredentials, withLocalCredentials } from "../toolchain/environment";
import { root } from "../toolchain/places";
import { Progress } from "../toolchain/progress";
import { KeycloakAdmin, keycloakCredentials, type KeycloakGroup } from "./keycloak";
import {
  membershipOf,
  removalProblem,
  type Member,
  type Membership,
  type MembershipChange,
  type RealmPerson,
} from "./membership";
import { renderMembership } from "./membershipReport";
import { readStack } from "./stack";

/** Exit code of a dry run that found something to do. */
const pending = 2;

export function syncCommand(): Command {
  return new Command("sync")
    .description(
      "makes the members of Bitbucket's groups those of Keycloak's; shows what it would do unless --apply",
    )
    .usage("-- <stack> [options]")
    .argument("<stack>", "the stack that governs the workspace, for example prod")
    .option("--apply", "act, instead of showing")
    .option("--allow-many-removals", "let --apply remove more than a quarter of all memberships")
    .option("--json", "print one JSON object instead of text")
    .addHelpText(
      "after",
      "\nExit code: 0 all equal (or made so), 2 something to do or somebody unmatched, 1 error.",
    )
    .action(async (stack: string, options: Options) => {
      // Without the two dashes npm keeps the option to itself, and says nothing.
      if (process.env.npm_config_apply !== undefined) {
        throw new Error(`npm took --apply for its own: run "npm run sync -- ${stack} --apply"`);
      }
      const env =
        stack === localStack ? withLocalCredentials(process.env, readLocalCredentials()) : process.env;
      const { membership, done, failures } = await sync(stack, env, options);
      const { unmatched } = membership;
      const applied = options.apply === true;
      const changes = applied ? done : membership.changes;
      console.log(
        options.json
          ? JSON.stringify({ changes, unmatched, applied, failures }, undefined, 2)
          : renderMembership(changes, unmatched, applied),
      );
      for (const failure of failures) console.error(`error: ${failure}`);
      const open = unmatched.length > 0 || (changes.length > 0 && !applied);
      process.exitCode = failures.length > 0 ? 1 : open ? pending : 0;
    });
}

interface Options {
  readonly apply?: boolean;
  readonly allowManyRemovals?: boolean;
  readonly json?: boolean;
}

export interface Synced {
  /** What differed. */
  readonly membership: Membership;
  /** What was carried out. */
  readonly done: readonly MembershipChange[];
  /** What could not be, a line each. */
  readonly failures: readonly string[];
}

/**
 * Compares, and with `apply` acts. A group that fails does not stop the others.
 *
 * @throws if the stack does not govern its workspace, a system cannot be read, or too many would be removed
 */
export async function sync(
  stack: string,
  env: NodeJS.ProcessEnv,
  { apply = false, allowManyRemovals = false }: Options,
  folder = root,
  progress = new Progress(),
): Promise<Synced> {
  const { model, settings } = await readStack(folder, stack, env);
  if (!settings.bitbucket.governing) {
    throw new Error(
      `stack ${stack} does not govern workspace ${settings.bitbucket.workspace}; membership is read from the governing stack's realm and no other: name the stack whose file says "governing: true"`,
    );
  }
  const { url, workspace } = settings.bitbucket;
  const keycloak = new KeycloakAdmin(
    settings.keycloak.url,
    settings.keycloak.realm,
    keycloakCredentials(env),
    env.KEYCLOAK_REALM,
  );
  const life = new AbortController();
  const session = new Bitbucket(url, accessFrom(env), life.signal).session(life.signal);

  const membership = await progress.step(
    `comparing teams of realm ${settings.keycloak.realm} with workspace ${workspace}`,
    async () => {
      const lacks = (what: string): never => {
        throw new Error(`${what}: run "npm run pulumi -- up -s ${stack}" first`);
      };
      const { realm, url: address } = settings.keycloak;
      if ((await keycloak.get("")) === undefined) lacks(`there is no realm ${realm} at ${address}`);
      const teams = await teamsOf(keycloak, model, (path) => lacks(`realm ${realm} has no group ${path}`));
      const groups = await session.list("/1.0/groups/{workspace}", { workspace });
      const missing = [...teams.keys()].filter((team) => !groups.some(({ slug }) => slug === team));
      if (missing.length > 0) {
        throw new Error(
          `workspace ${workspace} lacks the groups ${missing.join(", ")}: run "npm run pulumi -- up -s ${stack}" first`,
        );
      }
      const accounts = await accountsOf(session, workspace, model, [...teams.values()].flat());
      const present = new Map(
        groups.map(({ slug, members = [] }) => [
          slug,
          new Map(members.map(({ uuid, display_name }) => [uuid, display_name])),
        ]),
      );
      return membershipOf(teams, ({ username }) => accounts.get(username), present);
    },
  );
  if (!apply) return { membership, done: [], failures: [] };
  const refused = allowManyRemovals ? undefined : removalProblem(membership);
  if (refused !== undefined) throw new Error(refused);
  return { membership, ...(await carryOut(session, workspace, membership)) };
}

/** The people in each team's Keycloak group. */
async function teamsOf(
  keycloak: KeycloakAdmin,
  model: Model,
  missing: (path: string) => never,
): Promise<Map<string, RealmPerson[]>> {
  const tree = new Tree(model);
  const groups = await keycloak.groups();
  const teams = new Map<string, RealmPerson[]>();
  for (const { name } of model.teams) {
    const path = `/${[name, ...tree.ancestors(name)].reverse().join("/")}`;
    const group = groupOf(name, path, groups) ?? missing(path);
    const members = await keycloak.members(group.id);
    teams.set(
      name,
      members.map(({ username, email, emailVerified = false, enabled = false }) => ({
        username,
        email,
        emailVerified,
        enabled,
      })),
    );
  }
  return teams;
}

/**
 * The group of a team, at its place in the tree; undefined where there is none.
 *
 * @throws if another group has the team's name, wherever it is: it would pass for the team in every token, since groups
 *   are named there without their path
 */
function groupOf(team: string, path: string, groups: readonly KeycloakGroup[]): KeycloakGroup | undefined {
  const other = groups.find((group) => group.name === team && group.path !== path);
  if (other === undefined) return groups.find((group) => group.path === path);
  throw new Error(
    `found a second group named ${team} in the realm, at ${other.path}; the team's is at ${path}; nothing was changed: rename or remove the other`,
  );
}

/**
 * The Bitbucket account of each person: the one that `access.yaml` names, else the workspace member with the
 * verified e-mail address. Bitbucket filters by address but does not show it, so each is asked for alone.
 */
async function accountsOf(
  session: Session,
  workspace: string,
  model: Model,
  people: readonly RealmPerson[],
): Promise<Map<string, string>> {
  const accounts = new Map<string, string>();
  for (const { username, account } of model.people)
    if (account !== undefined) accounts.set(username, account);
  const asked = new Map(
    people.filter(({ username }) => !accounts.has(username)).map((person) => [person.username, person]),
  );
  await Promise.all(
    [...asked.values()].map(async ({ username, email, emailVerified }) => {
      if (email === undefined || !emailVerified) return;
      const q = `user.email IN (${JSON.stringify(email)})`;
      const found = await session.list("/workspaces/{workspace}/members", { workspace }, { q });
      const uuid = found.length === 1 ? found[0]?.user?.uuid : undefined;
      if (uuid !== undefined) accounts.set(username, uuid);
    }),
  );
  return accounts;
}

/** Adds before it removes, so that a group which fails half way is not left empty. */
async function carryOut(
  session: Session,
  workspace: string,
  { changes }: Membership,
): Promise<Pick<Synced, "done" | "failures">> {
  const done: MembershipChange[] = [];
  const failures: string[] = [];
  for (const { group, add, remove } of changes) {
    const carried = { group, add: [] as Member[], remove: [] as Member[] };
    const members = new Members(session, workspace, group);
    try {
      for (const member of add) {
        await members.add(member.account);
        carried.add.push(member);
      }
      for (const member of remove) {
        await members.remove(member.account);
        carried.remove.push(member);
      }
    } catch (error) {
      failures.push(`group ${group}: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (carried.add.length + carried.remove.length > 0) done.push(carried);
  }
  return { done, failures };
}
