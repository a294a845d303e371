import { Progress, duration, fit, statusLine } from "./progress";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  let now = 0;
  const output = { isTTY, columns: 80, write: (text: string) => written.push(text) };
  return {
    written,
    progress: new Progress(output, () => now),
    wait: (milliseconds: number) => {
      now += milliseconds;
      jest.advanceTimersByTime(milliseconds);
    },
  };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test.each([
  [0, "0 ms"],
  [850, "850 ms"],
  [12_400, "12 s"],
  [59_600, "1 min 0 s"],
  [220_000, "3 min 40 s"],
])("duration(%j) is %j", (milliseconds, expected) => {
  expect(duration(milliseconds)).toBe(expected);
});

test("a log has a line at the beginning, each half minute, and at the end", () => {
  const { progress, written, wait } = recorder(false);
  const step = progress.begin("building");
  wait(31_000);
  wait(30_000);
  step.done();
  wait(60_000);
  expect(written).toEqual([
    "building …\n",
    "still running: building (31 s)\n",
    "still running: building (1 min 1 s)\n",
    "building: 1 min 1 s\n",
  ]);
  expect(jest.getTimerCount()).toBe(0);
});

test("a terminal has one line that ticks, and keeps the results", () => {
  const { progress, written, wait } = recorder(true);
  const one = progress.begin("one");
  const two = progress.begin("two");
  wait(1000);
  one.done();
  two.done();
  expect(written.join("").replaceAll("\r\u001b[K", "|")).toBe(
    "|one (0 ms)|one (0 ms), two (0 ms)|one (1 s), two (1 s)|one: 1 s\n|two (1 s)|two: 1 s\n",
  );
});

test("a step that fails leaves no line of its own", async () => {
  const { progress, written } = recorder(false);
  await expect(progress.step("building", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(written).toEqual(["building …\n", ""]);
});

test("what does not fit is cut", () => {
  expect(fit("x".repeat(50), 20)).toBe(`${"x".repeat(18)}…`);
  expect(fit("x".repeat(19), 20)).toBe("x".repeat(19));
});

test("how far a step is stands beside its title", () => {
  expect(statusLine([{ title: "pulumi up", note: "87 resources", since: 0 }], [], 2000)).toBe(
    "pulumi up, 87 resources (2 s)",
  );
});

test("all that runs, and what is to come, is one line", () => {
  const { progress, written, wait } = recorder(false);
  const begun = progress.expect("c");
  progress.begin("a");
  wait(10_000);
  progress.begin("b");
  wait(20_000);
  begun();
  wait(30_000);
  expect(written.slice(2)).toEqual([
    "still running: a (30 s), b (20 s); then: c\n",
    "still running: a (1 min 0 s), b (50 s)\n",
  ]);
});
