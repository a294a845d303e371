/** What is read of Keycloak. Nothing secret is sent before the server is known to be the stack's. */
import { signInOf, type SignIn } from "@pulumi/keycloak-identity/client/credentials";
import { extensionId, type Desired, type Settings } from "../../../access";
import { KeycloakAdmin, KeycloakError } from "../../../clients/keycloak";
import { reachKeycloak, rolesOf } from "../../../clients/look/keycloak";
import { idsOf, namedBy } from "../../../clients/realmPeople";
import { after, ask, given, go, is, know, unlessWrong, type Asked } from "../asked";
import type { KeycloakFacts } from "../facts";
import type { State } from "./state";

/** Who signs in. */
interface Account {
  /** As Keycloak calls it. */
  readonly name: string;
  /** Of the realm that the account is of. */
  readonly own: KeycloakAdmin;
  /** Of the stack's. */
  readonly admin: KeycloakAdmin;
}

export interface KeycloakLook extends KeycloakFacts {
  /** Where the realm is there. */
  readonly admin: Asked<KeycloakAdmin>;
}

/** @param desired undefined where access.yaml cannot be read */
export async function keycloakOf(
  { keycloak }: Settings,
  desired: Desired | undefined,
  { addresses, resources }: State,
  env: NodeJS.ProcessEnv,
): Promise<KeycloakLook> {
  const { url, realm, people } = keycloak;
  const elsewhere = "nothing is sent to another address";
  const reached = await unlessWrong(addresses, elsewhere, () => reachKeycloak(url).then(() => true as const));
  const silent = "Keycloak does not answer";
  const mayAsk = await after(given(reached, addresses, elsewhere), silent, is);
  const signIn = signInOf(env);
  const account: Asked<Account> =
    "problem" in signIn ? signIn : await go(mayAsk, () => accountOf(keycloak, signIn, env));
  const signed = await after(account, "nobody has signed in to Keycloak", is);
  const info = await go(signed, ({ own }) => know(() => own.serverInfo()));
  const isThere = await go(signed, ({ admin }) => realmIn(admin));
  const isOwn = resources.some(({ type }) => type === "keycloak:index/realm:Realm");
  const inRealm = await go(
    given(signed, isThere, "nobody may see the realm"),
    ({ admin }): Asked<KeycloakAdmin> =>
      "is" in isThere && isThere.is ? is(admin) : { unknown: `realm ${realm} is not there yet` },
  );
  return {
    url,
    reached,
    account: await go(account, ({ name }) => is(name)),
    admin: inRealm,
    version: await go(info, ({ version }) => is(version)),
    extension: await go(info, ({ identityProviderTypes: types }) => is(types.includes(extensionId))),
    roles: await go(signed, ({ own, name }) => know(() => rolesOf(own, name, realm))),
    realm: await go(isThere, (one) => is({ isThere: one, isOwn })),
    people: people === "declared" ? is([]) : await go(inRealm, (admin) => missingPeople(admin, desired)),
  };
}

async function accountOf(
  { url, realm }: Settings["keycloak"],
  signIn: SignIn,
  env: NodeJS.ProcessEnv,
): Promise<Asked<Account>> {
  const { clientId, ...proof } = signIn.credentials;
  const own = KeycloakAdmin.from(url, signIn.realm, env);
  const admin = KeycloakAdmin.from(url, realm, env);
  const name = "username" in proof ? proof.username : `service-account-${clientId.toLowerCase()}`;
  return ask(async () => {
    await own.claims();
    return { name, own, admin };
  });
}

/** Whether the realm is there; who may not see it lacks a role, which is another question. */
async function realmIn(admin: KeycloakAdmin): Promise<Asked<boolean>> {
  try {
    return is((await admin.get("")) !== undefined);
  } catch (thrown) {
    if (thrown instanceof KeycloakError && thrown.status === 403)
      return { unknown: "the account may not see it" };
    return { problem: (thrown as Error).message };
  }
}

async function missingPeople(
  admin: KeycloakAdmin,
  desired: Desired | undefined,
): Promise<Asked<readonly string[]>> {
  if (desired === undefined) return { unknown: "access.yaml cannot be read" };
  const named = namedBy(desired.keycloak);
  return know(async () => {
    const there = await idsOf([...new Set(named.map(({ name }) => name))], admin);
    return named.filter(({ name }) => !there.has(name)).map(({ path }) => path);
  });
}
