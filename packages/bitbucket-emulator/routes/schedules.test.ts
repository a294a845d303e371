import { startLab, type Lab } from "../testing/lab";
import { alpha, part } from "../testing/pipelines";

let lab: Lab;
beforeEach(async () => (lab = await startLab()));
afterEach(() => lab.emulator.close());

const schedules = `${alpha}/pipelines_config/schedules`;
const nightly = {
  type: "pipeline_schedule_post_request_body",
  cron_pattern: "0 0 3 * * ? *",
  target: {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: "main",
    selector: { type: "custom", pattern: "rotate" },
  },
};

test("made, seen, switched off, removed", async () => {
  const ann = lab.as("ann");
  const made = await ann.post(schedules, nightly);
  const one = `${schedules}/${part(made.json.uuid)}`;
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe(lab.emulator.url + one);
  expect(made.json).toEqual({
    type: "pipeline_schedule",
    uuid: made.json.uuid,
    enabled: true,
    cron_pattern: "0 0 3 * * ? *",
    target: nightly.target,
    created_on: made.json.created_on,
    updated_on: made.json.created_on,
  });
  expect((await ann.put(one, { enabled: false })).json.enabled).toBe(false);
  expect((await ann.get(schedules)).json.values).toMatchObject([{ uuid: made.json.uuid, enabled: false }]);
  expect((await ann.delete(one)).status).toBe(204);
  expect((await ann.get(one)).status).toBe(404);
});

test("five fields are told apart from seven, and nothing else can be changed", async () => {
  const ann = lab.as("ann");
  const five = await ann.post(schedules, { ...nightly, cron_pattern: "0 3 * * *" });
  expect([five.status, five.json.error.detail]).toEqual([
    400,
    expect.stringContaining("5 fields, expected 7"),
  ]);
  const { json } = await ann.post(schedules, nightly);
  const change = await ann.put(`${schedules}/${part(json.uuid)}`, { enabled: true, cron_pattern: "x" });
  expect(change.status).toBe(400);
  expect(lab.emulator.log.strict().map(({ strict }) => strict)).toEqual(["unknown field cron_pattern"]);
});

test("whoever may start pipelines may schedule them, others only look", async () => {
  expect((await lab.as("bob").post(schedules, nightly)).status).toBe(403);
  expect((await lab.as("bob").get(schedules)).status).toBe(200);
  expect((await lab.as("cas").get(schedules)).status).toBe(404);
});

test("a branch that is not there is refused", async () => {
  const target = { ...nightly.target, ref_name: "master" };
  expect((await lab.as("ann").post(schedules, { ...nightly, target })).status).toBe(400);
});

test("one more than a repository takes is refused with 401", async () => {
  const ann = lab.as("ann");
  for (let index = 0; index < 10; index++) expect((await ann.post(schedules, nightly)).status).toBe(201);
  const { status, json } = await ann.post(schedules, nightly);
  expect([status, json.error.message]).toEqual([
    401,
    "The maximum limit of schedules for this repository was reached.",
  ]);
  expect((await ann.get(`${schedules}?pagelen=100`)).json.values).toHaveLength(10);
});
