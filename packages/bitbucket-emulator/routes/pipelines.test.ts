import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLab, type Answer, type Client, type Lab } from "../testing/lab";
import { alpha, environment, part, pipelinesFile, run, settled } from "../testing/pipelines";

let lab: Lab;
let admin: Client;
let ann: Client;
beforeEach(async () => {
  lab = await startLab({ stepTimeout: 5_000 });
  admin = lab.as("admin");
  ann = lab.as("ann");
});
afterEach(() => lab.emulator.close());

/** `NAME=value` lines that a step printed. */
function printed(log = ""): Record<string, string> {
  const lines = log.split("\n").filter((line) => /^[A-Z_]+=/.test(line));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

describe("a step's environment", () => {
  test("is exactly Bitbucket's, and the folder holds the files of the commit", async () => {
    process.env.OF_THE_EMULATOR = "leak";
    const dev = await environment(admin, "dev", { DEPLOYED: "dev-value" });
    await environment(admin, "prod", { PRODUCTION: "prod-value" });
    await pipelinesFile(ann, "step: { deployment: dev, script: [env, ls -A] }");
    const { state, pipeline, logs, steps } = await run(ann);
    delete process.env.OF_THE_EMULATOR;
    expect(state.result?.name).toBe("SUCCESSFUL");
    const { BITBUCKET_CLONE_DIR: folder, PWD: working, ...found } = printed(logs[0]);
    // What some shells add by themselves.
    for (const name of ["SHLVL", "_", "OLDPWD"]) Reflect.deleteProperty(found, name);
    expect(folder).toBe(working);
    expect(logs[0]).toMatch(/\+ ls -A\nREADME\.md\nbitbucket-pipelines\.yml\n$/);
    const state0 = (await admin.get("/emulator/state")).json;
    expect(found).toEqual({
      PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      CI: "true",
      BITBUCKET_WORKSPACE: "lab",
      BITBUCKET_REPO_OWNER: "lab",
      BITBUCKET_REPO_OWNER_UUID: state0.workspace.uuid,
      BITBUCKET_REPO_SLUG: "alpha",
      BITBUCKET_REPO_UUID: state0.repositories[0].uuid,
      BITBUCKET_REPO_FULL_NAME: "lab/alpha",
      BITBUCKET_REPO_IS_PRIVATE: "true",
      BITBUCKET_PROJECT_KEY: "ONE",
      BITBUCKET_PROJECT_UUID: state0.projects[0].uuid,
      BITBUCKET_GIT_HTTP_ORIGIN: "http://bitbucket.org/lab/alpha",
      BITBUCKET_GIT_SSH_ORIGIN: "git@bitbucket.org:lab/alpha.git",
      BITBUCKET_BRANCH: "main",
      BITBUCKET_COMMIT: pipeline.target.commit.hash,
      BITBUCKET_BUILD_NUMBER: "1",
      BITBUCKET_PIPELINE_UUID: pipeline.uuid,
      BITBUCKET_STEP_UUID: steps[0].uuid,
      BITBUCKET_STEP_TRIGGERER_UUID: decodeURIComponent(lab.uuid("ann")),
      BITBUCKET_STEP_RUN_NUMBER: "1",
      BITBUCKET_DEPLOYMENT_ENVIRONMENT: "dev",
      BITBUCKET_DEPLOYMENT_ENVIRONMENT_UUID: dev,
      DEPLOYED: "$DEPLOYED",
    });
  });

  test("the nearest variable wins; an environment's count only in its own steps", async () => {
    const set = (path: string, key: string, value: string): Promise<Answer> =>
      admin.post(path, { key, value });
    await set("/2.0/workspaces/lab/pipelines-config/variables", "A", "workspace");
    await set("/2.0/workspaces/lab/pipelines-config/variables", "B", "workspace");
    await set("/2.0/workspaces/lab/pipelines-config/variables", "C", "workspace");
    await set(`${alpha}/pipelines_config/variables`, "B", "repository");
    await set(`${alpha}/pipelines_config/variables`, "C", "repository");
    await environment(admin, "dev", { C: "dev", D: "dev" });
    const script = '"echo A=$A; echo B=$B; echo C=$C; echo D=${D-absent}"';
    await pipelinesFile(
      ann,
      `{step: { deployment: dev, script: [${script}] }}, {step: { script: [${script}] }}`,
    );
    const { logs } = await run(ann);
    expect(printed(logs[0])).toEqual({ A: "workspace", B: "repository", C: "$C", D: "$C" });
    expect(printed(logs[1])).toEqual({ A: "workspace", B: "repository", C: "repository", D: "absent" });
  });

  test("secured values are masked in the log, and in the state", async () => {
    await environment(admin, "dev", { CREDENTIAL: "client:very-secret" });
    await pipelinesFile(
      ann,
      `step: { deployment: dev, script: ['echo "[$CREDENTIAL]"; echo "$CREDENTIAL" >&2'] }`,
    );
    const { logs } = await run(ann);
    expect(logs[0]).toBe('+ echo "[$CREDENTIAL]"; echo "$CREDENTIAL" >&2\n[$CREDENTIAL]\n$CREDENTIAL\n');
    expect((await admin.get("/emulator/state")).text).not.toContain("very-secret");
    expect((await admin.get("/")).text).not.toContain("very-secret");
  });
});

test("half a secret is not shown while the rest of its line is still to come", async () => {
  await environment(admin, "dev", { CREDENTIAL: "client:very-secret" });
  const folder = mkdtempSync(join(tmpdir(), "half-"));
  const [printed, goOn] = [join(folder, "printed"), join(folder, "go on")];
  const script = `printf "begin %.11s" "$CREDENTIAL"; touch "${printed}"; until [ -e "${goOn}" ]; do sleep 0.05; done; echo "\${CREDENTIAL#client:very}"`;
  await pipelinesFile(ann, `step: { deployment: dev, script: [${JSON.stringify(script)}] }`);
  const running = run(ann);
  while (!existsSync(printed)) await new Promise((resolve) => setTimeout(resolve, 20));
  // Until what was printed has reached the emulator.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const [pipeline] = (await ann.get(`${alpha}/pipelines/`)).json.values;
  const [step] = (await ann.get(`${alpha}/pipelines/${part(pipeline.uuid)}/steps`)).json.values;
  const { text } = await ann.get(`${alpha}/pipelines/${part(pipeline.uuid)}/steps/${part(step.uuid)}/log`);
  writeFileSync(goOn, "");
  const { logs } = await running;
  rmSync(folder, { recursive: true });
  expect(text).toBe(`+ ${script}\n`);
  expect(logs).toEqual([`+ ${script}\nbegin $CREDENTIAL\n`]);
});

describe("a run", () => {
  test("stops at the first command that fails, and runs nothing after it", async () => {
    await pipelinesFile(
      ann,
      `{step: { name: One, script: [echo a, "false", echo b] }}, {step: { name: Two, script: [echo c] }}`,
    );
    const { state, steps, logs } = await run(ann);
    expect(state.result?.name).toBe("FAILED");
    expect(logs).toEqual(["+ echo a\na\n+ false\n", ""]);
    expect(steps.map((step) => step.state.result.name)).toEqual(["FAILED", "NOT_RUN"]);
  });

  test("needs write, a file and a switch that is on", async () => {
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
    expect((await ann.post(`${alpha}/pipelines`, { target })).json.error.message).toBe(
      "There is no bitbucket-pipelines.yml on main.",
    );
    await pipelinesFile(ann, "step: { script: [echo a] }");
    expect((await lab.as("bob").post(`${alpha}/pipelines`, { target })).status).toBe(403);
    expect((await admin.put(`${alpha}/pipelines_config`, { enabled: false })).json.enabled).toBe(false);
    expect((await ann.post(`${alpha}/pipelines`, { target })).status).toBe(400);
  });

  test("pauses before a restricted environment that its starter may not deploy to", async () => {
    await environment(admin, "prod", { SECRET: "prod-value" }, true);
    await pipelinesFile(ann, "step: { deployment: prod, script: [echo deployed] }");
    const paused = await run(ann);
    expect(paused.state).toMatchObject({ name: "IN_PROGRESS", stage: { name: "PAUSED" } });
    expect(paused.logs).toEqual(["Paused: only administrators of alpha may deploy to prod\n"]);
    expect((await run(admin)).state.result?.name).toBe("SUCCESSFUL");
  });

  test("into an environment that does not exist is an error", async () => {
    await pipelinesFile(ann, "step: { deployment: nowhere, script: [echo a] }");
    const { state, logs } = await run(ann);
    expect(state.result?.name).toBe("ERROR");
    expect(logs[0]).toContain("'nowhere' does not exist");
  });

  test("of a custom pipeline, with variables of its own", async () => {
    await pipelinesFile(ann, 'step: { script: ["echo A=$A"] }');
    const { pipeline, logs } = await run(ann, {
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: "main",
        selector: { type: "custom", pattern: "x" },
      },
      variables: [{ key: "A", value: "once" }],
    });
    expect(pipeline.target.selector).toEqual({ type: "custom", pattern: "x" });
    expect(printed(logs[0])).toEqual({ A: "once" });
  });

  test("can be stopped, with all that it started", async () => {
    await pipelinesFile(ann, "step: { script: [sleep 60 & sleep 60] }");
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
    const started = await ann.post(`${alpha}/pipelines`, { target });
    const path = `${alpha}/pipelines/${part(started.json.uuid)}`;
    expect((await ann.post(`${path}/stopPipeline`)).status).toBe(204);
    const { state, steps } = await settled(ann, path);
    expect(state.result?.name).toBe("STOPPED");
    expect(steps).toHaveLength(1);
  });

  test("ends a step that takes too long", async () => {
    const hasty = await startLab({ stepTimeout: 200 });
    try {
      const client = hasty.as("ann");
      await client.form(`${alpha}/src`, {
        "bitbucket-pipelines.yml": "pipelines: { default: [step: { script: [sleep 30] }] }",
      });
      const { state, logs } = await run(client);
      expect(state.result?.name).toBe("FAILED");
      expect(logs[0]).toContain("ended after 0.2 s");
    } finally {
      await hasty.emulator.close();
    }
  });
});
