import * as pulumi from "@pulumi/pulumi";
import { namesOf, only, placed } from "./testing/placed";
import { firstRun, testRealm } from "./testing/realm";
import {
  DataCenterSignIn,
  redirectProblem,
  redirectUri,
  type DataCenterSignInArgs,
} from "./dataCenterSignIn";
import type { Realm } from "./realm";

const place = (args: Partial<DataCenterSignInArgs> = {}) =>
  placed(() => {
    const realm = testRealm();
    return new DataCenterSignIn("sign-in", {
      realm,
      signIn: { url: "https://bitbucket.acme.example/", publish: "hand" },
      rotation: { ...firstRun, overlap: 86_400 },
      everyRight: "every-right-id",
      ...args,
    });
  }, firstRotation);

const moment = "2026-02-10T00:00:00.000Z";
const firstRotation = (type: string) =>
  type === "rotation:index:Schedule"
    ? { rotation: 0, rotatedAt: moment, previousAt: moment, endedAt: -1 }
    : {};

const client = "keycloak:openid/client:Client";
const told = "bitbucket:index:DataCenterClient";

test.each(["a", "b"])(
  "by slot %s people sign in by code with PKCE, to one exact address, and in no other way",
  async (slot) => {
    const { inputs, parent, deletedWith, hooks } = only(await place(), client, `sign-in-${slot}`);
    expect(inputs).toEqual({
      realmId: "realm-id",
      clientId: `bitbucket-${slot}`,
      name: `Bitbucket (${slot})`,
      enabled: true,
      accessType: "CONFIDENTIAL",
      clientSecret: { secret: "generated" },
      standardFlowEnabled: true,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: false,
      serviceAccountsEnabled: false,
      fullScopeAllowed: false,
      pkceCodeChallengeMethod: "S256",
      validRedirectUris: ["https://bitbucket.acme.example/plugins/servlet/oidc/callback"],
      validPostLogoutRedirectUris: ["https://bitbucket.acme.example/"],
      webOrigins: [],
      baseUrl: "https://bitbucket.acme.example/",
      extraConfig: { "rotation.number": slot === "a" ? `0 ${moment}` : `-1 ${moment}` },
    });
    expect([parent, deletedWith, hooks]).toEqual(["sign-in", "realm", ["beforeUpdate"]]);
  },
);

test("the four claims are mapped on each client, groups without slashes; every right may be said", async () => {
  const all = await place();
  const property = "keycloak:openid/userPropertyProtocolMapper:UserPropertyProtocolMapper";
  expect(namesOf(all, property)).toEqual([
    "sign-in-a-email",
    "sign-in-a-preferred_username",
    "sign-in-b-email",
    "sign-in-b-preferred_username",
  ]);
  expect(only(all, property, "sign-in-a-email").inputs).toMatchObject({
    claimName: "email",
    userProperty: "email",
  });
  expect(only(all, property, "sign-in-b-preferred_username").inputs).toMatchObject({
    clientId: "sign-in-b-id",
    claimName: "preferred_username",
    userProperty: "username",
  });
  const full = "keycloak:openid/fullNameProtocolMapper:FullNameProtocolMapper";
  expect(namesOf(all, full)).toEqual(["sign-in-a-name", "sign-in-b-name"]);
  const groups = "keycloak:openid/groupMembershipProtocolMapper:GroupMembershipProtocolMapper";
  expect(only(all, groups, "sign-in-a-groups").inputs).toMatchObject({
    claimName: "groups",
    fullPath: false,
  });
  expect(only(all, "keycloak:index/genericRoleMapper:GenericRoleMapper", "sign-in-b").inputs).toEqual({
    realmId: "realm-id",
    clientId: "sign-in-b-id",
    roleId: "every-right-id",
  });
});

test("no optional scope is left to ask for", async () => {
  const scopes = "keycloak:openid/clientOptionalScopes:ClientOptionalScopes";
  const all = await place();
  expect(namesOf(all, scopes)).toEqual(["sign-in-a", "sign-in-b"]);
  for (const name of namesOf(all, scopes)) expect(only(all, scopes, name).inputs.optionalScopes).toEqual([]);
});

test("told by hand: Bitbucket is asked nothing, and nothing rotates by itself", async () => {
  const all = await place();
  expect(namesOf(all, told)).toEqual([]);
  expect(only(all, "rotation:index:Schedule", "sign-in").inputs).not.toHaveProperty("period");
});

test("told by REST: id and secret of the slot in use, proved before", async () => {
  const all = await place({
    signIn: { url: "https://bitbucket.acme.example", publish: "rest" },
    rotation: { ...firstRun, overlap: 86_400, period: 2_592_000 },
  });
  const { inputs, hooks, parent } = only(all, told, "sign-in");
  expect(inputs).toEqual({
    url: "https://bitbucket.acme.example",
    issuer: "https://keycloak.example/realms/realm-id",
    clientId: "bitbucket-a",
    clientSecret: { secret: "generated" },
  });
  expect([hooks, parent]).toEqual([["beforeCreate", "beforeUpdate"], "sign-in"]);
  expect(only(all, "rotation:index:Schedule", "sign-in").inputs.period).toBe(2_592_000);
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
      const rotation = { ...firstRun, overlap: 86_400 };
      new DataCenterSignIn("sign-in", { realm, signIn: { url, publish: "hand" }, rotation });
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
