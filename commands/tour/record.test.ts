import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDone, leftOf, readDone, writeDone } from "./record";
import { stepsAt } from "./steps";

const steps = stepsAt(new Date("2026-12-01T12:00:00Z"));
const count = (name: string) => steps.find((step) => step.name === name)?.actions.length ?? 0;
const names = (from: ReturnType<typeof leftOf>) => from.steps.map(({ name }) => name);

test("a tour goes on at the first step that is not done, also in its middle", () => {
  expect(names(leftOf(steps, {}))[0]).toBe("start");
  const done = { start: count("start"), wall: 1 };
  expect(names(leftOf(steps, done))).toEqual(steps.slice(1).map(({ name }) => name));
  expect(leftOf(steps, done).done).toEqual(done);
});

test("nothing is left of a tour that is done", () => {
  const done = Object.fromEntries(steps.map(({ name, actions }) => [name, actions.length]));
  expect(leftOf(steps, done).steps).toEqual([]);
  expect(steps.every((step) => isDone(step, done))).toBe(true);
});

test("--from begins anew at its step, and forgets what comes after", () => {
  const done = Object.fromEntries(steps.map(({ name, actions }) => [name, actions.length]));
  const left = leftOf(steps, done, "drift");
  expect(names(left)).toEqual(["drift", "adopt", "evidence"]);
  expect(Object.keys(left.done)).toEqual(["start", "wall", "request", "approve", "rotate", "offboard"]);
});

test("--from a step that there is not says which there are", () => {
  expect(() => leftOf(steps, {}, "walls")).toThrow(
    'found "walls" for --from; allowed: start, wall, request, approve, rotate, offboard, drift, adopt, evidence',
  );
});

describe("in a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "tour-"));
  const file = join(folder, ".local/tour.json");
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test("what is done is read as it was written; without a file, and by one that is torn, nothing is", () => {
    expect(readDone(file)).toEqual({});
    writeDone(file, { start: 1, wall: 2 });
    expect(readDone(file)).toEqual({ start: 1, wall: 2 });
    for (const torn of ['{"start": 1', '{"start": -1}', "[]"]) {
      writeFileSync(file, torn);
      expect(readDone(file)).toEqual({});
    }
  });
});
