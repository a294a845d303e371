import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import type { Server } from "node:http";
import { KeycloakAdmin } from "../clients/keycloak";
import { listen, said, type Asked } from "../commands/verify/testing/server";
import { ask, only, placed } from "./testing/placed";
import { testKeys } from "./testing/realm";
import { keyAt, SigningKeys } from "./signingKeys";

jest.setTimeout(30_000);

const ecdsa = "keycloak:index/realmKeystoreEcdsaGenerated:RealmKeystoreEcdsaGenerated";
const hmac = "keycloak:index/realmKeystoreHmacGenerated:RealmKeystoreHmacGenerated";
const place = (rotation: number) =>
  placed(
    () => new SigningKeys("keys", { ...testKeys, realmId: "realm", inside: (parent) => ({ parent }) }),
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
  const types = { es256: ecdsa, hs512: hmac };
  /** A state with the keys of one rotation; `changed` says what else it has. */
  function remembered(rotation: number, changed: Readonly<Record<string, object | undefined>> = {}) {
    const state: Record<string, object | undefined> = { "rotation:index:Schedule keys": { rotation } };
    for (const [algorithm, type] of Object.entries(types))
      for (const at of [0, 1, 2]) {
        const { number, priority } = keyAt(at, rotation);
        state[`${type} keys-${algorithm}-${at}`] = { name: `${algorithm}-${number}`, priority };
      }
    return { ...state, ...changed };
  }
  const confirmed = async (state: Readonly<Record<string, object | undefined>>) => {
    const memory = {
      stored: (type: string, name: string) =>
        pulumi.secret(state[`${type} ${name}`] as Record<string, unknown>),
    };
    const args = { ...testKeys, memory, realmId: "realm" };
    const all = await placed(
      () => new SigningKeys("keys", { ...args, inside: (parent) => ({ parent }) }),
      () => ({ rotation: 0 }),
    );
    return only(all, "rotation:index:Schedule", "keys").inputs.published;
  };

  test.each([0, 1, 5])("rotation %i, where the state has each of its keys", async (rotation) => {
    expect(await confirmed(remembered(rotation))).toBe(rotation);
  });

  test.each<[string, Readonly<Record<string, object | undefined>>]>([
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

describe("before a key is made", () => {
  let server: Server;
  let url: string;
  let asked: Asked[];
  const own = ["rsa-generated", "hmac-generated-hs512", "fallback-ES256", "fallback-HS512", "aes-generated"];
  beforeAll(async () => {
    ({ url, server } = await listen((request) => {
      asked.push(request);
      if (request.path.endsWith("/token")) return said({ access_token: "administrator", expires_in: 600 });
      return request.method === "GET"
        ? said(own.map((name) => ({ id: `of-${name}`, name })))
        : { status: 204 };
    }));
  });
  afterAll(() => server.close());
  beforeEach(() => {
    asked = [];
  });
  /** What is deleted before a key of this name is made. */
  const retired = async (name: string, type: string, resource: string) => {
    const keycloak = new KeycloakAdmin(url, "acme", { clientId: "c", clientSecret: "s" });
    const args = { ...testKeys, administration: () => keycloak, realmId: "realm" };
    const all = await placed(() => new SigningKeys("keys", { ...args, inside: (parent) => ({ parent }) }));
    await ask(only(all, type, resource), "beforeCreate", { newInputs: { name: pulumi.output(name) } });
    return asked.filter(({ method }) => method === "DELETE").map(({ path }) => path.split("/").at(-1));
  };

  test("as long as something may live that Keycloak's own keys signed, nobody is asked", async () => {
    expect(await retired("es256-3", ecdsa, "keys-es256-0")).toEqual([]);
    expect(asked).toEqual([]);
  });

  test("two rotations later Keycloak's own keys of this algorithm go, and no others", async () => {
    expect(await retired("es256-4", ecdsa, "keys-es256-0")).toEqual(["of-fallback-ES256"]);
    expect(asked.map(({ query }) => query.type).filter(Boolean)).toEqual(["org.keycloak.keys.KeyProvider"]);
    asked = [];
    expect(await retired("hs512-11", hmac, "keys-hs512-1")).toEqual([
      "of-hmac-generated-hs512",
      "of-fallback-HS512",
    ]);
  });
});

function expected(name: string, priority: number, more: object) {
  return { realmId: "realm", name, priority, active: true, enabled: true, ...more };
}
