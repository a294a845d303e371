/**
 * `npm run audit -- --who ana@acme.example --since 90d`: who gave whom what, when, why, and who approved of it.
 * `check` proves that the trail is what was written, `collect` brings in what Keycloak and the engine know.
 */
import { modelIn, nearest, type Model } from "../../access";
import { variable } from "../../access/environment";
import { textsIn } from "../../checkout/folder";
import { root } from "../../toolchain/places";
import { factsOf } from "../../trail/facts";
import { auditFolder } from "../../trail/place";
import { answersTo, momentOf, namesFor } from "../../trail/query";
import { missingFrom, readTrail, trailFolders, trailOptions, type Trail } from "../../trail/trail";
import { command, type Described, type Values } from "../frame/spec";
import { stackCommand } from "../frame/stackCommand";
import { collect as collectEntries, type Collected } from "./collect";
import { checkText, textOf } from "./text";

const place = `where the trail lies (default: ${variable.auditFolder}, else .local/audit)`;

/** A flag with a moment of the past, or a time before now. */
const past = (summary: string): Described<string> => ({
  summary,
  parse(text) {
    const found = momentOf(text, new Date());
    if (found !== undefined) return found;
    throw new Error("allowed: 90d, 12h, 2w, a day as 2026-11-25, a moment as 2026-11-25T12:00:00Z");
  },
});

const check = command({
  name: "check",
  summary: "proves that the trail is what was written: every line, their order, their number, the signature",
  argument: ["[folder]", place],
  flags: {
    "--folder <folder>": "the same, as a flag",
    "--against <folder>": "an earlier copy: everything that it holds has to be there still",
  },
  exitCodes: { 0: "whole", 2: "not whole" },
  run: ({ argument, flags: { against, folder = auditFolder(process.env, root) } }) => {
    const checked = argument ?? folder;
    const copies = against === undefined ? [] : trailsIn(against);
    const missing = copies.flatMap((copy) => missingFrom(checked, against ?? "", copy));
    const trails = trailsIn(checked);
    const isWhole = missing.length === 0 && trails.every(({ problems }) => problems.length === 0);
    return {
      json: {
        trails: trails.map(({ entries, folder, problems, notes, head }) => ({
          folder,
          entries: entries.length,
          problems,
          notes,
          head,
        })),
        missing,
      },
      text: [checkText(trails, checked), ...missing.map((one) => `problem: ${one}`)].join("\n"),
      code: isWhole ? 0 : 2,
    };
  },
});

const collect = stackCommand({
  name: "collect",
  summary:
    "brings Keycloak's log and the engine's history into the trail; what joins no run was done by hand",
  flags: { "--since <moment>": past("how far back (default: what is not in the trail yet)") },
  exitCodes: { 0: "collected" },
  run: async ({ stack, engine, flags: { since }, progress }) => {
    const from = since === undefined ? undefined : new Date(since);
    const collected = await collectEntries(stack, engine, from, progress);
    return { json: collected, text: collectedText(collected) };
  },
});

const flags = {
  "--who <person>": "giver, receiver or approver: a user name, an e-mail address, a team",
  "--since <moment>": past("90d, 12h, or a day as 2026-11-25"),
  "--until <moment>": past("the first moment that counts no more"),
  "--target <name>": "a project, a repository, a group, a secret",
  "--stack <stack>": "of this stack alone",
  "--folder <folder>": place,
};

export const audit = command({
  name: "audit",
  summary: "answers who gave whom what, when, why, and who approved of it",
  guide: "docs/guide/audit.md",
  flags,
  exitCodes: { 0: "answered", 2: "the trail is not whole, see check" },
  subcommands: [check, collect],
  run: ({ flags }) => {
    const { who, folder = auditFolder(process.env, root), ...query } = flags;
    const trails = trailsIn(folder);
    if (trails.length === 0)
      throw new Error(`there is no audit trail in ${folder}: nothing was recorded yet`);
    const entries = trails.flatMap((trail) => trail.entries);
    const names = who === undefined ? undefined : namesFor(who, modelOf(), entries);
    const answers = answersTo({ ...query, ...(names && { who: names }) }, factsOf(entries));
    const problems = linesOf(trails, "problems");
    const meant =
      who === undefined || answers.length > 0 ? undefined : nearest(who.trim(), namesIn(modelOf()));
    return {
      json: { answers, problems },
      text: textOf(answers, questionOf(flags)),
      notes: [
        ...(meant === undefined ? [] : [`note: did you mean "${meant}"?`]),
        ...linesOf(trails, "notes").map((note) => `note: ${note}`),
        ...problems.map((problem) => `warning: the trail is not whole: ${problem}`),
      ],
      code: problems.length > 0 ? 2 : 0,
    };
  },
});

function linesOf(trails: readonly Trail[], kind: "notes" | "problems"): string[] {
  return trails.flatMap((trail) => trail[kind].map((one) => `${trail.folder}: ${one}`));
}

function questionOf({ who, since, until, target, stack }: Values<typeof flags>): string {
  return [
    ...(who === undefined ? [] : [`about ${who}`]),
    ...(target === undefined ? [] : [`on ${target}`]),
    ...(stack === undefined ? [] : [`of stack ${stack}`]),
    ...(since === undefined ? [] : [`since ${since.slice(0, 16).replace("T", " ")} UTC`]),
    ...(until === undefined ? [] : [`until ${until.slice(0, 16).replace("T", " ")} UTC`]),
  ].join(" ");
}

function trailsIn(folder: string): Trail[] {
  const options = trailOptions(process.env);
  return trailFolders(folder).map((one) => readTrail(one, options));
}

/** For names; without it, those of the trail count alone. */
function modelOf(): Model | undefined {
  return modelIn(textsIn(root));
}

function namesIn(model: Model | undefined): string[] {
  const { people = [], teams = [], agents = [] } = model ?? {};
  return [...people.map(({ username }) => username), ...[...teams, ...agents].map(({ name }) => name)];
}

function collectedText({ entries, notExamined }: Collected): string {
  const of = (act: string) => entries.filter((entry) => entry.act === act);
  const [events, signIns, updates] = [of("event"), of("sign-in"), of("update")];
  const byHand = [...events, ...updates].filter((entry) => !("run" in entry));
  const head = `collected ${entries.length}: ${events.length} changes in Keycloak, ${signIns.length} sign-ins of pipelines, ${updates.length} runs of the engine; ${byHand.length} of them joined no run of this program`;
  const answers = answersTo({}, factsOf(byHand));
  return [
    ...(answers.length === 0 ? [] : [textOf(answers, "by hand"), ""]),
    head,
    ...notExamined.map((one) => `not examined: ${one}`),
  ].join("\n");
}
