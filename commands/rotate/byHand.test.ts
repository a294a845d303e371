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
const rotatable = (name: string, kind: Kind, rotation = 0, done = { again: 0, revoke: 0 }): Rotatable => ({
  name,
  kind,
  rotation,
  rotatedAt: "2026-01-01T00:00:00Z",
  urns: [],
  done,
});
const keys: SamlKeyFound[] = [
  { number: 0, fingerprint: "ab".repeat(32), signs: true },
  { number: 1, fingerprint: "cd".repeat(32), signs: false },
];
const wanted = (now: Now, one: Rotatable, all = settings()) =>
  wantedRotation(now, [one], all, () => Promise.resolve(keys));

const api = rotatable("api.dev", "credential");
const signIn = rotatable("sign-in", "sign-in secret", 1);
const saml = rotatable("saml-key", "SAML key", 0, { again: 1, revoke: 0 });
const rotation = (again: number, revoke: number, reason = "R") => ({ again, revoke, reason });

test.each<[string, Rotatable, Settings, ReturnType<typeof rotation>]>([
  ["a pipeline's credential rotates and the other is ended", api, settings(), rotation(1, 1)],
  ["keys move along, and none is ended", rotatable("signing-keys", "signing keys"), settings(), rotation(1, 0)],
  ["what people paste rotates, and what is in use goes on", signIn, settings(), rotation(1, 0)],
  ["what Bitbucket is told of by REST is ended", signIn, settings({}, "rest"), rotation(1, 1)],
  ["a SAML key is made, and does not sign", saml, settings({ "saml-key": rotation(1, 0) }), rotation(2, 0)],
  [
    "what is asked for and not done is not asked for twice",
    api,
    settings({ "api.dev": rotation(1, 1) }),
    rotation(1, 1),
  ],
])("%s", async (_, one, all, expected) => {
  expect(await wanted({ name: one.name, reason: "R" }, one, all)).toEqual({ rotation: expected, env: {} });
});

test("confirmed by its fingerprint, however it is written, a SAML key is to sign; only this run may do it", async () => {
  const all = settings({ "saml-key": rotation(1, 0) });
  const shown = "CD:".repeat(32).slice(0, -1);
  expect(await wanted({ name: "saml-key", confirm: shown }, saml, all)).toEqual({
    rotation: rotation(1, 1),
    env: { BITBUCKET_KEYCLOAK_SAML_KEY: "1" },
  });
  const back = await wanted(
    { name: "saml-key", confirm: "ab".repeat(32) },
    saml,
    settings({ "saml-key": rotation(1, 1) }),
  );
  expect(back).toEqual({ rotation: rotation(1, 0), env: { BITBUCKET_KEYCLOAK_SAML_KEY: "0" } });
});

test("another fingerprint is refused, and those that there are, are named", async () => {
  await expect(wanted({ name: "saml-key", confirm: "ef" }, saml)).rejects.toThrow(
    `found no published SAML certificate with the fingerprint "ef"; there are key 0 ${"ab".repeat(32)} (signs), key 1 ${"cd".repeat(32)}`,
  );
});

test("the client that Bitbucket shows has to be the newest before the other is ended", async () => {
  const all = settings({ "sign-in": rotation(1, 0) });
  expect(await wanted({ name: "sign-in", confirm: "bitbucket-b" }, signIn, all)).toEqual({
    rotation: rotation(1, 1),
    env: {},
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
  const asked = settings({ "saml-key": rotation(1, 1) });
  expect(dueOf([saml], asked, new Date())).toEqual([]);
  const again = settings({ "saml-key": rotation(2, 0) });
  expect(dueOf([saml], again, new Date())).toEqual([{ name: "saml-key", reason: "by hand: R" }]);
});

test("as long as a key is published and does not sign, each run says what is left to do", () => {
  const published = settings({ "saml-key": rotation(1, 0) });
  expect(leftToDo([saml, api], published, "prod")).toHaveLength(6);
  const signs = { ...saml, rotation: 1, done: { again: 1, revoke: 1 } };
  expect(leftToDo([signs, api], settings({ "saml-key": rotation(1, 1) }), "prod")).toEqual([]);
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
      done: { again: 1, revoke: 1 },
    },
  ]);
  expect(rotatablesOf(state(0), settings())[0]?.rotatedAt).toBe("2026-01-01T00:00:00Z");
});
