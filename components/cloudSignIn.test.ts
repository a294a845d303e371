import type { SignIn } from "../access";
import { namesOf, only, placed, refusal, type Placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { CloudSignIn } from "./cloudSignIn";

const signIn = (connection: string): SignIn => ({
  kind: "saml",
  url: "https://bitbucket.org/acme",
  connection,
  publish: "hand",
});
const place = (connection: string) =>
  placed(() => new CloudSignIn("sign-in", { realm: testRealm(), signIn: signIn(connection) }));

const client = "keycloak:saml/client:Client";
const mapper = "keycloak:saml/userPropertyProtocolMapper:UserPropertyProtocolMapper";

/** What a response says of a person, and what proves it, where the provider's defaults stand for what is not declared. */
function responseOf({ inputs }: Placed) {
  const yes = (value: unknown, byDefault: boolean) => (value === undefined ? byDefault : value === true);
  return {
    answersTo: [...new Set([...(inputs.validRedirectUris as string[]), inputs.assertionConsumerPostUrl])],
    knownBy: inputs.nameIdFormat,
    whateverIsAsked: yes(inputs.forceNameIdFormat, false),
    signed: yes(inputs.signAssertions, false),
    by: inputs.signatureAlgorithm,
    asksForSignedRequests: yes(inputs.clientSignatureRequired, true),
    encrypted: yes(inputs.encryptAssertions, false),
    inTheAddress: !yes(inputs.forcePostBinding, true),
    everyRole: yes(inputs.fullScopeAllowed, true),
    enabled: yes(inputs.enabled, true),
  };
}

test("Atlassian gets a signed assertion at one exact address, which names the person by e-mail address and no role", async () => {
  const placedClient = only(await place("1f0e-5c3a"), client, "sign-in");
  expect(placedClient.inputs.clientId).toBe("https://auth.atlassian.com/saml/1f0e-5c3a");
  expect(responseOf(placedClient)).toEqual({
    answersTo: ["https://auth.atlassian.com/login/callback?connection=saml-1f0e-5c3a"],
    knownBy: "email",
    whateverIsAsked: true,
    signed: true,
    by: "RSA_SHA256",
    asksForSignedRequests: false,
    encrypted: false,
    inTheAddress: false,
    everyRole: false,
    enabled: true,
  });
  expect([placedClient.parent, placedClient.deletedWith]).toEqual(["sign-in", "realm"]);
});

test("Atlassian knows a person again by what never changes, and reads both names: three attributes, no more", async () => {
  const all = await place("1f0e-5c3a");
  const read: Record<string, unknown> = Object.fromEntries(
    namesOf(all, mapper).map((name): [string, unknown] => {
      const { samlAttributeName, userProperty } = only(all, mapper, name).inputs;
      return [String(samlAttributeName).split("/").at(-1) ?? "", userProperty];
    }),
  );
  expect(read).toEqual({ name: "id", givenname: "firstName", surname: "lastName" });
  expect(all.filter(({ parent }) => parent === "sign-in")).toHaveLength(4);
});

test("until Atlassian has shown the connection, nobody can sign in: there is no client", async () => {
  expect((await place("pending")).filter(({ parent }) => parent === "sign-in")).toEqual([]);
});

test("a sign-in of another kind, or without a connection, is refused before anything is registered", async () => {
  const refused = (realm: ReturnType<typeof testRealm>) =>
    new CloudSignIn("sign-in", { realm, signIn: signIn("none") });
  expect(await refusal(testRealm, refused)).toBe(
    'sign-in sign-in: signIn: found kind saml and connection none; allowed: kind saml, and a connection or pending; write "pending", bring the stack up, and follow the steps of its output bitbucketSignIn',
  );
});
