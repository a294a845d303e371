import { setTimeout as sleep } from "node:timers/promises";
import { Interrupted, interruptible, orAborted, runPlan, type Task } from "./plan";
import { Progress } from "./progress";

const quiet = new Progress({ write: () => undefined });
let order: string[];
let abort: AbortController;
beforeEach(() => {
  order = [];
  abort = new AbortController();
});

/** Writes down when it begins and ends; ends at once where the plan is aborted. */
function task(title: string, milliseconds: number, after: readonly string[] = []): Task {
  const run = async () => {
    order.push(`${title} begins`);
    await sleep(milliseconds, undefined, { signal: abort.signal });
    order.push(`${title} ends`);
  };
  return { title, after, run };
}

test("each begins as soon as what it needs is done, beside the rest", async () => {
  const tasks = [task("cli", 60), task("keycloak", 10), task("servers", 10, ["keycloak"])];
  await runPlan([...tasks, task("up", 0, ["cli", "servers"])], abort, quiet);
  expect(order).toEqual([
    ...["cli begins", "keycloak begins", "keycloak ends", "servers begins", "servers ends", "cli ends"],
    ...["up begins", "up ends"],
  ]);
});

test("where one fails it is named, the others end before the error is thrown, and nothing begins any more", async () => {
  const failing = {
    title: "keycloak",
    run: async () => {
      await sleep(10);
      throw new Error("no space left");
    },
  };
  const slow: Task = {
    title: "cli",
    run: async () => {
      await sleep(1000, undefined, { signal: abort.signal }).catch(() => undefined);
      await sleep(20);
      order.push("cli has cleaned up");
      throw new Error("ended");
    },
  };
  const plan = runPlan([slow, failing, task("servers", 0, ["keycloak"])], abort, quiet);
  await expect(plan).rejects.toThrow(/^keycloak: no space left$/);
  expect(order).toEqual(["cli has cleaned up"]);
});

test("an interrupt ends all, and is the error", async () => {
  const plan = runPlan([task("cli", 1000), task("up", 0, ["cli"])], abort, quiet);
  await sleep(5);
  abort.abort(new Interrupted());
  await expect(plan).rejects.toThrow(Interrupted);
  expect(order).toEqual(["cli begins"]);
});

test("a task after one that is not before it is a mistake, and nothing begins", async () => {
  const plan = runPlan([task("up", 0, ["cli"]), task("cli", 0)], abort, quiet);
  await expect(plan).rejects.toThrow('"up" comes after "cli", which is not before it');
  expect(order).toEqual([]);
});

test("what is to come is said", async () => {
  const written: string[] = [];
  const progress = new Progress({ isTTY: true, columns: 99, write: (text) => written.push(text) });
  const shown = (one: Task) => ({ ...one, run: () => progress.step(one.title, one.run) });
  await runPlan([shown(task("cli", 10)), shown(task("up", 0, ["cli"]))], abort, progress);
  expect(written.join("").replaceAll("\r\u001b[K", "|")).toMatch(
    /^\|cli \(\d+ ms\)(; then: up)?\|cli: \d+ ms\n\|up \(\d+ ms\)\|up: \d+ ms\n$/,
  );
});

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "%s interrupts work, and is not heard any more",
  async (signal) => {
    const before = process.listenerCount(signal);
    const work = interruptible(({ signal: aborted }) =>
      orAborted(sleep(5000, undefined, { ref: false }), aborted),
    );
    process.emit(signal);
    await expect(work).rejects.toThrow(
      "interrupted; what is finished stays, and the next run goes on from there",
    );
    expect(process.listenerCount(signal)).toBe(before);
  },
);
