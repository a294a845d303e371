import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { RequestFamily } from "@pulumi/bitbucket/api/budget";
import type { Sent } from "@pulumi/bitbucket/api/journal";
import { askedText, forecastText, type Hour, isRefreshing, tellingRequests } from "./requests";

const now = 500_000 * 3_600_000;
const minute = 60_000;
const sent = (count: number, minutesAgo: number, account = "abc"): Sent[] =>
  Array.from({ length: count }, () => ({ time: now - minutesAgo * minute, family: "repositories", account }));
const hour = (lately: Sent[], limit: number | undefined = 1_000): Hour => ({ sent: lately, limit, now });
const counts = (of: Partial<Record<RequestFamily, number>>) =>
  new Map(Object.entries(of)) as ReadonlyMap<RequestFamily, number>;

test("what a run asked", () => {
  expect(askedText(counts({ repositories: 1_180, groups: 4 }), hour([...sent(940, 5), ...sent(20, 5, "xyz")]))).toBe(
    "asked Bitbucket 1,184 times: repositories 1,180, groups 4; 940 of the 1,000 requests to repositories that a user has in an hour are used",
  ); // prettier-ignore
  expect(askedText(counts({ groups: 1 }), hour([]))).toBe("asked Bitbucket once: groups 1");
});

test("what a full refresh takes", () => {
  const full = counts({ repositories: 1_204, workspaces: 3 });
  expect(forecastText(full, hour([]))).toBe(
    "a full refresh asks 1,207 times; the limit is 1,000 an hour to repositories: it will take about 60 minutes, most of them waiting",
  );
  expect(forecastText(full, hour(sent(900, 10)))).toContain("about 110 minutes");
  expect(forecastText(counts({ repositories: 200 }), hour(sent(900, 10)))).toContain("about 50 minutes");
  expect(forecastText(counts({ repositories: 100 }), hour(sent(900, 10)))).toContain(
    "it can be done at once",
  );
  expect(forecastText(full, { sent: [], limit: undefined, now })).toBe("a full refresh asks 1,207 times");
});

test("which command lines refresh", () => {
  expect([["refresh"], ["up", "--refresh"], ["-r", "preview"], ["up", "--refresh=true"]].every(isRefreshing)).toBe(true); // prettier-ignore
  expect([["up"], ["preview", "--diff"], ["up", "--refresh=false"]].some(isRefreshing)).toBe(false);
});

describe("at the end of a run", () => {
  let folder: string;
  let said: jest.SpyInstance;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "requests-"));
    said = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  });
  afterEach(() => {
    said.mockRestore();
    rmSync(folder, { recursive: true });
  });
  const run = () => ({ env: { BITBUCKET_REQUEST_JOURNAL: folder }, stack: "dev" });
  const ask = (times: number, before = 0) => {
    const time = Date.now() - before;
    const file = join(folder, `requests-${Math.floor(time / 3_600_000)}.log`);
    appendFileSync(file, `${time} repositories abc\n`.repeat(times));
  };

  test("only what it asked itself counts as its own, also when it failed", async () => {
    ask(7, 1_000);
    const failing = tellingRequests(run(), () => {
      ask(2);
      return Promise.reject(new Error("failed"));
    });
    await expect(failing).rejects.toThrow("failed");
    expect(said.mock.calls).toEqual([
      [
        "asked Bitbucket 2 times: repositories 2; 9 of the 1,000 requests to repositories that a user has in an hour are used\n",
      ],
    ]);
  });

  test("a run that asked nothing says nothing", async () => {
    ask(7, 1_000);
    expect(await tellingRequests(run(), () => Promise.resolve(5))).toBe(5);
    expect(said).not.toHaveBeenCalled();
  });
});
