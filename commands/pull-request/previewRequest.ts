/** The previews of one pull request: every environment concerned, each with its own credentials. */
import { InvalidAccess, renderProblem, stackFile, type Problem } from "../../access";
import type { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { git, gitText } from "../../checkout/git";
import type { Report } from "../preview/report";
import type { PullRequest } from "./bitbucket";
import { previewIn } from "./previewFrom";
import { readProposal, type Proposal } from "../../checkout/proposal";
import { redacted } from "../../trail/redact";
import type { Ready } from "./ready";
import type { Review } from "./review";
import { inWorkFolder } from "./workFolder";

export interface Where {
  readonly engine: Engine;
  /** Those that may be previewed; whether one is concerned is seen from the change. */
  readonly stacks: readonly string[];
  /** Whether, and how, each of them is signed in to. */
  readonly ready: Ready;
  readonly progress: Progress;
}

/** @throws where the pull request cannot be previewed by this checkout at all */
export async function previewRequest(
  request: PullRequest,
  { engine, stacks, ready, progress }: Where,
): Promise<Review> {
  const folder = engine.cwd;
  const onto = await gitText(folder, ["rev-parse", "HEAD"]);
  if (!onto.startsWith(request.onto)) {
    throw new Error(
      `pull request ${request.id} goes into ${request.target}, which is at ${request.onto}; checked out is ${onto.slice(0, 12)}: check out ${request.target}, and its newest commit`,
    );
  }
  const commit = await fetched(folder, request);
  const found = {
    ...{ id: request.id, commit, onto },
    ...{ program: [] as readonly string[], reports: [] as Report[], failures: [] as Failure[] },
  };
  const problems = new Map<string, Problem>();
  const failed = (stack: string, thrown: unknown): void => {
    if (thrown instanceof InvalidAccess) {
      for (const problem of thrown.problems) problems.set(renderProblem(problem), problem);
    } else {
      found.failures.push({ stack, message: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  };
  try {
    const proposal = await readProposal(folder, commit);
    found.program = proposal.program;
    const concerned = concernedBy(proposal, stacks);
    if (concerned.length > 0) {
      await inWorkFolder(folder, proposal, async (work) => {
        for (const stack of concerned) {
          try {
            const own = ready.get(stack);
            if (own === undefined || own instanceof InvalidAccess) throw own ?? new Error("not looked at");
            const at = { ...work, tree: proposal.tree };
            found.reports.push(await previewIn(at, stack, own, progress));
          } catch (thrown) {
            failed(stack, thrown);
          }
        }
      });
    }
  } catch (thrown) {
    failed("every environment", thrown);
  }
  // Before it is shortened: half a secret is not seen to be one.
  return redacted({ ...found, problems: [...problems.values()] }, engine.env);
}

interface Failure {
  readonly stack: string;
  readonly message: string;
}

/** All of them where what is true everywhere changes, or a stack comes or goes; else those whose own file changes. */
export function concernedBy(
  { changed }: Pick<Proposal, "changed">,
  stacks: readonly string[],
): readonly string[] {
  const own = new Map(stacks.map((stack) => [stackFile(stack), stack]));
  if (changed.some((path) => !own.has(path))) return stacks;
  return changed.flatMap((path) => own.get(path) ?? []);
}

/** The proposed commit in full, which the checkout has from now on: its objects, none of its files. */
async function fetched(folder: string, { id, fork, source, commit }: PullRequest): Promise<string> {
  const found = async () =>
    (await git(folder, ["rev-parse", "--verify", "--quiet", `${commit}^{commit}`])).stdout.toString().trim();
  if (fork)
    throw new Error(
      `pull request ${id} comes from a fork, which is not previewed: push its branch to this repository`,
    );
  if (!/^[0-9a-f]{7,40}$/.test(commit))
    throw new Error(`pull request ${id}: ${JSON.stringify(commit)} is no commit`);
  if ((await found()) === "") {
    const args = [
      "fetch",
      "--quiet",
      "--no-tags",
      "--no-recurse-submodules",
      "--no-write-fetch-head",
      "origin",
    ];
    await gitText(folder, [...args, `refs/heads/${source}`]);
  }
  const full = await found();
  if (full === "") throw new Error(`pull request ${id}: its branch has moved on meanwhile; run it again`);
  return full;
}
