/**
 * Whatever reaches a deploy, by however many pull requests and in whatever order, gave nobody a right, the power to approve
 * or a weaker guard unless somebody let it through who answered for that before the first of them, wrote nothing of it and
 * gains nothing. Companies, changes and pull requests are made by chance, one account means harm; rights, approvers and
 * guards are worked out anew by `testing/changes`, and by nothing of the product.
 */
import fc from "fast-check";
import { carriedOut, changesOf } from "./testing/changes/carryOut";
import { sequence, type Sequence } from "./testing/changes/sequence";
import { verdictOf } from "./testing/changes/verdict";
import { Workspace } from "./testing/changes/workspace";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = Number(process.env.PROP_RUNS ?? (exhaustive ? 4_000 : 150));
const seed = Number((process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ")[0]);
/** Sequences of one emulator, which remembers all that was ever pushed to it. */
const batch = 50;

jest.setTimeout(exhaustive ? 1_200_000 : 1_180_000);

/** What is worth to be told of a sequence. */
const told = (one: Sequence, more: object): string => {
  const what = changesOf(one).map(({ edit }, index) => `${(one.split[index] ?? 0) % one.arrivals.length}: ${edit}`);
  return JSON.stringify({ ...more, what, ...one }, undefined, 1);
};

test("nothing grave reaches a deploy that nobody let through who could", async () => {
  const counted = { sequences: 0, grave: 0, through: 0, graveThrough: 0, refused: 0, covered: 0, coveredRefused: 0 };
  const violations: string[] = [];
  const strict = new Map<string, number>();
  const sequences = fc.sample(sequence, { numRuns, seed });
  for (let start = 0; start < sequences.length; start += batch) {
    const workspace = await Workspace.start(batch);
    for (const [index, one] of sequences.slice(start, start + batch).entries()) {
      const { base, steps, evaluated } = await carriedOut(one, workspace.repository(index), workspace.emulator.url);
      const { grave, uncovered } = verdictOf(base, steps, one.disabled === undefined ? [] : [one.disabled]);
      const through = evaluated.reasons.length === 0;
      counted.sequences++;
      if (grave > 0) counted.grave++;
      if (through) counted.through++;
      else counted.refused++;
      if (grave > 0 && through) counted.graveThrough++;
      if (uncovered.length === 0) counted.covered++;
      if (uncovered.length === 0 && !through) {
        counted.coveredRefused++;
        const why = evaluated.reasons[0] ?? "";
        strict.set(why, (strict.get(why) ?? 0) + 1);
      }
      if (through && uncovered.length > 0)
        violations.push(told(one, { uncovered, approval: evaluated.approval?.words }));
    }
    await workspace.emulator.close();
  }
  if (process.env.PROP_DEBUG) console.log(counted, [...strict].slice(0, 40));
  const shortest = [...violations].sort((a, b) => a.length - b.length)[0];
  expect({ violations: violations.length, of: numRuns, shortest }).toEqual({ violations: 0, of: numRuns });
});
