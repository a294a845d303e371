/**
 * `npm run local` as people run it: on a machine that lacks something, from nothing, again, interrupted wherever it
 * hurts, and taken down. Whatever happened before, the run that is left alone ends with the same two systems.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { duration } from "../../toolchain/progress";
import { Checkout, engineOf, printed } from "./world/checkout";
import { ended } from "./world";
import { Systems, type Outputs } from "./world/systems";
import type { LocalCredentials } from "../../toolchain/environment";

jest.setTimeout(300_000);

/** Each chooses other moments. `npm run test:exhaustive` tries a dozen. */
const seeds = (process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ").map(Number);

/** The pipelines that deploy to dev: none of them has a secret. */
const keyless = [
  ...["identity", "infrastructure", "payments-api", "payments-ledger", "payments-web"],
  ...["shop-mobile", "shop-search", "shop-web"],
].map((repository) => `pipeline.${repository}.dev`);

let checkout: Checkout;
/** What both systems hold before anything is declared, and when everything is. */
let before: unknown;
let declared: unknown;
let resources: number;

beforeAll(async () => {
  checkout = await Checkout.make();
});

afterAll(async () => {
  await checkout.remove();
});

describe("on a machine that lacks something, nothing starts", () => {
  afterEach(() => {
    // The command itself, compiled, and nothing of what runs.
    expect(readdirSync(join(checkout.folder, ".local"))).toEqual(["compiled"]);
  });

  test("ports that somebody else listens on", async () => {
    const others = [await listen(checkout.keycloakPort), await listen(checkout.bitbucketPort)];

    const { code, text } = await checkout.run(["local"]);
    for (const other of others) other.close();

    expect(text).toBe(
      `error: found taken by another program: port ${checkout.keycloakPort} (Keycloak) and port ${checkout.bitbucketPort} (Bitbucket emulator); nothing was started. End that program, or choose other ports in stacks/Pulumi.local.yaml\n`,
    );
    expect(code).toBe(1);
  });

  test("no Java", async () => {
    const { code, text } = await checkout.run(["local"], { PATH: checkout.folder, JAVA_HOME: "" });

    expect(text).toMatch(/^error: this machine lacks something; nothing was started\n/);
    expect(text).toContain(
      '\n- Java 17 or later is needed (runs Keycloak), but "java" was not found: install a JDK (Debian: apt install openjdk-17-jdk), set JAVA_HOME to one, or set KEYCLOAK_URL to a server that runs already\n',
    );
    expect(code).toBe(1);
  });

  test("a Java that is too old", async () => {
    const home = join(checkout.folder, "old java");
    mkdirSync(join(home, "bin"), { recursive: true });
    writeFileSync(join(home, "bin/java"), "#!/bin/sh\necho 'openjdk version \"11.0.22\" 2024-01-16' >&2\n");
    chmodSync(join(home, "bin/java"), 0o755);

    const path = [join(home, "bin"), process.env.PATH].join(delimiter);
    const { code, text } = await checkout.run(["local"], { PATH: path, JAVA_HOME: "" });

    expect(text).toBe(
      'error: this machine lacks something; nothing was started\n- Java 17 or later is needed (runs Keycloak), but "java" is 11.0.22: install a JDK (Debian: apt install openjdk-17-jdk), set JAVA_HOME to one, or set KEYCLOAK_URL to a server that runs already\n',
    );
    expect(code).toBe(1);
  });
});

describe("interrupted by Ctrl-C", () => {
  test("while Keycloak starts: the servers go on starting", async () => {
    const run = checkout.start(["local"]);
    const outcome = ended(run);
    await printed(run, "starting Keycloak");
    await sleep(2000);
    process.kill(-run.pid!, "SIGINT");

    expect((await outcome).code).toBe(130);
  });

  test("in the middle of an up: it ends, and says nothing of being up", async () => {
    const run = checkout.start(["local"]);
    const outcome = ended(run);
    await printed(run, "pulumi up");
    before = await systems().held();
    await recorded(60);
    process.kill(-run.pid!, "SIGINT");

    expect((await outcome).code).toBeGreaterThan(0);
    expect((await outcome).text).not.toContain("Acme is up");
  });
});

describe("left alone", () => {
  test("it brings everything up, whatever was interrupted", async () => {
    const { code, text } = await checkout.run(["local"]);

    expect(text).toContain("\nAcme is up: ");
    expect(text).toContain(
      "Bitbucket groups changed: payments, payments-leads, storefront, storefront-leads, platform, security, support.",
    );
    expect(code).toBe(0);
    expectNoSecret(text);
    expect(await systems().brokenCredentials({ pipelines: 0, people: 10 })).toEqual([]);
    expect(systems().keylessPipelines()).toEqual(keyless);
    expect(await deployed()).toContain("signed in as pipeline.payments-api.dev");
    declared = await systems().held();
    resources = resourcesRecorded();
  });

  test("again, it changes nothing, and takes seconds", async () => {
    const began = Date.now();
    const { code, text } = await checkout.run(["local"]);
    const took = Date.now() - began;

    expect(text).toContain("\nAcme is up: nothing to change. Everybody is in their team.\n");
    expect(code).toBe(0);
    expect(await systems().held()).toEqual(declared);
    // The promise is 15 s on a machine of its own; other tests run beside this one.
    console.info(`npm run local, when all is up: ${duration(took)}`);
    expect(took).toBeLessThan(45_000);
  });

  test("status says what runs, and where", async () => {
    const { code, stdout } = await checkout.run(["local", "status"]);

    expect(stdout).toBe(
      `Keycloak   http://127.0.0.1:${checkout.keycloakPort}\nBitbucket  http://127.0.0.1:${checkout.bitbucketPort}\nPeople sign in at http://127.0.0.1:${checkout.keycloakPort}/realms/acme-local/account\nThe administrator's password and all API tokens: .local/credentials.json\n`,
    );
    expect(code).toBe(0);
  });

  test("after a destroy nothing is left", destroyLeavesNothing);
});

describe.each(seeds)("its engine killed in the middle of an up, moments of seed %d", (seed) => {
  let said = "";

  test.each(momentsOf(seed))("when %d of 1 is done", async (share) => {
    const run = checkout.start(["local"]);
    const outcome = ended(run);
    await printed(run, "pulumi up");
    await recorded(Math.round(share * resources));
    process.kill(await engineOf(run), "SIGKILL");

    const { code, text } = await outcome;
    expect(text).toContain("error: ");
    expect(code).toBe(1);
    said += text;
  });

  test("the next run makes it whole: what a run without a crash makes, and nothing twice", async () => {
    const { code, text } = await checkout.run(["local"]);

    expect(text).toContain("\nAcme is up: ");
    expect(code).toBe(0);
    expect(await systems().held()).toEqual(declared);
    expect(await systems().brokenCredentials({ pipelines: 0, people: 10 })).toEqual([]);
    expect(systems().keylessPipelines()).toEqual(keyless);
    expect(await deployed()).toContain("signed in as pipeline.payments-api.dev");
    expect(said + text).toContain("removed the lock of process ");
  });

  test("the one after it changes nothing", async () => {
    const { text } = await checkout.run(["local"]);

    expect(text).toContain("\nAcme is up: nothing to change. Everybody is in their team.\n");
    expect(resourcesRecorded()).toBe(resources);
  });

  test("after a destroy nothing is left", destroyLeavesNothing);
});

test("stop ends both servers; reset forgets what they held", async () => {
  const stop = await checkout.run(["local", "stop"]);
  expect(stop).toMatchObject({
    code: 0,
    text: "both servers are stopped; what they hold stays. Start again: npm run local\n",
  });
  for (const port of [checkout.keycloakPort, checkout.bitbucketPort]) (await listen(port)).close();

  const status = await checkout.run(["local", "status"]);
  expect(status.stdout).toContain(
    "Keycloak   not running: npm run local\nBitbucket  not running: npm run local\n",
  );
  expect(status.code).toBe(1);

  expect((await checkout.run(["local", "reset"])).code).toBe(0);
  expect(existsSync(join(checkout.folder, ".local"))).toBe(false);
});

/** Both systems, as whoever reads this machine's credentials may look into them. */
/** Runs the pipeline of payments-api, as `dora`; what its step printed. */
async function deployed(): Promise<string> {
  const file = join(checkout.folder, ".local/credentials.json");
  const { people = {} } = JSON.parse(readFileSync(file, "utf8")) as LocalCredentials;
  const email = "dora@acme.example";
  const authorization = `Basic ${Buffer.from(`${email}:${people[email] ?? ""}`).toString("base64")}`;
  const all = `http://127.0.0.1:${checkout.bitbucketPort}/2.0/repositories/acme/payments-api/pipelines/`;
  const ask = (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { authorization, "content-type": "application/json" } });
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
  const started = await ask(all, { method: "POST", body: JSON.stringify({ target }) });
  const { uuid } = (await started.json()) as { uuid: string };
  for (;;) {
    const { state } = (await (await ask(`${all}${uuid}`)).json()) as { state: { name: string } };
    if (state.name === "COMPLETED") break;
    await sleep(200);
  }
  const { values } = (await (await ask(`${all}${uuid}/steps/`)).json()) as { values: { uuid: string }[] };
  return (await ask(`${all}${uuid}/steps/${values[0]?.uuid ?? ""}/log`)).text();
}

function systems(): Systems {
  const local = join(checkout.folder, ".local");
  const credentials = JSON.parse(
    readFileSync(join(local, "credentials.json"), "utf8"),
  ) as Required<LocalCredentials>;
  return new Systems({
    keycloak: {
      ...credentials.keycloak,
      url: `http://127.0.0.1:${checkout.keycloakPort}`,
      realm: "acme-local",
    },
    bitbucket: { ...credentials.bitbucket, url: `http://127.0.0.1:${checkout.bitbucketPort}` },
    emulatorFile: join(local, "bitbucket/state.json"),
    outputs: async () => {
      const args = ["pulumi", "stack", "output", "-s", "local", "--json", "--show-secrets"];
      return JSON.parse((await checkout.run(args)).stdout) as Outputs;
    },
  });
}

async function destroyLeavesNothing(): Promise<void> {
  const { code, text } = await checkout.run(["pulumi", "destroy", "-s", "local", "--yes", "--skip-preview"]);
  expect({ code, text: code === 0 ? "" : text }).toEqual({ code: 0, text: "" });
  expect(resourcesRecorded()).toBe(0);
  expect(await systems().held()).toEqual(before);
}

/** Three moments of an up, early, halfway and late: how much of it is done, as a part of 1. */
function momentsOf(seed: number): number[] {
  // Spread first: small seeds lie close together.
  let state = (seed * 2_654_435_761) % 2 ** 32;
  return [0, 1, 2].map((third) => {
    // Numerical Recipes' generator: the same moments for the same seed, on every machine.
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return Math.round(((third + state / 2 ** 32) / 3) * 100) / 100;
  });
}

/** Waits until the state holds this many resources. */
async function recorded(count: number): Promise<void> {
  const deadline = Date.now() + 120_000;
  while (resourcesRecorded() < count) {
    if (Date.now() > deadline)
      throw new Error(`the state holds ${resourcesRecorded()} resources, never ${count}`);
    await sleep(20);
  }
}

function resourcesRecorded(): number {
  const file = join(checkout.folder, ".local/state/.pulumi/stacks/bitbucket-keycloak/local.json");
  // While it is being written it may be half there.
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  return text.match(/"urn":/g)?.length ?? 0;
}

function expectNoSecret(text: string): void {
  const credentials = JSON.parse(readFileSync(join(checkout.folder, ".local/credentials.json"), "utf8")) as {
    keycloak: { password: string };
    bitbucket: { apiToken: string };
    people: Record<string, string>;
  };
  const secrets = [
    credentials.keycloak.password,
    credentials.bitbucket.apiToken,
    ...Object.values(credentials.people),
  ];
  expect(secrets).toHaveLength(13);
  for (const secret of secrets) expect(text).not.toContain(secret);
}

async function listen(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) =>
    server.once("error", reject).listen(port, "127.0.0.1", resolve),
  );
  return server;
}
