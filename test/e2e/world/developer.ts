/** Somebody who works with Bitbucket, by its API, as themselves. Each act answers the status that it got. */
import type { World } from ".";

interface Identity {
  readonly email: string;
  readonly token: string;
}

export class Developer {
  constructor(
    private readonly world: World,
    private readonly as: Identity,
  ) {}

  async read(repository: string): Promise<number> {
    return (await this.ask("GET", repository, "")).status;
  }

  async push(repository: string, branch: string): Promise<number> {
    const form = new FormData();
    form.set("branch", branch);
    form.set("message", "A change");
    form.set("notes.md", `by ${this.as.email} on ${branch}`);
    return (await this.world.send("POST", `/2.0/repositories/acme/${repository}/src`, form, this.as)).status;
  }

  async open(repository: string, branch: string): Promise<number> {
    const body = {
      title: branch,
      source: { branch: { name: branch } },
      destination: { branch: { name: "main" } },
    };
    return ((await this.ask("POST", repository, "/pullrequests", body)).json as { id: number }).id;
  }

  async approve(repository: string, request: number): Promise<number> {
    return (await this.ask("POST", repository, `/pullrequests/${request}/approve`)).status;
  }

  async merge(repository: string, request: number): Promise<number> {
    return (await this.ask("POST", repository, `/pullrequests/${request}/merge`, {})).status;
  }

  /** Starts a build of a branch, which deploys to dev. @returns the status, and of a build that started, what it printed */
  async build(repository: string, branch: string): Promise<{ status: number; log?: string }> {
    const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: branch };
    const { status, json } = await this.ask("POST", repository, "/pipelines/", { target });
    if (status !== 201) return { status };
    const path = `/pipelines/${(json as { uuid: string }).uuid}`;
    for (;;) {
      const { state } = (await this.ask("GET", repository, path)).json as { state: { name: string } };
      if (state.name === "COMPLETED") break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const steps = (await this.ask("GET", repository, `${path}/steps/`)).json as {
      values: { uuid: string }[];
    };
    const log = await this.ask("GET", repository, `${path}/steps/${steps.values[0]?.uuid ?? ""}/log`);
    return { status, log: String(log.json) };
  }

  private ask(method: string, repository: string, path: string, body?: unknown) {
    return this.world.bitbucket(method, `/2.0/repositories/acme/${repository}${path}`, body, this.as);
  }
}
