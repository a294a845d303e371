/** From what a rule found to what is said about it: an exception lets it through, and so does its having been there before. */
import { isActive, untilText, type Exception } from "../access";
import type { Context, Level, ModelRule, ResourceRule, Rule, Seen, Violation } from "./rule";

/** What the stack was last brought up with; the state of one that never was is empty. */
export interface Before extends Context {
  readonly resources: ReadonlyMap<string, Seen>;
}

/** What the rules know of a run. */
export interface RunContext extends Context {
  readonly exceptions: readonly Exception[];
  /** Undefined where nobody said: then everything counts as new. */
  readonly before?: Before;
}

export interface Evaluated extends Violation {
  readonly rule: string;
  readonly level: Level;
  /** Why it does not stop the run, though its rule would. */
  readonly because?: string;
}

/** @param urn of the resource, by which the state knows it */
export function evaluateResource(
  rule: ResourceRule,
  resource: Seen,
  urn: string,
  run: RunContext,
): Evaluated[] {
  if (!rule.types.includes(resource.type)) return [];
  const violations = (seen: Seen, context: Context): Violation[] =>
    rule.check(seen, context).map((found) => ({ on: seen.name, found }));
  const was = run.before?.resources.get(urn);
  return evaluated(rule, violations(resource, run), run, () =>
    was && run.before ? violations(was, run.before) : [],
  );
}

/** None where the model is not known to the run. */
export function evaluateModel(rule: ModelRule, run: RunContext): Evaluated[] {
  const { model, before } = run;
  if (model === undefined) return [];
  return evaluated(rule, rule.check(model, run), run, () =>
    before?.model ? rule.check(before.model, before) : [],
  );
}

/**
 * The level of each violation: an exception that has not ended makes it advisory, and so does its having been there
 * before where the rule is on access. An exception that has ended is named.
 *
 * @param before what broke the rule before this run; asked for only where it counts. Default: nothing
 */
export function evaluated(
  rule: Rule,
  violations: readonly Violation[],
  { exceptions, asOf }: RunContext,
  before: () => readonly Violation[] = () => [],
): Evaluated[] {
  if (violations.length === 0) return [];
  const old = rule.access === true ? before() : [];
  return violations.map(({ on, found }): Evaluated => {
    const plain = { rule: rule.name, on, found };
    const exception = exceptions.find((one) => one.rule === rule.name && one.on === on);
    const counts = exception && isActive(exception, asOf);
    if (exception && counts)
      return {
        ...plain,
        level: "advisory",
        because: `excepted until ${exception.until} by ${exception.owner}: ${exception.reason}`,
      };
    if (rule.level === "mandatory" && old.some((one) => one.on === on && one.found === found))
      return { ...plain, level: "advisory", because: "it was so before, and this run does not touch it" };
    const ended = exception && `; its exception ended ${untilText(exception.until)}`;
    return { ...plain, found: found + (ended ?? ""), level: rule.level };
  });
}
