/**
 * The toolchain, end to end: a small TypeScript program of its own, run by the CLI, language host and plugins that
 * this machine found or built; and a Keycloak from its start to its end.
 */
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bitbucket } from "@pulumi/bitbucket/provider";
import { pulumiEnvironment } from "../../toolchain/environment";
import { findKeycloak, freePort, startKeycloak } from "../../toolchain/keycloak";
import { root } from "../../toolchain/places";
import { run } from "../../toolchain/processes";
import { sharedWorld } from "./world/shared";

const { toolchain, keycloak } = sharedWorld();
// The folder has a blank in its name, as people's folders do.
const folder = mkdtempSync(join(tmpdir(), "toolchain test-"));
const project = join(folder, "project");

jest.setTimeout(240_000);

beforeAll(async () => {
  mkdirSync(project);
  mkdirSync(join(folder, "state"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: trial\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(
    join(project, "package.json"),
    '{ "dependencies": { "@pulumi/keycloak": "*", "@pulumi/random": "*" } }',
  );
  await pulumi("stack", "init", "local");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("a program runs, and both plugins do what it declares", async () => {
  program(`
    import * as keycloak from "@pulumi/keycloak";
    import * as random from "@pulumi/random";
    const displayName = new random.RandomPet("name", { length: 3 }).id;
    new keycloak.Realm("realm", { realm: "trial-of-toolchain", displayName });
    export { displayName };
  `);
  expect(await pulumi("up", "--yes")).toMatch(/\+ 3 created/);
  expect(await pulumi("preview", "--refresh")).toMatch(/ 3 unchanged/);
  const { displayName } = JSON.parse(await pulumi("stack", "output", "--json")) as { displayName: string };
  expect(displayName).toMatch(/^\w+-\w+-\w+$/);

  const token = await administratorsToken(keycloak);
  const realm = await fetch(`${keycloak.url}/admin/realms/trial-of-toolchain`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(await realm.json()).toMatchObject({ realm: "trial-of-toolchain", displayName });

  expect(await pulumi("destroy", "--yes")).toMatch(/- 3 deleted/);
});

test("an error of the program is said once, in its own words", async () => {
  program(`
    import { RunError } from "@pulumi/pulumi";
    throw new RunError("the setting is set to eleven");
  `);
  const failed = await pulumi("preview").catch(String);
  const [, diagnostics = ""] = failed.split("Diagnostics:");
  expect(diagnostics.match(/error: .*/g)).toEqual(["error: the setting is set to eleven"]);
});

test("the CLI reads our own plugin's schema: everything that is defined, and nothing else", async () => {
  const plugin = join(root, "packages/bitbucket/pulumi-resource-bitbucket");
  const text = await run(toolchain.pulumi, ["package", "get-schema", plugin], {
    cwd: project,
    env: environment(),
  });
  const schema = JSON.parse(text) as { resources: object; functions: object };
  const tokens = (all: readonly { readonly name: string }[] = []) =>
    all.map(({ name }) => `bitbucket:index:${name}`).sort();
  expect(Object.keys(schema.resources).sort()).toEqual(tokens(bitbucket.resources));
  expect(Object.keys(schema.functions).sort()).toEqual(tokens(bitbucket.functions));
});

test("when the engine is killed its program ends", async () => {
  const pidFile = join(folder, "pid");
  program(`
    import { writeFileSync } from "node:fs";
    writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
    export const never = new Promise(() => setInterval(() => undefined, 1000));
  `);
  const engine = spawn(toolchain.pulumi, ["preview", "--stack", "local"], {
    cwd: project,
    env: environment(),
    stdio: "ignore",
  });
  while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await sleep(100);
  const pid = Number(readFileSync(pidFile, "utf8"));
  expect(isAlive(pid)).toBe(true);
  engine.kill("SIGKILL");
  const deadline = Date.now() + 5000;
  while (isAlive(pid) && Date.now() < deadline) await sleep(50);
  expect(isAlive(pid)).toBe(false);
});

test("a Keycloak is found by its folder from its start to its end", async () => {
  const data = join(folder, "keycloak");
  const distribution = toolchain.keycloak ?? "";
  const port = await freePort();
  const admin = { user: "admin", password: "of this test alone" };
  const server = await startKeycloak({ distribution, folder: data, port, admin });
  try {
    expect(server.url).toBe(`http://127.0.0.1:${port}`);
    expect((await findKeycloak(data))?.url).toBe(server.url);
    expect(await administratorsToken({ url: server.url, ...admin })).toMatch(/^ey/);

    const second = join(folder, "second");
    await expect(startKeycloak({ distribution, folder: second, port, admin })).rejects.toThrow(
      `port ${port} is taken, so Keycloak cannot listen there; end what does, or choose another port`,
    );
    expect(existsSync(second)).toBe(false);
  } finally {
    await server.stop();
  }
  expect(await findKeycloak(data)).toBeUndefined();
  await expect(fetch(server.url)).rejects.toThrow("fetch failed");
});

function program(text: string): void {
  writeFileSync(join(project, "index.ts"), text);
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...pulumiEnvironment(toolchain, { stack: "local", backend: join(folder, "state") }),
    // For the SDK's own TypeScript, which no program of ours uses.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    KEYCLOAK_URL: keycloak.url,
    KEYCLOAK_CLIENT_ID: "admin-cli",
    KEYCLOAK_USER: keycloak.user,
    KEYCLOAK_PASSWORD: keycloak.password,
  };
}

/** Runs the CLI; no command may warn. */
async function pulumi(...args: string[]): Promise<string> {
  const output = await run(toolchain.pulumi, [...args, "--non-interactive", ...stack(args)], {
    cwd: project,
    env: environment(),
  });
  expect(output).not.toMatch(/warning/i);
  return output;
}

function stack(args: readonly string[]): string[] {
  return args[1] === "init" ? [] : ["--stack", "local"];
}

async function administratorsToken(server: { url: string; user: string; password: string }): Promise<string> {
  const response = await fetch(`${server.url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "password",
      client_id: "admin-cli",
      username: server.user,
      password: server.password,
    }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
