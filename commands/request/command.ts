/** `npm run request -- --for dora --can merge --on PAY/payments-api …`: writes the grant that somebody needs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { accessFile, lastingWords, readLasting, type DataTexts } from "../../access";
import { Bitbucket } from "@pulumi/bitbucket/api/client";
import { textsIn } from "../../checkout/folder";
import { settingsOf } from "../../checkout/stack";
import { AccessFiles } from "../../clients/accessFiles";
import { root } from "../../toolchain/places";
import { command, type Described } from "../frame/spec";
import { stackCommand } from "../frame/stackCommand";
import { usualStack } from "../why/files";
import { approvalsJson } from "../why/json";
import { drafted, type Draft, type Wanted } from "./draft";
import { proposed, textsOfMain } from "./propose";

const end: Described<string> = {
  summary: `when it ends: ${lastingWords}; a grant to a person has an end`,
  parse(text) {
    const read = readLasting(text, new Date());
    if (read.ok) return text;
    throw new Error(`allowed: ${read.allowed}${read.fix === undefined ? "" : `; ${read.fix}`}`);
  },
};

const needed = (summary: string): Described<string> => ({ summary, required: true });

const flags = {
  "--for <who>": needed("a person, a team or an agent"),
  "--can <capability>": needed("what, for example merge"),
  "--on <target>": needed("a project or repository"),
  "--until <end>": end,
  "--reason <why>": needed("why, in a sentence"),
  "--repository <workspace/slug>": "the Bitbucket repository of access.yaml: opens a pull request there",
} as const;

/** By the addresses and credentials of the stack, as every command about one. */
const inRepository = stackCommand({
  name: "request",
  summary: "opens the pull request",
  argument: ["[none]", "nothing"],
  flags,
  exitCodes: { 0: "written" },
  run: async ({ stack, env, flags: { repository = "", ...given } }) => {
    const { url } = settingsOf(root, stack, env).bitbucket;
    const files = new AccessFiles(Bitbucket.session(url, env), url, repository, env);
    const main = await files.main();
    const texts = await textsOfMain(files, main.commit, textsIn(root));
    const wanted = wantedOf(given);
    const draftOf = (its: DataTexts) => drafted(root, stack, env, wanted, its);
    const { request, draft, asked, unasked } = await proposed(files, main, {
      texts,
      draftOf,
      reason: wanted.reason,
    });
    const { id, branch, address } = request;
    const where = `pull request ${id} of ${repository}, from branch ${branch}${address === "" ? "" : `: ${address}`}`;
    return {
      json: { ...jsonOf(draft), repository, request: { id, branch, address }, reviewers: asked },
      text: [
        ...draft.lines,
        "",
        where,
        ...(asked.length === 0 ? [] : [`asked to review it: ${asked.join(", ")}`]),
        ...unasked.map((one) => `not asked: ${one}`),
      ].join("\n"),
    };
  },
});

export const request = command({
  name: "request",
  summary: "writes the grant that somebody needs into access.yaml, or opens the pull request that does",
  guide: "docs/guide/why.md#asking-for-it",
  flags: {
    ...flags,
    "--stack <stack>": "whose settings count (default: the one that governs the workspace)",
  },
  exitCodes: { 0: "written" },
  run: async (context) => {
    const { stack = usualStack(root, process.env), ...given } = context.flags;
    if (given.repository !== undefined)
      return inRepository.run({ ...context, argument: undefined, flags: { ...given, stack } });
    const draft = drafted(root, stack, process.env, wantedOf(given), textsIn(root));
    writeFileSync(join(root, accessFile), draft.text);
    const next = `${accessFile} is changed: look at it, commit it, and open a pull request`;
    return { json: jsonOf(draft), text: [...draft.lines, "", next].join("\n") };
  },
});

function wantedOf(given: {
  readonly for?: string;
  readonly can?: string;
  readonly on?: string;
  readonly until?: string;
  readonly reason?: string;
}): Wanted {
  const { for: who = "", can = "", on = "", until, reason = "" } = given;
  return { who, can, on, reason, ...(until !== undefined && { until }) };
}

function jsonOf({ title, proposal }: Draft): object {
  const { asks, owners, gained } = proposal;
  return {
    title,
    gained: gained.map(({ subject, capability, target, people }) => ({
      subject,
      capability,
      target,
      people,
    })),
    approvals: approvalsJson(asks),
    owners,
  };
}
