import { type Engine } from "@bitbucket-keycloak/pulumi-plugin/testing/engine";
import { eachTest } from "../testing/eachTest";
import type { TestServer } from "../testing/world";

const config = "/2.0/repositories/acme/web/pipelines_config";
const schedules = `${config}/schedules`;

let server: TestServer;
let engine: Engine;

eachTest([schedules], (started) => ({ server, engine } = started));

describe("PipelinesConfig", () => {
  /** The switch; undefined where pipelines were never on. */
  let enabled: boolean | undefined;
  const inputs = (wanted: boolean) => ({ workspace: "acme", repository: "web", enabled: wanted });

  beforeEach(() => {
    enabled = undefined;
    server.fault = (request) => {
      if (request === `PUT ${config}`) enabled = (server.bodies.at(-1) as { enabled: boolean }).enabled;
      return enabled === undefined ? 404 : { status: 200, body: { type: "pipelines_config", enabled } };
    };
  });

  test("a life: switched on, seen when it is off, and set back on delete", async () => {
    const made = await engine.create("PipelinesConfig", inputs(true));
    expect(made).toEqual({
      id: "acme/web",
      inputs: inputs(true),
      properties: { ...inputs(true), before: false },
    });
    expect(server.bodies).toEqual([{ type: "pipelines_config", enabled: true }]);
    expect(await engine.read("PipelinesConfig", made.id, made)).toEqual(made);
    enabled = false;
    const refreshed = (await engine.read("PipelinesConfig", made.id, made))!;
    expect(await engine.diff("PipelinesConfig", refreshed, inputs(true))).toEqual({ enabled: "UPDATE" });
    await engine.update("PipelinesConfig", refreshed, inputs(true));
    expect(enabled).toBe(true);
    await engine.delete("PipelinesConfig", made);
    expect(enabled).toBe(false);
  });

  test("what stands right already is not touched, on delete neither", async () => {
    enabled = true;
    const made = await engine.create("PipelinesConfig", inputs(true));
    await engine.delete("PipelinesConfig", made);
    expect(server.log).toEqual([`GET ${config}`, `GET ${config}`]);
  });
});

describe("PipelineSchedule", () => {
  const nightly = {
    workspace: "acme",
    repository: "web",
    branch: "main",
    pipeline: "rotate",
    cron: "0 30 2 * * ? *",
    enabled: true,
    adopt: false,
  };
  const body = (enabled: boolean) => ({
    cron_pattern: nightly.cron,
    enabled,
    target: {
      type: "pipeline_ref_target",
      ref_type: "branch",
      ref_name: "main",
      selector: { type: "custom", pattern: "rotate" },
    },
  });
  const item = (enabled: boolean) => ({ uuid: "{5c000000-0000-4000-8000-000000000000}", ...body(enabled) });

  test("a life: create, switch off, another time is another schedule, delete", async () => {
    const made = await engine.create("PipelineSchedule", nightly);
    const uuid = made.properties.uuid as string;
    expect(made.id).toBe(`acme/web/${uuid}`);
    expect(server.bodies).toEqual([body(true)]);
    expect(await engine.read("PipelineSchedule", made.id, made)).toEqual(made);
    expect(await engine.diff("PipelineSchedule", made, { ...nightly, cron: "0 0 3 * * ? *" })).toEqual({
      cron: "UPDATE_REPLACE",
    });
    const off = await engine.update("PipelineSchedule", made, { ...nightly, enabled: false });
    expect(server.bodies.slice(1)).toEqual([{ type: "pipeline_schedule_put_request_body", enabled: false }]);
    expect(server.lists.get(schedules)![0]!.enabled).toBe(false);
    await engine.delete("PipelineSchedule", off);
    expect(server.lists.get(schedules)).toEqual([]);
    expect(await engine.read("PipelineSchedule", off.id, off)).toBeUndefined();
  });

  test("an equal one is taken over and stays; one with other content wants adopt", async () => {
    server.lists.get(schedules)!.push(item(false));
    await expect(engine.create("PipelineSchedule", nightly)).rejects.toThrow(
      "a schedule of rotate on branch main at 0 30 2 * * ? * is there already in repository acme/web with other content: present not enabled; declared enabled; declare it as it is, or set adopt: true to change it",
    );
    const made = await engine.create("PipelineSchedule", { ...nightly, adopt: true });
    expect(made.properties).toMatchObject({ adopted: true, uuid: item(true).uuid });
    await engine.delete("PipelineSchedule", made);
    expect(server.lists.get(schedules)).toEqual([item(true)].map((kept) => ({ type: "pipeline_schedule_put_request_body", ...kept }))); // prettier-ignore
  });

  test("a creation whose answer was lost makes one schedule", async () => {
    let faults = 0;
    server.fault = (request) => (request.startsWith("POST") && faults++ === 0 ? "lose" : undefined);
    await engine.create("PipelineSchedule", nightly);
    expect(server.lists.get(schedules)).toHaveLength(1);
  });

  test("a Unix cron is explained", async () => {
    const { failures } = await engine.check("PipelineSchedule", { ...nightly, cron: "30 2 * * *" });
    expect(failures).toEqual([
      'cron: found "30 2 * * *"; allowed: seven Quartz fields (second minute hour day month weekday year), for example 0 30 2 * * ? *',
    ]);
  });
});
