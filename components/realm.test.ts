import * as keycloak from "@pulumi/keycloak";
import * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "./testing/client";
import { only, placed, refusal, valueOf, type Placed } from "./testing/placed";
import { firstRun, realmArgs, runAfter } from "./testing/realm";
import type { RealmNow } from "./realmKept";
import { goDuration, Realm, type RealmArgs } from "./realm";

const owners = [
  { username: "ana", name: "Ana Alvarez", email: "ana@acme.example" },
  { username: "ben", name: "Ben Okafor", email: "ben@acme.example" },
];
const args: RealmArgs = { ...realmArgs, owners, protect: true };
const place = () => placed(() => new Realm("realm", args));

const realmType = "keycloak:index/realm:Realm";
const events = "keycloak:index/realmEvents:RealmEvents";
const profile = "keycloak:index/realmUserProfile:RealmUserProfile";
const userNames = "keycloak-identity:index:UserNames";
const inputsOf = async () => only(await place(), realmType, "realm").inputs;

test("a realm is the realm, its event log, its user profile, whose names those are, and its signing keys, and nothing else", async () => {
  const all = await place();
  const keys = (algorithm: string, type: string) =>
    [0, 1, 2].map(
      (place) =>
        `keycloak:index/realmKeystore${type}Generated:RealmKeystore${type}Generated signing-keys-${algorithm}-${place}`,
    );
  expect(all.map(({ type, name }) => `${type} ${name}`)).toEqual([
    `${userNames} realm`,
    `${realmType} realm`,
    `${events} realm`,
    ...keys("es256", "Ecdsa"),
    ...keys("hs512", "Hmac"),
    `${profile} realm`,
    "rotation:index:Schedule signing-keys",
  ]);
  const placeOf = ({ parent, deletedWith, protect }: Placed) => [parent, deletedWith, protect];
  expect([realmType, events, profile, userNames].map((type) => placeOf(only(all, type, "realm")))).toEqual([
    ["realm", undefined, true],
    ["realm", "realm", false],
    ["realm", "realm", false],
    ["realm", "realm", false],
  ]);
});

describe("user names are changed by administrators, in a realm", () => {
  const mayRename = async (state: Parameters<typeof runAfter>[0]) =>
    only(await placed(() => new Realm("realm", { ...args, context: runAfter(state) })), realmType, "realm")
      .inputs.editUsernameAllowed;
  const there = (editUsernameAllowed: boolean) => ({ [`${realmType} realm`]: { editUsernameAllowed } });

  test("that is made, whose profile follows before anybody is in it", async () => {
    const all = await place();
    expect(await mayRename({})).toBe(true);
    expect(only(all, userNames, "realm").inputs).toEqual({ realm: "realm-id" });
    // Both write the profile of the realm: one after the other.
    const isProfile = ({ type }: Placed) => type === profile;
    expect(all.filter(isProfile)).toHaveLength(1);
    expect(only(all, userNames, "realm").dependencies.filter((name) => name === "realm")).toHaveLength(2);
  });

  test.each<[string, Parameters<typeof runAfter>[0], boolean]>([
    ["that is there and has no such profile yet: not in this run", there(false), false],
    ["whose profile the last run has made", { ...there(false), [`${userNames} realm`]: {} }, true],
    ["that a run which was killed has made", there(true), true],
  ])("%s", async (_, state, expected) => {
    expect(await mayRename(state)).toBe(expected);
  });
});

describe("what nobody declares stays: a realm", () => {
  const inputsIn = async (now: RealmNow | undefined, more: Partial<RealmArgs> = {}) =>
    only(
      await placed(
        () =>
          new Realm("realm", {
            ...args,
            ...more,
            context: { ...firstRun, realmNow: () => Promise.resolve(now) },
          }),
      ),
      realmType,
      "realm",
    ).inputs;
  const touched = [
    "displayNameHtml",
    "internationalization",
    "smtpServer",
    "loginTheme",
    "emailTheme",
    "attributes",
  ];
  const of = (inputs: Record<string, unknown>) => touched.map((key) => inputs[key]);
  const owned = { owners: "Ana Alvarez <ana@acme.example>, Ben Okafor <ben@acme.example>" };

  test("that has nothing of all that is told of nothing", async () => {
    const none = [undefined, undefined, undefined, undefined, undefined, owned];
    expect(of(await inputsIn(undefined))).toEqual(none);
    expect(
      of(await inputsIn({ smtpServer: {}, displayNameHtml: "", internationalizationEnabled: false })),
    ).toEqual(none);
  });

  test("that has a mail server, themes, languages and an address of its own keeps them", async () => {
    const inputs = await inputsIn({
      displayNameHtml: "<b>Acme</b>",
      internationalizationEnabled: true,
      supportedLocales: ["en", "de"],
      defaultLocale: "de",
      loginTheme: "acme",
      smtpServer: {
        host: "smtp.acme.example",
        from: "id@acme.example",
        port: "587",
        starttls: "true",
        auth: "true",
        user: "k",
        password: "**********",
      },
      attributes: { frontendUrl: "https://id.acme.example", owners: "nobody", cibaInterval: "5" },
    });
    expect(of(inputs)).toEqual([
      "<b>Acme</b>",
      { supportedLocales: ["de", "en"], defaultLocale: "de" },
      {
        host: "smtp.acme.example",
        from: "id@acme.example",
        port: "587",
        starttls: true,
        auth: { username: "k", password: "**********" },
      },
      "acme",
      undefined,
      { frontendUrl: "https://id.acme.example", ...owned },
    ]);
  });

  test("that declares a mail server and a theme has those", async () => {
    const context = {
      ...firstRun,
      mailPassword: "hunter2",
      realmNow: () => Promise.resolve({ loginTheme: "old" }),
    };
    const mail = {
      host: "smtp.acme.example",
      port: 465,
      encryption: "ssl",
      from: "id@acme.example",
      user: "k",
    } as const;
    const settings = {
      mail,
      themes: { login: "acme" },
      requiredActions: { CONFIGURE_TOTP: "default" },
    } as const;
    const all = await placed(() => new Realm("realm", { ...args, settings, context }));
    const { smtpServer, loginTheme } = only(all, realmType, "realm").inputs;
    expect([smtpServer, loginTheme]).toEqual([
      {
        secret: {
          host: "smtp.acme.example",
          from: "id@acme.example",
          port: "465",
          ssl: true,
          auth: { username: "k", password: "hunter2" },
        },
      },
      "acme",
    ]);
    const { inputs, retained } = only(
      all,
      "keycloak:index/requiredAction:RequiredAction",
      "realm-CONFIGURE_TOTP",
    );
    expect([inputs, retained]).toEqual([
      { realmId: "realm-id", alias: "CONFIGURE_TOTP", enabled: true, defaultAction: true },
      true,
    ]);
  });
});

describe("a realm that is observed", () => {
  const observing = (context: RealmArgs["context"]) => () => {
    const realm = new Realm("realm", { ...args, observed: true, context });
    new keycloak.Role("role", { realmId: realm.id, name: "role" }, realm.inside(realm));
  };

  test("is found, and nothing of it is placed", async () => {
    const all = await placed(observing({ ...firstRun, realmNow: () => Promise.resolve({}) }));
    expect(all.map(({ type, inputs, deletedWith }) => [type, inputs.realmId, deletedWith])).toEqual([
      ["keycloak:index/role:Role", "acme-dev", undefined],
    ]);
  });

  test("and was owned stays as it is, with all that was placed in it", async () => {
    const all = await placed(observing(runAfter({ [`${realmType} realm`]: {} })));
    const own = all.filter(({ type }) => type !== "keycloak:index/role:Role");
    expect(own.map(({ retained, deletedWith }) => [retained, deletedWith])).toEqual(
      own.map(() => [true, undefined]),
    );
    expect(own).toHaveLength(11);
    expect(only(all, realmType, "realm").ignored).toEqual(
      expect.arrayContaining(["realm", "smtpServer", "passwordPolicy"]),
    );
    expect(only(all, events, "realm").ignored).toContain("eventsListeners");
  });
});

test("what lies in a realm that was there before does not go with it", async () => {
  const context = {
    ...firstRun,
    lastState: { ...firstRun.lastState, isAdopted: (type: string) => type === realmType },
  };
  const all = await placed(() => new Realm("realm", { ...args, context }));
  expect(all.filter(({ deletedWith }) => deletedWith !== undefined)).toEqual([]);
});

test("whoever asks the console finds who answers for the realm", async () => {
  expect((await inputsOf()).attributes).toEqual({
    owners: "Ana Alvarez <ana@acme.example>, Ben Okafor <ben@acme.example>",
  });
});

test("a stranger gets no account, nobody gets two, and nobody resets a password alone", async () => {
  const realm = await inputsOf();
  const may = ["registrationAllowed", "duplicateEmailsAllowed", "resetPasswordAllowed"];
  expect(may.map((name) => realm[name])).toEqual([false, false, false]);
  expect([realm.verifyEmail, realm.rememberMe, realm.enabled]).toEqual([true, false, true]);
  // Without TLS a realm is reached from this machine and its own network alone.
  expect(realm.sslRequired).toBe("external");
});

describe("what is switched off in Keycloak stays so", () => {
  const off = (...names: string[]): RealmArgs["context"] => ({
    ...args.context,
    switchedOff: (kind, name) => Promise.resolve(names.includes(`${kind} ${name}`)),
  });

  test("the realm itself", async () => {
    const realmIn = async (context: RealmArgs["context"]) =>
      only(await placed(() => new Realm("realm", { ...args, context })), realmType, "realm").inputs.enabled;
    expect([await realmIn(args.context), await realmIn(off("realm acme-dev"))]).toEqual([true, false]);
  });

  test("what is in it, unless the last run switched it off itself", async () => {
    const on: pulumi.Output<boolean>[] = [];
    await placed(() => {
      const realm = new Realm("realm", { ...args, context: off("client agent.bot") });
      on.push(
        realm.on("client", "agent.bot"),
        realm.on("client", "agent.other"),
        realm.on("identity provider", "agent.bot"),
        realm.on("client", "agent.bot", pulumi.output(true)),
      );
    });
    expect(await Promise.all(on.map(valueOf))).toEqual([false, true, true, true]);
  });
});

/** Whether the realm takes a password, by the names that Keycloak has for rules of length and likeness. */
function takes(policy: string, password: string, username: string): boolean {
  const [, least = "0"] = /length\((\d+)\)/.exec(policy) ?? [];
  const isName = policy.includes("notUsername") && password === username;
  const isAddress = policy.includes("notEmail") && password === `${username}@acme.example`;
  return password.length >= Number(least) && !isName && !isAddress;
}

test("a password has twelve signs, is neither user name nor address, and is not one of the last five", async () => {
  const { passwordPolicy } = (await inputsOf()) as { passwordPolicy: string };
  const tried = ["elevensigns", "twelve-signs", "dora-lindgren", "dora-lindgren@acme.example"];
  expect(tried.map((password) => takes(passwordPolicy, password, "dora-lindgren"))).toEqual([
    false,
    true,
    false,
    false,
  ]);
  expect(passwordPolicy).toContain("passwordHistory(5)");
});

test("whoever guesses is made to wait after five tries, for a minute and up to a quarter of an hour, and never for good", async () => {
  const { securityDefenses } = (await inputsOf()) as {
    securityDefenses: { bruteForceDetection: Record<string, number | boolean> };
  };
  const { maxLoginFailures, waitIncrementSeconds, maxFailureWaitSeconds, permanentLockout } =
    securityDefenses.bruteForceDetection;
  expect([maxLoginFailures, waitIncrementSeconds, maxFailureWaitSeconds, permanentLockout]).toEqual([
    5,
    60,
    900,
    false,
  ]);
});

test("a token that leaked ends with its lifetime, a session with the day's work, and a refresh token with its first use", async () => {
  const realm = await inputsOf();
  const { accessToken, sessionIdle, session } = args.lifetimes;
  expect(secondsIn(realm.accessTokenLifespan)).toBe(accessToken);
  expect([realm.ssoSessionIdleTimeout, realm.offlineSessionIdleTimeout].map(secondsIn)).toEqual([
    sessionIdle,
    sessionIdle,
  ]);
  expect([realm.ssoSessionMaxLifespan, realm.offlineSessionMaxLifespan].map(secondsIn)).toEqual([
    session,
    session,
  ]);
  expect(realm.offlineSessionMaxLifespanEnabled).toBe(true);
  expect([realm.revokeRefreshToken, realm.refreshTokenMaxReuse]).toEqual([true, 0]);
});

test("tokens are signed by a key that rotates, and not by the realm's own RSA key", async () => {
  const algorithm = String((await inputsOf()).defaultSignatureAlgorithm).toLowerCase();
  const signing = "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated";
  expect(only(await place(), signing, `signing-keys-${algorithm}-0`).inputs.active).toBe(true);
});

test("what people and administrators do is kept, with its details, for as long as was asked", async () => {
  const { inputs } = only(await place(), events, "realm");
  expect([inputs.eventsEnabled, inputs.adminEventsEnabled, inputs.adminEventsDetailsEnabled]).toEqual([
    true,
    true,
    true,
  ]);
  expect(inputs.eventsExpiration).toBe(31_536_000);
});

test("an investigation finds every act with its refusals, and three refusals that Keycloak would leave out", async () => {
  const kept = only(await place(), events, "realm").inputs.enabledEventTypes as string[];
  expect(kept).toHaveLength(106);
  expect(new Set(kept).size).toBe(106);
  const alone = kept.filter((type) =>
    type.endsWith("_ERROR")
      ? !kept.includes(type.slice(0, -"_ERROR".length))
      : !kept.includes(`${type}_ERROR`),
  );
  expect(alone).toEqual([
    "INTROSPECT_TOKEN_ERROR",
    "PERMISSION_TOKEN",
    "REFRESH_TOKEN_ERROR",
    "USER_DISABLED_BY_PERMANENT_LOCKOUT",
    "USER_DISABLED_BY_TEMPORARY_LOCKOUT",
    "USER_INFO_REQUEST_ERROR",
  ]);
});

test("nobody but an administrator edits what people are known by", async () => {
  const { attributes } = only(await place(), profile, "realm").inputs as {
    attributes: { name: string; permissions: { edits: string[]; views: string[] } }[];
  };
  expect(attributes.map(({ name }) => name).sort()).toEqual(["email", "firstName", "lastName", "username"]);
  for (const { permissions } of attributes) {
    expect(permissions.edits).toEqual(["admin"]);
    expect(permissions.views).toEqual(["admin", "user"]);
  }
});

test.each<[string, Partial<RealmArgs>, string]>([
  [
    "one owner",
    { owners: owners.slice(0, 1) },
    'owners: found 1; allowed: two at least; name another under "owners" in access.yaml',
  ],
  [
    "an address with a slash at its end",
    { url: "https://keycloak.example/" },
    'url: found "https://keycloak.example/"; allowed: an address without a slash at its end; give the address of the server, as in "https://keycloak.acme.example"',
  ],
  [
    "a token that outlives the session",
    { lifetimes: { ...args.lifetimes, accessToken: 3600 } },
    "lifetimes: found accessToken 3600, sessionIdle 1800, session 36000 seconds; allowed: each at most as long as the next; shorten the first, or lengthen the next",
  ],
  [
    "keys that rotate before what they signed has ended",
    { signingKeys: { period: 600, overlap: 36_000 } },
    "signing keys: rotation.overlap: found 36000 seconds, and a period of 600; allowed: at most the period; shorten the overlap, or lengthen the period",
  ],
])("a realm with %s is refused before anything is registered", async (_, wrong, message) => {
  const refused = () => new Realm("realm", { ...args, ...wrong });
  expect(await refusal(() => undefined, refused)).toBe(`realm acme-dev: ${message}`);
});

test.each([
  [60, "1m0s"],
  [45, "45s"],
  [36_000, "10h0m0s"],
  [5_445, "1h30m45s"],
])("%i seconds are written %s", (seconds, text) => {
  expect(goDuration(seconds)).toBe(text);
});
