import { settingsFor } from "../../access/testing/company";
import type { Settings } from "../../access";
import { consequences, leftToDo, wantedRotation, type Now } from "./byHand";
import type { SamlKeyFound } from "./samlKeys";
import { dueOf, rotatablesOf, type Kind, type Rotatable } from "../../engine/rotations/status";

const base = settingsFor("dev");
const settings = (rotations: Settings["rotations"] = {}, publish: "hand" | "rest" = "hand"): Settings => ({
  ...base,
  rotations,
  signIn: { ...base.signIn, publish },
});
const common = { rotatedAt: "2026-01-01T00:00:00Z", urns: [] };
const rotatable = (name: string, kind: Exclude<Kind, "SAML key">, rotation = 0): Rotatable => ({
  ...common,
  name,
  kind,
  rotation,
  done: { manualRotations: 0, revocations: 0 },
});
/** The realm's state: which key is the newest, and which signs. */
const samlKey = (newest: number, signing: number): Rotatable => ({
  ...common,
  name: "saml-key",
  kind: "SAML key",
  rotation: signing,
  done: { newest, signing },
});
const numbers = (newest: number, signing: number) => ({ samlKey: { newest, signing, reason: "R" } });
const keys: SamlKeyFound[] = [
  { number: 0, fingerprint: "ab".repeat(32), signs: true },
  { number: 1, fingerprint: "cd".repeat(32), signs: false },
];
const wanted = (now: Now, one: Rotatable, all = settings()) =>
  wantedRotation(now, [one], all, () => Promise.resolve(keys));

const api = rotatable("api.dev", "credential");
const signIn = rotatable("sign-in", "sign-in secret", 1);
const saml = samlKey(1, 0);
const rotation = (manualRotations: number, revocations: number, reason = "R") => ({
  manualRotations,
  revocations,
  reason,
});

test.each<[string, Rotatable, Settings, ReturnType<typeof rotation>]>([
  ["a pipeline's credential rotates and the other is ended", api, settings(), rotation(1, 1)],
  [
    "keys move along, and none is ended",
    rotatable("signing-keys", "signing keys"),
    settings(),
    rotation(1, 0),
  ],
  ["what people paste rotates, and what is in use goes on", signIn, settings(), rotation(1, 0)],
  ["what Bitbucket is told of by REST is ended", signIn, settings({}, "rest"), rotation(1, 1)],
  [
    "what is asked for and not done is not asked for twice",
    api,
    settings({ "api.dev": rotation(1, 1) }),
    rotation(1, 1),
  ],
])("%s", async (_, one, all, expected) => {
  expect(await wanted({ name: one.name, reason: "R" }, one, all)).toEqual({
    change: { rotations: { [one.name]: expected } },
  });
});

test.each([
  ["a first one", samlKey(0, 0), settings(), [1, 0]],
  ["the next one", saml, { ...settings(), ...numbers(1, 0) }, [2, 0]],
  [
    "one that was asked for and not made is not asked for twice",
    saml,
    { ...settings(), ...numbers(2, 0) },
    [2, 0],
  ],
] as const)("a SAML key is published, and does not sign: %s", async (_, one, all, [newest, signing]) => {
  expect(await wanted({ name: "saml-key", reason: "R" }, one, all)).toEqual({
    change: numbers(newest, signing),
  });
});

test("confirmed by its fingerprint, however it is written, a SAML key is to sign; only this run may do it", async () => {
  const all = { ...settings(), ...numbers(1, 0) };
  const shown = "CD:".repeat(32).slice(0, -1);
  expect(await wanted({ name: "saml-key", confirm: shown }, saml, all)).toEqual({
    change: numbers(1, 1),
    samlKey: 1,
  });
  const now = { name: "saml-key", confirm: "ab".repeat(32) };
  const back = await wanted(now, saml, { ...settings(), ...numbers(1, 1) });
  expect(back).toEqual({ change: numbers(1, 0), samlKey: 0 });
});

test("another fingerprint is refused, and those that there are, are named", async () => {
  await expect(wanted({ name: "saml-key", confirm: "ef" }, saml)).rejects.toThrow(
    `found no published SAML certificate with the fingerprint "ef"; there are key 0 ${"ab".repeat(32)} (signs), key 1 ${"cd".repeat(32)}`,
  );
});

test("the client that Bitbucket shows has to be the newest before the other is ended", async () => {
  const all = settings({ "sign-in": rotation(1, 0) });
  expect(await wanted({ name: "sign-in", confirm: "bitbucket-b" }, signIn, all)).toEqual({
    change: { rotations: { "sign-in": rotation(1, 1) } },
  });
  await expect(wanted({ name: "sign-in", confirm: "bitbucket-a" }, signIn, all)).rejects.toThrow(
    'found the client "bitbucket-a"; the newest is bitbucket-b',
  );
  await expect(wanted({ name: "api.dev", confirm: "x" }, api)).rejects.toThrow("has no second step");
  await expect(
    wanted({ name: "sign-in", confirm: "bitbucket-b" }, signIn, settings({}, "rest")),
  ).rejects.toThrow("has no second step");
});

test("no run makes a SAML key sign by itself, whatever the stack file says", () => {
  const asked = { ...settings(), ...numbers(1, 1) };
  expect(dueOf([saml], asked, new Date())).toEqual([]);
  const newer = { ...settings(), ...numbers(2, 0) };
  expect(dueOf([saml], newer, new Date())).toEqual([{ name: "saml-key", reason: "by hand: R" }]);
});

test("as long as a key is published and does not sign, each run says what is left to do", () => {
  const published = { ...settings(), ...numbers(1, 0) };
  expect(leftToDo([saml, api], published, "prod")).toHaveLength(6);
  const signs = samlKey(1, 1);
  expect(leftToDo([signs, api], { ...settings(), ...numbers(1, 1) }, "prod")).toEqual([]);
  expect(leftToDo([signs, api], published, "prod")).toEqual([
    expect.stringContaining("the stack file wants SAML key 0 to sign, and key 1 does"),
  ]);
});

test("what people paste is said in order", () => {
  const [first, second, third] = consequences({ name: "sign-in", reason: "R" }, settings(), "prod", [signIn]);
  expect(first).toContain("stack output bitbucketSignIn --show-secrets -s prod");
  expect(second).toContain("Authentication methods");
  expect(third).toContain("--now sign-in --confirm bitbucket-b");
});

test("the SAML key is read from the state: which signs, since when, and all that a rotation may make", () => {
  const urn = "urn:pulumi:dev::bitbucket-keycloak::bitbucket-keycloak:index:SamlKey::saml-key";
  const rsa = "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated";
  const realm = "keycloak:index/realm:Realm";
  const state = (signing: number) => [
    { urn, type: "bitbucket-keycloak:index:SamlKey" },
    {
      urn: `urn:pulumi:dev::p::${rsa}::saml-key-1`,
      type: rsa,
      inputs: { active: signing === 1 },
      modified: "2026-05-05T00:00:00Z",
    },
    { urn: `urn:pulumi:dev::p::${realm}::realm`, type: realm, created: "2026-01-01T00:00:00Z" },
  ];
  expect(rotatablesOf(state(1), settings())).toEqual([
    {
      name: "saml-key",
      kind: "SAML key",
      rotation: 1,
      rotatedAt: "2026-05-05T00:00:00Z",
      urns: [urn, "**::saml-key-*"],
      done: { newest: 1, signing: 1 },
    },
  ]);
  expect(rotatablesOf(state(0), settings())[0]?.rotatedAt).toBe("2026-01-01T00:00:00Z");
});
