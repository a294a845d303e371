import { namesOf, only, placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { CloudSignIn } from "./cloudSignIn";

const place = (connection: string) =>
  placed(
    () =>
      new CloudSignIn("sign-in", {
        realm: testRealm(),
        signIn: { kind: "saml", url: "https://bitbucket.org/acme", connection, publish: "hand" },
      }),
  );

const client = "keycloak:saml/client:Client";
const mapper = "keycloak:saml/userPropertyProtocolMapper:UserPropertyProtocolMapper";
const acs = "https://auth.atlassian.com/login/callback?connection=saml-1f0e-5c3a";

test("as Atlassian wants it: one exact address, the e-mail address as NameID, assertions signed", async () => {
  const { inputs, parent, deletedWith } = only(await place("1f0e-5c3a"), client, "sign-in");
  expect(inputs).toEqual({
    realmId: "realm-id",
    clientId: "https://auth.atlassian.com/saml/1f0e-5c3a",
    name: "Bitbucket Cloud",
    nameIdFormat: "email",
    forceNameIdFormat: true,
    signAssertions: true,
    signDocuments: false,
    signatureAlgorithm: "RSA_SHA256",
    signatureKeyName: "KEY_ID",
    canonicalizationMethod: "EXCLUSIVE",
    clientSignatureRequired: false,
    encryptAssertions: false,
    includeAuthnStatement: true,
    forcePostBinding: true,
    frontChannelLogout: false,
    fullScopeAllowed: false,
    validRedirectUris: [acs],
    assertionConsumerPostUrl: acs,
    baseUrl: "https://bitbucket.org/acme",
  });
  expect([parent, deletedWith]).toEqual(["sign-in", "realm"]);
});

test("three attributes under Atlassian's names; the name is what never changes", async () => {
  const all = await place("1f0e-5c3a");
  const said = namesOf(all, mapper).map((name) => {
    const { samlAttributeName, userProperty, samlAttributeNameFormat } = only(all, mapper, name).inputs;
    return [samlAttributeName, userProperty, samlAttributeNameFormat];
  });
  const names = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";
  expect(said).toEqual([
    [`${names}/givenname`, "firstName", "URI Reference"],
    [`${names}/name`, "id", "URI Reference"],
    [`${names}/surname`, "lastName", "URI Reference"],
  ]);
});

test("until Atlassian has shown the connection, there is no client", async () => {
  const all = await place("pending");
  expect([...namesOf(all, client), ...namesOf(all, mapper)]).toEqual([]);
});
