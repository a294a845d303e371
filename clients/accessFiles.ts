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
  /** Full hashes of what its tip stands on. */
  readonly parents: readonly string[];
}

/** A commit that changes one file, and nothing else. */
export interface Edit {
  /** Full hash of the commit that it stands on. */
  readonly parent: string;
  readonly path: string;
  readonly text: string;
}

/** What a pull request says. */
export interface Proposal {
  readonly title: string;
  readonly description: string;
  /** UUID of our account: of two from one branch, ours is meant. */
  readonly me: string;
  /** UUIDs of the accounts that are asked, ours not among them. Default: none. */
  readonly reviewers?: readonly string[];
}

export interface Proposed {
  readonly id: number;
  /** Branch that proposes. */
  readonly branch: string;
  /** Its tip, perhaps only the beginning of the hash. */
  readonly commit: string;
  /** UUID of the account that opened it. */
  readonly author: string;
  /** Where a person sees it; empty where Bitbucket does not say. */
  readonly address: string;
}

/** As Bitbucket shows a pull request: https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
interface Shown {
  readonly id?: number;
  readonly source?: Side;
  readonly author?: { readonly uuid?: string };
  readonly destination?: Side;
  readonly links?: { readonly html?: { readonly href?: string } };
}

interface Side {
  readonly branch?: { readonly name?: string };
  readonly commit?: { readonly hash?: string };
  readonly repository?: { readonly full_name?: string };
}

/** As Bitbucket shows a commit at the tip of a branch. */
interface Tip {
  readonly hash?: string;
  readonly parents?: readonly { readonly hash?: string }[];
}

interface Changed {
  readonly old?: { readonly path?: string };
  readonly new?: { readonly path?: string };
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

  /**
   * Puts one file on a new branch, on top of a commit.
   *
   * @returns undefined where a branch of this name holds anything else: somebody else made it, or changed it
   */
  async commit(branch: string, edit: Edit, message: string): Promise<Branch | undefined> {
    const { parent, path, text } = edit;
    const find = () => this.branch(branch);
    if ((await find()) === undefined) {
      await this.upload({ branch, parents: parent, message, [path]: text }, find);
    }
    const made = await find();
    return made !== undefined && (await this.holds(made, edit)) ? made : undefined;
  }

  /** Whether a branch is just this edit: one commit, of this file alone, on top of that commit. */
  async holds({ commit, parents }: Branch, { parent, path, text }: Edit): Promise<boolean> {
    if (parents.length !== 1 || parents[0] !== parent) return false;
    const at = { ...this.at, spec: commit };
    const changed = (await this.session.list(
      "/repositories/{workspace}/{repo_slug}/diffstat/{spec}",
      at,
    )) as readonly Changed[];
    const isOnly = changed.every((one) => one.old?.path === path && one.new?.path === path);
    return changed.length === 1 && isOnly && (await this.text(commit, path)) === text;
  }

  /** UUID of the account that all of this is done by. */
  async account(): Promise<string> {
    const { uuid } = (await this.session.get("/user", {})) as { readonly uuid?: string };
    if (uuid === undefined) throw new Error("Bitbucket does not say whose the API token is");
    return uuid;
  }

  /** Puts one file on the branch of a pull request, on top of what is there. @throws Error where somebody was there before */
  async amend({ branch }: Proposed, edit: Omit<Edit, "parent">, message: string): Promise<void> {
    const tip = await this.branch(branch);
    if (tip === undefined) throw new Error(`branch ${branch} of ${this.name} is gone: run this again`);
    await this.upload({ branch, parents: tip.commit, message, [edit.path]: edit.text }, async () => {
      const now = await this.branch(branch);
      return now !== undefined && now.parents[0] === tip.commit ? now : undefined;
    });
  }

  /** @param find whether it is there already, where an answer was lost */
  private async upload(
    form: Readonly<Record<string, string>>,
    find: () => Promise<Branch | undefined>,
  ): Promise<void> {
    await this.session.create("/repositories/{workspace}/{repo_slug}/src", this.at, form, find, {
      form: true,
    });
  }

  /** What an open pull request says from now on. */
  async retitle(id: number, says: Pick<Proposal, "title" | "description">): Promise<void> {
    await this.session.put(
      `${requests}/{pull_request_id}`,
      { ...this.at, pull_request_id: String(id) },
      {
        type: "pullrequest",
        ...says,
      },
    );
  }

  /** The one member of the workspace with an e-mail address, if there is one. */
  accountOf(email: string): Promise<string | undefined> {
    return this.files.accountOf(email);
  }

  async propose(
    branch: string,
    into: string,
    { title, description, me, reviewers = [] }: Proposal,
  ): Promise<Proposed> {
    const find = async () => {
      const open = await this.open(into, (name) => name === branch);
      return open.find(({ author }) => author === me);
    };
    const body = {
      type: "pullrequest" as const,
      title,
      description,
      source: { branch: { name: branch } },
      destination: { branch: { name: into } },
      close_source_branch: true,
      ...(reviewers.length > 0 && {
        reviewers: reviewers.map((uuid) => ({ type: "account" as const, uuid })),
      }),
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
    const { hash: commit, parents = [] } = (found as { readonly target?: Tip } | undefined)?.target ?? {};
    if (commit === undefined) return undefined;
    return { name, commit, parents: parents.flatMap(({ hash }) => hash ?? []) };
  }
}

function proposedOf({ id = 0, links, source, author }: Shown, branch: string): Proposed {
  const [commit = "", by = "", address = ""] = [source?.commit?.hash, author?.uuid, links?.html?.href];
  return { id, branch, commit, author: by, address };
}

function isProposed(made: unknown): made is Proposed {
  return typeof (made as Partial<Proposed>).branch === "string";
}
