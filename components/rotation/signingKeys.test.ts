import type * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { only, placed } from "../testing/placed";
import { firstRun, keyRotation, runAfter } from "../testing/realm";
import { keyAt, SigningKeys } from "./signingKeys";

jest.setTimeout(30_000);

const ecdsa = "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated";
const hmac = "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated";
const declare = (context = firstRun) => {
  const inside = (parent: pulumi.Resource) => ({ parent });
  return new SigningKeys("keys", { realmId: "realm", inside, rotation: keyRotation, context });
};
const place = (rotation: number) =>
  placed(
    () => declare(),
    (type) => (type === "rotation:index:Schedule" ? { rotation } : {}),
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

test("a rotation moves the roles along and renews one place", async () => {
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

test("at any rotation each role is taken once, and a key goes through all of them in its place", () => {
  fc.assert(
    fc.property(fc.nat(10_000), (rotation) => {
      const keys = [0, 1, 2].map((at) => keyAt(at, rotation));
      expect(keys.map(({ role }) => role).sort()).toEqual(["current", "next", "previous"]);
      for (const at of [0, 1, 2]) {
        const [now, then] = [keyAt(at, rotation), keyAt(at, rotation + 1)];
        const following = { next: "current", current: "previous", previous: "next" };
        expect(then.role).toBe(following[now.role]);
        expect(then.number).toBe(now.role === "previous" ? now.number + 3 : now.number);
      }
    }),
  );
});

describe("which rotation is confirmed", () => {
  type State = Parameters<typeof runAfter>[0];
  const types = { es256: ecdsa, hs512: hmac };
  /** A state with the keys of one rotation; `changed` says what else it has. */
  function remembered(rotation: number, changed: State = {}) {
    const state: Record<string, State[string]> = { "rotation:index:Schedule keys": { rotation } };
    for (const [algorithm, type] of Object.entries(types))
      for (const at of [0, 1, 2]) {
        const { number, priority } = keyAt(at, rotation);
        state[`${type} keys-${algorithm}-${at}`] = { name: `${algorithm}-${number}`, priority };
      }
    return { ...state, ...changed };
  }
  const confirmed = async (state: State) => {
    const all = await placed(
      () => declare(runAfter(state)),
      () => ({ rotation: 0 }),
    );
    return only(all, "rotation:index:Schedule", "keys").inputs.published;
  };

  test.each([0, 1, 5])("rotation %i, where the state has each of its keys", async (rotation) => {
    expect(await confirmed(remembered(rotation))).toBe(rotation);
  });

  test.each<[string, State]>([
    ["the state is empty", {}],
    ["the state has no schedule", remembered(5, { "rotation:index:Schedule keys": undefined })],
    ["one key is missing", remembered(5, { [`${hmac} keys-hs512-2`]: undefined })],
    ["one key is another", remembered(5, { [`${ecdsa} keys-es256-0`]: { name: "es256-4", priority: 120 } })],
    [
      "one key has the rank of the rotation before",
      remembered(5, { [`${ecdsa} keys-es256-2`]: { name: "es256-6", priority: 110 } }),
    ],
  ])("none, where %s", async (_, state) => {
    expect(await confirmed(state)).toBeUndefined();
  });
});

function expected(name: string, priority: number, more: object) {
  return { realmId: "realm", name, priority, active: true, enabled: true, ...more };
}
