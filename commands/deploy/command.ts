/**
 * `npm run deploy -- <stack>`: preview, verdict, and then exactly that.
 */
import { readFile } from "node:fs/promises";
import { variable } from "../../access/environment";
import { inWords } from "../../engine/engine";
import { ask, isTerminal } from "../frame/question";
import { stackCommand } from "../frame/stackCommand";
import { recordSchema, type PreviewRecord } from "../preview/digest";
import { jsonOf, type Report } from "../preview/report";
import { textOf } from "../preview/text";
import { expire, type Expired } from "./expire";
import { deploy as deployStack, type Deployed, type Outcome } from "./deploy";

const codes = {
  deployed: 0,
  nothing: 0,
  declined: 1,
  unapproved: 3,
  moved: 4,
  refused: 4,
} as const satisfies Record<Outcome | Expired["outcome"], number>;

export const deploy = stackCommand({
  name: "deploy",
  moves: true,
  summary: "previews, and then does exactly that; refuses when the world has moved since",
  guide: "docs/guide/changes.md",
  flags: {
    "--record <file>": "what an earlier preview recorded: go through only if that still holds",
    "--yes": "ask nobody",
    "--repository <workspace/slug>": "the Bitbucket repository of access.yaml, whose pull request counts",
    "--commit <hash>": "the merge commit of the pull request, if it is not the one checked out",
    "--approve <number>": "without a pull request: the number that the preview showed",
    "--expired-only":
      "every hour: take away what has ended, by what the stack was last brought up with, and do nothing else",
  },
  exitCodes: {
    0: "deployed, or nothing to do",
    1: "error, or nobody said yes",
    3: "a second person has to approve first",
    4: "something has moved since the preview, or, with --expired-only, something that has ended could not be taken away",
  },
  run: async ({ stack, engine, flags, progress, say }) => {
    const { record: file, yes, expiredOnly, repository, ...options } = flags;
    const isAgreed = yes === true || file !== undefined || options.approve !== undefined;
    if (!isAgreed && !isTerminal())
      throw new Error("nobody is there to say yes: add --yes, or --record with what somebody has looked at");
    if (expiredOnly && file !== undefined)
      throw new Error("found --record beside --expired-only: it looks for itself; leave one of them out");
    const show = (report: Report) => {
      say(textOf(report));
    };
    if (expiredOnly) return answerOf(stack, await expire(stack, engine, show, progress));
    const record = file === undefined ? undefined : await readRecord(file);
    const how = {
      ...options,
      record,
      repository: repository ?? repositoryOf(engine.env),
      show,
      ...(!isAgreed && { agrees: () => ask("Do exactly this?") }),
    };
    const deployed = await deployStack(stack, engine, how, progress);
    const { report, ...rest } = deployed;
    return {
      json: { ...jsonOf(report), ...rest },
      text: deployedText(deployed),
      code: codes[deployed.outcome],
    };
  },
});

function answerOf(stack: string, { report, ...rest }: Expired) {
  const { outcome, reasons, changes } = rest;
  const done = changes === undefined ? [] : [`deployed: ${inWords(changes)}`];
  const left = ["not all that has ended is gone:", ...reasons.map((reason) => `  ${reason}`)];
  return {
    json: {
      ...(report ? jsonOf(report) : { stack, verdict: outcome === "nothing" ? "nothing" : "changes" }),
      ...rest,
    },
    text:
      outcome === "nothing" ? "nothing to deploy" : [...done, ...(reasons.length > 0 ? left : [])].join("\n"),
    code: codes[outcome],
  };
}

/** Bitbucket Pipelines says which repository it runs for. */
function repositoryOf({ [variable.repositoryName]: name }: NodeJS.ProcessEnv): string | undefined {
  return name === "" ? undefined : name;
}

async function readRecord(file: string): Promise<PreviewRecord> {
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`there is no ${file}: write it with "npm run preview -- <stack> --record ${file}"`);
  });
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    throw new Error(
      `${file} is no record of a preview: write it anew with "npm run preview -- <stack> --record ${file}"`,
    );
  }
}

function deployedText({ outcome, reasons, approval, changes, report }: Deployed): string {
  const because = reasons.map((reason) => `  ${reason}`);
  switch (outcome) {
    case "nothing":
      return "nothing to deploy";
    case "deployed":
      return [
        `deployed: ${inWords(changes ?? {})}`,
        ...(approval === undefined ? [] : [`approval: ${approval.words}`]),
      ].join("\n");
    case "declined":
      return "nothing was changed: nobody said yes";
    case "moved":
      return [
        "",
        "nothing was changed: something has moved since the preview; preview it again",
        ...because,
      ].join("\n");
    case "unapproved":
      return [
        "",
        `nothing was changed: a second person has to approve of change ${report.number} first`,
        ...because,
      ].join("\n");
  }
}
