/**
 * The main job, end to end: Acme's `access.yaml` is brought up on a real Keycloak and an emulated workspace; people
 * sign in, pipelines run, branches hold; changes by hand are seen; and at the end everything is gone again.
 */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { acmeSeed, bot } from "../../toolchain/acme";
import { sync } from "../../commands/sync/sync";
import type { Seed } from "@bitbucket-keycloak/bitbucket-emulator";
import { pulumiHome } from "../../toolchain/environment";
import { World } from "./world";
import { sharedWorld } from "./world/shared";
import { signIn, type Client } from "./world/signIn";

jest.setTimeout(240_000);

const people = ["ana", "ben", "chen", "dora", "emil", "fatima", "goran", "hana", "ivo", "june"];
const tokens = Object.fromEntries(
  [...people.map((name) => `${name}@acme.example`), bot].map((email) => [
    email,
    randomBytes(24).toString("base64url"),
  ]),
);
const as = (name: string) => ({ email: `${name}@acme.example`, token: tokens[`${name}@acme.example`] ?? "" });

interface Outputs {
  readonly issuer: string;
  readonly bitbucketSignIn: Omit<Client, "issuer">;
  readonly firstPasswords: Readonly<Record<string, string>>;
}

interface Recorded {
  readonly type: string;
  readonly sourcePosition?: string;
  readonly urn: string;
  readonly id: string;
  readonly inputs: { readonly userIds: readonly string[] };
  readonly dependencies: readonly string[];
}

let world: World;
let before: unknown;
let began: number;
let outputs: Outputs;

beforeAll(async () => {
  began = Date.now();
  world = await World.start({ seed: workspace });
  world.canaries.push(...Object.values(tokens));
  const known = world.canaries.length;
  before = await rights();
  expect(await world.up()).toMatch(/\+ \d+ created/);
  outputs = await world.outputs<Outputs>();
  await world.watchSecrets();
  // The secrets of 8 pipelines and of the sign-in (two slots each) and of 10 people, beside those of servers and API tokens.
  expect(world.canaries).toHaveLength(known + 8 * 2 + 2 + 10);
  expect((await sync("local", world.env, { apply: true }, world.folder)).failures).toEqual([]);
});

afterAll(async () => {
  await world.stop();
});

/** Acme's, and what nobody declares: a repository with rights of its own, and a group that a team is named after. */
function workspace(administratorToken: string): Seed {
  const acme = acmeSeed({ administratorToken, tokens });
  return {
    ...acme,
    groups: [{ name: "security" }, { name: "contractors" }],
    repositories: [
      ...(acme.repositories ?? []),
      {
        slug: "attic",
        project: "PLAT",
        grants: { groups: { contractors: "write" } },
        restrictions: [{ kind: "delete", pattern: "main" }],
        environments: [{ name: "old", type: "Test", variables: [{ key: "KEPT", value: "yes" }] }],
      },
    ],
  };
}

describe("signing in", () => {
  test.each([
    ["dora", "Dora Lind", ["payments"]],
    ["fatima", "Fatima Haddad", ["storefront-leads"]],
  ])(
    "%s gets the four claims, her groups under the names that Bitbucket has",
    async (username, name, groups) => {
      const claims = await signIn(
        { issuer: outputs.issuer, ...outputs.bitbucketSignIn },
        username,
        outputs.firstPasswords[username] ?? "",
      );
      expect(claims).toMatchObject({
        email: `${username}@acme.example`,
        preferred_username: username,
        name,
        groups,
      });
      const { json } = await world.bitbucket("GET", "/1.0/groups/acme");
      expect((json as { slug: string }[]).map(({ slug }) => slug)).toEqual(expect.arrayContaining(groups));
    },
  );

  test("a code goes to no other address, and not without PKCE", async () => {
    const { clientId, redirectUri } = outputs.bitbucketSignIn;
    const ask = async (more: Record<string, string>) => {
      const query = new URLSearchParams({
        client_id: clientId,
        response_type: "code",
        scope: "openid",
        redirect_uri: redirectUri,
        ...more,
      });
      const response = await fetch(`${outputs.issuer}/protocol/openid-connect/auth?${query.toString()}`, {
        redirect: "manual",
      });
      return { status: response.status, location: response.headers.get("location") ?? "" };
    };
    const pkce = { code_challenge: "x".repeat(43), code_challenge_method: "S256" };
    expect((await ask(pkce)).status).toBe(200);
    expect((await ask({ ...pkce, redirect_uri: `${redirectUri}/other` })).status).toBe(400);
    expect((await ask({})).location).toContain("error=invalid_request");
    expect((await ask({ ...pkce, response_type: "token" })).location).toContain("error=");
  });
});

describe("pipelines", () => {
  test("a step that deploys to dev signs in with the credential of exactly its environment", async () => {
    const log = await runPipeline("dora", { type: "branches" });
    expect(log.text).toContain("signed in as pipeline-a.payments-api.dev");
    expect(log.state).toBe("SUCCESSFUL");
    expect(world.seenIn(log.text)).toEqual([]);
  });

  test("a step of another environment finds that environment's credential, and none before there is one", async () => {
    const early = await runPipeline("dora", { type: "custom", pattern: "staging" });
    expect([early.state, early.text]).not.toContain("SUCCESSFUL");
    expect(early.text).not.toContain("signed in as");

    await bringUpStaging();
    const log = await runPipeline("dora", { type: "custom", pattern: "staging" });
    expect(log.text).toContain("signed in as pipeline-a.payments-api.staging");
    expect(log.text).not.toContain("payments-api.dev");
    expect(log.state).toBe("SUCCESSFUL");
  });

  test("who may not trigger cannot start a build", async () => {
    expect((await startPipeline("goran", "payments-api")).status).toBe(403); // reads
    expect((await startPipeline("june", "payments-api")).status).toBe(404); // does not even see it
  });
});

describe("a protected branch", () => {
  const repository = "/2.0/repositories/acme/payments-api";

  test("somebody who may write cannot push to it", async () => {
    const { status, json } = await push("dora", "main");
    expect([status, JSON.stringify(json)]).toEqual([403, expect.stringContaining("main")]);
    expect((await push("chen", "main")).status).toBe(403);
  });

  test("only the merging team merges, and only what is approved and built", async () => {
    expect((await push("dora", "feature")).status).toBe(201);
    const request = {
      title: "A feature",
      source: { branch: { name: "feature" } },
      destination: { branch: { name: "main" } },
    };
    const { status, json } = await world.bitbucket("POST", `${repository}/pullrequests`, request, as("dora"));
    expect(status).toBe(201);
    const path = `${repository}/pullrequests/${(json as { id: number }).id}`;
    const merge = (name: string) => world.bitbucket("POST", `${path}/merge`, {}, as(name));

    const unready = await merge("chen");
    expect(JSON.stringify(unready.json)).toMatch(/approvals.*builds/);
    for (const name of ["emil", "chen"])
      expect((await world.bitbucket("POST", `${path}/approve`, undefined, as(name))).status).toBe(200);
    expect((await runPipeline("dora", { type: "branches" }, "feature")).state).toBe("SUCCESSFUL");

    expect((await merge("dora")).status).toBe(403); // writes, does not merge
    expect((await merge("ivo")).status).toBe(403); // administers, does not merge
    expect((await merge("chen")).status).toBe(200);
  });
});

describe("the stack", () => {
  test("brought up again, and compared with what is there, it changes nothing", async () => {
    const since = world.emulator.log.since(0).length;
    expect(await world.up("--expect-no-changes")).toMatch(/\d+ unchanged/);
    await world.succeed("preview", "--stack", "local", "--refresh", "--expect-no-changes");
    const written = world.emulator.log
      .since(0)
      .slice(since)
      .filter(({ method }) => method !== "GET");
    expect(written).toEqual([]);
  });

  test("its state says of nothing where it was declared, and a team waits for its own members only", async () => {
    const text = await world.succeed("stack", "export", "--stack", "local");
    const { resources } = (JSON.parse(text) as { deployment: { resources: Recorded[] } }).deployment;
    const positions = resources.filter(({ sourcePosition }) => sourcePosition !== undefined);
    expect(positions.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
    const teams = resources.filter(({ type }) => type === "keycloak-identity:index:Members");
    const people = resources.filter(({ type }) => type === "keycloak:index/user:User");
    expect(teams).toHaveLength(7);
    for (const { inputs, dependencies } of teams) {
      const accounts = dependencies.filter((urn) => urn.includes("keycloak:index/user:User::"));
      const ids = people.filter(({ urn }) => accounts.includes(urn)).map(({ id }) => id);
      expect(ids.sort()).toEqual([...inputs.userIds].sort());
    }
  });

  test("what is changed by hand is seen, and put right", async () => {
    const api = "/2.0/repositories/acme/payments-api";
    await world.bitbucket("PUT", `${api}/permissions-config/groups/contractors`, { permission: "write" });
    const restrictions = await values<{ id: number; kind: string }>(`${api}/branch-restrictions`);
    const merges = restrictions.find(({ kind }) => kind === "restrict_merges");
    const groups = [{ slug: "payments-leads" }, { slug: "contractors" }];
    await world.bitbucket("PUT", `${api}/branch-restrictions/${merges?.id ?? 0}`, { groups });
    const [environment] = await values<{ uuid: string }>(`${api}/environments`);
    const variables = `${api}/deployments_config/environments/${environment?.uuid ?? ""}/variables`;
    const [variable] = await values<{ uuid: string }>(variables);
    expect((await world.bitbucket("DELETE", `${variables}/${variable?.uuid ?? ""}`)).status).toBe(204);

    const seen = await world.succeed("preview", "--stack", "local", "--refresh", "--diff");
    expect(seen.match(/contractors/g)?.length).toBeGreaterThanOrEqual(2);
    expect(seen).toContain("bitbucket:index:DeploymentVariables");
    expect(await world.up("--refresh")).toMatch(/~ 3 updated/);

    const { json } = await world.bitbucket("GET", `${api}/permissions-config/groups/contractors`);
    expect(JSON.stringify(json)).not.toContain('"permission":"write"');
    const mended = (
      await values<{ kind: string; groups: { slug: string }[] }>(`${api}/branch-restrictions`)
    ).find(({ kind }) => kind === "restrict_merges");
    expect(mended?.groups.map(({ slug }) => slug)).toEqual(["payments-leads"]);
    expect((await runPipeline("dora", { type: "branches" })).text).toContain(
      "signed in as pipeline-a.payments-api.dev",
    );
  });

  test("no secret is in plain text in state, plan, outputs, display, JSON or logs", async () => {
    const plan = join(world.folder, "plan.json");
    const shown = [
      await world.succeed("preview", "--stack", "local", "--save-plan", plan, "--diff", "--show-config"),
      await world.succeed("preview", "--stack", "local", "--json"),
      await world.succeed("up", "--stack", "local", "--yes", "--skip-preview", "--json", "--refresh"),
      await world.succeed("up", "--stack", "local", "--yes", "--skip-preview", "--diff"),
      await world.succeed("stack", "output", "--stack", "local", "--json"),
      await world.succeed("stack", "export", "--stack", "local"),
      JSON.stringify(world.emulator.log.since(0)),
      JSON.stringify(await emulatorState()),
    ];
    const files = [...filesIn(join(world.folder, "state")), plan].map((file) => readFileSync(file, "utf8"));
    const logs = engineLogs();
    expect(logs.length).toBeGreaterThan(3);
    expect(world.seenIn([...shown, ...files, ...logs].join("\n"))).toEqual([]);
  });

  test("every request was one that Bitbucket's contract knows", () => {
    expect(world.emulator.log.strict()).toEqual([]);
  });

  test("destroyed, it leaves nothing behind, and what was there before as it was", async () => {
    for (const stack of ["staging", "local"]) {
      await world.succeed("destroy", "--stack", stack, "--yes", "--skip-preview");
    }
    expect((await world.keycloak("GET", `/${world.realm}`)).status).toBe(404);
    expect(await rights()).toEqual(before);
  });
});

/** A stack beside the governing one: another environment of the same workspace, with a realm of its own. */
async function bringUpStaging(): Promise<void> {
  world.writeStack("staging", {
    environment: "staging",
    "keycloak.url": world.keycloakUrl,
    "keycloak.realm": `${world.realm}-staging`,
    "bitbucket.url": world.emulator.url,
    "bitbucket.governing": false,
  });
  await world.succeed("stack", "init", "staging");
  const said = await world.succeed("up", "--stack", "staging", "--yes", "--skip-preview");
  await world.watchSecrets("staging");
  expect(said).not.toContain("bitbucket:index:RepositoryPermissions");
}

function push(name: string, branch: string): Promise<{ status: number; json: unknown }> {
  const form = new FormData();
  form.set("branch", branch);
  form.set("message", "A change");
  form.set("notes.md", `by ${name}`);
  return world.send("POST", "/2.0/repositories/acme/payments-api/src", form, as(name));
}

async function values<T>(path: string): Promise<T[]> {
  const { json } = await world.bitbucket("GET", `${path}?pagelen=100`);
  return (json as { values: T[] }).values;
}

type Selector = { type: "branches" } | { type: "custom"; pattern: string };

function startPipeline(
  name: string,
  repository: string,
  selector: Selector = { type: "branches" },
  branch = "main",
) {
  const target = {
    type: "pipeline_ref_target",
    ref_type: "branch",
    ref_name: branch,
    ...(selector.type === "custom" && { selector }),
  };
  return world.bitbucket("POST", `/2.0/repositories/acme/${repository}/pipelines/`, { target }, as(name));
}

/** Runs a pipeline of payments-api to its end; gives its result and what its one step printed. */
async function runPipeline(
  name: string,
  selector: Selector,
  branch = "main",
): Promise<{ state: string; text: string }> {
  const { json } = await startPipeline(name, "payments-api", selector, branch);
  const path = `/2.0/repositories/acme/payments-api/pipelines/${(json as { uuid: string }).uuid}`;
  for (;;) {
    const { state } = (await world.bitbucket("GET", path)).json as {
      state: { name: string; result?: { name: string } };
    };
    if (state.name === "COMPLETED") {
      const [step] = await values<{ uuid: string }>(`${path}/steps/`);
      const { json: text } = await world.bitbucket("GET", `${path}/steps/${step?.uuid ?? ""}/log`);
      return { state: state.result?.name ?? "", text: String(text) };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

interface State {
  readonly groups: readonly { readonly slug: string }[];
  readonly projects: readonly { readonly key: string; readonly grants: unknown }[];
  readonly repositories: readonly {
    readonly slug: string;
    readonly grants: unknown;
    readonly restrictions: unknown;
    readonly environments: unknown;
    readonly variables: unknown;
  }[];
}

async function emulatorState(): Promise<State> {
  return (await (await fetch(`${world.emulator.url}/emulator/state`)).json()) as State;
}

/** All that this program could have changed in the workspace. */
async function rights(): Promise<unknown> {
  const { groups, projects, repositories } = await emulatorState();
  return {
    groups: groups.map(({ slug }) => slug).sort(),
    projects: projects.map(({ key, grants }) => ({ key, grants })),
    repositories: repositories.map(({ slug, grants, restrictions, environments, variables }) => ({
      slug,
      grants,
      restrictions,
      environments,
      variables,
    })),
  };
}

/** What the engine logs of its own accord: compressed, until it knows how to encrypt for the stack. */
function engineLogs(): string[] {
  const folder = join(pulumiHome(sharedWorld().toolchain, world.env), "logs");
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    // The engine of a test beside this one removes old logs while this reads.
    const isOfThisTest = (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) >= began;
    const bytes = isOfThisTest ? contentsOf(file) : undefined;
    if (bytes === undefined || bytes.subarray(0, encrypted.length).equals(encrypted)) return [];
    // Whatever runs beside this may be in the middle of its own.
    return [gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString()];
  });
}

/** Undefined if there is no such file any more. */
function contentsOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

const encrypted = Buffer.from("PLOG");

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
}
