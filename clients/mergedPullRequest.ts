/**
 * What is known of a merged pull request: who made it, and who approved of just that. Bitbucket remembers an approval,
 * and not of what it was: one counts if it was given after the last push. Anybody may write any name into a commit, so
 * whoever pushed counts as an author, too.
 */
import type { PullRequestActivity } from "@pulumi/bitbucket/api/contract";

interface Approval {
  /** UUID of the account. */
  readonly account: string;
  /** Where Bitbucket does not say it: the beginning of time. */
  readonly on: Date;
}

export interface MergedPullRequest {
  readonly id: number;
  readonly title: string;
  /** UUID of the account that opened it. */
  readonly author: string;
  /** Name of the branch of this repository that it was merged into. */
  readonly into: string;
  /** The commit that was approved and merged, in full. */
  readonly head: string;
  /** UUIDs of the accounts that opened it, pushed to it, led it to another branch, wrote or committed any of its commits. */
  readonly authors: ReadonlySet<string>;
  /** Whom its commits name besides: of no account. Example: `Ana <ana@home.example>`. */
  readonly strangers: readonly string[];
  readonly approvals: readonly Approval[];
  /** When what is approved was last changed. */
  readonly lastPush: Date;
  /** UUIDs of the accounts whose approval was given after the last push; nobody's where it is refused. */
  readonly approvedBy: readonly string[];
  /** Those whose approval was given before it. */
  readonly stale: readonly string[];
  /** Why nobody's approval of it counts. */
  readonly refusals: readonly string[];
  /** What Bitbucket calls them, by account. */
  readonly names: ReadonlyMap<string, string>;
}

interface Account {
  readonly uuid?: string;
  readonly display_name?: string;
}
interface Side {
  readonly branch?: { readonly name?: string };
  readonly repository?: { readonly uuid?: string; readonly full_name?: string };
}
interface Signature {
  readonly raw?: string;
  readonly user?: Account;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/ */
interface PullRequest {
  readonly id?: number;
  readonly title?: string;
  readonly author?: Account;
  readonly source?: Side;
  readonly destination?: Side;
  readonly participants?: readonly {
    readonly approved?: boolean;
    readonly participated_on?: string | null;
    readonly user?: Account;
  }[];
}

interface BroughtCommit {
  readonly hash?: string;
  readonly author?: Signature;
  readonly committer?: Signature;
}

/** What was read of it. */
export interface ReadPullRequest {
  readonly request: PullRequest;
  /** UUID of the repository that it was read of. */
  readonly repository: string;
  readonly head: string;
  /** In any order. */
  readonly activity: readonly PullRequestActivity[];
  readonly commits: readonly BroughtCommit[];
  /** Why something of it could not be read. */
  readonly unread: readonly string[];
}

const never = new Date(0);

export function mergedPullRequest(read: ReadPullRequest): MergedPullRequest {
  const { request, head, commits, activity } = read;
  const { author, destination, participants = [] } = request;
  const pushes = pushesOf(activity);
  const signatures = commits.flatMap((commit) => [commit.author, commit.committer]);
  const users = [author, ...pushes.map((push) => push.author), ...signatures.map((one) => one?.user)];
  const lastPush = new Date(Math.max(...pushes.map(({ on }) => on.getTime()), 0));
  const refusals = [...read.unread, ...refusalsOf(read, pushes, lastPush)];
  const approvals = participants.flatMap(({ approved, participated_on, user }) =>
    approved === true && user?.uuid !== undefined
      ? [{ account: user.uuid, on: givenOn(user.uuid, participated_on, activity) }]
      : [],
  );
  const isFresh = ({ on }: Approval) => refusals.length === 0 && on > lastPush;
  const accounts = (some: readonly Approval[]) => some.map(({ account }) => account);
  const named = [...users, ...participants.map(({ user }) => user)];
  return {
    id: request.id ?? 0,
    title: request.title ?? "",
    author: author?.uuid ?? "",
    into: destination?.branch?.name ?? "",
    head,
    authors: new Set(users.flatMap((user) => user?.uuid ?? [])),
    strangers: [
      ...new Set(signatures.flatMap((one) => (one?.user?.uuid === undefined ? (one?.raw ?? []) : []))),
    ],
    approvals,
    lastPush,
    approvedBy: accounts(approvals.filter(isFresh)),
    stale: accounts(approvals.filter(({ on }) => on <= lastPush)),
    refusals,
    names: new Map(
      named.flatMap((user) =>
        user?.uuid !== undefined && user.display_name !== undefined ? [[user.uuid, user.display_name]] : [],
      ),
    ),
  };
}

interface Push {
  readonly author: Account | undefined;
  /** Not a date where Bitbucket gives none. */
  readonly on: Date;
  /** As far as Bitbucket gives it. */
  readonly hash: string;
}

/** What changed the commits of it, or led them elsewhere; the oldest first. */
function pushesOf(activity: readonly PullRequestActivity[]): Push[] {
  const updates = activity.flatMap(({ update }) => (update ? [update] : []));
  const inOrder = updates
    .reverse()
    .map((update) => ({ update, on: new Date(update.date ?? "") }))
    .sort((a, b) => a.on.getTime() - b.on.getTime());
  const what = (index: number) => {
    const { source, destination } = inOrder[index]?.update ?? {};
    return `${source?.commit?.hash} into ${destination?.branch?.name}`;
  };
  return inOrder.flatMap(({ update, on }, index) =>
    index > 0 && what(index) === what(index - 1)
      ? []
      : [{ author: update.author, on, hash: update.source?.commit?.hash ?? "" }],
  );
}

/** The earlier of what the participant and the log say: whoever comments later did not approve later. */
function givenOn(
  account: string,
  participated: string | null | undefined,
  activity: readonly PullRequestActivity[],
): Date {
  const given = activity.flatMap(({ approval }) =>
    approval?.user?.uuid === account ? [new Date(approval.date ?? "").getTime()] : [],
  );
  const on = Math.min(Math.max(...given), new Date(participated ?? "").getTime());
  return Number.isFinite(on) ? new Date(on) : never;
}

function refusalsOf(
  { request, repository, head, commits }: ReadPullRequest,
  pushes: readonly Push[],
  lastPush: Date,
): string[] {
  const { source, destination } = request;
  const short = head.slice(0, 12);
  const last = pushes.at(-1)?.hash ?? "";
  const isKnown = ({ author, on }: Push) => author?.uuid !== undefined && Number.isFinite(on.getTime());
  const isSigned = ({ author, committer }: BroughtCommit) =>
    [author, committer ?? author].every((one) => one?.user?.uuid !== undefined || one?.raw);
  return [
    ...(source?.repository?.uuid === repository
      ? []
      : [
          `it comes from ${source?.repository?.full_name ?? "a repository that is gone"}, a fork, whose pushes Bitbucket does not show here: open it from a branch of the repository itself`,
        ]),
    ...(destination?.repository?.uuid === repository && destination.branch?.name !== undefined
      ? []
      : ["Bitbucket does not say that it was merged into a branch of this repository"]),
    ...(last.length >= 7 && head.startsWith(last)
      ? []
      : [`its log does not show who pushed ${short}, which was merged`]),
    ...(pushes.every(isKnown) && Number.isFinite(lastPush.getTime())
      ? []
      : ["its log does not say of each push who pushed, and when"]),
    ...(commits.some(({ hash }) => hash === head) && commits.every(isSigned)
      ? []
      : [`Bitbucket does not say who wrote the commits up to ${short}`]),
  ];
}
