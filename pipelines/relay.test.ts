import { createHmac } from "node:crypto";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { people, startLab, tokenOf, type Lab } from "@bitbucket-keycloak/bitbucket-emulator/testing/lab";
import { alpha, part, settled } from "@bitbucket-keycloak/bitbucket-emulator/testing/pipelines";

const secret = "the-webhook-signs-with-this";
const file =
  "pipelines: { custom: { pull-request: [{ step: { script: ['echo pull request $PULL_REQUEST'] } }] } }";

let lab: Lab;
let relay: ChildProcess;
let address: string;

beforeEach(async () => {
  lab = await startLab();
  await lab.as("admin").form(`${alpha}/src`, { "bitbucket-pipelines.yml": file });
  relay = spawn(process.execPath, [join(__dirname, "relay.mjs")], {
    env: {
      ...process.env,
      WEBHOOK_SECRET: secret,
      ACCESS_REPOSITORY: "lab/beta",
      RUNNER_REPOSITORY: "lab/alpha",
      BITBUCKET_EMAIL: people.admin,
      BITBUCKET_API_TOKEN: tokenOf("admin"),
      BITBUCKET_API_URL: lab.emulator.url,
      PORT: "0",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  address = await new Promise((resolve) => {
    relay.stdout?.on("data", (text: Buffer) => {
      const [, port] = /port (\d+)/.exec(text.toString()) ?? [];
      if (port !== undefined) resolve(`http://127.0.0.1:${port}/`);
    });
  });
});
afterEach(async () => {
  relay.kill();
  await lab.emulator.close();
});

const body = (id: unknown, repository = "lab/beta", branch = "main") =>
  JSON.stringify({
    repository: { full_name: repository },
    pullrequest: { id, destination: { branch: { name: branch } } },
  });
const send = async (text: string, headers: Record<string, string> = {}) => {
  const signature = `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
  const all = { "x-event-key": "pullrequest:updated", "x-hub-signature": signature, ...headers };
  return (await fetch(address, { method: "POST", headers: all, body: text })).status;
};
const runs = async () =>
  (await lab.as("admin").get(`${alpha}/pipelines`)).json as {
    values: { uuid: string; build_number: number }[];
  };
const started = async () => (await runs()).values.map((each) => each.build_number);

test.each(["WEBHOOK_SECRET", "BITBUCKET_API_TOKEN"])("%s with a line break is refused", (name) => {
  const env = { WEBHOOK_SECRET: secret, ACCESS_REPOSITORY: "a/b", RUNNER_REPOSITORY: "a/c" };
  const account = { BITBUCKET_EMAIL: people.admin, BITBUCKET_API_TOKEN: tokenOf("admin") };
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, "relay.mjs")], {
    env: { ...process.env, ...env, ...account, [name]: "geheim\n" },
    encoding: "utf8",
    timeout: 10_000,
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`found a line break, or a blank at an end, in ${name}; allowed: one line`);
  expect(stderr).not.toContain("geheim");
});

test.each([
  [{}, "found https_proxy, which Node goes by only where NODE_USE_ENV_PROXY=1 is set"],
  [{ NODE_USE_ENV_PROXY: "1" }, "the environment lacks"],
])("a proxy that Node would not go by is refused: %j", (env, said) => {
  const all = { WEBHOOK_SECRET: secret, https_proxy: "http://proxy.corp.test:3128", ...env };
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, "relay.mjs")], {
    env: { PATH: process.env.PATH, ...all },
    encoding: "utf8",
    timeout: 10_000,
  });
  expect([status, stderr.includes(said)]).toEqual([1, true]);
});

test("what Bitbucket signs starts the pipeline, with the number and nothing else", async () => {
  expect(await send(body(7))).toBe(202);
  expect(await started()).toEqual([1]);
  const [run] = (await runs()).values;
  const done = await settled(lab.as("admin"), `${alpha}/pipelines/${part(run?.uuid)}`);
  expect(done.logs.join()).toContain("pull request 7");
});

test("what is not signed, or signed with another secret, starts nothing", async () => {
  expect(await send(body(7), { "x-hub-signature": "" })).toBe(401);
  expect(
    await send(body(7), {
      "x-hub-signature": `sha256=${createHmac("sha256", "other").update(body(7)).digest("hex")}`,
    }),
  ).toBe(401);
  expect(await started()).toEqual([]);
});

test("other events, repositories and branches, and what is no number, start nothing", async () => {
  expect(await send(body(7), { "x-event-key": "pullrequest:approved" })).toBe(204);
  expect(await send(body(7, "lab/gamma"))).toBe(204);
  expect(await send(body(7, "lab/beta", "feature"))).toBe(204);
  expect(await send(body("7; env"))).toBe(400);
  expect(await send("{")).toBe(400);
  expect(await started()).toEqual([]);
});

test("a pull request that is opened in Bitbucket reaches the pipeline", async () => {
  const beta = "/2.0/repositories/lab/beta";
  const admin = lab.as("admin");
  const events = ["pullrequest:created", "pullrequest:updated"];
  await admin.post(`${beta}/hooks`, { url: address, description: "Previews", active: true, events, secret });
  await admin.form(`${beta}/src`, { branch: "more", "a.txt": "a" });
  await admin.post(`${beta}/pullrequests`, { title: "More", source: { branch: { name: "more" } } });
  for (let wait = 0; (await started()).length < 1 && wait < 50; wait++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  await admin.form(`${beta}/src`, { branch: "more", "a.txt": "b" });
  for (let wait = 0; (await started()).length < 2 && wait < 50; wait++)
    await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await started()).toHaveLength(2);
});
