import { type Engine, startEngine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { rotation } from "./provider";

const day = 86_400;
const news = {
  name: "payments-api.dev",
  period: 30 * day,
  overlap: day,
  manualRotations: 0,
  revocations: 0,
  asOf: "2026-01-01T00:00:00Z",
};
const due = { ...news, asOf: "2026-02-01T00:00:00Z", published: 0 };

let engine: Engine;

beforeAll(async () => {
  engine = await startEngine(rotation);
  await engine.configure({});
});

afterAll(() => {
  engine.stop();
});

test("the moment and what is published are never kept: nothing that only passes is a change", async () => {
  const { inputs, failures } = await engine.check("Schedule", news);
  expect(failures).toEqual([]);
  expect(inputs).toEqual({
    name: "payments-api.dev",
    period: 30 * day,
    overlap: day,
    manualRotations: 0,
    revocations: 0,
    rotation: 0,
    rotatedAt: "2026-01-01T00:00:00.000Z",
    previousAt: "2026-01-01T00:00:00.000Z",
    nextAt: "2026-01-31T00:00:00.000Z",
    endedAt: -1,
  });
  const held = await engine.create("Schedule", inputs);
  expect(held).toEqual({ id: "payments-api.dev", inputs, properties: inputs });

  const later = { ...news, asOf: "2026-01-30T23:59:59Z", published: 0 };
  const next = await engine.check("Schedule", later, inputs);
  expect(await engine.diff("Schedule", held, next.inputs)).toEqual({});
});

test("another name is a change, and the memory stays", async () => {
  const before = await engine.create("Schedule", (await engine.check("Schedule", due)).inputs);
  const { inputs } = await engine.check("Schedule", { ...due, name: "payments-core.dev" }, before.inputs);
  expect(await engine.diff("Schedule", before, inputs)).toEqual({ name: "UPDATE" });
  expect(inputs).toMatchObject({ rotation: before.inputs.rotation, rotatedAt: before.inputs.rotatedAt });
});

test("a preview knows the rotation that the run will make", async () => {
  const before = await engine.create("Schedule", (await engine.check("Schedule", news)).inputs);
  const { inputs } = await engine.check("Schedule", due, before.inputs);
  expect(await engine.diff("Schedule", before, inputs)).toEqual({
    rotation: "UPDATE",
    rotatedAt: "UPDATE",
    nextAt: "UPDATE",
  });
  const previewed = await engine.update("Schedule", before, inputs, true);
  expect(previewed.properties).toMatchObject({
    rotation: 1,
    rotatedAt: "2026-02-01T00:00:00.000Z",
    previousAt: "2026-01-01T00:00:00.000Z",
    nextAt: "2026-03-03T00:00:00.000Z",
  });
  expect((await engine.update("Schedule", before, inputs)).properties).toEqual(inputs);
  expect((await engine.create("Schedule", inputs, true)).properties).toMatchObject({ rotation: 1 });
});

test("a refresh finds what the state says, and what no state remembers cannot be imported", async () => {
  const held = await engine.create("Schedule", (await engine.check("Schedule", news)).inputs);
  expect(await engine.read("Schedule", held.id, held)).toEqual(held);
  expect(await engine.read("Schedule", "payments-api.dev")).toBeUndefined();
});

test("a rotation that comes too soon is refused before anything changes", async () => {
  const { inputs } = await engine.check("Schedule", news);
  const soon = { ...news, manualRotations: 1, published: 0, asOf: "2026-01-01T12:00:00Z" };
  expect((await engine.check("Schedule", soon, inputs)).failures).toEqual([
    'manualRotations: a rotation is refused: the last rotation was at 2026-01-01T00:00:00.000Z, and what was in use before it stays valid until 2026-01-02T00:00:00.000Z; wait until then, take the rotation back out of the stack file, or, if something leaked, end it as well ("revocations")',
  ]);
});

test("what is wrong with the inputs is said, with what is allowed", async () => {
  const { failures } = await engine.check("Schedule", { ...news, period: 0, asOf: "today" });
  expect(failures).toEqual([
    "period: found 0; allowed: 1 or more",
    'asOf: no moment with its time zone, as in "2026-11-23T12:00:00Z"',
  ]);
});
