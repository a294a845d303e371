/**
 * Whatever goes wrong, at whichever request of a life (a 500, a 429, a connection that breaks before or after the
 * effect), once or until the step gives up: the step completes, or its repetition does. Nothing is doubled, nothing
 * is lost, nothing left behind.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  type Engine,
  Failed,
  type Held,
  startEngine,
} from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import type { ValueObject } from "@bitbucket-keycloak/pulumi-plugin/values";
import { requestPatience, settlingPatience } from "./api/retry";
import { bitbucket } from "./provider";
import { type Fault, startTestServer, type TestServer } from "./testing/world";
import { calls, type Life, type Lists, lives } from "./testing/lives";

/** What goes wrong from which request on (from 1; 0 for never): that one time, or until the step gives up. */
interface Trouble {
  readonly at: number;
  readonly fault: Fault;
  readonly stays: boolean;
}
const faults: readonly Fault[] = [500, 429, "reset", "lose"];
const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const calm: Trouble = { at: 0, fault: 500, stays: false };

let folder: string;
let servers: TestServer[] = [];
const before = process.env;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "faults-"));
  process.env = {
    ...before,
    BITBUCKET_EMAIL: "robot@acme.example",
    BITBUCKET_API_TOKEN: "ATATT-robot-token",
    BITBUCKET_FIRST_LOOKS: folder,
  };
  // As often as ever, and sooner.
  for (const patience of [requestPatience, settlingPatience]) {
    jest.replaceProperty(patience, "first", 4);
    jest.replaceProperty(patience, "longest", 16);
  }
});
afterEach(async () => {
  jest.restoreAllMocks();
  // Not earlier: another case would get the same port, and with it this one's first looks.
  await Promise.all(servers.map((server) => server.close()));
  servers = [];
  rmSync(folder, { recursive: true });
  process.env = before;
});

/** What can be seen after each step of something that meets trouble. */
async function withTrouble(
  lists: Lists,
  { at, fault, stays }: Trouble,
  steps: (engine: Engine, again: Again, look: (also: unknown) => void) => Promise<void>,
): Promise<{ seen: unknown[]; requests: number }> {
  const server = await startTestServer();
  servers.push(server);
  for (const [list, items] of Object.entries(lists)) server.lists.set(list, items.map((item) => ({ ...item }))); // prettier-ignore
  let over = at === 0;
  server.fault = (_, count) => {
    if (over || count < at) return undefined;
    over = !stays;
    return fault;
  };
  const again: Again = async (step, held) => {
    try {
      return await step(held);
    } catch (thrown) {
      if (!stays) throw thrown; // a step survives what happens once
      over = true;
      return step((thrown instanceof Failed ? thrown.held : undefined) ?? held);
    }
  };
  const engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
  const seen: unknown[] = [];
  const look = (also: unknown) => seen.push(comparable([Object.fromEntries(server.lists), also]));
  try {
    await steps(engine, again, look);
    return { seen, requests: server.log.length };
  } finally {
    engine.stop();
  }
}

/** As the engine does: what a failed step recorded is where the next run begins. */
type Again = <T>(step: (from: Held | undefined) => Promise<T>, held?: Held) => Promise<T>;

/** Without ids that were made, and the address of one case's server. */
function comparable(seen: unknown): unknown {
  const text = JSON.stringify(seen)
    .replaceAll(/127\.0\.0\.1:\d+/g, "server")
    .replaceAll(/\{00000000-0000-4000-8000-\d{12}\}/g, "{made}")
    .replaceAll(/"id":\d+/g, '"id":0');
  return JSON.parse(text);
}

/** All that an engine can ask of a resource, in the order of a life. */
function live({ type, lists, first, second }: Life, trouble: Trouble) {
  return withTrouble(lists, trouble, async (engine, again, look) => {
    const write = (inputs: ValueObject) => (from: Held | undefined) =>
      from === undefined ? engine.create(type, inputs) : engine.update(type, from, inputs);
    let held = await again(write((await engine.check(type, first)).inputs));
    look(await again(() => engine.read(type, held.id, held)));
    look(await again(() => engine.read(type, held.id)));
    if (second !== undefined) {
      held = await again(write((await engine.check(type, second)).inputs), held);
      look(held.properties);
    }
    await again(() => engine.delete(type, held));
    look(await again(() => engine.read(type, held.id)));
  });
}

/** @returns what is seen where nothing goes wrong, with which all the rest is compared */
async function sweep(life: (trouble: Trouble) => Promise<{ seen: unknown[]; requests: number }>) {
  const { seen, requests } = await life(calm);
  const each = Array.from({ length: requests }, (_, index) => index + 1);
  const once = each.flatMap((at) => faults.map((fault) => ({ at, fault, stays: false })));
  const staying = once
    .filter((_, index) => exhaustive || index % 5 === 0) // another fault at each request
    .map((trouble) => ({ ...trouble, stays: true }));
  const troubles = [...once, ...staying];
  const lived = await Promise.all(troubles.map(async (trouble) => ({ ...trouble, seen: (await life(trouble)).seen }))); // prettier-ignore
  expect(lived).toEqual(troubles.map((trouble) => ({ ...trouble, seen })));
  return { seen, requests };
}

test("nothing is left out", () => {
  // It speaks to another server, and is tried against a stand-in of that: packages/bitbucket/dataCenter.test.ts.
  const ofCloud = bitbucket.resources.map(({ name }) => name).filter((name) => name !== "DataCenterClient");
  expect(lives.map(({ type }) => type).sort()).toEqual(ofCloud.sort());
  expect(calls.map(({ name }) => name).sort()).toEqual(bitbucket.functions?.map(({ name }) => name).sort());
});

test.each(lives.map((life) => [life.type, life] as const))("%s", async (_, life) => {
  const { seen, requests } = await sweep((trouble) => live(life, trouble));
  expect((seen.at(-1) as unknown[])[0]).toMatchObject(life.lists);
  expect(requests).toBe(life.requests);
}, 60_000); // prettier-ignore

test.each(calls.map((call) => [call.name, call] as const))("%s", async (name, { lists, args }) => {
  const { requests } = await sweep((trouble) =>
    withTrouble(lists, trouble, async (engine, again, look) => {
      look(await again(() => engine.invoke(name, args)));
    }),
  );
  expect(requests).toBe(1);
});
