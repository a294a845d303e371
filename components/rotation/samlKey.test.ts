import { createHash } from "node:crypto";
import { certificateOf, signingOf } from "../../clients/realmKeys";
import { ask, namesOf, only, placed, refusal } from "../testing/placed";
import { firstRun, testRealm } from "../testing/realm";
import { ranksOf, SamlKey, type KeyRank } from "./samlKey";

const rsa = "keycloak:index/realmKeystoreRsaGenerated:RealmKeystoreRsaGenerated";
const declare = (realm: ReturnType<typeof testRealm>, newest: number, signing: number, attended?: number) => {
  const context = { ...firstRun, ...(attended !== undefined && { attendedSamlKey: attended }) };
  return new SamlKey("saml-key", { realm, numbers: { newest, signing }, context });
};
const place = (newest: number, signing: number, attended?: number) =>
  placed(() => declare(testRealm(), newest, signing, attended));

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

test("which key signs is changed by a run that somebody attends for this very key, and by no other", async () => {
  const change = { oldInputs: beneath(1), newInputs: above(1) };
  const changed = async (attended?: number) =>
    ask(only(await place(1, 1, attended), rsa, "saml-key-1"), "beforeUpdate", change);
  await expect(changed()).rejects.toThrow(/^this would change which certificate signs SAML/);
  await expect(changed(2)).rejects.toThrow(/^this would change which certificate signs SAML/);
  await changed(1);
});

test("a key that signs and was never made is refused before anything is registered", async () => {
  expect(await refusal(testRealm, (realm) => declare(realm, 1, 2))).toBe(
    "SAML key saml-key: numbers.signing: found 2, and 1 as the newest; allowed: at most newest; set signing to 1 or less",
  );
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
