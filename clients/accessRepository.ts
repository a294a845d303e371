/** The Bitbucket repository that holds `access.yaml`: its files, its commits, and the pull requests that made them. */
import { send } from "@bitbucket-keycloak/http";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { credentialsFrom, identityOf } from "@pulumi/bitbucket/api/credentials";
import { explain } from "@pulumi/bitbucket/api/explain";
import { Addresses } from "./addresses";

export interface MergedPullRequest {
  readonly id: number;
  readonly title: string;
  /** UUID of the account. */
  readonly author: string;
  /** UUIDs of the accounts. */
  readonly approvedBy: readonly string[];
  /** What Bitbucket calls them, by account. */
  readonly names: ReadonlyMap<string, string>;
}

export interface Commit {
  readonly hash: string;
  /** The commit before it on its branch: of a merge, the one that was merged into. Undefined for the first. */
  readonly parent?: string;
  readonly message: string;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/ */
interface Described {
  readonly hash?: string;
  readonly message?: string;
  readonly parents?: readonly { readonly hash?: string }[];
}

const raw = "/repositories/{workspace}/{repo_slug}/src/{commit}/{path}";

export class AccessRepository {
  private readonly session: Session;
  private readonly addresses: Addresses;
  /** What was asked, and does not change: whoever evaluates an approval and whoever records it read it together. */
  private readonly answers = new Map<string, Promise<unknown>>();
  private readonly at: { readonly workspace: string; readonly repo_slug: string };

  /**
   * @param name `workspace/slug`
   * @throws Error if it is not of that form
   */
  constructor(
    private readonly url: string,
    readonly name: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    const [workspace = "", repo_slug = "", ...more] = name.split("/");
    if (workspace === "" || repo_slug === "" || more.length > 0)
      throw new Error(`found "${name}" for --repository; allowed: workspace/slug`);
    this.session = Bitbucket.session(url, env);
    this.at = { workspace, repo_slug };
    this.addresses = new Addresses(this.session, workspace);
  }

  async commit(hash: string): Promise<Commit> {
    const path = "/repositories/{workspace}/{repo_slug}/commit/{commit}";
    const asked: unknown = await this.once(`commit ${hash}`, () =>
      this.session.get(path, { ...this.at, commit: hash }),
    );
    const found = asked as Described;
    const parent = found.parents?.[0]?.hash;
    return {
      hash: found.hash ?? hash,
      ...(parent !== undefined && { parent }),
      message: found.message ?? "",
    };
  }

  /**
   * The text of a file; undefined where the commit has none of that name.
   *
   * @throws Error if the API token may not read it
   */
  async file(commit: string, path: string): Promise<string | undefined> {
    // Not by the session: that takes every answer for JSON.
    const address = `${this.url}/2.0/repositories/${this.name}/src/${encodeURIComponent(commit)}/${path}`;
    const { authorization, secrets } = identityOf(credentialsFrom(this.env));
    const answer = await send(address, { headers: { authorization } });
    if (answer.status === 404) return undefined;
    if (answer.ok) return answer.text;
    const asked = { method: "get", path: raw, at: { ...this.at, commit, path } } as const;
    throw new Error(explain(asked, answer.status, answer.value() ?? answer.text, secrets));
  }

  /** The pull request whose merge a commit is; undefined where it is no such commit. */
  async mergedAs({
    hash,
    message,
  }: Pick<Commit, "hash" | "message">): Promise<MergedPullRequest | undefined> {
    // Anybody can write a number into a message: what counts is that the pull request names the commit.
    const id = /\(pull request #(\d+)\)/.exec(message)?.[1];
    if (id === undefined) return undefined;
    const path = "/repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}";
    const found = await this.once(`pull request ${id}`, () =>
      this.session.get(path, { ...this.at, pull_request_id: id }),
    );
    const merged = found.merge_commit?.hash ?? "";
    if (found.state !== "MERGED" || merged.length < 7 || !hash.startsWith(merged)) return undefined;
    return {
      id: Number(id),
      title: found.title ?? "",
      author: found.author?.uuid ?? "",
      approvedBy: (found.participants ?? []).flatMap(({ approved, user }) =>
        approved === true && user?.uuid !== undefined ? [user.uuid] : [],
      ),
      names: new Map(
        [found.author, ...(found.participants ?? []).map(({ user }) => user)].flatMap((user) =>
          user?.uuid !== undefined && user.display_name !== undefined ? [[user.uuid, user.display_name]] : [],
        ),
      ),
    };
  }

  /** The account of somebody by e-mail address; undefined unless exactly one member of the workspace has it. */
  accountOf(email: string): Promise<string | undefined> {
    return this.addresses.accountOf(email);
  }

  private once<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(what) as Promise<T> | undefined;
    const answer = known ?? ask();
    this.answers.set(what, answer);
    return answer;
  }
}
