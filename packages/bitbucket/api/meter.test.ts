import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { forecast, hour, requestFamilyOf, waitFor, waitingText } from "./budget";
import { Journal } from "./journal";
import { Meter, meterFor } from "./meter";

const now = 500_000 * hour + 30 * 60_000;
const minute = 60_000;
const url = "https://api.bitbucket.org/2.0/repositories/acme/web";
const never = new AbortController().signal;

let folder: string;
let said: string[];
const say = (text: string) => said.push(text);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-"));
  said = [];
});
afterEach(() => { rmSync(folder, { recursive: true }); }); // prettier-ignore

test("families by path", () => {
  const paths = ["/2.0/repositories/acme", "/2.0/workspaces/acme/members", "/1.0/groups/acme", "/2.0/user"];
  expect(paths.map(requestFamilyOf)).toEqual(["repositories", "workspaces", "groups", "other"]);
  const hooks = ["/2.0/repositories/acme/web/hooks", "/2.0/workspaces/acme/hooks/{1}"];
  expect(hooks.map(requestFamilyOf)).toEqual(["webhooks", "webhooks"]);
  expect(requestFamilyOf("/2.0/repositories/acme/hooks")).toBe("repositories");
});

test("the next waits until enough of the hour's have gone", () => {
  expect(waitFor([], 3, now)).toBe(0);
  expect(waitFor([now - 50 * minute, now - 10 * minute], 3, now)).toBe(0);
  expect(waitFor([now - 50 * minute, now - 10 * minute, now], 3, now)).toBe(10 * minute);
  expect(waitFor([now - hour, now - 10 * minute, now], 3, now)).toBe(0);
  expect(waitFor([now - 50 * minute, now - 40 * minute, now - 30 * minute, now], 3, now)).toBe(20 * minute);
});

test("a forecast goes round the hour as often as it takes", () => {
  expect(forecast([], 1000, 1000, now)).toBe(0);
  expect(forecast([], 1204, 1000, now)).toBe(hour);
  expect(forecast([now - 50 * minute], 1204, 1000, now)).toBe(hour);
  expect(forecast([], 2001, 1000, now)).toBe(2 * hour);
});

test("what a waiting person is told", () => {
  expect(waitingText("repositories", 1000, 204, 9.5 * minute, 13 * minute)).toBe(
    "bitbucket: 1000 requests to repositories in the last hour, as many as one user may send; 204 are waiting: the first goes on in about 10 minutes, the last in about 13; this can be interrupted, and the next run goes on from where it was",
  );
});

test("a journal outlives its process, is shared, and forgets what no longer counts", () => {
  writeFileSync(join(folder, "requests-499998.log"), "1 repositories abc\n");
  writeFileSync(
    join(folder, "requests-499999.log"),
    `${now - 61 * minute} repositories abc\n${now - 40 * minute} repositories abc\nhalf a li`,
  );
  const [one, other] = [new Journal(folder, say), new Journal(folder, say)];
  one.record("abc", "repositories", now);
  one.record("xyz", "repositories", now);
  one.record("abc", "groups", now);
  expect(other.sent("abc", "repositories", now)).toEqual([now - 40 * minute, now]);
  expect(one.sent("abc", "repositories", now + 21 * minute)).toEqual([now]);
  expect(readdirSync(folder).sort()).toEqual(["requests-499999.log", "requests-500000.log"]);
  expect(said).toEqual([]);
});

test("where it cannot be kept it says so once, and goes on counting for itself", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const journal = new Journal(join(file, "journal"), say);
  expect(journal.sent("abc", "repositories", now)).toEqual([]);
  journal.record("abc", "repositories", now);
  expect(journal.sent("abc", "repositories", now)).toEqual([now]);
  expect(said).toHaveLength(1);
  expect(said[0]).toContain("so those of other runs are unknown; set BITBUCKET_REQUEST_JOURNAL");
});

test("an access token has an hour of its own, as long as its answers say", async () => {
  const meter = new Meter(new Journal(folder, say), { repositories: 1, "access token": 1 }, say, () => now);
  const as = { account: "access token", scaled: true as const };
  await meter.admit(url, { account: "robot" }, never);
  await meter.admit(url, as, never);
  meter.learn(3);
  await meter.admit(url, as, never);
  await meter.admit(url, as, never);
  const run = new AbortController();
  const fourth = meter.admit(url, as, run.signal);
  run.abort();
  await expect(fourth).rejects.toThrow();
  expect(said).toEqual([expect.stringContaining("3 requests to access token in the last hour")]);
});

test("a meter writes no name down, waits openly over the limit, and can be interrupted", async () => {
  const meter = new Meter(new Journal(folder, say), { repositories: 2 }, say, () => now);
  await meter.admit(url, { account: "robot@acme.example" }, never);
  await meter.admit(url, { account: "robot@acme.example" }, never);
  await meter.admit("https://api.bitbucket.org/1.0/groups/acme", { account: "robot@acme.example" }, never); // no limit
  await meter.admit(url, { account: "other@acme.example" }, never);
  expect(readFileSync(join(folder, "requests-500000.log"), "utf8")).not.toContain("acme");

  const run = new AbortController();
  const waiting = [1, 2].map(() => meter.admit(url, { account: "robot@acme.example" }, run.signal));
  const ended = Promise.all(waiting.map((wait) => expect(wait).rejects.toThrow("interrupted")));
  await new Promise((resolve) => setTimeout(resolve, 20));
  run.abort(new Error("interrupted"));
  await ended;
  expect(said).toEqual([
    expect.stringMatching(/^bitbucket: 2 requests to repositories in the last hour, .* in about 60 minutes/),
  ]);
});

test("bursts are spread, without a word", async () => {
  const burst = { requests: 3, milliseconds: 60 };
  const journal = new Journal(undefined, say);
  // When each counts: who awaits it may be told late on a busy machine.
  const sent: number[] = [];
  jest.spyOn(journal, "record").mockImplementation((_who, _family, time) => void sent.push(time));
  const meter = new Meter(journal, {}, say, Date.now, burst);
  await Promise.all(Array.from({ length: 8 }, () => meter.admit(url, { account: "robot" }, never)));
  expect(sent).toHaveLength(8);
  sent.sort((one, other) => one - other);
  const windows = sent.slice(3).map((time, index) => time - (sent[index] ?? 0));
  expect(windows.every((window) => window >= 59)).toBe(true);
  expect(said).toEqual([]);
});

test("a wait ends by itself", async () => {
  let time = now - hour + 30; // half a blink before the first of the hour stops counting
  const journal = new Journal(undefined, say);
  journal.record("unused", "repositories", time);
  const meter = new Meter(journal, { repositories: 1 }, say, () => time);
  await meter.admit(url, { account: "robot" }, never);
  time = now;
  const second = meter.admit(url, { account: "robot" }, never);
  setTimeout(() => (time = now + 31), 25);
  await second;
  expect(said).toHaveLength(1);
});

test("this machine is neither limited nor written about, unless asked", async () => {
  const local = meterFor("http://127.0.0.1:7990", { XDG_CACHE_HOME: folder });
  await local.admit("http://127.0.0.1:7990/2.0/repositories/acme", { account: "robot" }, never);
  expect(readdirSync(folder)).toEqual([]);
  const cloud = meterFor("https://api.bitbucket.org", { XDG_CACHE_HOME: folder });
  await cloud.admit(url, { account: "robot" }, never);
  expect(readdirSync(join(folder, "pulumi-bitbucket/requests"))).toHaveLength(1);
  expect(() => meterFor(url, { BITBUCKET_REQUEST_LIMIT: "many" })).toThrow(
    'BITBUCKET_REQUEST_LIMIT: found "many"; allowed: a whole number above 0',
  );
});

test.each([
  ["the published limit", "https://api.bitbucket.org", {}, 1000],
  ["another limit", "https://api.bitbucket.org", { BITBUCKET_REQUEST_LIMIT: "7" }, 7],
  ["another limit, on this machine too", "http://127.0.0.1:7990", { BITBUCKET_REQUEST_LIMIT: "7" }, 7],
])("%s is kept: at %s with %j the request after %i waits", async (_, origin, environment, limit) => {
  const [second, who] = [
    Date.now() - 1000,
    createHash("sha256").update(`robot ${origin}`).digest("hex").slice(0, 12),
  ];
  const line = `${second} repositories ${who}\n`;
  writeFileSync(join(folder, `requests-${Math.floor(second / hour)}.log`), line.repeat(limit - 1));
  const spy = jest.spyOn(process.stderr, "write").mockImplementation((text) => say(String(text)) > 0);
  const meter = meterFor(origin, { ...environment, BITBUCKET_REQUEST_JOURNAL: folder });
  await meter.admit(`${origin}/2.0/repositories/acme`, { account: "robot" }, never);
  const run = new AbortController();
  const waiting = meter.admit(`${origin}/2.0/repositories/acme`, { account: "robot" }, run.signal);
  const told = new Promise((resolve) => setTimeout(resolve, 50));
  await told;
  run.abort(new Error("interrupted"));
  await expect(waiting).rejects.toThrow("interrupted");
  spy.mockRestore();
  expect(said).toEqual([
    expect.stringContaining(`bitbucket: ${limit} requests to repositories in the last hour`),
  ]);
});

test("whoever does not want to wait is told until when, and waits no longer than a minute", async () => {
  const meter = (clock: () => number) =>
    new Meter(new Journal(folder, say), { repositories: 2 }, say, clock, undefined, "fail");
  const me = { account: "me" };
  await meter(() => now - 2).admit(url, me, never);
  await meter(() => now - 1).admit(url, me, never);
  const refused = meter(() => now).admit(url, me, never);
  await expect(refused).rejects.toThrow(
    "2 requests to repositories in the last hour, as many as one user may send",
  );
  await expect(refused).rejects.toMatchObject({ name: "HourSpent", until: new Date(now - 2 + hour) });
  // The clock moves on while it waits.
  let later = now + hour - 20;
  await meter(() => (later += 10)).admit(url, me, never);
  expect(said).toEqual([]);
});
