import fc from "fast-check";
import { only, placed } from "./testing/placed";
import { testKeys } from "./testing/realm";
import { keyAt, SigningKeys } from "./signingKeys";

const ecdsa = "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated";
const hmac = "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated";
const place = (turn: number) =>
  placed(
    () => new SigningKeys("keys", { ...testKeys, realmId: "realm", inside: (parent) => ({ parent }) }),
    (type) => (type === "rotation:index:Schedule" ? { turn } : {}),
  );

test("each algorithm has a previous, a current and a next key, all active, ranked in this order", async () => {
  const all = await place(0);
  const keys = [0, 1, 2].map((at) => only(all, ecdsa, `keys-es256-${at}`));
  expect(keys.map(({ inputs }) => inputs)).toEqual([
    expected("es256-1", 130, { ellipticCurveKey: "P-256" }),
    expected("es256-2", 110, { ellipticCurveKey: "P-256" }),
    expected("es256-0", 120, { ellipticCurveKey: "P-256" }),
  ]);
  expect(keys.map(({ hooks, parent }) => [hooks, parent])).toEqual(
    [0, 1, 2].map(() => [["beforeCreate"], "keys"]),
  );
  expect(only(all, hmac, "keys-hs512-0").inputs).toEqual(
    expected("hs512-1", 130, { algorithm: "HS512", secretSize: 64 }),
  );
});

test("a turn moves the roles along and renews one place", async () => {
  const all = await place(1);
  const names = [0, 1, 2].map((at) => {
    const { name, priority } = only(all, ecdsa, `keys-es256-${at}`).inputs;
    return [name, priority];
  });
  expect(names).toEqual([
    ["es256-1", 120],
    ["es256-2", 130],
    ["es256-3", 110],
  ]);
});

test("at any turn each role is taken once, and a key goes through all of them in its place", () => {
  fc.assert(
    fc.property(fc.nat(10_000), (turn) => {
      const keys = [0, 1, 2].map((at) => keyAt(at, turn));
      expect(keys.map(({ role }) => role).sort()).toEqual(["current", "next", "previous"]);
      for (const at of [0, 1, 2]) {
        const [now, then] = [keyAt(at, turn), keyAt(at, turn + 1)];
        const following = { next: "current", current: "previous", previous: "next" };
        expect(then.role).toBe(following[now.role]);
        expect(then.number).toBe(now.role === "previous" ? now.number + 3 : now.number);
      }
    }),
  );
});

function expected(name: string, priority: number, more: object) {
  return { realmId: "realm", name, priority, active: true, enabled: true, ...more };
}
