import { startEmulator, type Emulator, type Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { labSeed, people, tokenOf } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { accessFrom } from "@pulumi/bitbucket/api/credentials";
import { Addresses } from "./addresses";

let emulator: Emulator;
let addresses: Addresses;

const others = Array.from({ length: 200 }, (_, index) => `person-${index}@lab.example`);

async function start(seed: Seed): Promise<void> {
  emulator = await startEmulator({ seed });
  const env = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
  const life = new AbortController().signal;
  const session = new Bitbucket(emulator.url, accessFrom(env), life, undefined, env).session(life);
  addresses = new Addresses(session, "lab");
}

beforeEach(async () => {
  const seed = labSeed();
  await start({
    ...seed,
    accounts: [...(seed.accounts ?? []), ...others.map((email) => ({ name: email, email }))],
  });
});
afterEach(async () => {
  expect(emulator.log.strict()).toEqual([]);
  await emulator.close();
});

test("who asks for many at once shares requests, and each gets their own answer", async () => {
  const asked = ["nobody@lab.example", people.eve, people.bob.toUpperCase(), ...others];
  const found = await Promise.all(asked.map((email) => addresses.accountOf(email)));
  expect(found.slice(0, 2)).toEqual([undefined, undefined]); // Eve is no member
  expect(new Set(found.slice(2)).size).toBe(201);
  expect(emulator.log.since().map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("one alone is one request", async () => {
  const bob = await addresses.accountOf(people.bob);
  expect(bob).toMatch(/^\{.*\}$/);
  expect(await addresses.accountOf(people.bob)).toBe(bob);
  expect(emulator.log.since()).toHaveLength(2);
});

test.each([
  ["alone", []],
  ["among others", [people.ann, people.cas]],
])("of several accounts with one address none is chosen, asked for %s", async (_, others) => {
  await emulator.close();
  const { accounts = [], ...seed } = labSeed();
  const twins = ["{00000000-0000-4000-8000-000000000001}", "{00000000-0000-4000-8000-000000000002}"];
  const twice = twins.map((uuid) => ({ name: "Twin", email: "twin@lab.example", uuid }));
  await start({ ...seed, accounts: [...accounts, ...twice] });
  const [twin, ...found] = await Promise.all(
    ["twin@lab.example", ...others].map((one) => addresses.accountOf(one)),
  );
  expect([twin, new Set(found).size]).toEqual([undefined, others.length]);
});

test("a refusal reaches everybody who waits", async () => {
  emulator.faults.add({ method: "GET", path: "/2.0/workspaces/lab/members", status: 403, times: "always" });
  const asked = [people.ann, people.bob].map((email) => addresses.accountOf(email));
  for (const one of await Promise.allSettled(asked)) expect(one.status).toBe("rejected");
});
