/** The Bitbucket repository that holds `access.yaml`: its files, its commits, and the pull requests that made them. */
import { send } from "@bitbucket-keycloak/http";
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import type { Reply } from "@pulumi/bitbucket/api/contract";
import { credentialsFrom, identityOf } from "@pulumi/bitbucket/api/credentials";
import { explain, isGone } from "@pulumi/bitbucket/api/explain";
import { Addresses } from "./addresses";
import { mergedPullRequest, type MergedPullRequest } from "./mergedPullRequest";

export type { MergedPullRequest } from "./mergedPullRequest";

export interface Commit {
  readonly hash: string;
  /** The commit before it on its branch: of a merge, the one that was merged into. Undefined for the first. */
  readonly parent?: string;
  /** All of them. */
  readonly parents: readonly string[];
  readonly message: string;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-commits/ */
interface Described {
  readonly hash?: string;
  readonly message?: string;
  readonly parents?: readonly { readonly hash?: string }[];
}

const root = "/repositories/{workspace}/{repo_slug}";
const raw = `${root}/src/{commit}/{path}` as const;

/** Of the log, the commits, the files of one pull request; whoever has more is refused, and told so. */
const mostPages = 20;

type Asked = Reply<`${typeof root}/pullrequests/{pull_request_id}`, "get">;

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
    const asked: unknown = await this.once(`commit ${hash}`, () =>
      this.session.get(`${root}/commit/{commit}`, { ...this.at, commit: hash }),
    );
    const found = asked as Described;
    const parents = (found.parents ?? []).flatMap(({ hash: parent }) => parent ?? []);
    const [parent] = parents;
    return {
      hash: found.hash ?? hash,
      ...(parent !== undefined && { parent }),
      parents,
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

  /**
   * The pull request whose merge a commit is; undefined where it is no such commit. What cannot be read of it is a
   * refusal: it stands in its `refusals`, and nobody's approval counts.
   */
  async mergedAs({
    hash,
    message,
  }: Pick<Commit, "hash" | "message">): Promise<MergedPullRequest | undefined> {
    // Anybody can write a number into a message: what counts is that the pull request names the commit.
    const id = /\(pull request #(\d+)\)/.exec(message)?.[1];
    if (id === undefined) return undefined;
    const at = { ...this.at, pull_request_id: id };
    const request = await this.once(`pull request ${id}`, () =>
      this.session.get(`${root}/pullrequests/{pull_request_id}`, at).catch(absent),
    );
    if (request === undefined) return undefined;
    const named = request.merge_commit?.hash ?? "";
    if (request.state !== "MERGED" || !isBeginning(named, hash)) return undefined;
    // Bitbucket names it by twelve digits, which another commit may begin with, too.
    const merge = await this.found(named);
    if (merge?.hash !== hash) return undefined;
    return this.once(`who made pull request ${id}`, () => this.read(request, id, merge));
  }

  /** Name of the branch that a clone begins with. */
  async mainBranch(): Promise<string> {
    const { mainbranch } = await this.self();
    if (mainbranch?.name) return mainbranch.name;
    throw new Error(`repository ${this.name} has no main branch: choose one in its settings`);
  }

  /** Paths of the files that differ between two commits, both names of one that was renamed; sorted. */
  async changedPaths(from: string, to: string): Promise<readonly string[]> {
    // The commit with the changes stands first, and without a topic the two are compared as they are.
    const [at, query] = [{ ...this.at, spec: `${to}..${from}` }, { topic: "false", renames: "false", pagelen: "500" }]; // prettier-ignore
    const changes = await this.once(`changes from ${from} to ${to}`, () =>
      this.session.list(`${root}/diffstat/{spec}`, at, query, mostPages),
    );
    const paths = changes.map(({ old, new: now }) =>
      [old?.path, now?.path].filter((path) => path !== undefined),
    );
    if (paths.some((each) => each.length === 0)) {
      throw new Error(
        `repository ${this.name}: Bitbucket does not say which files differ between ${from} and ${to}`,
      );
    }
    return [...new Set(paths.flat())].sort();
  }

  /** The account of somebody by e-mail address; undefined unless exactly one member of the workspace has it. */
  accountOf(email: string): Promise<string | undefined> {
    return this.addresses.accountOf(email);
  }

  private self() {
    return this.once("repository", () => this.session.get(root, this.at));
  }

  /** A commit; undefined where there is none, or more than one, that begins so. */
  async found(hash: string): Promise<Commit | undefined> {
    return this.commit(hash).catch(absent);
  }

  private async read(request: Asked, id: string, merge: Commit): Promise<MergedPullRequest> {
    const unread: string[] = [];
    const tried = async <T>(what: Promise<T>, otherwise: T): Promise<T> =>
      what.catch((error: unknown) => {
        unread.push(error instanceof Error ? error.message : String(error));
        return otherwise;
      });
    const named = request.source?.commit?.hash ?? "";
    const head = named === "" ? undefined : await tried(this.found(named), undefined);
    const [destination, merged, ...more] = merge.parents;
    const isMerge = more.length === 0 && destination !== undefined && (merged ?? head?.hash) === head?.hash;
    if (head === undefined || !isMerge) {
      unread.push(
        `commit ${merge.hash.slice(0, 12)} is not the merge of ${named || "a commit that Bitbucket names"}`,
      );
    }
    const at = { ...this.at, pull_request_id: id };
    const lists = head !== undefined && destination !== undefined;
    const [{ uuid = "" }, activity, commits] = await Promise.all([
      tried(this.self(), { type: "repository" }),
      tried(this.session.list(`${root}/pullrequests/{pull_request_id}/activity`, at, {}, mostPages), []),
      // Not those of the pull request: it has none any more once its branch is gone.
      lists
        ? tried(
            this.session.list(
              `${root}/commits/{revision}`,
              { ...this.at, revision: head.hash },
              { exclude: destination },
              mostPages,
            ),
            [],
          )
        : [],
    ]);
    return mergedPullRequest({
      request,
      repository: uuid,
      head: head?.hash ?? named,
      activity,
      commits,
      unread,
    });
  }

  private once<T>(what: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(what) as Promise<T> | undefined;
    const answer = known ?? ask();
    this.answers.set(what, answer);
    return answer;
  }
}

/** What is not there. @throws the error, where it says anything else */
function absent(error: unknown): undefined {
  if (!isGone(error)) throw error;
}

function isBeginning(part: string, hash: string): boolean {
  return part.length >= 7 && hash.startsWith(part);
}
