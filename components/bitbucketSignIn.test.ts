import * as pulumi from "@pulumi/pulumi";
import { namesOf, only, placed } from "../test/placed";
import { testRealm } from "../test/realm";
import { BitbucketSignIn, redirectProblem, redirectUri, type BitbucketSignInArgs } from "./bitbucketSignIn";
import type { Realm } from "./realm";

const place = (args: Partial<BitbucketSignInArgs> = {}) =>
  placed(() => {
    const realm = testRealm();
    return new BitbucketSignIn("sign-in", {
      realm,
      url: "https://bitbucket.acme.example/",
      roles: ["merge:PAY", "read:PAY"],
      ...args,
    });
  });

const client = "keycloak:openid/client:Client";

test("people sign in by code with PKCE, to one exact address, and in no other way", async () => {
  const { inputs, parent, deletedWith } = only(await place(), client, "sign-in");
  expect(inputs).toMatchObject({
    clientId: "bitbucket",
    accessType: "CONFIDENTIAL",
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    serviceAccountsEnabled: false,
    fullScopeAllowed: false,
    pkceCodeChallengeMethod: "S256",
    validRedirectUris: ["https://bitbucket.acme.example/plugins/servlet/oidc/callback"],
    webOrigins: [],
  });
  expect([parent, deletedWith]).toEqual(["sign-in", "realm"]);
});

test("its secret is random, long, and a secret on its way into Keycloak", async () => {
  const all = await place();
  expect(only(all, "random:index/randomPassword:RandomPassword", "sign-in-secret").inputs).toEqual({
    length: 48,
    special: false,
    keepers: { turn: "0" },
  });
  expect(only(all, client, "sign-in").inputs.clientSecret).toEqual({ secret: "generated" });
});

test("the four claims are mapped on the client, groups without slashes", async () => {
  const all = await place();
  const property = "keycloak:openid/userPropertyProtocolMapper:UserPropertyProtocolMapper";
  expect(namesOf(all, property)).toEqual(["sign-in-email", "sign-in-preferred_username"]);
  expect(only(all, property, "sign-in-email").inputs).toMatchObject({
    claimName: "email",
    userProperty: "email",
  });
  expect(only(all, property, "sign-in-preferred_username").inputs).toMatchObject({
    claimName: "preferred_username",
    userProperty: "username",
  });
  expect(namesOf(all, "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper")).toEqual([
    "sign-in-name",
  ]);
  const groups = "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper";
  expect(only(all, groups, "sign-in-groups").inputs).toMatchObject({ claimName: "groups", fullPath: false });
});

test("no optional scope is left to ask for", async () => {
  const scopes = only(await place(), "keycloak:openid/clientOptionalScopes:ClientOptionalScopes", "sign-in");
  expect(scopes.inputs.optionalScopes).toEqual([]);
});

test("there is one role for each name, and no other", async () => {
  expect(namesOf(await place(), "keycloak:index/role:Role")).toEqual(["merge:PAY", "read:PAY"]);
});

test.each([
  ["https://*.acme.example", "a wildcard is not allowed"],
  ["bitbucket", "which is no address"],
  ["http://bitbucket.acme.example", "only https is allowed outside this machine"],
  ["https://bitbucket.acme.example?x=1", "a query or fragment is not allowed"],
])("%s is refused: %s", async (url, why) => {
  let error: unknown;
  const all = await placed(() => {
    try {
      const realm = { inside: () => ({}), id: pulumi.output("x") } as unknown as Realm;
      new BitbucketSignIn("sign-in", { realm, url, roles: [] });
    } catch (caught) {
      error = caught;
    }
  });
  expect((error as Error).message).toContain(why);
  expect(namesOf(all, client)).toEqual([]);
});

test.each(["https://bitbucket.acme.example", "http://127.0.0.1:7990", "http://localhost:7990"])(
  "%s is fine",
  (url) => {
    expect(redirectProblem(url)).toBeUndefined();
    expect(redirectUri(url)).toBe(`${url}/plugins/servlet/oidc/callback`);
  },
);
