/** Pull requests of one repository, as Bitbucket keeps them: what they propose, our comment on them, our report. */
import type { Session } from "@pulumi/bitbucket/api/client";
import { BitbucketError } from "@pulumi/bitbucket/api/explain";
import { isSame, markedBy } from "./comment";
import { reportId, type Annotation, type Insights } from "./insights";

export interface Repository {
  readonly workspace: string;
  readonly repo_slug: string;
}

export interface PullRequest {
  readonly id: number;
  readonly state: string;
  /** Branch that proposes. */
  readonly source: string;
  /** Its tip, perhaps only the beginning of the hash. */
  readonly commit: string;
  /** Whether it comes from another repository. */
  readonly fork: boolean;
  /** Branch that it would be merged into, and the beginning of its tip's hash. */
  readonly target: string;
  readonly onto: string;
}

export interface Comment {
  readonly id: number;
  readonly raw: string;
}

const requests = "/repositories/{workspace}/{repo_slug}/pullrequests";
const comments = `${requests}/{pull_request_id}/comments` as const;
const reports = "/repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}";

export class PullRequests {
  constructor(
    private readonly session: Session,
    private readonly repository: Repository,
  ) {}

  /**
   * Every open pull request of the repository, those from forks included.
   *
   * @throws BitbucketError if one of their branches is gone
   */
  async open(): Promise<PullRequest[]> {
    // Pages of pull requests are shorter than others: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/
    const found = await this.session.list(requests, this.repository, { state: "OPEN", pagelen: "50" });
    return found.map((each) => this.read(each));
  }

  /** A pull request, open or not. @throws BitbucketError if one of its branches is gone */
  async get(id: number): Promise<PullRequest> {
    const at = { ...this.repository, pull_request_id: String(id) };
    return this.read(await this.session.get(`${requests}/{pull_request_id}`, at));
  }

  /** The comment that this account has made before; others may write what looks like it. */
  async comment(id: number): Promise<Comment | undefined> {
    const { uuid: me } = (await this.session.get("/user", {})) as { readonly uuid?: string };
    const at = { ...this.repository, pull_request_id: String(id) };
    const all = (await this.session.list(comments, at)) as readonly Written[];
    const own = all.filter(({ user, deleted, parent, content }) => {
      const isMine = me !== undefined && user?.uuid === me && deleted !== true && parent === undefined;
      return isMine && markedBy(content?.raw ?? "") !== undefined;
    });
    const [first] = own.sort((a, b) => (a.id ?? 0) - (b.id ?? 0));
    return first?.id === undefined ? undefined : { id: first.id, raw: first.content?.raw ?? "" };
  }

  /** @returns what became of it */
  async say(
    id: number,
    text: string,
    before: Comment | undefined,
  ): Promise<"made" | "changed" | "unchanged"> {
    const body = { type: "pullrequest_comment" as const, content: { raw: text } };
    const at = { ...this.repository, pull_request_id: String(id) };
    if (before === undefined) {
      await this.session.create(comments, at, body, () => this.comment(id));
      return "made";
    }
    if (isSame(before.raw, text)) return "unchanged";
    await this.session.put(`${comments}/{comment_id}`, { ...at, comment_id: String(before.id) }, body);
    return "changed";
  }

  /** In place of the one before, so that no annotation of that is left. */
  async report(commit: string, insights: Insights, annotations: readonly Annotation[]): Promise<void> {
    const at = { ...this.repository, commit, reportId };
    await this.session.delete(reports, at);
    // The document says that a value is an object; it is what its type says.
    await this.session.put(reports, at, { type: "report", ...insights } as never);
    if (annotations.length === 0) return;
    const body = annotations.map((each) => ({ type: "report_annotation" as const, ...each }));
    await this.session.post(`${reports}/annotations`, at, body);
  }

  private read(request: Asked): PullRequest {
    const { id, state, source, destination } = request;
    const [from, into] = [source?.branch?.name, destination?.branch?.name];
    const [commit, onto] = [source?.commit?.hash, destination?.commit?.hash];
    if (id === undefined || !from || !into || !commit || !onto) {
      throw new BitbucketError(`pull request ${id ?? ""}: its branches are gone`, undefined, false);
    }
    const full = `${this.repository.workspace}/${this.repository.repo_slug}`;
    const origin = source?.repository?.full_name ?? full;
    return { id, state: state ?? "OPEN", source: from, commit, fork: origin !== full, target: into, onto };
  }
}

interface Side {
  readonly branch?: { readonly name?: string };
  readonly commit?: { readonly hash?: string };
  readonly repository?: { readonly full_name?: string };
}

interface Asked {
  readonly id?: number;
  readonly state?: string;
  readonly source?: Side;
  readonly destination?: Side;
}

interface Written {
  readonly id?: number;
  readonly user?: { readonly uuid?: string };
  readonly deleted?: boolean;
  readonly parent?: object;
  readonly content?: { readonly raw?: string };
}
