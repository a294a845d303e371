/** What `npm run sync` does, apart from talking to a person. */
import { formerOf, meantName, meantOf, Tree, type FormerGroups, type Model } from "../../access";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { root } from "../../toolchain/places";
import { Progress } from "../../toolchain/progress";
import { Directory } from "../../trail/people";
import { recorded } from "../../trail/record";
import { Addresses } from "../../clients/addresses";
import { KeycloakAdmin } from "../../clients/keycloak";
import { userNamed } from "../../clients/named";
import { readStack } from "../../checkout/stack";
import { withoutExternal } from "./external";
import { Inviter, type Invitations } from "./invitations";
import { disableAgent, ownerless, type AgentClient } from "./agents";
import { carryOut, type CarriedOut } from "./carryOut";
import { answerable, grantsToTake, present, takeAway, type LoneGrant } from "./loneGrants";
import { match, type Matching } from "./matching";
import { membershipOf, peopleProblem, removalProblem, type Membership, type RealmPerson } from "./membership";
import { readPins, writePins, type Pins } from "../../clients/pins";
import { seenIn, withAdded } from "./seen";
import { intentOf, outcomeOf } from "./trailed";
import { personOf, readTeams } from "./teams";
import { type Act } from "../../evidence/reports/membership";

export interface SyncOptions {
  /** Act. Default: false. */
  readonly apply?: boolean;
  /** Remove more than `limits.removal` of access.yaml. Default: false. */
  readonly allowManyRemovals?: boolean;
  /** User names who have to be in a team, enabled and matched. Default: nobody. */
  readonly require?: readonly string[];
  /** User names that are matched anew. Default: nobody. */
  readonly repin?: readonly string[];
  /** User names of people whom the workspace does not know and who are invited to it. Default: nobody. */
  readonly invite?: readonly string[];
  /** Asked before anything is done, where somebody is to be invited. Default: yes. */
  readonly agrees?: (people: readonly RealmPerson[]) => Promise<boolean>;
  /** Groups of before, which have the same people until they go. Default: none is left. */
  readonly former?: FormerGroups;
  /** Slugs: nothing else is done but to fill these. Default: everything is. */
  readonly groups?: readonly string[];
  /** The moment that grants are evaluated at. Default: the setting's, else the environment variable's, else now. */
  readonly asOf?: Date;
  /** Told of each act. */
  readonly log?: (act: Act) => void;
}

export interface Synced extends CarriedOut {
  /** Agents in Keycloak whose owner cannot sign in any more: to be disabled, or disabled. */
  readonly agents: readonly AgentClient[];
  /** Rights of one account alone that are to go with their holder, or that went. */
  readonly grants: readonly LoneGrant[];
  /** The same as `access.yaml` says them, whether Bitbucket still has them or not: a person has to take them out. */
  readonly declared: readonly LoneGrant[];
  /** What differed. */
  readonly membership: Membership;
  /** People whom the workspace does not know: those to be invited (or who were), those who have been before, and the rest. */
  readonly invitations: Invitations;
  /** Whether nothing was done, since somebody said no to the invitations. */
  readonly declined: boolean;
}

/** What is in both systems now. */
interface Seen {
  /** What `access.yaml` grants to accounts alone that nobody can answer for any more. */
  readonly declared: readonly LoneGrant[];
  readonly membership: Membership;
  /** People of teams whom the workspace does not know, by an address that is theirs. */
  readonly strangers: readonly RealmPerson[];
  /** User names of those who are to be invited. */
  readonly invite: readonly string[];
  readonly pinned: { readonly before: Pins | undefined; readonly after: Pins };
  readonly failures: readonly string[];
  /** Accounts in groups whose team could not be read, or that they have to leave and cannot. */
  readonly unsure: ReadonlySet<string>;
  /** Why nothing may be done, if so. */
  readonly refused: string | undefined;
}

/**
 * Compares, and with `apply` acts. A group that fails does not stop the others.
 *
 * @throws if the stack does not govern its workspace, a system cannot be read, or a safety limit is passed
 */
export async function sync(
  stack: string,
  env: NodeJS.ProcessEnv,
  options: SyncOptions = {},
  folder = root,
  progress = new Progress(),
): Promise<Synced> {
  const { model, settings, asOf } = readStack(folder, stack, env, { asOf: options.asOf });
  const { url, workspace, governing } = settings.bitbucket;
  if (!governing) {
    throw new Error(
      `stack ${stack} does not govern workspace ${workspace}; membership is read from the governing stack's realm and no other: name the stack whose file says "governing: true"`,
    );
  }
  const { realm, url: address } = settings.keycloak;
  const keycloak = KeycloakAdmin.from(address, realm, env);
  const session = Bitbucket.session(url, env);

  const seen = await progress.step(
    `comparing teams of realm ${realm} with workspace ${workspace}`,
    async () => {
      if ((await keycloak.get("")) === undefined) {
        throw new Error(
          `there is no realm ${realm} at ${address}: run "npm run pulumi -- up -s ${stack}" first`,
        );
      }
      return compare(keycloak, session, workspace, { model, asOf }, options);
    },
  );
  const { membership, failures, unsure, pinned } = seen;
  const isAll = options.groups === undefined;
  const declared = isAll ? seen.declared : [];
  const agents = isAll ? await ownerless(keycloak, model) : [];
  const grants = await present(session, workspace, declared);
  const inviter = new Inviter(session, workspace);
  const invitations = await inviter.plan(isAll ? seen.strangers : [], seen.invite);
  const found = { membership, agents, declared, invitations, declined: false };
  const shown = { ...found, grants, done: [], failures };
  if (options.apply !== true) return shown;
  const people = seen.strangers.filter(({ username }) => invitations.invite.includes(username));
  if (people.length > 0 && (await options.agrees?.(people)) === false) return { ...shown, declined: true };
  const apply = async (): Promise<Synced> => {
    for (const agent of agents) await disableAgent(keycloak, agent);
    if (seen.refused !== undefined) throw new Error(seen.refused);
    // Before anybody is put anywhere: an account that is not remembered could be another's the next time; and before
    // anybody goes: who would be remembered where this run took them out could not come back.
    await writePins(keycloak, pinned.before, pinned.after);
    for (const grant of grants) await takeAway(session, workspace, grant);
    const ignore = () => undefined;
    const carried = await carryOut(session, workspace, membership.changes, unsure, options.log ?? ignore);
    await writePins(keycloak, pinned.after, withAdded(pinned.after, carried.done));
    const { invited, failures: uninvited } = await inviter.carryOut(people);
    return {
      ...found,
      invitations: { ...invitations, invite: invited },
      grants,
      done: carried.done,
      failures: [...failures, ...carried.failures, ...uninvited],
    };
  };
  if (membership.changes.length + agents.length + grants.length + invitations.invite.length === 0)
    return apply();
  const scene = { stack, env, cwd: folder, model, directory: new Directory(model, keycloak) };
  return recorded(scene, intentOf(membership.changes, agents, grants, invitations.invite), apply, outcomeOf);
}

async function compare(
  keycloak: KeycloakAdmin,
  session: Session,
  workspace: string,
  { model, asOf }: { readonly model: Model; readonly asOf: Date },
  {
    allowManyRemovals = false,
    require = [],
    repin = [],
    invite = [],
    former = {},
    groups: only,
  }: SyncOptions,
): Promise<Seen> {
  const teams = await readTeams(keycloak, model);
  const failures = [...teams.failures].map(([team, why]) => `team ${team}: ${why}`);
  const groups = new Map(
    (await session.list("/1.0/groups/{workspace}", { workspace })).map(({ slug, members = [] }) => [
      slug,
      new Map(members.map(({ uuid, display_name }) => [uuid, display_name])),
    ]),
  );
  const tree = new Tree(model);
  const groupOf = (team: string) => tree.groupNamed(team);
  const groupsOf = (team: string) => [groupOf(team), ...formerOf(former, groupOf(team))];
  const placed = [...teams.people].filter(([team]) => groups.has(groupOf(team)));
  const isObserved = (team: string) => tree.teams.get(team)?.observed?.includes("members") ?? false;
  const people = new Map(placed.filter(([team]) => !isObserved(team)));
  const observed = new Map(placed.filter(([team]) => isObserved(team)));
  for (const group of [...teams.people.keys()].flatMap(groupsOf))
    if (!groups.has(group))
      failures.push(`workspace ${workspace} lacks the group ${group}: bring the stack up first`);

  const everybody = everyoneIn(new Map(placed));
  const usernames = everybody.map(({ username }) => username);
  const before = await readPins(keycloak);
  const addresses = new Addresses(session, workspace);
  const matching = await match({
    people: everybody,
    named: new Map(model.people.flatMap(({ username, account }) => (account ? [[username, account]] : []))),
    pins: before ?? new Map(),
    repin: repin.map((name) => meantName(name, usernames, "person in a team of the realm")),
    moves: ({ id }, account) =>
      [...people].some(
        ([team, members]) =>
          groupsOf(team).some((group) => !groups.get(group)?.has(account)) &&
          members.some((one) => one.id === id),
      ),
    ask: (email) => addresses.accountOf(email),
  });
  const within = { everybody, groupsOf };
  const all = membershipOf(people, knownOf(matching), groups, within);
  const seen = membershipOf(observed, knownOf(matching), groups, within);
  const wanted = all.changes.filter(({ group }) => only?.includes(group) ?? true);
  const writable = await withoutExternal(session, workspace, wanted);
  failures.push(...writable.failures);
  const membership = { ...all, changes: writable.changes, observed: seen.changes };
  const named = await peopleNamed(
    keycloak,
    [...new Set([...model.owners, ...answerable(model, asOf)])],
    everybody,
  );
  const owners = named.filter(({ username }) => model.owners.includes(username));
  const limits = {
    owners,
    least: model.limits.owners,
    required: require.map((name) => meantOf(name, usernames) ?? name),
  };
  const isMatched = ({ username }: RealmPerson) => matching.accounts.has(username);
  return {
    membership,
    declared: grantsToTake(model, asOf, (name) => whyGone(named.find(({ username }) => username === name))),
    strangers: everyoneIn(people).filter(({ username, enabled, email = "", emailVerified }) => {
      const isKnown = matching.accounts.has(username) || matching.stopped.has(username);
      return enabled && emailVerified && email !== "" && !isKnown;
    }),
    invite: invite.map((name) => meantName(name, usernames, "person in a team of the realm")),
    pinned: { before, after: seenIn(matching.pins, people, groups, { groupsOf, unread: teams.failures }) },
    failures,
    unsure: new Set([
      ...[...teams.failures.keys()]
        .flatMap(groupsOf)
        .flatMap((group) => [...(groups.get(group)?.keys() ?? [])]),
      ...writable.unsure,
    ]),
    refused:
      peopleProblem(people, isMatched, limits) ??
      (allowManyRemovals ? undefined : removalProblem(membership, model.limits.removal)),
  };
}

function everyoneIn(teams: ReadonlyMap<string, readonly RealmPerson[]>): RealmPerson[] {
  return [...new Map([...teams.values()].flat().map((person) => [person.id, person])).values()];
}

function whyGone(person: RealmPerson | undefined): string | undefined {
  if (person === undefined) return "is not in the realm";
  return person.enabled ? undefined : "is disabled in Keycloak";
}

function knownOf({ accounts, stopped, pins }: Matching) {
  return ({ id, username }: RealmPerson) => ({
    account: accounts.get(username),
    stopped: stopped.get(username),
    groups: pins.get(id)?.groups,
  });
}

/** Those who are in no team are asked for. */
async function peopleNamed(
  keycloak: KeycloakAdmin,
  usernames: readonly string[],
  known: readonly RealmPerson[],
): Promise<RealmPerson[]> {
  const found = await Promise.all(
    usernames.map(async (username) => {
      const here = known.find((person) => person.username === username);
      if (here !== undefined) return here;
      const user = await userNamed(keycloak, username);
      return user && personOf(user);
    }),
  );
  return found.filter((person) => person !== undefined);
}
