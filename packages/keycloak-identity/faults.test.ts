/**
 * Whatever goes wrong, at whichever request of a life, once or until the step gives up (a plugin that was killed there
 * leaves the same): the step completes, or the next run does. Nothing is lost, nobody comes back, and nothing is written
 * where nothing differs.
 */
import { usualPatience } from "@bitbucket-keycloak/http/retry";
import {
  type Engine,
  type Failed,
  type Held,
  startEngine,
} from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { keycloakIdentity } from "./provider";
import { type Fault, type Living, type Realm, startLiving } from "./testing/living";

const inAcme = { realm: "acme" };
const person = (id: string): Realm["users"][string] => ({
  id,
  username: id,
  email: `${id}@acme.example`,
  firstName: id,
  enabled: id !== "ben",
});
const realm = (): Realm => ({
  users: Object.fromEntries(["ana", "ben", "cleo", "dora"].map((id) => [id, person(id)])),
  groups: {
    left: { id: "left", name: "left", members: [] },
    right: { id: "right", name: "right", members: [] },
    pay: { id: "pay", name: "pay", parentId: "left", members: ["dora"] },
  },
  profile: {
    attributes: [
      { name: "username", permissions: { view: ["admin"], edit: ["admin", "user"] } },
      { name: "email", permissions: { view: ["admin"], edit: ["admin", "user"] } },
    ],
  },
});
const profile = (userId: string, address: string, emailFrom: readonly string[] = []): ValueObject => ({
  ...inAcme,
  userId,
  username: userId,
  email: `${address}@acme.example`,
  firstName: userId.toUpperCase(),
  emailFrom,
});
const members = (...userIds: string[]): ValueObject => ({ ...inAcme, groupId: "pay", userIds });

interface Life {
  readonly what: string;
  readonly type: string;
  /** Inputs of what is declared, run by run; several resources of one run. */
  readonly runs: readonly (readonly ValueObject[])[];
  /** How many it takes; undefined where that depends on who is first. */
  readonly requests?: number;
}
const lives: readonly Life[] = [
  {
    what: "a group moves into another, to the top and back",
    type: "GroupParent",
    runs: [["right"], [undefined], ["left"]].map(([parentId]) => [{ ...inAcme, groupId: "pay", ...(parentId && { parentId }) }]), // prettier-ignore
    requests: 14,
  },
  {
    what: "a profile changes",
    type: "Profile",
    runs: [[profile("ana", "ana")], [profile("ana", "anna")]],
    requests: 7,
  },
  {
    what: "two swap addresses",
    type: "Profile",
    runs: [
      [profile("ana", "ana"), profile("ben", "ben")],
      [profile("ana", "ben", ["ben"]), profile("ben", "ana", ["ana"])],
    ],
  },
  {
    what: "members come and go",
    type: "Members",
    runs: [[members("ana", "dora")], [members("ana", "ben", "cleo")], [members("cleo")]],
    requests: 22,
  },
  { what: "user names are an administrator's", type: "UserNames", runs: [[inAcme], [inAcme]], requests: 5 },
];

/** What goes wrong from which request on (from 1; 0 for never): that one time, or until the step gives up. */
interface Trouble {
  readonly at: number;
  readonly fault: Fault;
  readonly stays: boolean;
}
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const faults: readonly Fault[] = [500, 429, "reset", "lose"];
let living: Living[] = [];
const before = process.env;

beforeEach(() => {
  process.env = { ...before, KEYCLOAK_USER: "admin", KEYCLOAK_PASSWORD: "password-0123456789" };
  jest.replaceProperty(usualPatience, "first", 4);
  jest.replaceProperty(usualPatience, "longest", 16);
  jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  jest.restoreAllMocks();
  process.env = before;
  await Promise.all(living.map((server) => server.close()));
  living = [];
});

/** All runs of a life, each as often as it takes; after each a refresh and a plan, which have to find nothing. */
async function live({ type, runs }: Life, { at, fault, stays }: Trouble) {
  const server = await startLiving(realm());
  living.push(server);
  let over = at === 0;
  server.fault = (count) => {
    if (over || count < at) return undefined;
    over = !stays;
    return fault;
  };
  const engine = await startEngine(keycloakIdentity);
  await engine.configure({ url: server.url });
  const seen: unknown[] = [];
  let helds: (Held | undefined)[] = [];
  try {
    for (const run of runs) {
      const wanted = await Promise.all(run.map(async (inputs) => (await engine.check(type, inputs)).inputs));
      helds = await upUntilDone(engine, type, wanted, helds, () => (over = true));
      for (const [index, held] of helds.entries()) {
        const found = await again(() => engine.read(type, held!.id, held), () => (over = true)); // prettier-ignore
        expect(await engine.diff(type, found!, wanted[index]!)).toEqual({});
      }
      seen.push(structuredClone({ realm: server.realm, helds: helds.map((held) => held?.properties) }));
    }
    for (const held of helds) await again(() => engine.delete(type, held!), () => (over = true)); // prettier-ignore
    seen.push(structuredClone(server.realm));
    return { seen, requests: server.asked.length, writes: server.writes };
  } finally {
    engine.stop();
  }
}

/** As `pulumi up` does: what has failed is done by the next one, from what the state knows. */
async function upUntilDone(
  engine: Engine,
  type: string,
  wanted: ValueObject[],
  helds: (Held | undefined)[],
  calm: () => void,
) {
  let next = wanted.map((_, index) => helds[index]);
  for (let tries = 1; ; tries++) {
    const results = await Promise.allSettled(
      wanted.map(async (inputs, index) => {
        const held = next[index];
        if (held === undefined) return engine.create(type, inputs);
        if (Object.keys(await engine.diff(type, held, inputs)).length === 0) return held;
        return engine.update(type, held, inputs);
      }),
    );
    next = results.map((result, index) =>
      result.status === "fulfilled" ? result.value : ((result.reason as Failed).held ?? next[index]),
    );
    const failed = results.find(({ status }) => status === "rejected");
    if (failed === undefined) return next;
    if (tries > 2) throw (failed as PromiseRejectedResult).reason;
    calm();
  }
}

async function again<T>(act: () => Promise<T>, calm: () => void): Promise<T> {
  try {
    return await act();
  } catch {
    calm();
    return act();
  }
}

test("whom a run put in before it failed does not come back either, once a hand took them out", async () => {
  const server = await startLiving(realm());
  living.push(server);
  const engine = await startEngine(keycloakIdentity);
  try {
    await engine.configure({ url: server.url });
    const failed = await engine.create("Members", members("ana", "gone")).catch((error: unknown) => error as Failed); // prettier-ignore
    const { held } = failed as Failed;
    expect(held?.properties).toMatchObject({ userIds: ["ana"], declared: ["ana"] });
    server.realm.groups.pay!.members = ["dora"];
    const { properties } = await engine.update("Members", held!, members("ana", "ben"));
    expect(properties).toMatchObject({ declared: ["ana", "ben"], removedByHand: ["ana"] });
    expect(server.realm.groups.pay?.members).toEqual(["ben", "dora"]);
  } finally {
    engine.stop();
  }
});

test("nothing is left out", () => {
  expect(new Set(lives.map(({ type }) => type))).toEqual(
    new Set(keycloakIdentity.resources.map(({ name }) => name)),
  );
});

test.each(lives.map((life) => [life.what, life] as const))("%s", async (_, life) => {
  const calm = await live(life, { at: 0, fault: 500, stays: false });
  expect(calm.seen).toMatchSnapshot();
  if (life.requests !== undefined) expect(calm.writes).toMatchSnapshot();
  const each = Array.from({ length: calm.requests }, (_, index) => index + 1);
  const once = each.flatMap((at) => faults.map((fault) => ({ at, fault, stays: false })));
  const staying = once
    .filter((_, index) => exhaustive || index % 5 === 0) // another fault at each request
    .map((trouble) => ({ ...trouble, stays: true }));
  for (const all of [once, staying]) {
    const seen = await Promise.all(all.map(async (trouble) => ({ ...trouble, seen: (await live(life, trouble)).seen }))); // prettier-ignore
    expect(seen).toEqual(all.map((trouble) => ({ ...trouble, seen: calm.seen })));
  }
  expect(calm.requests).toBe(life.requests ?? calm.requests);
}, 120_000); // prettier-ignore
