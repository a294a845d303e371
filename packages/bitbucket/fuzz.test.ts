/**
 * Whatever the engine sends and whatever a server answers: each call ends, in an answer or in an error that a person
 * can read; nothing repeats a secret, and nothing is asked for by half a name.
 */
import fc from "fast-check";

import { type Engine, type Held, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import {
  holdsUnknown,
  Secret,
  unknown,
  type Value,
  type ValueObject,
} from "@bitbucket-keycloak/pulumi-plugin/values";
import { requestPatience, settlingPatience } from "./api/retry";
import { bitbucket } from "./provider";
import { startTestServer, type TestServer } from "./testing/world";
import { type Call, calls, type Life, lives } from "./testing/lives";
import { twist, twisted } from "./testing/twists";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
/** The same in each `npm test`, others in each exhaustive run; a failure names its seed. */
const sample = (runs: number) => (exhaustive ? { numRuns: 10 * runs } : { numRuns: runs, seed: 4 });

const token = "ATATT-hush-token";
const basic = Buffer.from(`robot@acme.example:${token}`).toString("base64");
const tells = (text: string) => /hush|secret-[abc]/.test(text) || text.includes(basic);

let server: TestServer;
let engine: Engine;
let stderr: jest.SpyInstance<boolean>;

beforeAll(async () => {
  process.env.BITBUCKET_EMAIL = "robot@acme.example";
  process.env.BITBUCKET_API_TOKEN = token;
  for (const patience of [requestPatience, settlingPatience]) {
    jest.replaceProperty(patience, "attempts", 2);
    jest.replaceProperty(patience, "first", 1);
    jest.replaceProperty(patience, "longest", 2);
  }
  server = await startTestServer();
  engine = await startEngine(bitbucket);
  await engine.configure({ apiUrl: server.url });
  stderr = jest.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterAll(async () => {
  stderr.mockRestore();
  engine.stop();
  await server.close();
});

/** What was said in the end; a stack trace on the error stream is a crash that was caught by luck. */
async function outcomeOf<T>(call: () => Promise<T>): Promise<{ value?: T; error?: string }> {
  const outcome = await call().then(
    (value) => ({ value }),
    (thrown: unknown) => ({ error: thrown instanceof Error ? thrown.message : String(thrown) }),
  );
  const written = stderr.mock.calls.map(([text]) => String(text)).join("");
  stderr.mockClear();
  if (/^\s+at /m.test(written)) throw new Error(`broke:\n${written}`);
  const said = written + ("error" in outcome ? outcome.error : "");
  if (tells(said)) throw new Error(`told a secret:\n${said}`);
  return outcome;
}

const plain = fc.oneof(fc.string(), fc.constantFrom("acme", "web", "main", "a", "__proto__", "{0}"), fc.double(), fc.boolean(), fc.constant(unknown)); // prettier-ignore
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    plain,
    fc.string().map((text) => new Secret(`hush ${text}`)),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("constructor", "toString", "key", "value")), tie("value"), { maxKeys: 3 }), // prettier-ignore
  ),
}));

/** Inputs that are nearly right: one or two members are something else. */
function nearly(right: ValueObject): fc.Arbitrary<ValueObject> {
  const names = fc.constantFrom(...Object.keys(right), "adopt", "constructor", "colour");
  return fc
    .array(fc.tuple(names, value), { maxLength: 2 })
    .map((others) => ({ ...right, ...Object.fromEntries(others) }));
}

test("inputs: Check and Diff of every resource", async () => {
  const asked = fc.constantFrom(...lives).chain((life) => fc.tuple(fc.constant(life.type), nearly(life.first), nearly(life.second ?? life.first))); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(asked, async ([type, news, olds]) => {
      const { value: checked, error } = await outcomeOf(() => engine.check(type, news, olds));
      expect(error).toBeUndefined();
      expect(tells(JSON.stringify(checked))).toBe(false); // a secret's JSON is its mark
      if (checked === undefined || checked.failures.length > 0 || holdsUnknown(checked.inputs)) return;
      expect(await engine.check(type, checked.inputs)).toEqual(checked);
      const held: Held = { id: "acme/web", inputs: checked.inputs, properties: checked.inputs };
      expect(await engine.diff(type, held, checked.inputs)).toEqual({});
      expect((await outcomeOf(() => engine.diff(type, { ...held, inputs: olds }, news))).error).toBeUndefined();
    }),
    sample(1_000),
  );
}, 3_600_000); // prettier-ignore

test("inputs: every function, and the configuration", async () => {
  server.lists.clear();
  const asked = fc.constantFrom(...calls).chain((call) => fc.tuple(fc.constant(call.name), nearly(call.args))); // prettier-ignore
  await fc.assert(
    fc.asyncProperty(asked, nearly({ apiUrl: "http://localhost" }), async ([name, args], settings) => {
      await outcomeOf(() => engine.invoke(name, args));
      const other = await startEngine(bitbucket);
      await outcomeOf(() => other.configure(settings));
      other.stop();
    }),
    sample(200),
  );
}, 3_600_000); // prettier-ignore

/** As if an earlier run had made it. */
function madeBefore(type: string, inputs: ValueObject): Held {
  const ownsList = /s$/.test(type);
  const outputs: ValueObject = ownsList ? { adopted: [], placed: [] } : { uuid: "{u}", slug: "s", adopted: false, before: false }; // prettier-ignore
  return { id: "acme/web/x", inputs, properties: { ...inputs, ...outputs } };
}

/** All steps of a life, each whatever became of those before it. */
async function live({ type, first, second = first }: Life): Promise<void> {
  const { inputs } = await engine.check(type, first);
  const made = (await outcomeOf(() => engine.create(type, inputs))).value;
  const held = made ?? madeBefore(type, inputs);
  await outcomeOf(() => engine.read(type, held.id));
  const refreshed = (await outcomeOf(() => engine.read(type, held.id, held))).value ?? held;
  if (second !== first) {
    const news = (await engine.check(type, second)).inputs;
    await outcomeOf(() => engine.diff(type, refreshed, news));
    await outcomeOf(() => engine.update(type, refreshed, news));
  }
  await outcomeOf(() => engine.delete(type, refreshed));
}

/** A request whose path lacks a part: `DELETE …/users/` might be anything. */
const halfNamed = (line: string) => /\/(\/|$)|undefined|\[object/.test(line.slice(line.indexOf(" ") + 1));

test("answers: every resource and function, whatever the server says", async () => {
  const lived = fc.constantFrom<Life | Call>(...lives, ...calls);
  await fc.assert(
    fc.asyncProperty(lived, fc.array(twist, { minLength: 1, maxLength: 8 }), async (asked, twists) => {
      server.lists.clear();
      for (const [list, items] of Object.entries(asked.lists)) server.lists.set(list, items.map((item) => ({ ...item }))); // prettier-ignore
      server.log.length = 0;
      let count = 0;
      server.reply = (answer, request) =>
        twisted(twists[count++ % twists.length] ?? { kind: "as it is" }, answer, request);
      const work = "type" in asked ? live(asked) : outcomeOf(() => engine.invoke(asked.name, asked.args));
      let clock: NodeJS.Timeout | undefined;
      const late = new Promise((_, reject) => { clock = setTimeout(() => { reject(new Error("hangs")); }, 30_000); }); // prettier-ignore
      await Promise.race([work, late]).finally(() => { clearTimeout(clock); }); // prettier-ignore
      expect(server.log.filter(halfNamed)).toEqual([]);
    }),
    sample(400),
  );
}, 3_600_000); // prettier-ignore
