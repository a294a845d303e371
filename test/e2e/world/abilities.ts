/**
 * What somebody can do in a repository, found out by trying each thing: by their own API token, against Bitbucket's
 * rules, whatever this program thinks of them.
 */
import type { World } from ".";

interface Identity {
  readonly email: string;
  readonly token: string;
}

/** Branch that everything is tried on, and the pull request from it into main. */
const branch = "probe";
const environments = ["dev", "staging", "prod"] as const;

const pipelines = `pipelines:
  custom:
    build: [{ step: { name: Build, script: [echo built] } }]
${environments
  .map((name) => `    ${name}: [{ step: { name: Deploy, deployment: ${name}, script: [echo deployed] } }]`)
  .join("\n")}
`;

export class Abilities {
  private readonly requests = new Map<string, number>();

  private constructor(private readonly world: World) {}

  /** The administrator prepares a branch, a pull request and the environments in each repository. */
  static async prepare(world: World, repositories: readonly string[], deploying: readonly string[]) {
    const abilities = new Abilities(world);
    for (const repository of repositories) {
      const path = `/2.0/repositories/acme/${repository}`;
      const form = new FormData();
      form.set("branch", branch);
      form.set("message", "To try");
      form.set("bitbucket-pipelines.yml", pipelines);
      expectStatus(201, await world.send("POST", `${path}/src`, form));
      const request = await world.bitbucket("POST", `${path}/pullrequests`, {
        title: "To try",
        source: { branch: { name: branch } },
        destination: { branch: { name: "main" } },
      });
      expectStatus(201, request);
      abilities.requests.set(repository, (request.json as { id: number }).id);
    }
    for (const repository of deploying) {
      for (const name of environments.slice(1)) {
        // As the stacks of those environments make them.
        const made = await world.bitbucket("POST", `/2.0/repositories/acme/${repository}/environments`, {
          name,
          environment_type: { name: name === "prod" ? "Production" : "Staging" },
          restrictions: { admin_only: name === "prod" },
        });
        expectStatus(201, made);
      }
    }
    return abilities;
  }

  /** Words of `read`, `push`, `trigger`, `deploy:<environment>`, `merge`, `administer`; empty for nothing. */
  async of(as: Identity, repository: string, deploys: boolean): Promise<string> {
    const ask = (method: string, path: string, body?: object) =>
      this.world.bitbucket(method, `/2.0/repositories/acme/${repository}${path}`, body, as);
    const form = new FormData();
    form.set("branch", `by-${as.email.split("@")[0] ?? ""}`);
    form.set("message", "To try");
    form.set("tried.md", String(Date.now()));
    const push = await this.world.send("POST", `/2.0/repositories/acme/${repository}/src`, form, as);
    const merge = await ask("POST", `/pullrequests/${this.requests.get(repository) ?? 0}/merge`, {});
    const found = [
      ...(is(200, await ask("GET", "")) ? ["read"] : []),
      ...(is(201, push) ? ["push"] : []),
      ...((await this.runs(ask, "build")) === "COMPLETED" ? ["trigger"] : []),
      ...(mayMerge(merge) ? ["merge"] : []),
      ...(is(200, await ask("GET", "/branch-restrictions")) ? ["administer"] : []),
    ];
    for (const environment of deploys ? environments : [])
      if ((await this.runs(ask, environment)) === "COMPLETED") found.push(`deploy:${environment}`);
    return found.join(" ");
  }

  /** Starts a pipeline. @returns where it came to an end; undefined where it may not even be started */
  private async runs(ask: Ask, pattern: string): Promise<string | undefined> {
    const selector = { type: "custom", pattern };
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: branch, selector };
    const started = await ask("POST", "/pipelines/", { target });
    if (started.status !== 201) return undefined;
    const path = `/pipelines/${(started.json as { uuid: string }).uuid}`;
    for (;;) {
      const { state } = (await ask("GET", path)).json as {
        state: { name: string; stage?: { name: string }; result?: { name: string } };
      };
      if (state.name === "COMPLETED")
        return state.result?.name === "SUCCESSFUL" ? "COMPLETED" : state.result?.name;
      if (state.stage?.name === "PAUSED") return "PAUSED";
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

type Ask = (method: string, path: string, body?: object) => Promise<{ status: number; json: unknown }>;
const is = (status: number, answer: { status: number }) => answer.status === status;

/** Checks that are open (approvals, builds) stop everybody: who is stopped by those alone may merge. */
function mayMerge({ status, json }: { status: number; json: unknown }): boolean {
  const { detail } = (json as { error?: { detail?: unknown } }).error ?? {};
  return status === 200 || (typeof detail === "string" && detail.startsWith("merge checks are not met"));
}

function expectStatus(status: number, answer: { status: number; json: unknown }): void {
  if (answer.status !== status) throw new Error(`${answer.status}: ${JSON.stringify(answer.json)}`);
}
