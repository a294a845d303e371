/** From a worksheet that reviewers have filled in to the change of `access.yaml` that they decided on. */
import { existsSync, mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accessFile } from "../../access";
import { textsIn } from "../../checkout/folder";
import { checkFolder } from "../../evidence/check";
import { parseCsv } from "../../evidence/csv";
import { worksheetFile } from "../../evidence/worksheet";
import { trustedKeys } from "../../trail/head";
import { git } from "../../checkout/git";
import { readStack } from "../../checkout/stack";
import { withoutRemoved } from "./change";
import { readSheet, type Decision } from "./sheet";

export interface ReviewOptions {
  /** Write the change. Default: false. */
  readonly apply?: boolean;
  /** Folder of the evidence that the worksheet came with: its rows have to be the same. */
  readonly evidence?: string;
}

export interface Reviewed {
  readonly stack: string;
  readonly kept: number;
  readonly removed: readonly Decision[];
  /** What the file cannot say, a line each. */
  readonly left: readonly string[];
  /** As `git diff` writes it; empty: nothing changes. */
  readonly difference: string;
  readonly applied: boolean;
}

/** @throws Error with everything that is wrong with the sheet, or InvalidAccess with what the change would break */
export async function review(
  file: string,
  folder: string,
  env: NodeJS.ProcessEnv,
  { apply = false, evidence }: ReviewOptions,
): Promise<Reviewed> {
  const place = join(folder, accessFile);
  const before = readFileSync(place, "utf8");
  if (!existsSync(file))
    throw new Error(`there is no ${file}: name the worksheet in a folder that npm run evidence wrote`);
  const text = readFileSync(file, "utf8");
  const stack = stackIn(text, file);
  const { model, asOf } = readStack(folder, stack, env);
  const sheet = readSheet(text, model);
  const problems = [
    ...sheet.problems,
    ...(evidence === undefined ? [] : strangers(sheet.seals, evidence, env)),
  ];
  if (problems.length > 0)
    throw new Error(`${file}: nothing was changed\n${problems.map((one) => `  ${one}`).join("\n")}`);
  const { text: after, left } = withoutRemoved(before, sheet.decisions);
  readStack(folder, stack, env, { asOf, texts: new Map([...textsIn(folder), [accessFile, after]]) });
  const difference = await differenceOf(before, after);
  if (apply && difference !== "") writeFileSync(place, after);
  const removed = sheet.decisions.filter(({ remove }) => remove);
  return {
    stack,
    kept: sheet.decisions.length - removed.length,
    removed,
    left,
    difference,
    applied: apply,
  };
}

function stackIn(text: string, file: string): string {
  const [head = [], first = []] = parseCsv(text);
  const stack = (first[head.indexOf("worksheet")] ?? "").split(" ")[0] ?? "";
  if (stack !== "") return stack;
  throw new Error(
    `${file}: found no worksheet of a review; allowed: ${worksheetFile} of npm run evidence, filled in and saved as CSV`,
  );
}

/** What is not as the evidence has it. */
function strangers(seals: readonly string[], folder: string, env: NodeJS.ProcessEnv): string[] {
  const { problems } = checkFolder(folder, trustedKeys(env));
  if (problems.length > 0) return problems.map((one) => `${folder}: ${one}`);
  const [head = [], ...rows] = parseCsv(readFileSync(join(folder, worksheetFile), "utf8"));
  const own = rows.map((row) => row[head.indexOf("seal")] ?? "");
  return own.length === seals.length && own.every((seal, index) => seal === seals[index])
    ? []
    : [`the rows are not those of ${folder}: it is the worksheet of other evidence, or was made up`];
}

async function differenceOf(before: string, after: string): Promise<string> {
  if (before === after) return "";
  const folder = mkdtempSync(join(tmpdir(), "bitbucket-keycloak-review-"));
  try {
    for (const [side, text] of [
      ["a", before],
      ["b", after],
    ] as const) {
      mkdirSync(join(folder, side));
      writeFileSync(join(folder, side, accessFile), text, { mode: 0o600 });
    }
    const args = ["diff", "--no-index", "--no-color", "--no-prefix", `a/${accessFile}`, `b/${accessFile}`];
    const { stdout } = await git(folder, args);
    return stdout.toString("utf8").replace(/^(diff|index) .*\n/gm, "");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
