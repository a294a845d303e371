import { InvokeRequest, ParameterizeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { z } from "zod";

import { defineProvider, listOf, resourceDefiner } from "./define";
import { differences } from "./diff";
import { PartlyDone, Problem } from "./problem";
import { schemaOf } from "./schema";
import type { Failed } from "./testing/engine";
import { type Engine, startEngine } from "./testing/engine";
import { Secret, unknown, type ValueObject } from "./values";

const entry = z
  .strictObject({
    name: z.string().meta({ description: "Who." }),
    age: z.int().optional().meta({ description: "How old." }),
  })
  .meta({ typeName: "Entry" });

const calls: unknown[] = [];
const thing = resourceDefiner<AbortSignal>("lab")({
  name: "Thing",
  description: "A thing.",
  importId: "room/name",
  inputs: z.strictObject({
    room: z.string().meta({ description: "Where.", replaceOnChanges: true }),
    kind: z.enum(["big", "small"]).default("small").meta({ description: "Size." }),
    password: z.string().optional().meta({ description: "Secret.", secret: true }),
    entries: listOf(entry, ({ name }) => name)
      .default([])
      .meta({ description: "Entries." }),
  }),
  outputs: z.object({
    token: z.string().meta({ description: "Made.", secret: true }),
    serial: z.number().meta({ description: "Number.", stable: true }),
  }),
  lifecycle: {
    check: ({ room }, previous) => ({
      set: { seen: previous === undefined ? "first" : "again" },
      drop: ["password"].filter(() => room === "open"),
      failures: room === "locked" ? [{ property: "room", reason: "found locked; open it" }] : [],
    }),
    create: async (inputs, signal) => {
      calls.push(inputs);
      if (inputs.room === "slow") await new Promise((_, reject) => { signal.onabort = () => { reject(signal.reason as Error); }; }); // prettier-ignore
      if (inputs.room === "broken") throw new Problem("the room is broken");
      const outputs = { token: "t0ken", serial: 7 };
      if (inputs.room === "half")
        throw new PartlyDone("half/x", { entries: [] }, outputs, new Problem("half of it failed"));
      return { id: `${inputs.room}/x`, outputs };
    },
    read: async ({ room, name }, _, previous) =>
      Promise.resolve(
        room === "gone"
          ? undefined
          : {
              id: `${room}/${name}`,
              inputs: { room, entries: [{ name: "b", age: 2 }, { name: "a" }] },
              absent: room === "bare" ? ["password"] : [],
              outputs: previous?.outputs ?? { token: "read", serial: 0 },
            },
      ),
    update: async (previous) => Promise.resolve({ ...previous.outputs, token: "rotated" }),
    delete: async (state) => Promise.resolve(void calls.push(state)),
  },
});

const lab = defineProvider({
  name: "lab",
  version: "1.2.3",
  displayName: "Lab",
  description: "A lab.",
  config: z.strictObject({ url: z.string().optional().meta({ description: "Address." }) }),
  refused: { token: "set LAB_TOKEN instead" },
  resources: [thing],
  connect: () => (call) => call,
});

let engine: Engine;
beforeEach(async () => {
  calls.length = 0;
  engine = await startEngine(lab);
  await engine.configure({ url: "x" });
});
afterEach(() => { engine.stop(); }); // prettier-ignore

test("check completes, marks and hands over to the resource's own check", async () => {
  const { inputs, failures } = await engine.check("Thing", { room: "a", password: "p", entries: unknown });
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    room: "a",
    kind: "small",
    password: new Secret("p"),
    entries: unknown,
    seen: "first",
  });
  expect((await engine.check("Thing", { room: "open", password: "p" }, inputs)).inputs).toEqual({
    room: "open",
    kind: "small",
    entries: [],
    seen: "again",
  });
  expect((await engine.check("Thing", { room: "locked" })).failures).toEqual(["room: found locked; open it"]);
});

test("a failure never shows a secret, also where the program made it one", async () => {
  const { failures } = await engine.check("Thing", {
    room: new Secret(17),
    password: 18,
    entries: new Secret([{ name: 19 }]),
    kind: new Secret("huge"),
  });
  expect(failures).toEqual([
    "room: found a secret; allowed: a text",
    "kind: found a secret; allowed: big, small",
    "password: found a secret; allowed: a text",
    "entries[0].name: found a secret; allowed: a text",
  ]);
});

test("create gives plain values to the life cycle and marked ones to the engine", async () => {
  const news = { room: "a", kind: "small", password: new Secret("p"), entries: [] };
  const made = await engine.create("Thing", news);
  expect(calls).toEqual([{ room: "a", kind: "small", password: "p", entries: [] }]);
  expect(made.properties).toEqual({ ...news, token: new Secret("t0ken"), serial: 7 });
});

test("previews act on nothing; an update's knows what stays", async () => {
  const news: ValueObject = { room: "a", kind: "small", entries: [], serial: 3 };
  expect((await engine.create("Thing", { room: "a" }, true)).properties).toEqual({
    room: "a",
    token: unknown,
    serial: unknown,
  });
  const held = { id: "a/x", inputs: news, properties: { ...news, token: new Secret("t"), serial: 7 } };
  expect((await engine.update("Thing", held, { room: "a", kind: "big" }, true)).properties).toEqual({
    room: "a",
    kind: "big",
    token: unknown,
    serial: 7,
  });
  expect(calls).toEqual([]);
});

test("what was made before a failure is recorded, nothing otherwise", async () => {
  const thrown = async (room: string) =>
    (await engine
      .create("Thing", { room, kind: "big", entries: [{ name: "a" }] })
      .catch((error: unknown) => error)) as Failed;
  const half = await thrown("half");
  expect(half.message).toBe("half of it failed");
  const inputs = { room: "half", kind: "big", entries: [] };
  expect(half.held).toEqual({
    id: "half/x",
    inputs,
    properties: { ...inputs, token: new Secret("t0ken"), serial: 7 },
  });
  const broken = await thrown("broken");
  expect(broken.message).toBe("the room is broken");
  expect(broken.held).toBeUndefined();
});

test("a read keeps the state's order, its marks and the settings only we know", async () => {
  const inputs = {
    room: "a",
    kind: "big",
    entries: [{ name: "a" }, new Secret({ name: "b", age: 1 })],
    seen: "first",
  };
  const held = { id: "a/x", inputs, properties: { ...inputs, token: new Secret("t"), serial: 7 } };
  const read = await engine.read("Thing", "a/x", held);
  expect(read?.inputs).toEqual({
    room: "a",
    kind: "big",
    seen: "first",
    entries: [{ name: "a" }, new Secret({ name: "b", age: 2 })],
  });
  expect(read?.properties.token).toEqual(new Secret("t"));
  const bare = await engine.read("Thing", "bare/x", { ...held, inputs: { room: "bare", password: "p" } });
  expect(bare?.inputs).not.toHaveProperty("password");
  expect((await engine.read("Thing", "a/with/slash"))?.id).toBe("a/with/slash");
  expect(await engine.read("Thing", "gone/x", held)).toBeUndefined();
});

test("cancelling ends what is in flight", async () => {
  const creation = engine.create("Thing", { room: "slow", kind: "big", entries: [] });
  const ended = expect(creation).rejects.toThrow("cancelled");
  await new Promise((resolve) => setTimeout(resolve, 50));
  await engine.call("cancel", new Empty());
  await ended;
});

test("unknown types and functions, parameters: each refused by name", async () => {
  await expect(engine.create("Nothing", {})).rejects.toThrow(
    "there is no resource type lab:index:Nothing in version 1.2.3 of lab; it has lab:index:Thing",
  );
  await expect(engine.call("invoke", new InvokeRequest().setTok("lab:index:f"))).rejects.toThrow(
    "there is no function lab:index:f; there are none",
  );
  await expect(engine.call("parameterize", new ParameterizeRequest())).rejects.toThrow(
    "lab takes no parameters",
  );
});

describe("differences", () => {
  const of = (olds: ValueObject, news: ValueObject) =>
    Object.fromEntries(
      [...differences(thing.inputs, olds, news)].map(([path, { kind, replace }]) => [
        path,
        replace ? `${kind}, replace` : kind,
      ]),
    );

  test.each<[string, ValueObject, ValueObject, Record<string, string>]>([
    ["nothing", { room: "a", password: new Secret("p") }, { room: "a", password: "p" }, {}],
    ["order", { entries: [{ name: "a" }, { name: "b" }] }, { entries: [{ name: "b" }, { name: "a" }] }, {}],
    ["a value that replaces", { room: "a" }, { room: "b" }, { room: "update, replace" }],
    ["an unknown", { room: "a" }, { room: unknown }, { room: "update, replace" }],
    ["coming and going", { password: "p" }, { kind: "big" }, { password: "delete", kind: "add" }],
    [
      "in an entry",
      { entries: [{ name: "a", age: 1 }] },
      { entries: [{ name: "a", age: 2 }] },
      { "entries[0].age": "update" },
    ],
    [
      "in an entry that moved",
      { entries: [{ name: "a", age: 1 }, { name: "b" }] },
      { entries: [{ name: "b" }, { name: "a", age: 2 }] },
      { "entries[0]": "delete", "entries[1]": "add" },
    ],
    [
      "one entry for another",
      { entries: [{ name: "a" }] },
      { entries: [{ name: "b" }] },
      { "entries[0]": "update" },
    ],
    [
      "an entry nobody knows yet",
      { entries: [{ name: "a" }] },
      { entries: [{ name: "a" }, { name: unknown }] },
      { "entries[1]": "add" },
    ],
  ])("%s", (_, olds, news, changes) => {
    expect(of(olds, news)).toEqual(changes);
  });
});

test("the schema says all of it", () => {
  expect(schemaOf(lab)).toEqual({
    name: "lab",
    version: "1.2.3",
    displayName: "Lab",
    language: {
      nodejs: { respectSchemaVersion: true },
      python: { respectSchemaVersion: true, pyproject: { enabled: true } },
    },
    description: "A lab.",
    config: { variables: { url: { type: "string", description: "Address." } } },
    provider: {
      description: "A lab.",
      inputProperties: { url: { type: "string", description: "Address." } },
    },
    types: {
      "lab:index:Entry": {
        type: "object",
        properties: {
          name: { type: "string", description: "Who." },
          age: { type: "integer", description: "How old." },
        },
        required: ["name"],
      },
    },
    resources: {
      "lab:index:Thing": {
        description:
          "A thing.\n\n## Import\n\nBy `room/name`:\n\n```sh\n$ pulumi import lab:index:Thing <name> 'room/name'\n```",
        inputProperties: {
          room: { type: "string", description: "Where.", replaceOnChanges: true },
          kind: { type: "string", description: "Size. One of: big, small.", default: "small" },
          password: { type: "string", description: "Secret.", secret: true },
          entries: { type: "array", items: { $ref: "#/types/lab:index:Entry" }, description: "Entries." },
        },
        requiredInputs: ["room"],
        properties: {
          room: { type: "string", description: "Where.", replaceOnChanges: true },
          kind: { type: "string", description: "Size. One of: big, small.", default: "small" },
          password: { type: "string", description: "Secret.", secret: true },
          entries: { type: "array", items: { $ref: "#/types/lab:index:Entry" }, description: "Entries." },
          token: { type: "string", description: "Made.", secret: true },
          serial: { type: "number", description: "Number." },
        },
        required: ["room", "kind", "entries", "token", "serial"],
      },
    },
  });
});
