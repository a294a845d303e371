import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator } from ".";
import { isLoopback } from "./control";
import { labSeed, people, startLab, tokenOf } from "./testing/lab";

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "emulator-test-"))));
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const alpha = "/2.0/repositories/lab/alpha";

describe("a state that outlives the process", () => {
  test("goes on where it stopped, the signing key included", async () => {
    const file = join(folder, "deep", "state.json");
    const first = await startLab({ file });
    const keys = "/2.0/workspaces/lab/pipelines-config/identity/oidc/keys.json";
    const before = (await first.as("admin").get(keys)).json;
    await first
      .as("admin")
      .post(`${alpha}/pipelines_config/variables`, { key: "A", value: "1", secured: true });
    // Read before the emulator is closed: what was answered is on disk already.
    expect(readFileSync(file, "utf8")).toContain('"key":"A"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(existsSync(`${file}.${process.pid}.tmp`)).toBe(false);
    await first.emulator.close();

    const second = await startLab({ file, seed: { workspace: { slug: "unused" } } });
    const variables = await second.as("admin").get(`${alpha}/pipelines_config/variables`);
    expect(variables.json.values).toMatchObject([{ key: "A", secured: true }]);
    expect((await second.as("admin").get(keys)).json).toEqual(before);
    await second.emulator.close();
    expect(readFileSync(file, "utf8")).not.toContain(tokenOf("admin"));
  });

  test("many changes at once are all kept", async () => {
    const file = join(folder, "state.json");
    const lab = await startLab({ file });
    const post = (index: number) =>
      lab.as("admin").post(`${alpha}/pipelines_config/variables`, { key: `K${index}`, value: "v" });
    await Promise.all(Array.from({ length: 25 }, (_, index) => post(index)));
    const kept = JSON.parse(readFileSync(file, "utf8")) as { repositories: { variables: unknown[] }[] };
    expect(kept.repositories[0]?.variables).toHaveLength(25);
    await lab.emulator.close();
  });

  test("a run that was under way is stopped, with its processes, and says so afterwards", async () => {
    const file = join(folder, "state.json");
    const first = await startLab({ file });
    const script = `echo $$ > ${folder}/pid; sleep 60`;
    await first.as("ann").form(`${alpha}/src`, {
      "bitbucket-pipelines.yml": `pipelines: { default: [step: { script: ["${script}"] }] }`,
    });
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
    await first.as("ann").post(`${alpha}/pipelines`, { target });
    while (!existsSync(join(folder, "pid"))) await new Promise((resolve) => setTimeout(resolve, 20));
    await first.emulator.close();
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    const second = await startLab({ file });
    const { json } = await second.as("ann").get(`${alpha}/pipelines/1`);
    expect(json.state.result.name).toBe("STOPPED");
    await second.emulator.close();
  });

  test.each([
    ["no JSON", "{", "not JSON; remove it to start from the seed"],
    ["another version", '{"version":7}', "state of version 7, expected 2; remove it to start from the seed"],
  ])("a file with %s is refused", async (_, content, message) => {
    const file = join(folder, "state.json");
    writeFileSync(file, content);
    await expect(startEmulator({ file })).rejects.toThrow(message);
  });
});

describe("the emulator's own endpoints", () => {
  test("the log has every request, and no secret", async () => {
    const logFile = join(folder, "requests.jsonl");
    const lab = await startLab({ logFile });
    await lab
      .as("admin")
      .post(`${alpha}/pipelines_config/variables`, { key: "A", value: "s3cret", secured: true });
    await lab.as("ann").get(`${alpha}/environments?page=1`);
    await lab.as("ann").get("/2.0/nonsense");
    const log = await lab.as("admin").get("/emulator/log?since=1");
    expect(log.json).toEqual([
      {
        id: 2,
        time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
        method: "GET",
        path: `${alpha}/environments`,
        query: "page=1",
        status: 200,
        account: people.ann,
        milliseconds: expect.any(Number) as number,
        family: "environments",
      },
      expect.objectContaining({ id: 3, status: 404, strict: "unknown path /2.0/nonsense" }),
    ]);
    expect(lab.emulator.log.counts()).toEqual([
      ["variables", 1],
      ["environments", 1],
      ["unknown", 1],
    ]);
    await lab.emulator.close();
    const lines = readFileSync(logFile, "utf8");
    expect(lines.trim().split("\n")).toHaveLength(3);
    expect(lines).not.toContain("s3cret");
    expect(lines).not.toContain(tokenOf("admin"));
  });

  test("reset goes back to the seed, seed to another one", async () => {
    const lab = await startLab();
    const admin = lab.as("admin");
    await admin.form("/1.0/groups/lab", { name: "more" });
    expect((await admin.get("/1.0/groups/lab")).json).toHaveLength(4);
    expect((await admin.post("/emulator/reset")).status).toBe(204);
    expect((await admin.get("/1.0/groups/lab")).json).toHaveLength(3);
    const bad = await admin.post("/emulator/seed", { workspace: {} });
    expect([bad.status, bad.json.error]).toEqual([400, expect.stringContaining("seed: workspace.slug")]);
    expect((await admin.post("/emulator/seed", { ...labSeed(), groups: [] })).status).toBe(204);
    expect((await admin.get("/1.0/groups/lab")).json).toHaveLength(1);
    await lab.emulator.close();
  });

  test.each([
    ["127.0.0.1", true],
    ["::1", true],
    ["::ffff:127.0.0.1", true],
    ["10.0.0.7", false],
    ["fe80::1", false],
    [undefined, false],
  ])("a peer at %s may use them: %s", (address, allowed) => {
    expect(isLoopback(address)).toBe(allowed);
  });

  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ internal, family }) => !internal && family === "IPv4")?.address;
  // Only a machine with a network can be reached from outside.
  (outside === undefined ? test.skip : test)("nobody else may use them", async () => {
    const lab = await startLab({ host: "0.0.0.0" });
    const url = lab.emulator.url.replace("0.0.0.0", outside ?? "");
    expect((await fetch(`${url}/emulator/state`)).status).toBe(403);
    expect((await fetch(`${url}/2.0/workspaces/lab`)).status).toBe(401);
    await lab.emulator.close();
  });

  test("the state shows neither tokens nor secured values", async () => {
    const lab = await startLab({
      seed: {
        ...labSeed(),
        variables: [
          { key: "A", value: "s3cret", secured: true },
          { key: "B", value: "plain" },
        ],
      },
    });
    const { json, text } = await lab.as("admin").get("/emulator/state");
    expect(json.variables).toMatchObject([
      { key: "A", secured: true },
      { key: "B", value: "plain" },
    ]);
    expect(json.variables[0]).not.toHaveProperty("value");
    expect(json.accounts[0]).not.toHaveProperty("tokens");
    expect(text).not.toContain("s3cret");
    await lab.emulator.close();
  });
});

test("a taken port is an error", async () => {
  const first = await startEmulator();
  await expect(startEmulator({ port: Number(new URL(first.url).port) })).rejects.toThrow("EADDRINUSE");
  await first.close();
});

test("the status page shows who may what, escaped, and no secured value", async () => {
  const seed = labSeed();
  const lab = await startLab({
    seed: {
      ...seed,
      groups: [{ name: "<script>", members: [people.ann] }],
      projects: [{ key: "ONE", name: "One <b>", grants: { users: { [people.bob]: "write" } } }],
      repositories: [
        { slug: "alpha", project: "ONE", variables: [{ key: "A", value: "s3cret", secured: true }] },
      ],
    },
  });
  const hook = {
    url: "https://hooks.example/s3cret",
    events: ["repo:push"],
    active: false,
    secret: "s3cret",
  };
  await lab.as("admin").post(`${alpha}/hooks`, hook);
  const { status, text, headers } = await lab.as("cas").get("/");
  expect([status, headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
  expect(text).toContain("One &lt;b&gt;");
  expect(text).toMatch(/bob <b>write<\/b>/);
  expect(text).not.toContain("s3cret");
  expect(text).toContain("<dd>hooks.example <small>repo:push (off)</small>");
  // One script, its own, and no address but that of a clone.
  expect(text.match(/<(script|link|img)|https?:\S*/g)).toEqual([
    "<script",
    `${lab.emulator.url}/lab/alpha.git</code></dd>`,
  ]);
  await lab.emulator.close();
});
