/**
 * A workspace with the repository that people open pull requests in, which holds this program and the company's data,
 * and the runner repository, which holds what `pipelines/` does. Two environments are up before the first test.
 */
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { administratorScopes, developerScopes } from "../../../toolchain/acme";
import { pulumi } from "../../../engine/engine";
import { root, toolchainFolder } from "../../../toolchain/places";
import { makeProject, type Project } from "../../../toolchain/project";
import { administrator, withSettings } from "../world";
import { sharedWorld } from "../world/shared";
import { newTokens, withTokens } from "../world/tokens";

/** Who opens the pull requests. */
const developer = "emil@acme.example";
const program = ["access", "checkout", "clients", "components", "packages", "program", "toolchain"];
/** The rooms that the commands are made of besides. */
const besides = ["commands", "engine", "evidence", "policy", "trail"];
const files = ["index.ts", "package.json", "package-lock.json", "tsconfig.json", "Pulumi.yaml"];
const secret = () => randomBytes(24).toString("base64url");

const runs = "/2.0/repositories/acme/runner/pipelines?pagelen=100";

export interface PipelineRun {
  readonly result: string;
  readonly log: string;
}

export class PullRequestCompany {
  /** What must never be seen. */
  readonly canaries: readonly string[];

  private constructor(
    readonly emulator: Emulator,
    private readonly project: Project,
    private readonly folder: string,
    private readonly tokens: Readonly<Record<string, string>>,
    private readonly hands: string,
    private readonly realms: readonly string[],
    passphrase: string,
  ) {
    this.canaries = [tokens[administrator] ?? "", hands, passphrase, sharedWorld().keycloak.password];
  }

  static async start(): Promise<PullRequestCompany> {
    const { toolchain, keycloak } = sharedWorld();
    const folder = mkdtempSync(join(tmpdir(), "pull requests "));
    const tokens = { [administrator]: secret(), [developer]: secret() };
    const [hands, passphrase] = [secret(), secret()];
    packages(join(folder, "caches"));
    const emulator = await startEmulator({
      seed: withTokens(seed(tokens), administrator, { ...newTokens(), hands }),
      environmentDelay: 0,
      stepTimeout: 540_000,
      caches: join(folder, "caches"),
    });
    const apiToken = tokens[administrator];
    const project = makeProject({
      toolchain,
      links: [...program, ...files.filter((file) => !["Pulumi.yaml", "package-lock.json"].includes(file))],
      files: {
        "Pulumi.yaml": readFileSync(join(root, "Pulumi.yaml"), "utf8"),
        "access.yaml": readFileSync(join(root, "test/fixtures/pullRequest.yaml"), "utf8"),
      },
      credentials: { keycloak, bitbucket: { email: administrator, apiToken } },
    });
    const suffix = randomBytes(4).toString("hex");
    const realms = ["dev", "prod"].map((stack) => `test-${stack}-${suffix}`);
    const company = new PullRequestCompany(emulator, project, folder, tokens, hands, realms, passphrase);
    const env = { ...project.env, PULUMI_CONFIG_PASSPHRASE: passphrase };
    const engine = { command: toolchain.pulumi, env, cwd: project.folder };
    mkdirSync(join(project.folder, "stacks"));
    for (const [index, stack] of ["dev", "prod"].entries()) {
      const settings = {
        environment: stack,
        "keycloak.url": keycloak.url,
        "keycloak.realm": realms[index] ?? "",
        "bitbucket.url": emulator.url,
        "bitbucket.governing": stack === "prod",
        "signIn.url": emulator.url,
        "pipelines.credential": "rotated",
        // What the guardrails want of production.
        ...(stack === "prod" && { "lifetimes.events": "365 days", protect: '"true"' }),
      };
      const local = readFileSync(join(root, "stacks/Pulumi.local.yaml"), "utf8");
      const text = withSettings(local, settings).replace(/^(#.*\n)*encryptionsalt: .*\n/m, "");
      writeFileSync(join(project.folder, `stacks/Pulumi.${stack}.yaml`), text);
    }
    for (const stack of ["dev", "prod"]) {
      await pulumi(engine, ["stack", "init", stack]);
      await pulumi(engine, ["up", "--stack", stack, "--yes", "--skip-preview"]);
    }
    await company.push("main", { ...programFiles(), ...company.data() });
    await company.variables(env);
    emulator.log.clear();
    return company;
  }

  /** What a commit of main holds besides the program. */
  data(): Record<string, string> {
    const paths = ["access.yaml", "stacks/Pulumi.dev.yaml", "stacks/Pulumi.prod.yaml"];
    return Object.fromEntries(
      paths.map((path) => [path, readFileSync(join(this.project.folder, path), "utf8")]),
    );
  }

  /** Commits files to a branch of the repository, which it makes if need be. */
  async push(branch: string, changed: Readonly<Record<string, string>>, by = administrator): Promise<void> {
    // Not as multipart, which ends every line in two characters.
    const form = new URLSearchParams({ branch, message: `Change of ${branch}`, ...changed });
    await this.bitbucket("POST", "/2.0/repositories/acme/identity/src", form, by);
  }

  /** Pushes a branch and opens a pull request for it. @returns its number */
  async propose(branch: string, changed: Readonly<Record<string, string>>): Promise<number> {
    await this.push(branch, changed, developer);
    const body = { title: branch, source: { branch: { name: branch } } };
    const { id } = await this.bitbucket<{ id: number }>(
      "POST",
      "/2.0/repositories/acme/identity/pullrequests",
      body,
      developer,
    );
    return id;
  }

  /** Runs a custom pipeline of the runner repository to its end. */
  async run(pattern: string, variables: Readonly<Record<string, string>> = {}): Promise<PipelineRun> {
    const selector = { type: "custom", pattern };
    const { uuid } = await this.bitbucket<{ uuid: string }>(
      "POST",
      "/2.0/repositories/acme/runner/pipelines",
      {
        target: { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main", selector },
        variables: Object.entries(variables).map(([key, value]) => ({ key, value })),
      },
    );
    return this.ended(uuid);
  }

  private async ended(uuid: string): Promise<PipelineRun> {
    const one = `/2.0/repositories/acme/runner/pipelines/${encodeURIComponent(uuid)}`;
    for (;;) {
      const { state } = await this.bitbucket<{ state: { name: string; result?: { name: string } } }>(
        "GET",
        one,
      );
      if (state.name === "COMPLETED") {
        const { values } = await this.bitbucket<{ values: { uuid: string }[] }>("GET", `${one}/steps`);
        const logs = values.map((step) =>
          this.bitbucket<string>("GET", `${one}/steps/${encodeURIComponent(step.uuid)}/log`),
        );
        return { result: state.result?.name ?? "", log: (await Promise.all(logs)).join("\n") };
      }
      await sleep(200);
    }
  }

  /** Makes the repository tell this address of its pull requests, signed with the secret. */
  async webhook(url: string, secret: string): Promise<void> {
    const events = ["pullrequest:created", "pullrequest:updated"];
    await this.bitbucket("POST", "/2.0/repositories/acme/identity/hooks", {
      description: "Previews",
      url,
      active: true,
      events,
      secret,
    });
  }

  /** What the relay is told. */
  relay(secret: string): Record<string, string> {
    return {
      WEBHOOK_SECRET: secret,
      ACCESS_REPOSITORY: "acme/identity",
      RUNNER_REPOSITORY: "acme/runner",
      BITBUCKET_EMAIL: administrator,
      BITBUCKET_API_TOKEN: this.tokens[administrator] ?? "",
      BITBUCKET_API_URL: this.emulator.url,
      PORT: "0",
    };
  }

  /** The newest run of the runner repository, once it has ended; waits for one after `number`. */
  async runAfter(number: number): Promise<PipelineRun> {
    for (let wait = 0; wait < 30_000; wait += 200) {
      const { values } = await this.bitbucket<{ values: { uuid: string; build_number: number }[] }>(
        "GET",
        runs,
      );
      const next = values.find(({ build_number: one }) => one > number);
      if (next !== undefined) return this.ended(next.uuid);
      await sleep(200);
    }
    throw new Error("no pipeline was started");
  }

  /** How many runs there have been. */
  async runs(): Promise<number> {
    return (await this.bitbucket<{ values: unknown[] }>("GET", runs)).values.length;
  }

  /** The comments on a pull request. */
  async comments(id: number): Promise<{ id: number; content: { raw: string } }[]> {
    const path = `/2.0/repositories/acme/identity/pullrequests/${id}/comments?pagelen=100`;
    return (await this.bitbucket<{ values: { id: number; content: { raw: string } }[] }>("GET", path)).values;
  }

  /** The Code Insights reports on the tip of a branch, with their annotations. */
  async reports(
    branch: string,
  ): Promise<{ result: string; details: string; annotations: Record<string, unknown>[] }[]> {
    const path = `/2.0/repositories/acme/identity/commit/${branch}/reports`;
    const { values } = await this.bitbucket<{ values: { uuid: string; result: string; details: string }[] }>(
      "GET",
      path,
    );
    return Promise.all(
      values.map(async (report) => {
        const list = `${path}/${encodeURIComponent(report.uuid)}/annotations`;
        const { values: annotations } = await this.bitbucket<{ values: Record<string, unknown>[] }>(
          "GET",
          list,
        );
        return { ...report, annotations };
      }),
    );
  }

  async bitbucket<T>(method: string, path: string, body?: object, by = administrator): Promise<T> {
    const token = by === administrator ? this.hands : this.tokens[by];
    const authorization = `Basic ${Buffer.from(`${by}:${token ?? ""}`).toString("base64")}`;
    const isForm = body instanceof URLSearchParams;
    const response = await fetch(`${this.emulator.url}${path}`, {
      method,
      headers: { authorization, ...(body && !isForm && { "content-type": "application/json" }) },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return (isJson ? JSON.parse(text) : text) as T;
  }

  /** Requests to Keycloak's admin API that changed something in either realm. */
  async adminEvents(): Promise<number> {
    const counts = await Promise.all(
      this.realms.map(async (realm) => {
        const response = await keycloak("GET", `/${realm}/admin-events?max=10000`);
        return ((await response.json()) as unknown[]).length;
      }),
    );
    return counts.reduce((all, one) => all + one, 0);
  }

  async stop(): Promise<void> {
    await this.emulator.close();
    for (const realm of this.realms) await keycloak("DELETE", `/${realm}`);
    this.project.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** What the owners of the runner repository set there. */
  private async variables(env: NodeJS.ProcessEnv): Promise<void> {
    const { keycloak: server } = sharedWorld();
    const plain = {
      ACCESS_REPOSITORY: "acme/identity",
      ACCESS_SERVER: this.emulator.url,
      BITBUCKET_EMAIL: administrator,
      KEYCLOAK_USER: server.user,
      KEYCLOAK_CLIENT_ID: "admin-cli",
      PULUMI_BACKEND_URL: env.PULUMI_BACKEND_URL ?? "",
      BITBUCKET_KEYCLOAK_TOOLCHAIN: toolchainFolder(process.env),
      BITBUCKET_KEYCLOAK_BUILD: process.env.BITBUCKET_KEYCLOAK_BUILD ?? "",
    };
    const secured = {
      BITBUCKET_API_TOKEN: this.tokens[administrator] ?? "",
      KEYCLOAK_PASSWORD: server.password,
      PULUMI_CONFIG_PASSPHRASE: env.PULUMI_CONFIG_PASSPHRASE ?? "",
    };
    const path = "/2.0/repositories/acme/runner/pipelines_config/variables";
    for (const [key, value] of Object.entries({ ...plain, ...secured })) {
      if (value !== "") await this.bitbucket("POST", path, { key, value, secured: key in secured });
    }
  }
}

function keycloak(method: string, path: string): Promise<Response> {
  const { keycloak: server } = sharedWorld();
  const form = {
    grant_type: "password",
    client_id: "admin-cli",
    username: server.user,
    password: server.password,
  };
  return fetch(`${server.url}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams(form),
  })
    .then((response) => response.json() as Promise<{ access_token: string }>)
    .then(({ access_token: token }) =>
      fetch(`${server.url}/admin/realms${path}`, { method, headers: { authorization: `Bearer ${token}` } }),
    );
}

function seed(tokens: Readonly<Record<string, string>>) {
  const people = ["ana", "ben", "chen", "dora", "emil"].map((name) => `${name}@acme.example`);
  const repository = (slug: string, project: string) => ({ slug, project });
  const pipelines = Object.fromEntries(
    ["bitbucket-pipelines.yml", "program.sh"].map((file) => [
      file,
      readFileSync(join(root, "pipelines", file), "utf8"),
    ]),
  );
  return {
    workspace: { slug: "acme", plan: "premium" as const },
    accounts: [administrator, ...people].map((email) => ({
      name: email.split("@")[0] ?? "",
      email,
      tokens: (tokens[email] ? [tokens[email]] : []).map((token) => ({
        token,
        scopes: [...(email === administrator ? administratorScopes : developerScopes)],
      })),
    })),
    administrators: [administrator],
    projects: [
      { key: "PAY", name: "Payments" },
      { key: "PLAT", name: "Platform" },
    ],
    repositories: [
      repository("api", "PAY"),
      repository("web", "PAY"),
      { ...repository("identity", "PLAT"), grants: { users: { [developer]: "write" as const } } },
      { ...repository("runner", "PLAT"), branches: { main: pipelines } },
    ],
  };
}

/** This program, as a commit holds it. */
function programFiles(): Record<string, string> {
  const inside = [...program, ...besides].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\.test\.ts$|\.snap$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1)),
  );
  const paths = [...files, ...inside].filter((path) => !path.includes("node_modules"));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

/** The caches of installed packages, as earlier runs would have left them. */
function packages(caches: string): void {
  mkdirSync(caches);
  const lock = readFileSync(join(root, "package-lock.json"));
  for (const name of ["preview-packages", "deploy-packages"]) {
    const kept = join(caches, name);
    execFileSync("cp", ["--archive", "--link", join(root, "node_modules"), kept]);
    const stamp = join(kept, ".installed-from");
    rmSync(stamp, { force: true });
    writeFileSync(stamp, createHash("sha256").update(lock).digest("hex"));
  }
}
