/** Compares both systems with what is declared, whatever the state says of them. Reads only. */
import type { Progress } from "../../toolchain/progress";
import type { Engine } from "../../engine/engine";
import { checkOf, type Check } from "./check";
import { coverageFile, lookOf, readLooked, writeLooked } from "./coverage";
import type { DriftReport } from "../../evidence/reports/drift";
import { membersOf } from "./members";
import { realmFindings } from "./realm";
import { lookAround } from "./workspace";

export interface DriftOptions {
  /** How many requests to Bitbucket it may take, about. Default: as many as it takes. */
  readonly budget?: number;
  /** File that remembers each part's last look. Default: `.local/drift/<stack>.json`. */
  readonly coverage?: string;
}

/** Parts that cost no budget of their own: which projects and repositories there are, and who is in the groups. */
const listPart = "projects and repositories";
const memberPart = "members of groups";

/**
 * Looks, and writes nothing but its own file of last looks. Members of groups are compared by a governing stack, and
 * only without a budget; otherwise those of the last look are kept in that file, and are not in the report.
 *
 * @throws if the files have mistakes, the stack was never brought up, or a system does not answer
 */
export async function driftOf(
  stack: string,
  engine: Engine,
  { budget = Infinity, coverage: file = coverageFile(engine.cwd, stack) }: DriftOptions,
  progress: Progress,
): Promise<DriftReport> {
  const check = await checkOf(stack, engine);
  const { realm } = check.settings.keycloak;
  const { governing, workspace } = check.settings.bitbucket;
  const before = readLooked(file);

  const inRealm = await progress.step(`looking at realm ${realm}`, () => realmFindings(check));
  const { inLists, inParts, looked, coverage, requests } = await progress.step(
    `looking at workspace ${workspace}`,
    (note) => lookAround(check, before, budget, note),
  );
  const ofMembers = governing && budget === Infinity ? await membersOf(check, progress) : undefined;

  const members = ofMembers ? lookOf(ofMembers.findings) : before[memberPart];
  writeLooked(file, {
    ...looked,
    ...(members && { [memberPart]: members }),
    [`realm ${realm}`]: lookOf(inRealm),
    [listPart]: lookOf(inLists),
  });
  const findings = [...inRealm, ...inLists, ...inParts, ...(ofMembers?.findings ?? [])];
  return {
    stack,
    at: new Date().toISOString(),
    verdict: findings.every(({ observed }) => observed) ? "as declared" : "drift",
    findings,
    requests,
    coverage,
    notExamined: notExamined(check, budget, ofMembers?.unmatched ?? []),
  };
}

function notExamined({ settings, last }: Check, budget: number, unmatched: readonly string[]): string[] {
  const { governing } = settings.bitbucket;
  return [
    "values of secured variables and secrets of clients, which neither system shows",
    "what no API of Bitbucket shows (docs/limits.md)",
    ...(last.isCurrent
      ? []
      : [
          "rights apart, what a refresh of the state has read: whether that was changed by hand only the commit that was brought up tells, and something else is checked out, or due",
        ]),
    ...(governing ? [] : ["what is not per environment: the governing stack looks at that"]),
    ...(governing && budget !== Infinity ? ["who is in Bitbucket's groups: npm run sync looks at that"] : []),
    ...(unmatched.length === 0
      ? []
      : [`the groups of ${unmatched.join(", ")}: npm run sync says why no account of theirs is known`]),
  ];
}
