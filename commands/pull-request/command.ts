/**
 * `npm run pull-request -- <id>`: previews what a pull request proposes, in every environment, and says it there: one
 * comment that is kept up to date, and a report with the verdict. Run in a checkout of the branch that it goes into.
 */
import { Bitbucket, type Session } from "@pulumi/bitbucket/api/client";
import { InvalidAccess, meantName, type Settings } from "../../access";
import { localStack, variable } from "../../access/environment";
import { gitText } from "../../checkout/git";
import { settingsOfStacks } from "../../checkout/stack";
import { prepareEngine } from "../../engine/prepare";
import { ensureToolchain } from "../../toolchain/build";
import { repeated } from "../frame/flags";
import { command, type Answer, type Described } from "../frame/spec";
import { textOf } from "../preview/text";
import { tellingRequests } from "../requests";
import { PullRequests, type Repository } from "./bitbucket";
import { readyStacks, type Ready } from "./ready";
import { exitCodes, reviewJson, verdictOf } from "./review";
import { reviewRequests, type Reviewed } from "./reviewRequests";

const number: Described<number> = {
  summary: "of the pull request; without it, every open one that has changed since its comment",
  parse(text) {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new Error("expected the number of a pull request, for example 42");
  },
};

export const pullRequest = command({
  name: "pull-request",
  summary:
    "previews what a pull request proposes, in every environment, and says it in a comment and a report",
  guide: "docs/guide/pull-requests.md",
  argument: ["[number]", number],
  flags: {
    "--stack <stack>": repeated("only this one; may be given again. Without it, every one but local"),
    "--repository <workspace/slug>":
      "the Bitbucket repository of the pull request; by default, what Git calls origin",
    "--dry-run": "print the comment instead of writing anything to Bitbucket",
  },
  exitCodes: {
    0: "nothing to do",
    2: "changes",
    3: "changes that a second person has to approve",
  },
  notes: "With --json, one object is printed for each pull request.",
  run: async ({ argument, flags: { stack = [], repository, dryRun = false }, progress }) => {
    const toolchain = await ensureToolchain({ keycloak: "none" }, process.env, progress);
    // The passphrase of local is known; those of others come by the environment.
    const isLocal = stack.length === 1 && stack[0] === localStack;
    const engine = await prepareEngine(toolchain, isLocal ? localStack : undefined);
    const all = settingsOf(engine.cwd, stack);
    const stacks = chosen([...all.keys()], stack);
    const ready = await readyStacks([...all.keys()], engine);
    const session = sessionOf(stacks, ready, all);
    const requests = new PullRequests(session, repositoryOf(repository ?? (await origin(engine.cwd))));
    const options = { engine, stacks, ready, progress, dryRun, ...logOf(process.env) };
    const reviewed = await tellingRequests({ env: engine.env, stack: undefined }, () =>
      reviewRequests(argument, requests, options),
    );
    if (reviewed.length === 0) return { notes: ["no open pull request has changed since its comment"] };
    return reviewed.map((one) => answerOf(one, dryRun));
  },
});

function answerOf({ review, comment, done }: Reviewed, dryRun: boolean): Answer<0 | 2 | 3> {
  const verdict = verdictOf(review);
  const isBroken = review.problems.length + review.failures.length > 0;
  const said = [
    `pull request ${review.id}: ${verdict}; its comment is ${done}\n`,
    ...review.reports.map((report) => `${textOf(report)}\n`),
    ...(isBroken ? [comment] : []),
  ];
  return {
    json: { ...reviewJson(review), comment: done },
    text: dryRun ? comment : said.join("\n"),
    code: exitCodes[verdict],
  };
}

/** The settings of every stack, as the target branch has them; of `local` only where it is asked for by name. */
function settingsOf(folder: string, asked: readonly string[]): Map<string, Settings> {
  const stacks = [...settingsOfStacks(folder, process.env)].filter(
    ([stack]) => stack !== localStack || asked.includes(localStack),
  );
  // The governing one first: what is not per environment is its concern.
  return new Map(
    stacks.sort(([, a], [, b]) => Number(b.bitbucket.governing) - Number(a.bitbucket.governing)),
  );
}

/** At the address, and with the credentials, of the first stack that may be signed in to. */
function sessionOf(stacks: readonly string[], ready: Ready, all: ReadonlyMap<string, Settings>): Session {
  const states = stacks.map((stack) => ({ state: ready.get(stack), settings: all.get(stack) }));
  for (const { state, settings } of states)
    if (state && settings && !(state instanceof InvalidAccess))
      return Bitbucket.session(settings.bitbucket.url, state.env);
  const problems = states.flatMap(({ state }) => (state instanceof InvalidAccess ? state.problems : []));
  if (problems.length > 0) throw new InvalidAccess(problems);
  return fail("there is no stack to preview");
}

function chosen(all: readonly string[], asked: readonly string[]): readonly string[] {
  const meant = asked.map((stack) => meantName(stack, all, "stack"));
  return meant.length === 0 ? all : all.filter((stack) => meant.includes(stack));
}

function origin(folder: string): Promise<string> {
  return gitText(folder, ["remote", "get-url", "origin"]).catch(() => "");
}

/** `https://bitbucket.org/acme/identity.git` is `acme/identity`. */
function repositoryOf(address: string): Repository {
  const [, workspace, repo_slug] = /([\w.-]+)\/([\w.-]+?)(?:\.git)?\/?$/.exec(address) ?? [];
  if (workspace !== undefined && repo_slug !== undefined) return { workspace, repo_slug };
  return fail("which repository is not known: name it with --repository, for example acme/identity");
}

/** Where this pipeline's output can be read. */
function logOf({ [variable.repositoryName]: name, [variable.buildNumber]: build }: NodeJS.ProcessEnv): {
  log?: string;
} {
  return name && build ? { log: `https://bitbucket.org/${name}/pipelines/results/${build}` } : {};
}

function fail(message: string): never {
  throw new Error(message);
}
