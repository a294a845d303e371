import { readFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive, run, startOf } from "./processes";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "processes-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("what it prints to its standard output is returned; its error stream is heard meanwhile", async () => {
  let heard = "";
  const onError = (text: string) => (heard += text);
  expect(await run("sh", ["-c", "echo out; echo err >&2"], { onError })).toBe("out\n");
  expect(heard).toBe("err\n");
});

test("one that fails says what it was, and its last lines", async () => {
  await expect(run("sh", ["-c", "echo found; exit 3"])).rejects.toThrow(
    "sh -c echo found; exit 3 exited with 3:\nfound",
  );
});

test("a signal ends it and its children, and is the error once they have ended", async () => {
  const abort = new AbortController();
  const file = join(folder, "pid");
  const running = run("sh", ["-c", `sleep 60 & echo $! > '${file}'; wait`], { signal: abort.signal });
  const settled = expect(running).rejects.toThrow("enough");
  const pid = () => {
    try {
      return Number(readFileSync(file, "utf8"));
    } catch {
      return 0;
    }
  };
  while (pid() === 0) await sleep(20);
  const start = startOf(pid());
  expect(isAlive(pid(), start)).toBe(true);
  abort.abort(new Error("enough"));
  await settled;
  for (let wait = 0; isAlive(pid(), start) && wait < 100; wait++) await sleep(20);
  expect(isAlive(pid(), start)).toBe(false);
  await expect(run("true", [], { signal: abort.signal })).rejects.toThrow("enough");
});
