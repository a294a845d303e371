import { tokenChecks } from "./tokens";
import { eachIsFound } from "../testing/broken";
import { clientOf, groupsOf, type Group, type Realm } from "../testing/realm";

/** The client in use: the other slot's rotation is older. */
const bitbucket = (realm: Realm) => clientOf(realm, "bitbucket-a");
/** The team of the throw-away person: the deepest with a role of its own. */
const leads = (realm: Realm): Group => {
  const found = groupsOf(realm).find(({ path }) => path === "/makers/leads");
  if (found === undefined) throw new Error("the realm has no group /makers/leads");
  return found.group;
};

eachIsFound(tokenChecks, [
  {
    what: "the mapper of the e-mail address is gone, and groups are said with their path",
    breakIt: (realm) => {
      const client = bitbucket(realm);
      client.mappers = client.mappers
        .filter(({ claim }) => claim !== "email")
        .map((mapper) => (mapper.claim === "groups" ? { ...mapper, says: "paths" } : mapper));
    },
    found: {
      claims:
        'email is undefined, not "{person}@verify.invalid"; groups is ["/makers/leads"], not ["leads"]; email is left to the realm\'s shared scopes, which others change',
    },
  },
  {
    what: "claims are left to scopes that other clients share",
    breakIt: (realm) => {
      realm.sharedMappers = bitbucket(realm).mappers.splice(0, 3);
    },
    found: {
      claims: ["preferred_username", "email", "name"]
        .map((claim) => `${claim} is left to the realm's shared scopes, which others change`)
        .join("; "),
    },
  },
  {
    what: "a team has lost a role and gained another",
    breakIt: (realm) => (leads(realm).roles = ["merge:ONE/web"]),
    found: {
      roles: "merge:ONE/api is missing; merge:ONE/web is too much",
      "exchange-narrows":
        "merge:ONE/api for somebody who has it gives nothing; merge:ONE/web for somebody who lacks it gives merge:ONE/web",
    },
  },
  {
    what: "full scope is on",
    breakIt: (realm) => (bitbucket(realm).fullScopeAllowed = true),
    found: { roles: "roles of the realm are in it" },
  },
  {
    what: "access tokens live longer",
    breakIt: (realm) => (realm.accessTokenLifespan = 900),
    found: { "access-token-life": "900 s of 300 s" },
  },
  {
    what: "a token is taken after its end",
    breakIt: (realm) => (realm.faults.tokensAreForever = true),
    found: {
      "access-token-ends": "a token of one second is still taken after it; --wait sits out a real one",
    },
  },
  {
    what: "a token that is waited out is taken after its end",
    accessToken: 2,
    options: () => ({ only: ["access-token-ends"] }),
    breakIt: (realm) => (realm.faults.tokensAreForever = true),
    found: { "access-token-ends": "taken at once, still taken after 3 s" },
  },
  {
    what: "no service account gets a token",
    breakIt: (realm) => (realm.faults.servicesGetNoToken = true),
    found: {
      "access-token-ends":
        "a throw-away client gets no token: unauthorized_client: Client not enabled to retrieve service account",
      "pipeline-credentials": ["pipeline-b.api.dev", "pipeline-a.api.dev"]
        .map((id) => `${id} is refused: unauthorized_client: Client not enabled to retrieve service account`)
        .join("; "),
    },
  },
  {
    what: "an unused session lives longer",
    breakIt: (realm) => (realm.ssoSessionIdleTimeout = 7200),
    found: { "session-life": "unused, it lives for 7200 s, not 1800 s" },
  },
  {
    what: "any session lives longer",
    breakIt: (realm) => (realm.ssoSessionMaxLifespan = 86_400),
    found: { "session-life": "it lives for 86400 s at most, not 36000 s" },
  },
  {
    what: "the client's own sessions live shorter",
    breakIt: (realm) => (bitbucket(realm).attributes["client.session.max.lifespan"] = "3600"),
    found: { "session-life": "it lives for 3600 s at most, not 36000 s" },
  },
  {
    what: "refresh tokens are good for more than once",
    breakIt: (realm) => (realm.revokeRefreshToken = false),
    found: { "refresh-rotates": "a spent one is taken; the session goes on after a spent one was used" },
  },
  {
    what: "a session goes on after a spent refresh token was used",
    breakIt: (realm) => (realm.faults.sessionOutlivesReuse = true),
    found: { "refresh-rotates": "the session goes on after a spent one was used" },
  },
  {
    what: "the first use of a refresh token gives it back",
    breakIt: (realm) => (realm.faults.refreshTokenStays = true),
    found: {
      "refresh-rotates":
        "the first use is no rotation; a spent one is taken; the session goes on after a spent one was used",
    },
  },
  {
    what: "the first use of a refresh token is refused",
    breakIt: (realm) => (realm.faults.refreshes = "refused"),
    found: { "refresh-rotates": "the first use is invalid_grant: Token is not active" },
  },
  {
    what: "tokens outlive a sign-out",
    breakIt: (realm) => (realm.faults.tokensOutliveSignOut = true),
    found: { logout: "the access token is still taken; the refresh token is still taken" },
  },
  {
    what: "tokens outlive their revocation",
    breakIt: (realm) => (realm.faults.tokensOutliveRevocation = true),
    found: { revocation: "the access token is still taken; the refresh token is still taken" },
  },
  {
    what: "tokens outlive the disabling of their holder",
    breakIt: (realm) => (realm.faults.tokensOutlivePerson = true),
    found: { "disabled-person": "the access token is still taken; the refresh token is still taken" },
  },
  {
    what: "the password of a disabled person is taken",
    breakIt: (realm) => (realm.faults.passwordOutlivesPerson = true),
    found: { "disabled-person": "the password is still taken" },
  },
]);
