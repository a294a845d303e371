import { namesOf, only, placed } from "./testing/placed";
import { testKeys } from "./testing/realm";
import { eventTypes } from "./eventTypes";
import { goDuration, Realm, type RealmArgs } from "./realm";

const owners = [
  { username: "ana", name: "Ana Alvarez", email: "ana@acme.example" },
  { username: "ben", name: "Ben Okafor", email: "ben@acme.example" },
];
const args: RealmArgs = {
  realm: "acme-dev",
  displayName: "Acme (dev)",
  url: "https://keycloak.example",
  owners,
  lifetimes: { accessToken: 300, sessionIdle: 1800, session: 36_000, events: 31_536_000 },
  keys: testKeys,
  protect: true,
};

test("a realm is the realm, its event log, its user profile and its signing keys, and nothing else", async () => {
  const all = await placed(() => new Realm("realm", args));
  const keys = (algorithm: string, type: string) =>
    [0, 1, 2].map(
      (place) =>
        `keycloak:index/realmKeystore${type}Generated:RealmKeystore${type}Generated signing-keys-${algorithm}-${place}`,
    );
  expect(all.map(({ type, name }) => `${type} ${name}`)).toEqual([
    "keycloak:index/realm:Realm realm",
    "keycloak:index/realmEvents:RealmEvents realm",
    ...keys("es256", "Ecdsa"),
    ...keys("hs512", "Hmac"),
    "keycloak:index/realmUserProfile:RealmUserProfile realm",
    "rotation:index:Schedule signing-keys",
  ]);
  const own = all.filter(({ type }) => !/Keystore|Schedule/.test(type));
  expect(own.map(({ parent, deletedWith }) => [parent, deletedWith])).toEqual([
    ["realm", undefined],
    ["realm", "realm"],
    ["realm", "realm"],
  ]);
});

test("its tokens are short, refresh tokens rotate, strangers stay out and owners are written into it", async () => {
  const realm = only(await placed(() => new Realm("realm", args)), "keycloak:index/realm:Realm", "realm");
  expect(realm.protect).toBe(true);
  expect(realm.inputs).toEqual({
    realm: "acme-dev",
    displayName: "Acme (dev)",
    enabled: true,
    attributes: { owners: "Ana Alvarez <ana@acme.example>, Ben Okafor <ben@acme.example>" },
    registrationAllowed: false,
    resetPasswordAllowed: false,
    rememberMe: false,
    verifyEmail: true,
    loginWithEmailAllowed: true,
    duplicateEmailsAllowed: false,
    editUsernameAllowed: false,
    sslRequired: "external",
    passwordPolicy: "length(12) and notUsername(undefined) and notEmail(undefined) and passwordHistory(5)",
    otpPolicy: { type: "totp", algorithm: "HmacSHA256", digits: 6, period: 30 },
    securityDefenses: {
      bruteForceDetection: {
        permanentLockout: false,
        maxLoginFailures: 5,
        waitIncrementSeconds: 60,
        maxFailureWaitSeconds: 900,
        failureResetTimeSeconds: 43_200,
        quickLoginCheckMilliSeconds: 1000,
        minimumQuickLoginWaitSeconds: 60,
      },
    },
    accessTokenLifespan: "5m0s",
    ssoSessionIdleTimeout: "30m0s",
    ssoSessionMaxLifespan: "10h0m0s",
    offlineSessionIdleTimeout: "30m0s",
    offlineSessionMaxLifespan: "10h0m0s",
    offlineSessionMaxLifespanEnabled: true,
    defaultSignatureAlgorithm: "ES256",
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
  });
});

test("everything that happens is logged, for as long as the setting says", async () => {
  const all = await placed(() => new Realm("realm", args));
  expect(only(all, "keycloak:index/realmEvents:RealmEvents", "realm").inputs).toEqual({
    realmId: "realm-id",
    eventsEnabled: true,
    eventsExpiration: 31_536_000,
    adminEventsEnabled: true,
    adminEventsDetailsEnabled: true,
    enabledEventTypes: [...eventTypes],
    eventsListeners: ["jboss-logging"],
  });
});

test("nobody but an administrator edits what people are known by", async () => {
  const all = await placed(() => new Realm("realm", args));
  const { attributes } = only(all, "keycloak:index/realmUserProfile:RealmUserProfile", "realm").inputs as {
    attributes: { name: string; permissions: { edits: string[] } }[];
  };
  const editors = Object.fromEntries(attributes.map(({ name, permissions }) => [name, permissions.edits]));
  expect(editors).toEqual({
    username: ["admin"],
    email: ["admin"],
    firstName: ["admin"],
    lastName: ["admin"],
  });
});

test("a realm with one owner is refused before anything is placed", async () => {
  let message = "";
  const all = await placed(() => {
    try {
      new Realm("realm", { ...args, owners: owners.slice(0, 1) });
    } catch (error) {
      message = (error as Error).message;
    }
  });
  expect(message).toBe(
    'realm acme-dev: found 1 of at least two owners: name another under "owners" in access.yaml',
  );
  expect(namesOf(all, "keycloak:index/realm:Realm")).toEqual([]);
});

test.each([
  [60, "1m0s"],
  [45, "45s"],
  [36_000, "10h0m0s"],
  [5_445, "1h30m45s"],
])("%i seconds are written %s", (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});

test("every refusal of a token is kept, and nothing that Keycloak would keep by itself is left out", () => {
  expect(eventTypes).toHaveLength(106);
  expect(new Set(eventTypes).size).toBe(106);
  expect(eventTypes).toEqual(
    expect.arrayContaining([
      "INTROSPECT_TOKEN_ERROR",
      "REFRESH_TOKEN_ERROR",
      "TOKEN_EXCHANGE_ERROR",
      "LOGIN_ERROR",
    ]),
  );
});
