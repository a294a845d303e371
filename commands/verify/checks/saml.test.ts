import { samlChecks } from "./saml";
import { eachIsFound as eachRealmIsFound, type Break } from "../testing/broken";
import { acs, claims, clientOf, entityId, samlKey, type Realm } from "../testing/realm";

const atlassian = (realm: Realm) => clientOf(realm, entityId);
const pem = (body: string) => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const others = [
  "https://attacker.invalid/login/callback",
  acs.replace("saml-", "saml-other-"),
  `${acs}/other`,
  "https://auth.atlassian.com/",
];
const bySaml = (breaks: readonly Omit<Break, "kind">[]) =>
  breaks.map((one): Break => ({ ...one, kind: "saml" }));

eachRealmIsFound(
  samlChecks,
  bySaml([
    {
      what: "the metadata is out of order",
      breakIt: (realm) => (realm.faults.metadata = 503),
      found: { "saml-metadata": "metadata answered 503" },
    },
    {
      what: "the metadata names another realm, and sends people there",
      breakIt: ({ saml }) => {
        saml.entityId = "https://elsewhere.invalid";
        saml.signInUrl = "https://elsewhere.invalid/protocol/saml";
      },
      found: {
        "saml-metadata": "the entity ID is not {realm}; people are not sent to {realm}/protocol/saml",
      },
    },
    {
      what: "the certificate that signs is not published",
      breakIt: ({ saml }) => saml.keys.push({ ...samlKey("ACTIVE", 500, 1), isPublished: false }),
      found: { "saml-metadata": "the certificate that signs is not published" },
    },
    {
      what: "another key signs than the stack's output says",
      breakIt: ({ saml }) => saml.keys.push(samlKey("ACTIVE", 500, 1)),
      options: ({ saml }) => ({
        output: () => Promise.resolve({ certificate: pem(saml.keys[0]?.certificate ?? "") }),
      }),
      found: { "saml-metadata": "the certificate that signs is not the one of the stack's output" },
    },
    {
      what: "no key signs",
      breakIt: ({ saml }) => saml.keys.splice(0, 1, samlKey("PASSIVE", 100)),
      found: Object.fromEntries(samlChecks.map(({ name }) => [name, "the realm has no active RSA key"])),
    },
    {
      what: "assertions are not signed",
      breakIt: ({ saml }) => (saml.says.isSigned = false),
      found: {
        "saml-assertion": "Invalid signature",
        "saml-disabled-person": "refused before, refused after",
      },
    },
    {
      what: "NameID is the user name, an attribute more is said, one less, and one of something else",
      breakIt: ({ saml }) => {
        saml.says.nameId = "username";
        saml.says.nameIdFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
        saml.says.attributes = {
          [`${claims}givenname`]: "lastName",
          [`${claims}name`]: "id",
          Role: "everything",
        };
      },
      found: {
        "saml-assertion": [
          "NameID is {person}, not {person}@verify.invalid",
          "NameID is of format urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
          `${claims}givenname is "Person", not "Throw-Away"`,
          `${claims}surname is undefined, not "Person"`,
          'Role is "everything", not undefined',
        ].join("; "),
      },
    },
    {
      what: "responses go anywhere",
      breakIt: (realm) => atlassian(realm).redirectUris.push("*"),
      found: {
        "saml-acs-exact": [
          ...others.map((address) => `${address} is taken as well (200)`),
          `the client takes *, ${acs}`,
        ].join("; "),
      },
    },
    {
      what: "the login page is out of order",
      breakIt: (realm) => (realm.faults.pages = 503),
      found: {
        "brute-force": "{realm}/protocol/saml holds no form: out of order",
        "event-log": "{realm}/protocol/saml holds no form: out of order",
        "saml-assertion": "{realm}/protocol/saml holds no form: out of order",
        "saml-acs-exact": "Atlassian's own address answers 503",
        "saml-disabled-person": "refused before, refused after",
        "exchange-narrows": "{realm}/protocol/openid-connect/auth holds no form: out of order",
        "own-user-name": "{realm}/protocol/openid-connect/auth holds no form: out of order",
      },
    },
    {
      what: "a person who is disabled is let in",
      breakIt: (realm) => (realm.faults.passwordOutlivesPerson = true),
      found: { "saml-disabled-person": "let in before, let in after" },
    },
  ]),
);
