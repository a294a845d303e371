/** Evaluates all rules on all resources of a run, as the pack does while the engine works. */
import { evaluated, evaluateModel, evaluateResource, type Evaluated, type RunContext } from "./evaluate";
import type { Connected, Seen } from "./rule";
import { rules } from "./rules";
import { seenAs } from "./seen";

/** A resource as `pulumi preview --json` shows it. */
export interface Registered {
  readonly urn: string;
  readonly type: string;
  /** What the plugin's check made of what is declared: what a preview cannot know stands in it as the engine's sign for that. */
  readonly inputs?: Seen["inputs"];
  readonly protect?: boolean;
  /** URNs of what each input was made of. */
  readonly propertyDependencies?: Readonly<Record<string, readonly string[]>>;
}

/** Everything that breaks a rule, each with whether it stops the run. */
export function evaluateRun(resources: readonly Registered[], run: RunContext): Evaluated[] {
  const all = connect(resources);
  return rules.flatMap((rule) => {
    if (rule.kind === "model") return evaluateModel(rule, run);
    if (rule.kind === "stack") return evaluated(rule, rule.check([...all.values()], run), run);
    return [...all].flatMap(([urn, one]) => evaluateResource(rule, one, urn, run));
  });
}

/** By URN. A preview shows no outputs: what a rule on the whole asks for is among the inputs. */
function connect(resources: readonly Registered[]): ReadonlyMap<string, Connected> {
  const all = new Map<string, Connected>();
  for (const { urn, type, inputs = {}, protect = false, propertyDependencies = {} } of resources) {
    const sources = Object.entries(propertyDependencies).map(
      ([key, urns]) => [key, urns.flatMap((source) => all.get(source) ?? [])] as const,
    );
    all.set(urn, { ...seenAs(urn, type, known(inputs), protect), from: Object.fromEntries(sources) });
  }
  return all;
}

/** How the engine writes a value that a preview cannot know, and one that is secret. */
const unknown: readonly unknown[] = ["04da6b54-80e4-46f7-96ec-b56ff0331ba9", "[secret]"];

/**
 * The same, but that reading a value that is not known throws, as in the pack. What is secret counts as not known: the pack,
 * which sees it, evaluates it in the run.
 */
function known<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  const copy: object = Array.isArray(value) ? [] : {};
  for (const [key, member] of Object.entries(value) as [string, unknown][]) {
    const get = (): unknown => {
      if (unknown.includes(member)) throw new Error(`${key} is not known in a preview`);
      return known(member);
    };
    Object.defineProperty(copy, key, { enumerable: true, get });
  }
  return copy as Value;
}
