import { startLab, type Client, type Lab } from "../testing/lab";
import { alpha } from "../testing/pipelines";

let lab: Lab;
let ann: Client;
let commit: string;
beforeEach(async () => {
  lab = await startLab();
  ann = lab.as("ann");
  const branches = (await ann.get(`${alpha}/refs/branches`)).json.values;
  commit = `${alpha}/commit/${branches[0].target.hash}`;
});
afterEach(() => lab.emulator.close());

const report = { title: "Access", details: "Who gains what", report_type: "SECURITY", result: "PASSED" };

test("a build status takes the place of the one before under its key", async () => {
  const build = { key: "BB-1", state: "INPROGRESS", url: "https://ci.example/1", name: "first" };
  expect((await ann.post(`${commit}/statuses/build`, build)).status).toBe(201);
  await ann.post(`${commit}/statuses/build`, { ...build, state: "FAILED" });
  await ann.post(`${commit}/statuses/build`, { ...build, key: "BB-2" });
  const changed = await ann.put(`${commit}/statuses/build/BB-1`, { state: "SUCCESSFUL" });
  expect(changed.json).toMatchObject({ type: "build", key: "BB-1", state: "SUCCESSFUL", name: "first" });
  const { values } = (await ann.get(`${commit}/statuses`)).json;
  expect(values.map(({ key, state }: { key: string; state: string }) => [key, state])).toEqual([
    ["BB-2", "INPROGRESS"],
    ["BB-1", "SUCCESSFUL"],
  ]);
  expect((await ann.post(`${commit}/statuses/build`, { ...build, key: "k".repeat(41) })).status).toBe(400);
  expect((await lab.as("bob").get(`${commit}/statuses/build/BB-1`)).status).toBe(200);
  expect((await ann.get(`${commit}/statuses/build/BB-3`)).status).toBe(404);
});

test("successful statuses are the builds that a merge may need", async () => {
  await lab.as("admin").post(`${alpha}/branch-restrictions`, {
    kind: "require_passing_builds_to_merge",
    pattern: "main",
    value: 1,
  });
  await lab
    .as("admin")
    .post(`${alpha}/branch-restrictions`, { kind: "enforce_merge_checks", pattern: "main" });
  const pushed = await ann.form(`${alpha}/src`, { branch: "topic", "a.txt": "a" });
  await ann.post(`${alpha}/pullrequests`, { title: "t", source: { branch: { name: "topic" } } });
  const merge = `${alpha}/pullrequests/1/merge`;
  expect((await ann.post(merge)).status).toBe(403);
  const build = { key: "ci", state: "SUCCESSFUL", url: "https://ci.example/1" };
  const location = new URL(pushed.headers.get("location") ?? "").pathname;
  expect((await ann.post(`${location}/statuses/build`, build)).status).toBe(201);
  expect((await ann.post(merge)).status).toBe(200);
});

test("a report is put, replaced, and removed, and has ten fields at most", async () => {
  const path = `${commit}/reports/access-1`;
  const data = Array.from({ length: 10 }, (_, index) => ({
    title: `f${index}`,
    type: "NUMBER",
    value: index,
  }));
  const put = await ann.put(path, { ...report, data });
  expect([put.status, put.json]).toEqual([
    200,
    expect.objectContaining({ ...report, type: "report", external_id: "access-1", data }),
  ]);
  expect((await ann.put(path, { ...report, data: [...data, data[0]] })).status).toBe(400);
  const again = await ann.put(path, { ...report, result: "FAILED" });
  expect(again.json).toMatchObject({ uuid: put.json.uuid, result: "FAILED" });
  expect(again.json).not.toHaveProperty("data");
  expect((await ann.get(`${commit}/reports`)).json.values).toHaveLength(1);
  expect((await ann.delete(path)).status).toBe(204);
  expect((await ann.get(path)).status).toBe(404);
});

test("annotations: a hundred a call, a thousand a report, one for each id", async () => {
  const path = `${commit}/reports/access-1/annotations`;
  await ann.put(`${commit}/reports/access-1`, report);
  const some = (from: number, count: number): object[] =>
    Array.from({ length: count }, (_, index) => ({
      external_id: `a${from + index}`,
      annotation_type: "BUG",
      summary: "s",
    }));
  expect((await ann.post(path, some(0, 101))).status).toBe(400);
  for (let from = 0; from < 1000; from += 100) {
    expect((await ann.post(path, some(from, 100))).status).toBe(200);
  }
  expect((await ann.post(path, some(1000, 1))).status).toBe(400);
  expect((await ann.post(path, some(999, 1))).status).toBe(200);
  expect((await ann.post(path, [...some(1, 1), ...some(1, 1)])).status).toBe(400);
  const last = (await ann.get(`${path}?pagelen=100&page=10`)).json;
  expect([last.values.length, last.next]).toEqual([100, undefined]);
});
