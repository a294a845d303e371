import { serverChecks } from "./server";
import { eachIsFound, everySignIn } from "../testing/broken";

const elsewhere = "https://elsewhere.invalid/realms/small";

eachIsFound(serverChecks, [
  {
    what: "the realm calls itself otherwise: nothing that trusts its name gets on",
    breakIt: (realm) => (realm.issuer = elsewhere),
    found: {
      discovery: `the issuer is ${elsewhere}, not {realm}`,
      ...everySignIn("discovered metadata issuer does not match the expected issuer"),
    },
  },
  {
    what: "tokens are issued by another realm, whose name begins as this one's",
    breakIt: (realm) => (realm.tokenEndpoint = `${realm.address}2/protocol/openid-connect/token`),
    found: {
      discovery: "tokens are issued at {realm}2/protocol/openid-connect/token",
      ...everySignIn("server responded with an error in the response body: not found"),
    },
  },
  {
    what: "PKCE is offered by its plain method alone",
    breakIt: (realm) => (realm.codeChallengeMethods = ["plain"]),
    found: { discovery: "PKCE by S256 is not offered" },
  },
  {
    what: "a key is published with its private part",
    breakIt: (realm) => (realm.keys.leaked = true),
    found: {
      ...everySignIn("something went wrong: Unsupported key usage for ECDSA key"),
      "signing-keys": "key published is published with its private part",
    },
  },
  {
    what: "access tokens are signed by a key that is not published",
    breakIt: (realm) => (realm.faults.strangeKeySigns = "access"),
    found: { "signing-keys": "no applicable key found in the JSON Web Key Set" },
  },
  {
    what: "people register themselves",
    breakIt: (realm) => (realm.registrationAllowed = true),
    found: { "no-self-registration": "the page to register is open" },
  },
  {
    what: "people register themselves, where sign-in is by SAML",
    kind: "saml",
    breakIt: (realm) => (realm.registrationAllowed = true),
    found: { "no-self-registration": "the page to register is open" },
  },
  {
    what: "two people may have one address",
    breakIt: (realm) => (realm.duplicateEmailsAllowed = true),
    found: { "unique-email": "a second person was made" },
  },
  {
    what: "people change one thing themselves, nobody is named for another, and what is not listed is anybody's",
    breakIt: ({ profile }) => {
      profile.attributes[1] = { name: "email", permissions: { view: [], edit: ["admin", "user"] } };
      profile.attributes[2] = { name: "firstName" };
      profile.unmanagedAttributePolicy = "ENABLED";
    },
    found: {
      "own-profile":
        "people may change email themselves; people may change firstName themselves; people may change any attribute at all themselves",
    },
  },
  {
    what: "any password is taken",
    breakIt: (realm) => (realm.passwordLength = 0),
    found: { "password-policy": "a password of six characters was taken" },
  },
  {
    what: "Keycloak refuses everything, for another reason than it should",
    breakIt: (realm) => (realm.faults.refusesWith = 403),
    found: { "unique-email": "answered 403", "password-policy": "answered 403" },
  },
  {
    what: "guessing is not hindered",
    breakIt: (realm) => (realm.bruteForceProtected = false),
    found: { "brute-force": "the right password was taken after 6 wrong ones" },
  },
  {
    what: "sign-ins leave no event",
    breakIt: (realm) => (realm.eventsEnabled = false),
    found: { "event-log": "a sign-in left no event" },
  },
  {
    what: "administrators leave no event",
    breakIt: (realm) => (realm.adminEventsEnabled = false),
    found: { "event-log": "an administrator's act left no event" },
  },
  {
    what: "refused exchanges and clients leave no event, and the others are kept for a day",
    breakIt: (realm) => {
      realm.enabledEventTypes = ["LOGIN", "LOGIN_ERROR", "REFRESH_TOKEN_ERROR", "INTROSPECT_TOKEN_ERROR"];
      realm.eventsExpiration = 86_400;
    },
    found: {
      "event-log":
        "TOKEN_EXCHANGE_ERROR leaves no event; CLIENT_LOGIN_ERROR leaves no event; events are kept for 86400 s, not 2592000 s",
    },
  },
]);
