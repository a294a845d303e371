/** The emulator's workspace with a repository for each sequence, and the requests by which people work in it. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmulator, type Emulator } from "@bitbucket-keycloak/bitbucket-emulator";
import { administratorScopes, developerScopes } from "../../../toolchain/acme";
import { accountId, accounts, emailOf } from "./company";

/** Bitbucket takes a thousand requests an hour of one account, and so does its client here. */
const robots = (count: number) => Array.from({ length: count }, (_, index) => `robot-${index}`);
const token = (name: string) => `token of ${name}, long enough`;

export class Workspace {
  private constructor(
    readonly emulator: Emulator,
    readonly size: number,
  ) {}

  /** @param size how many repositories it has */
  static async start(size: number): Promise<Workspace> {
    const users = Object.fromEntries(accounts.map((name) => [emailOf(name), "write" as const]));
    const member = (name: string, scopes: readonly (typeof developerScopes)[number][]) => ({
      name,
      email: emailOf(name),
      tokens: [{ token: token(name), scopes: [...scopes] }],
    });
    const emulator = await startEmulator({
      logEntries: 10,
      // Of a merge, a sequence knows that much.
      merges: "whole files",
      seed: {
        workspace: { slug: "acme" },
        accounts: [
          ...robots(size).map((name) => member(name, administratorScopes)),
          ...accounts.map((name) => ({ ...member(name, developerScopes), uuid: accountId(name) })),
        ],
        administrators: robots(size).map(emailOf),
        projects: [{ key: "OPS", name: "Operations" }],
        repositories: robots(size).map((_, index) => ({
          slug: `access-${index}`,
          project: "OPS",
          grants: { users },
        })),
      },
    });
    return new Workspace(emulator, size);
  }

  repository(index: number): Repository {
    return new Repository(this.emulator.url, index);
  }
}

export class Repository {
  readonly name: string;
  readonly robot: string;

  constructor(
    private readonly url: string,
    index: number,
  ) {
    this.name = `acme/access-${index}`;
    this.robot = `robot-${index}`;
  }

  /** What a deploy signs in with. */
  get env(): NodeJS.ProcessEnv {
    const journal = join(tmpdir(), `journal-${process.pid}`);
    return {
      BITBUCKET_EMAIL: emailOf(this.robot),
      BITBUCKET_API_TOKEN: token(this.robot),
      BITBUCKET_REQUEST_JOURNAL: journal,
    };
  }

  /** @returns the commit */
  async push(branch: string, fields: Readonly<Record<string, string>>, as = this.robot): Promise<string> {
    const form = new FormData();
    for (const [name, value] of Object.entries({ branch, ...fields })) form.set(name, value);
    return (
      String(await this.ask("POST", "src", as, form))
        .split("/")
        .at(-1) ?? ""
    );
  }

  async open(branch: string, into: string, as: string): Promise<number> {
    const asked = {
      title: branch,
      source: { branch: { name: branch } },
      destination: { branch: { name: into } },
    };
    return ((await this.ask("POST", "pullrequests", as, JSON.stringify(asked))) as { id: number }).id;
  }

  async lead(id: number, into: string, as: string): Promise<void> {
    await this.ask(
      "PUT",
      `pullrequests/${id}`,
      as,
      JSON.stringify({ destination: { branch: { name: into } } }),
    );
  }

  async approve(id: number, as: string): Promise<void> {
    await this.ask("POST", `pullrequests/${id}/approve`, as);
  }

  /** @returns the commit that its destination is then at */
  async merge(id: number, merge_strategy: string, as: string): Promise<string> {
    const done = await this.ask("POST", `pullrequests/${id}/merge`, as, JSON.stringify({ merge_strategy }));
    const { hash } = (done as { merge_commit: { hash: string } }).merge_commit;
    return ((await this.ask("GET", `commit/${hash}`, this.robot)) as { hash: string }).hash;
  }

  private async ask(method: string, path: string, as: string, body?: string | FormData): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${emailOf(as)}:${token(as)}`).toString("base64")}`;
    const type = typeof body === "string" ? { "content-type": "application/json" } : {};
    // One that the server ends for having been idle must not be taken again: a long run would end with it.
    const init = {
      method,
      headers: { authorization, ...type, connection: "close" },
      ...(body !== undefined && { body }),
    };
    const response = await fetch(`${this.url}/2.0/repositories/${this.name}/${path}`, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} as ${as}: ${response.status} ${text}`);
    const isJson = response.headers.get("content-type")?.includes("json");
    return isJson ? JSON.parse(text) : response.headers.get("location");
  }
}
