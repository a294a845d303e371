/**
 * `npm run pull-request -- <id>`: previews what a pull request proposes, in every environment, and says it there: one
 * comment that is kept up to date, and a report with the verdict. Run in a checkout of the branch that it goes into.
 */
import { Command, InvalidArgumentError } from "commander";
import { parseStackFile, stackOfFile, type Settings } from "../../access";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { ensureToolchain } from "../../toolchain/build";
import { Progress } from "../../toolchain/progress";
import { gitText } from "../../checkout/git";
import { prepareEngine } from "../../engine/prepare";
import { stackTexts } from "../../checkout/stack";
import { textOf } from "../preview/text";
import { PullRequests, type Repository } from "./bitbucket";
import { reviewJson, verdictOf, exitCodes } from "./review";
import { reviewRequests, type Reviewed } from "./reviewRequests";
import { localStack, variable } from "../../access/environment";

interface Options {
  readonly stack: readonly string[];
  readonly repository?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export function pullRequestCommand(): Command {
  return new Command("pull-request")
    .description(
      "previews what a pull request proposes, in every environment, and says it in a comment and a report",
    )
    .usage("-- [number] [options]")
    .argument(
      "[number]",
      "of the pull request; without it, every open one that has changed since its comment",
      numberOf,
    )
    .option(
      "--stack <stack>",
      "only this one; may be given again",
      (one: string, all: string[]) => [...all, one],
      [],
    )
    .option(
      "--repository <workspace/slug>",
      "the Bitbucket repository of the pull request; by default, what Git calls origin",
    )
    .option("--dry-run", "print the comment instead of writing anything to Bitbucket")
    .option("--json", "print one JSON object for each pull request instead of text")
    .addHelpText(
      "after",
      "\nExit code: 0 nothing to do, 2 changes, 3 changes that a second person has to approve, 1 error.",
    )
    .action(async (id: number | undefined, options: Options) => {
      const engine = await prepareEngine(await ensureToolchain({ keycloak: false }), undefined);
      const all = settingsOf(engine.cwd);
      const stacks = chosen([...all.keys()], options.stack);
      const { url } = (all.get(stacks[0] ?? "") ?? fail("there is no stack to preview")).bitbucket;
      const repository = repositoryOf(options.repository ?? (await origin(engine.cwd)));
      const session = Bitbucket.session(url, engine.env);
      const requests = new PullRequests(session, repository);
      const reviewed = await reviewRequests(id, requests, {
        engine,
        stacks,
        progress: new Progress(),
        dryRun: options.dryRun === true,
        ...logOf(process.env),
      });
      for (const one of reviewed) print(one, options);
      if (reviewed.length === 0) console.error("no open pull request has changed since its comment");
      const codes = reviewed.map(({ review }) => exitCodes[verdictOf(review)]);
      process.exitCode = codes.includes(1) ? 1 : Math.max(0, ...codes);
    });
}

function print({ review, comment, done }: Reviewed, { json, dryRun }: Options): void {
  if (json) console.log(JSON.stringify({ ...reviewJson(review), comment: done }, undefined, 2));
  else if (dryRun) console.log(comment);
  else {
    console.log(`pull request ${review.id}: ${verdictOf(review)}; its comment is ${done}\n`);
    for (const report of review.reports) console.log(`${textOf(report)}\n`);
    if (review.problems.length + review.failures.length > 0) console.log(comment);
  }
}

/** The settings of every stack but `local`, as the target branch has them. */
function settingsOf(folder: string): Map<string, Settings> {
  const stacks = stackTexts(folder).flatMap(({ file, text }) => {
    const name = stackOfFile(file) ?? "";
    const read = parseStackFile(text, file);
    return read.ok && name !== localStack ? [[name, read.settings] as const] : [];
  });
  // The governing one first: what is not per environment is its concern.
  return new Map(
    stacks.sort(([, a], [, b]) => Number(b.bitbucket.governing) - Number(a.bitbucket.governing)),
  );
}

function chosen(all: readonly string[], asked: readonly string[]): readonly string[] {
  const unknown = asked.find((stack) => !all.includes(stack));
  if (unknown !== undefined) fail(`there is no stack ${unknown}; there are: ${all.join(", ")}`);
  return asked.length === 0 ? all : all.filter((stack) => asked.includes(stack));
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

function numberOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected the number of a pull request, for example 42");
}

function fail(message: string): never {
  throw new Error(message);
}
