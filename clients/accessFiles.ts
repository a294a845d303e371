/**
 * The Bitbucket repository that keeps `access.yaml`, as far as proposing a change takes: its main branch, a commit by
 * upload on a branch of its own, a pull request. Nothing is checked out, so that no hook or filter of it is at work.
 */
import type { Session } from "@pulumi/bitbucket/api/client";
import { AccessRepository } from "./accessRepository";

export interface Branch {
  readonly name: string;
  /** Full hash of its tip. */
  readonly commit: string;
}

export interface Proposed {
  readonly id: number;
  /** Branch that proposes. */
  readonly branch: string;
  /** Where a person sees it; empty where Bitbucket does not say. */
  readonly address: string;
}

/** As Bitbucket shows a pull request: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
interface Shown {
  readonly id?: number;
  readonly source?: Side;
  readonly destination?: Side;
  readonly links?: { readonly html?: { readonly href?: string } };
}

interface Side {
  readonly branch?: { readonly name?: string };
  readonly repository?: { readonly full_name?: string };
}

const requests = "/repositories/{workspace}/{repo_slug}/pullrequests";

export class AccessFiles {
  private readonly at: { readonly workspace: string; readonly repo_slug: string };
  private readonly files: AccessRepository;

  /**
   * @param name `workspace/slug`
   * @throws Error if it is not of that form
   */
  constructor(
    private readonly session: Session,
    url: string,
    readonly name: string,
    env: NodeJS.ProcessEnv,
  ) {
    this.files = new AccessRepository(url, name, env);
    const [workspace = "", repo_slug = ""] = name.split("/");
    this.at = { workspace, repo_slug };
  }

  /** The main branch. @throws Error if the repository has none */
  async main(): Promise<Branch> {
    const { mainbranch } = (await this.session.get("/repositories/{workspace}/{repo_slug}", this.at)) as {
      readonly mainbranch?: { readonly name?: string };
    };
    const name = mainbranch?.name ?? "";
    const branch = await this.branch(name);
    if (branch === undefined) throw new Error(`repository ${this.name} has no main branch`);
    return branch;
  }

  /** Text of a file at a commit; undefined where there is none. */
  text(commit: string, path: string): Promise<string | undefined> {
    return this.files.file(commit, path);
  }

  /** Open pull requests into a branch from branches of this repository, by what those are called. */
  async open(into: string, isOurs: (branch: string) => boolean): Promise<Proposed[]> {
    const all = await this.session.list(requests, this.at, { state: "OPEN", pagelen: "50" });
    return (all as readonly Shown[]).flatMap((shown) => {
      const branch = shown.source?.branch?.name ?? "";
      const from = shown.source?.repository?.full_name ?? this.name;
      if (from !== this.name || shown.destination?.branch?.name !== into || !isOurs(branch)) return [];
      return [proposedOf(shown, branch)];
    });
  }

  /** Puts one file on a new branch, on top of a commit. Where the branch is there already, nothing is done. */
  async commit(branch: string, parent: string, path: string, text: string, message: string): Promise<void> {
    const find = () => this.branch(branch);
    if ((await find()) !== undefined) return;
    const form = { branch, parents: parent, message, [path]: text };
    await this.session.create("/repositories/{workspace}/{repo_slug}/src", this.at, form, find, {
      form: true,
    });
  }

  async propose(branch: string, into: string, title: string, description: string): Promise<Proposed> {
    const find = async () => (await this.open(into, (name) => name === branch))[0];
    const body = {
      type: "pullrequest" as const,
      title,
      description,
      source: { branch: { name: branch } },
      destination: { branch: { name: into } },
      close_source_branch: true,
    };
    const made: unknown = await this.session.create(requests, this.at, body, find);
    return isProposed(made) ? made : proposedOf(made as Shown, branch);
  }

  /** A branch by its name; undefined where there is none. */
  async branch(name: string): Promise<Branch | undefined> {
    // A name that is not there is an answer, not a mistake.
    const found: unknown = await this.session
      .get("/repositories/{workspace}/{repo_slug}/refs/branches/{name}", { ...this.at, name })
      .catch((error: unknown) => {
        if ((error as { status?: number }).status === 404) return undefined;
        throw error;
      });
    const commit = (found as { target?: { hash?: string } } | undefined)?.target?.hash;
    return commit === undefined ? undefined : { name, commit };
  }
}

function proposedOf({ id = 0, links }: Shown, branch: string): Proposed {
  return { id, branch, address: links?.html?.href ?? "" };
}

function isProposed(made: unknown): made is Proposed {
  return typeof (made as Partial<Proposed>).branch === "string";
}
