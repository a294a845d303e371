/** Reviews pull requests one after the other, and says what it found where the people are who read it. */
import { say } from "@bitbucket-keycloak/output";
import { gitText } from "../../checkout/git";
import type { PullRequest, PullRequests } from "./bitbucket";
import { commentOf, markedBy, readable } from "./comment";
import { annotationsOf, insightsOf } from "./insights";
import { previewRequest, type Where } from "./previewRequest";
import type { Review } from "./review";

export interface Reviewed {
  readonly review: Review;
  readonly comment: string;
  /** What became of the comment. */
  readonly done: "made" | "changed" | "unchanged" | "not written";
}

export interface How extends Where {
  readonly dryRun: boolean;
  /** Where the pipeline's output can be read. */
  readonly log?: string;
}

/** @param id undefined: every open pull request into the checked-out commit that has changed since its comment */
export async function reviewRequests(
  id: number | undefined,
  requests: PullRequests,
  how: How,
): Promise<Reviewed[]> {
  const open = id === undefined ? await requests.open() : [await requests.get(id)];
  const head = await gitText(how.engine.cwd, ["rev-parse", "HEAD"]);
  const reviewed: Reviewed[] = [];
  for (const request of open) {
    if (request.state !== "OPEN") {
      say(`pull request ${request.id} is ${request.state.toLowerCase()}: nothing to preview`);
      continue;
    }
    const before = await requests.comment(request.id);
    if (id === undefined && (request.fork || !head.startsWith(request.onto) || isKnown(request, before?.raw)))
      continue;
    const review = await how.progress.step(`pull request ${request.id}`, async () =>
      readable(await previewRequest(request, how)),
    );
    const comment = commentOf(review, how.log);
    if (how.dryRun) {
      reviewed.push({ review, comment, done: "not written" });
      continue;
    }
    // The report first: whoever sees the comment finds it there.
    await requests.report(review.commit, insightsOf(review, how.log), annotationsOf(review));
    reviewed.push({ review, comment, done: await requests.say(request.id, comment, before) });
  }
  return reviewed;
}

/** Whether our comment is about these two commits already. */
function isKnown({ commit, onto }: PullRequest, comment = ""): boolean {
  const marked = markedBy(comment);
  return marked !== undefined && marked.commit.startsWith(commit) && marked.onto.startsWith(onto);
}
