/** Who of the people whom Bitbucket has to know matches none of its accounts, as `sync` would find them. */
import type { Session } from "@pulumi/bitbucket/api/client";
import type { Model, Settings } from "../../../access";
import { Addresses } from "../../../clients/addresses";
import type { KeycloakAdmin } from "../../../clients/keycloak";
import { readPins } from "../../../clients/pins";
import { match } from "../../sync/matching";
import type { RealmPerson } from "../../sync/membership";
import { readTeams } from "../../sync/teams";
import { go, is, know, type Asked } from "../asked";
import type { BitbucketFacts } from "../facts";

type Unmatched = BitbucketFacts["unmatched"];

/** By the teams of the realm; before there are any, by what access.yaml says. */
export async function unmatchedOf(
  settings: Settings | undefined,
  model: Model | undefined,
  session: Asked<Session>,
  admin: Asked<KeycloakAdmin>,
): Promise<Unmatched> {
  if (settings === undefined) return { unknown: "the stack file cannot be read" };
  const { governing, workspace } = settings.bitbucket;
  if (!governing) return is({ asked: 0, people: [] });
  if (model === undefined) return { unknown: "access.yaml cannot be read" };
  const realm = "is" in admin ? admin.is : undefined;
  return go(session, (one) => know(() => matched(model, new Addresses(one, workspace), realm)));
}

async function matched(
  model: Model,
  addresses: Addresses,
  realm: KeycloakAdmin | undefined,
): Promise<{ asked: number; people: string[] }> {
  const inTeams = realm && (await peopleIn(realm, model));
  const people = (inTeams ?? model.people.map(asDeclared)).filter(({ enabled }) => enabled);
  const { accounts, stopped } = await match({
    people,
    named: new Map(model.people.flatMap(({ username, account }) => (account ? [[username, account]] : []))),
    pins: (inTeams && (await readPins(realm))) ?? new Map(),
    repin: [],
    moves: () => false,
    ask: (email) => addresses.accountOf(email),
  });
  const whyNot = ({ username, email = "", emailVerified }: RealmPerson): string[] => {
    const why = stopped.get(username);
    if (why !== undefined) return [`${username} ${why}`];
    if (accounts.has(username)) return [];
    if (email === "") return [`${username} has no e-mail address in Keycloak`];
    if (!emailVerified) return [`${username}: the address ${email} is not verified in Keycloak`];
    return [`${username}: no member of the workspace has ${email}`];
  };
  return { asked: people.length, people: people.flatMap(whyNot) };
}

/** Undefined before the stack has made any group. */
async function peopleIn(realm: KeycloakAdmin, model: Model): Promise<RealmPerson[] | undefined> {
  const teams = await readTeams(realm, model).catch(() => undefined);
  return teams && [...new Map([...teams.people.values()].flat().map((one) => [one.id, one])).values()];
}

const asDeclared = ({ username, email }: Model["people"][number]): RealmPerson => ({
  id: username,
  username,
  email,
  emailVerified: true,
  enabled: true,
});
