/**
 * Credentials of pipelines rotate: real engine, real Keycloak, emulated workspace; and whoever holds a credential goes
 * on getting tokens.
 */
import { changesOf, day, RotationWorld } from "./world/rotation";

jest.setTimeout(240_000);

let world: RotationWorld;

beforeAll(async () => {
  world = await RotationWorld.start();
});

afterAll(async () => {
  await world.stop();
});

/** What steps were given, by rotation. */
const given: string[] = [];

test("the first up publishes a credential that works; the second changes nothing", async () => {
  await world.upAt(0);
  given.push(world.published());
  expect(await world.tokenOf(given[0])).toBe(200);
  await world.upAt(1, "--expect-no-changes");
});

test("a rotation changes the slot that is not in use, and nothing else", async () => {
  const before = await world.recorded();
  await world.upAt(31 * day);
  given.push(world.published());
  expect(given[1]).not.toBe(given[0]);
  expect(await Promise.all(given.map((one) => world.tokenOf(one)))).toEqual([200, 200]);
  expect(changesOf(before, await world.recorded())).toEqual(["api.dev", "api.dev-b", "api.dev-b"]);
  await world.upAt(31 * day, "--expect-no-changes");
});

test("tokens of both slots differ in nothing that a service should look at", async () => {
  const [a, b] = await Promise.all(given.map((one) => world.claimsOf(one)));
  const own = ["azp", "client_id", "sub", "preferred_username", "iat", "exp", "jti", "clientHost"];
  const rest = (claims: Readonly<Record<string, unknown>> = {}) =>
    Object.fromEntries(Object.entries(claims).filter(([claim]) => !own.includes(claim)));
  expect(rest(a)).toMatchObject({
    pipeline: "PAY/api:dev",
    resource_access: { bitbucket: { roles: ["deploy:PAY/api"] } },
  });
  expect(rest(a)).not.toHaveProperty("realm_access");
  expect(rest(a)).toEqual(rest(b));
});

test.each([1, 2, 5])("after %d missed runs there is one rotation", async (missed) => {
  const [from, rotation] = [world.day, Number(await world.rotation())];
  await world.upAt(from + (missed + 1) * 30 * day + day);
  expect(await world.rotation()).toBe(rotation + 1);
  given.push(world.published());
  expect(await Promise.all(given.slice(-2).map((one) => world.tokenOf(one)))).toEqual([200, 200]);
  expect(await world.tokenOf(given.at(-3))).toBe(401);
  await world.upAt(world.day, "--expect-no-changes");
});

test("a clock that goes backwards rotates nothing", async () => {
  const { day: now } = world;
  await world.upAt(0, "--expect-no-changes");
  expect(world.published()).toBe(given.at(-1));
  world.day = now;
});

test("two runs that fail before publication: what is published works, and the third finishes the first one's rotation", async () => {
  const due = world.day + 31 * day;
  for (const at of [due, due + 30 * day]) {
    world.refuseVariables(true);
    expect((await world.tryAt(at)).code).toBeGreaterThan(0);
    world.refuseVariables(false);
    expect(world.published()).toBe(given.at(-1));
    expect(await world.tokenOf(given.at(-1))).toBe(200);
  }
  const rotation = await world.rotation();
  await world.upAt(due + 60 * day);
  expect(await world.rotation()).toBe(rotation);
  expect(await world.tokenOf(given.at(-1))).toBe(200);
  given.push(world.published());
  expect(given.at(-1)).not.toBe(given.at(-2));
  expect(await world.tokenOf(given.at(-1))).toBe(200);
});
