import { createHash } from "node:crypto";
import { variable } from "../access/environment";
import { certificateOf, signingOf } from "../clients/realmKeys";
import { ask, namesOf, only, placed } from "./testing/placed";
import { testRealm } from "./testing/realm";
import { isSafe, ranksOf, SamlKey, type KeyRank } from "./samlKey";

const rsa = "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated";
const place = (newest: number, signing: number) =>
  placed(() => new SamlKey("saml-key", { realm: testRealm(), numbers: { newest, signing } }));

const beneath = (number: number) => ({ number, active: false, priority: 90 });
const above = (number: number) => ({ number, active: true, priority: 100 + number });

test.each<[string, number, number, KeyRank[]]>([
  ["nothing has rotated", 0, 0, []],
  ["a first key is published", 1, 0, [beneath(1)]],
  ["it signs", 1, 1, [above(1)]],
  ["a second is published", 2, 1, [above(1), beneath(2)]],
  ["it signs, and the one before stays", 2, 2, [above(1), above(2)]],
  ["and back again", 2, 1, [above(1), beneath(2)]],
  ["back to the realm's own", 1, 0, [beneath(1)]],
  ["the first goes with the third", 3, 3, [above(2), above(3)]],
  ["one that was never used gives way to the next", 2, 0, [beneath(2)]],
])("%s", (_, newest, signing, ranks) => {
  expect(ranksOf({ newest, signing })).toEqual(ranks);
});

test("a rotation makes a key that cannot sign, and the step after it makes that very key sign", async () => {
  const published = await place(1, 0);
  expect(namesOf(published, rsa)).toEqual(["saml-key-1"]);
  const { inputs, hooks, parent, deletedWith } = only(published, rsa, "saml-key-1");
  expect(inputs).toEqual({
    realmId: "realm-id",
    name: "saml-1",
    active: false,
    enabled: true,
    priority: 90,
    algorithm: "RS256",
    keySize: 2048,
  });
  expect([hooks, parent, deletedWith]).toEqual([["beforeCreate", "beforeUpdate"], "saml-key", "realm"]);
  expect(only(await place(1, 1), rsa, "saml-key-1").inputs).toEqual({
    ...inputs,
    active: true,
    priority: 101,
  });
});

test.each<[string, Parameters<typeof isSafe>, boolean]>([
  ["a key that cannot sign is made", [undefined, beneath(1)], true],
  ["one that signs is made", [undefined, above(1)], false],
  ["nothing changes", [above(1), above(1)], true],
  ["it begins to sign", [beneath(1), above(1)], false],
  ["it ceases to sign", [above(1), beneath(1)], false],
  ["it outranks another", [above(1), above(2)], false],
  ["one that cannot sign moves", [beneath(1), { active: false, priority: 80 }], true],
])("%s: safe without a person: %s", (_, [before, after], safe) => {
  expect(isSafe(before, after)).toBe(safe);
});

describe("before a key is made or changed", () => {
  afterEach(() => {
    Reflect.deleteProperty(process.env, variable.samlKey);
  });
  const first = async () => only(await place(1, 1), rsa, "saml-key-1");
  const [hidden, signs] = [beneath(1), above(1)];

  test("a key that cannot sign is made by any run", async () => {
    await ask(await first(), "beforeCreate", { newInputs: hidden });
  });

  test("one that would sign at once is made by none: a new realm begins with a key of its own", async () => {
    await expect(ask(await first(), "beforeCreate", { newInputs: signs })).rejects.toThrow(
      new Error(
        "the stack file wants SAML key 1 to sign, which this realm does not have: take samlKey out of the stack file, since a new realm begins with a key of its own",
      ),
    );
  });

  test("which one signs is changed by no run that nobody attends, or that somebody attends for another key", async () => {
    const refusal = new Error(
      'this would change which certificate signs SAML, and so end every sign-in to Bitbucket until Atlassian has the other: a person does that, by "npm run rotate -- <stack> --now saml-key --confirm <fingerprint>"; if that was done elsewhere, bring the stack file up to date',
    );
    const change = { oldInputs: hidden, newInputs: signs };
    await expect(ask(await first(), "beforeUpdate", change)).rejects.toThrow(refusal);
    process.env[variable.samlKey] = "2";
    await expect(ask(await first(), "beforeUpdate", change)).rejects.toThrow(refusal);
  });

  test("a person who stands behind the run for this very key has it sign", async () => {
    process.env[variable.samlKey] = "1";
    await ask(await first(), "beforeUpdate", { oldInputs: hidden, newInputs: signs });
  });
});

test("the key that signs is the active one of the highest priority, whatever comes first", () => {
  const key = (providerPriority: number, status: string) => ({
    providerPriority,
    status,
    certificate: Buffer.from(`${providerPriority}`).toString("base64"),
  });
  const keys = [key(100, "ACTIVE"), key(120, "PASSIVE"), key(101, "ACTIVE"), key(90, "PASSIVE")];
  expect(signingOf(keys)).toEqual(certificateOf(key(101, "ACTIVE")));
  expect(signingOf([])).toBeUndefined();
});

test("a certificate has the form that people paste, in lines of 64, and its fingerprint is that of its bytes", () => {
  const der = Buffer.alloc(100, "certificate");
  const { pem = "", fingerprint } = certificateOf({ certificate: der.toString("base64") }) ?? {};
  expect(pem.split("\n").map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0]);
  expect(fingerprint).toBe(createHash("sha256").update(der).digest("hex"));
  expect(certificateOf({})).toBeUndefined();
});
