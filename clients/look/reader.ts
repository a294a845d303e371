/** What a look asks of a workspace: reads alone, each of them counted. */
import type { Session } from "@pulumi/bitbucket/api/client";

type Entry = Readonly<Record<string, unknown>>;
type At = Readonly<Record<string, string>>;

export class Reader {
  requests = 0;
  constructor(
    private readonly session: Session,
    private readonly workspace: string,
  ) {}

  async list(path: string, at: At = {}): Promise<readonly Entry[]> {
    const read = this.session.list.bind(this.session) as (
      path: string,
      at: object,
    ) => Promise<readonly Entry[]>;
    this.requests += 1;
    const entries = await read(path, { workspace: this.workspace, ...at });
    this.requests += Math.max(0, Math.ceil(entries.length / 100) - 1);
    return entries;
  }

  async get(path: string, at: At): Promise<Entry> {
    const read = this.session.get.bind(this.session) as (path: string, at: object) => Promise<Entry>;
    this.requests += 1;
    return read(path, { workspace: this.workspace, ...at });
  }
}
