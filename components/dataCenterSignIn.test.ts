import { abilitiesOf } from "./testing/client";
import { namesOf, only, placed, refusal } from "./testing/placed";
import { firstRun, monthly, runAfter, testRealm, testRights } from "./testing/realm";
import {
  DataCenterSignIn,
  redirectProblem,
  redirectUri,
  type DataCenterSignInArgs,
} from "./dataCenterSignIn";
import type { Realm } from "./realm";

const declare = (realm: Realm, args: Partial<DataCenterSignInArgs> = {}) =>
  new DataCenterSignIn("sign-in", {
    realm,
    rights: testRights("read:PAY"),
    signIn: { url: "https://bitbucket.acme.example/", publish: "hand" },
    rotation: { overlap: 86_400 },
    context: firstRun,
    ...args,
  });
const place = (args: Partial<DataCenterSignInArgs> = {}) =>
  placed(() => declare(testRealm(), args), firstRotation);

const moment = "2026-02-10T00:00:00.000Z";
const firstRotation = (type: string) =>
  type === "rotation:index:Schedule"
    ? { rotation: 0, rotatedAt: moment, previousAt: moment, endedAt: -1 }
    : {};

const client = "keycloak:openid/client:Client";
const published = "bitbucket:index:DataCenterClient";
const schedule = "rotation:index:Schedule";
const byRest = {
  signIn: { url: "https://bitbucket.acme.example", publish: "rest" },
  rotation: monthly,
} as const;

test.each(["a", "b"])(
  "by slot %s people sign in by code with PKCE, to one exact address, and in no other way",
  async (slot) => {
    const placedSlot = only(await place(), client, `sign-in-${slot}`);
    expect(abilitiesOf(placedSlot)).toEqual({
      grants: ["authorization code"],
      proof: "a secret",
      redirects: ["https://bitbucket.acme.example/plugins/servlet/oidc/callback"],
      pkce: true,
      consent: false,
      everyRole: false,
      refresh: true,
    });
    const { clientId, clientSecret, validPostLogoutRedirectUris, webOrigins } = placedSlot.inputs;
    expect([clientId, clientSecret]).toEqual([`bitbucket-${slot}`, { secret: "generated" }]);
    expect([validPostLogoutRedirectUris, webOrigins]).toEqual([["https://bitbucket.acme.example/"], []]);
    expect([placedSlot.deletedWith, placedSlot.hooks]).toEqual(["realm", ["beforeUpdate"]]);
  },
);

test("Bitbucket can move from one slot to the other unnoticed: both are the same in all but id, name and rotate", async () => {
  const all = await place();
  const [a, b] = (["a", "b"] as const).map((slot) => {
    const { clientId, name, extraConfig, ...rest } = only(all, client, `sign-in-${slot}`).inputs;
    expect([clientId, name, Object.keys(extraConfig as object)]).toEqual([
      `bitbucket-${slot}`,
      `Bitbucket (${slot})`,
      ["rotation.number"],
    ]);
    return rest;
  });
  expect(a).toEqual(b);
  const around = (slot: string) =>
    all
      .filter(({ inputs }) => inputs.clientId === `sign-in-${slot}-id`)
      .map(({ type, inputs }) => [type, { ...inputs, clientId: undefined }]);
  expect(around("a")).toHaveLength(7);
  expect(around("a")).toEqual(around("b"));
});

test("tokens say e-mail address, user name, full name, groups without slashes and rights, whatever the realm's scopes say", async () => {
  const all = await place();
  const says = all
    .filter(({ inputs }) => inputs.clientId === "sign-in-a-id")
    .flatMap(({ inputs: { claimName, userProperty, fullPath, name } }) =>
      name === undefined ? [] : [[claimName ?? name, userProperty ?? fullPath]],
    );
  expect(Object.fromEntries(says)).toEqual({
    email: "email",
    preferred_username: "username",
    name: undefined,
    groups: false,
  });
  const right = only(all, "keycloak:index/genericRoleMapper:GenericRoleMapper", "sign-in-a");
  expect(right.inputs.roleId).toBe("every-right-id");
});

test("nobody can ask for a session that outlives the others: no optional scope is left", async () => {
  const scopes = "keycloak:openid/clientOptionalScopes:ClientOptionalScopes";
  const all = await place();
  expect(namesOf(all, scopes)).toEqual(["sign-in-a", "sign-in-b"]);
  for (const name of namesOf(all, scopes)) expect(only(all, scopes, name).inputs.optionalScopes).toEqual([]);
});

test("published by hand: Bitbucket is asked nothing, and nothing rotates by itself", async () => {
  const all = await place();
  expect(namesOf(all, published)).toEqual([]);
  expect(only(all, schedule, "sign-in").inputs).not.toHaveProperty("period");
});

test("published by REST: Bitbucket gets the slot in use, its secret as a secret, proved before and once all is ready", async () => {
  const all = await place(byRest);
  const { inputs, hooks, parent, dependencies } = only(all, published, "sign-in");
  expect(inputs).toEqual({
    url: "https://bitbucket.acme.example",
    issuer: "https://keycloak.example/realms/realm-id",
    clientId: "bitbucket-a",
    clientSecret: { secret: "generated" },
  });
  expect([hooks, parent]).toEqual([["beforeCreate", "beforeUpdate"], "sign-in"]);
  expect(dependencies).toEqual(
    expect.arrayContaining(["signing-keys-es256-0", "sign-in-a", "sign-in-b", "sign-in-a-groups"]),
  );
  expect(only(all, schedule, "sign-in").inputs.period).toBe(2_592_000);
});

test.each([
  ["bitbucket-a:of-a", 0],
  ["bitbucket-b:of-b", undefined],
])(
  "published by REST: the state has %s at Bitbucket, so rotation %s is confirmed",
  async (credential, rotation) => {
    const [clientId, clientSecret] = credential.split(":");
    const context = runAfter({
      [`${schedule} sign-in`]: { rotation: 0 },
      "random:index/randomPassword:RandomPassword sign-in-a": { result: "of-a" },
      [`${published} sign-in`]: { clientId, clientSecret },
    });
    expect(only(await place({ ...byRest, context }), schedule, "sign-in").inputs.published).toBe(rotation);
  },
);

test.each([
  ["https://*.acme.example", "an address without a wildcard"],
  ["bitbucket", "an address"],
  ["http://bitbucket.acme.example", "https outside this machine"],
  ["https://bitbucket.acme.example?x=1", "an address without a query or fragment"],
])("%s is refused before anything is registered: allowed is %s", async (url, allowed) => {
  const refused = (realm: Realm) => declare(realm, { signIn: { url, publish: "hand" } });
  expect(await refusal(testRealm, refused)).toBe(
    `signIn.url: found "${url}"; allowed: ${allowed}; set it to the address of one Bitbucket, for example "https://bitbucket.acme.example"`,
  );
});

test.each(["https://bitbucket.acme.example", "http://127.0.0.1:7990", "http://localhost:7990"])(
  "%s is fine",
  (url) => {
    expect(redirectProblem(url)).toBeUndefined();
    expect(redirectUri(url)).toBe(`${url}/plugins/servlet/oidc/callback`);
  },
);
