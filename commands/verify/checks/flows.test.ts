import { flowChecks } from "./flows";
import { eachIsFound, everySignIn } from "../testing/broken";
import { bitbucketUrl, clientOf, type Realm } from "../testing/realm";

/** The client in use: the other slot's rotation is older. */
const bitbucket = (realm: Realm) => clientOf(realm, "bitbucket-a");
const callback = `${bitbucketUrl}/plugins/servlet/oidc/callback`;

eachIsFound(flowChecks, [
  {
    what: "the login page is out of order",
    breakIt: (realm) => (realm.faults.pages = 503),
    found: {
      "login-page": "answered 503",
      ...everySignIn("{realm}/protocol/openid-connect/auth holds no form: out of order"),
    },
  },
  {
    what: "nobody gets past the page that follows the password",
    breakIt: (realm) => (realm.faults.afterPassword = "You need to change your password."),
    found: everySignIn("the sign-in ends at a page of Keycloak's: You need to change your password."),
  },
  {
    what: "PKCE is not asked for",
    breakIt: (realm) => delete bitbucket(realm).attributes["pkce.code.challenge.method"],
    found: { "pkce-required": "a sign-in without a code challenge begins; the plain method is taken" },
  },
  {
    what: "PKCE is taken by its plain method",
    breakIt: (realm) => (bitbucket(realm).attributes["pkce.code.challenge.method"] = "plain"),
    found: { "pkce-required": "the plain method is taken" },
  },
  {
    what: "codes go to any address below the right one",
    breakIt: (realm) => bitbucket(realm).redirectUris.push(`${bitbucketUrl}/*`),
    found: {
      "redirect-exact": [`${callback}/other`, `${callback}?next=https://attacker.invalid`, `${bitbucketUrl}/`]
        .map((address) => `${address} is taken as well (200)`)
        .join("; "),
    },
  },
  {
    what: "codes go to a server whose name begins as Bitbucket's",
    breakIt: (realm) => (bitbucket(realm).redirectUris = [`${bitbucketUrl}.attacker.invalid/callback`]),
    found: {
      "redirect-exact": `codes go to ${bitbucketUrl}.attacker.invalid/callback, not below ${bitbucketUrl}`,
    },
  },
  {
    what: "implicit flow is on",
    breakIt: (realm) => (bitbucket(realm).implicitFlowEnabled = true),
    found: {
      "implicit-refused": ["token", "id_token", "id_token token", "code id_token"]
        .map((type) => `response type "${type}" is taken`)
        .join("; "),
    },
  },
  {
    what: "password grant is on",
    breakIt: (realm) => (bitbucket(realm).directAccessGrantsEnabled = true),
    found: { "password-refused": "invalid_grant: Invalid user credentials" },
  },
  {
    what: "the client is public",
    breakIt: (realm) => (bitbucket(realm).publicClient = true),
    found: { "client-authenticates": "answered invalid_grant; answered invalid_grant" },
  },
  {
    what: "a service account is on",
    breakIt: (realm) => (bitbucket(realm).serviceAccountsEnabled = true),
    found: { "no-service-account": "taken" },
  },
  {
    what: "offline access may be asked for",
    breakIt: (realm) => bitbucket(realm).optionalClientScopes.push("offline_access"),
    found: { "no-offline-access": "offline_access may be asked for" },
  },
  {
    what: "sign-out leads anywhere",
    breakIt: (realm) => (bitbucket(realm).attributes["post.logout.redirect.uris"] = "*"),
    found: { "logout-redirect-exact": "sent to https://attacker.invalid/" },
  },
]);
