/** A user name is what everything of a person is found by. That its holder cannot change it is tried, not read. */
import { actionOf, Browser } from "../browser";
import { unless, type Check, type Context } from "../check";
import { signIn } from "../relyingParty";
import type { ThrowAwayPerson } from "../throwAway";

const ownName: Check = {
  name: "own-user-name",
  promise: "nobody changes their own user name, by the account's API or by the form that completes a profile",
  setting: "what Realm always sets (identity.UserNames), or the user profile of a realm that is found",
  writes: true,
  run: async (context) => {
    const attempts = { "the account's API": byAccount, "the form of a profile": byForm };
    const seen: string[] = [];
    const taken: string[] = [];
    for (const [way, attempt] of Object.entries(attempts)) {
      const person = await context.throwAway.person();
      const answer = await attempt(context, person);
      const { username } = (await context.keycloak.get<{ username: string }>(`users/${person.id}`)) ?? {};
      if (username === person.username) seen.push(`${way}: ${answer}`);
      else taken.push(`${way} takes another name`);
    }
    return unless(taken, seen.join("; "));
  },
};

/** Where the code would go; it is taken on the way, so nobody has to be there. */
const redirectUri = "http://127.0.0.1/callback";

const another = ({ username }: ThrowAwayPerson) => `${username}-renamed`;

/** With a token that may do whatever its holder may with their own account. */
async function byAccount(context: Context, person: ThrowAwayPerson): Promise<string> {
  const client = await context.throwAway.accountClient(redirectUri);
  const { access } = await signIn(context, person, { ...client, redirectUri });
  const { email } = person;
  const names = { firstName: "Throw-Away", lastName: "Person" };
  const { status } = await context.endpoints.account(access, { username: another(person), email, ...names });
  return status < 400 ? `left it (${status})` : `refused (${status})`;
}

/** Between the password and being let in. */
async function byForm(context: Context, person: ThrowAwayPerson): Promise<string> {
  const { endpoints, keycloak, throwAway } = context;
  await keycloak.put(`users/${person.id}`, { requiredActions: ["UPDATE_PROFILE"] });
  const { clientId } = await throwAway.accountClient(redirectUri);
  const query = { client_id: clientId, redirect_uri: redirectUri, response_type: "code" };
  const start = endpoints.authorizationUrl({ ...query, scope: "openid" });
  const { username, password, email } = person;
  const browser = new Browser();
  const login = await browser.open(start, redirectUri);
  const form = await browser.open(actionOf(login), redirectUri, { username, password });
  if (!form.text.includes("kc-update-profile-form")) return "no form is shown";
  const filled = { username: another(person), email, firstName: "Throw-Away", lastName: "Person" };
  const after = await browser.open(actionOf(form), redirectUri, filled);
  return after.address.startsWith(redirectUri) ? "left it" : "refused";
}

export const ownNameChecks = [ownName];
