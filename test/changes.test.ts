/**
 * Whatever reaches a deploy, by however many pull requests and in whatever order, gave nobody a right, the power to approve
 * or a weaker guard unless somebody let it through who answered for that before the first of them, wrote nothing of it and
 * gains nothing. Companies, changes and pull requests are made by chance, one account means harm; rights, approvers and
 * guards are worked out anew by `testing/changes`, and by nothing of the product. A sample by default;
 * BITBUCKET_KEYCLOAK_EXHAUSTIVE=1 takes twenty times as many.
 */
import fc from "fast-check";
import { carriedOut } from "./testing/changes/carryOut";
import { arrivalsOf, sequence, type Sequence } from "./testing/changes/sequence";
import { verdictOf } from "./testing/changes/verdict";
import { Workspace } from "./testing/changes/workspace";

const exhaustive = process.env.BITBUCKET_KEYCLOAK_EXHAUSTIVE === "1";
const numRuns = exhaustive ? 3_000 : 150;
const seed = Number((process.env.BITBUCKET_KEYCLOAK_SEEDS ?? "1").split(" ")[0]);
/** Sequences of one emulator, which remembers all that was ever pushed to it. */
const batch = 50;

jest.setTimeout(exhaustive ? 14_400_000 : 300_000);

/** A line for each pull request: whose it is, what it changes, who approved. */
const told = (one: Sequence): string[] =>
  arrivalsOf(one).map(({ arrival, changes }) => {
    const { how, author, pushes, approvals, isAgreed, isEarly, isBroken, strategy } = arrival;
    const said = isAgreed ? "everybody" : approvals.map(({ who, after }) => `${who}@${after}`).join(" ");
    const by = pushes.map((push) => (push.named === undefined ? push.by : `${push.by} as ${push.named}`));
    const words = [how, isEarly && "early", isBroken && "broken", strategy].filter((word) => word !== false);
    return `${words.join(" ")} of ${author}, pushed by ${by.join(", ")}, approved by ${said}: ${changes
      .map(({ edit, numbers }) => `${edit} ${numbers.slice(0, 4).join("/")}`)
      .join("; ")}`;
  });

test("nothing grave reaches a deploy that nobody let through who could", async () => {
  const counted = {
    sequences: 0,
    grave: 0,
    through: 0,
    graveThrough: 0,
    letThrough: 0,
    refusedAllTheSame: 0,
  };
  const violations: object[] = [];
  const sequences = fc.sample(sequence, { numRuns, seed });
  for (let start = 0; start < sequences.length; start += batch) {
    const workspace = await Workspace.start(batch);
    for (const [index, one] of sequences.slice(start, start + batch).entries()) {
      const { url } = workspace.emulator;
      const { base, steps, evaluated } = await carriedOut(one, workspace.repository(index), url);
      const disabled = one.disabled === undefined ? [] : [one.disabled];
      const { grave, uncovered } = verdictOf(base, steps, disabled);
      const { reasons, approval } = evaluated;
      const isThrough = reasons.length === 0;
      counted.sequences++;
      if (grave > 0) counted.grave++;
      if (isThrough) counted.through++;
      if (grave > 0 && isThrough) counted.graveThrough++;
      if (grave > 0 && uncovered.length === 0) counted.letThrough++;
      if (uncovered.length === 0 && !isThrough) counted.refusedAllTheSame++;
      if (isThrough && uncovered.length > 0)
        violations.push({ number: start + index, uncovered, approval: approval?.words, told: told(one) });
    }
    await workspace.emulator.close();
    // A run that somebody ends says how far it came.
    if (exhaustive)
      process.stderr.write(`${JSON.stringify({ ...counted, violations: violations.length })}\n`);
  }
  expect({ found: violations.length, some: violations.slice(0, 5) }).toEqual({ found: 0, some: [] });
  // So that it cannot become true by letting nothing through, or by changing nothing.
  expect(counted.grave).toBeGreaterThan(numRuns / 2);
  expect(counted.graveThrough).toBeGreaterThan(numRuns / 5);
  expect(counted.refusedAllTheSame).toBeLessThan(numRuns / 10);
});
