/**
 * The guardrails as a Pulumi policy pack. Each rule is a policy; what an exception lets through, and what was so before,
 * comes as a policy of its own, which only tells.
 */
import { appendFileSync } from "node:fs";
import {
  PolicyPack,
  type PolicyResource,
  type ResourceValidation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { renderProblem } from "../access";
import { readContext, type PackContext } from "./context";
import { evaluated, evaluateModel, evaluateResource, type Evaluated } from "./evaluate";
import type { Connected, Level, Rule, StackRule } from "./rule";
import { rules } from "./rules";
import { seenAs } from "./seen";
import { variable } from "../access/environment";

const stackType = "pulumi:pulumi:Stack";

let read: PackContext | undefined;
const context = (urn: string): PackContext => (read ??= readContext(urn));

const wholes = rules.filter((rule): rule is StackRule => rule.kind === "stack");

new PolicyPack("bitbucket-keycloak", {
  policies: [
    ...rules.map((rule) => (rule.kind === "stack" ? wholePolicy(rule) : resourcePolicy(rule))),
    {
      name: "let-through",
      description: "what breaks a rule, and does not stop the run",
      enforcementLevel: "advisory",
      validateResource: (args, report) => {
        for (const one of rules.flatMap((rule) => violationsOf(rule, args)))
          if (one.because !== undefined) report(told(one));
      },
    },
    {
      name: "let-through-in-all",
      description: "what breaks a rule on the whole, and does not stop the run",
      enforcementLevel: "advisory",
      validateStack: ({ resources }, report) => {
        for (const one of wholes.flatMap((rule) => violationsInAll(rule, resources)))
          if (one.because !== undefined) report(told(one));
      },
    },
    {
      name: "exceptions",
      description:
        "exceptions.yaml says of each exception whose it is, why, and until when; the moment of the run is one",
      enforcementLevel: "mandatory",
      validateResource: only([stackType], ({ type, urn }, report) => {
        for (const problem of type === stackType ? context(urn).problems : []) {
          const found = renderProblem(problem);
          note({ rule: "exceptions", on: problem.file, found, level: "mandatory" });
          report(found);
        }
      }),
    },
  ],
});

function resourcePolicy(rule: Rule): ResourceValidationPolicy {
  return {
    ...headOf(rule),
    validateResource: only(rule.kind === "resource" ? rule.types : [stackType], (args, report) => {
      for (const one of violationsOf(rule, args)) {
        note(one);
        if (one.because === undefined) report(told(one));
      }
    }),
  };
}

/**
 * For each rule the library reads all properties of a resource anew, unless the rule's function is marked with another
 * type. It knows one mark a function, so a rule on several types sees every resource.
 */
function only(types: readonly string[], validate: ResourceValidation): ResourceValidation {
  return types.length === 1 ? Object.assign(validate, { __pulumiType: types[0] }) : validate;
}

function wholePolicy(rule: StackRule): StackValidationPolicy {
  return {
    ...headOf(rule),
    validateStack: ({ resources }, report) => {
      for (const one of violationsInAll(rule, resources)) {
        note(one);
        if (one.because === undefined) report(told(one));
      }
    },
  };
}

function headOf({ name, says, level, controls, fix }: Rule) {
  const enforcementLevel: Level = level;
  return {
    name,
    description: `${says} (${controls.join(", ")})`,
    enforcementLevel,
    remediationSteps: fix,
    tags: [...controls],
  };
}

/** The model is evaluated once, with the first thing that the engine registers: before anything is made. */
function violationsOf(rule: Rule, { type, urn, props, opts }: ResourceValidationArgs): Evaluated[] {
  if (rule.kind === "stack") return [];
  if (rule.kind === "model") return type === stackType ? evaluateModel(rule, context(urn)) : [];
  if (!rule.types.includes(type)) return [];
  return evaluateResource(rule, seenAs(urn, type, props, opts.protect), urn, context(urn));
}

function violationsInAll(rule: StackRule, resources: readonly PolicyResource[]): Evaluated[] {
  const [first] = resources;
  if (first === undefined) return [];
  const here = context(first.urn);
  return evaluated(rule, rule.check(resources.map(connected), here), here);
}

/** Followed only as far as a rule looks. */
function connected({ urn, type, props, opts, propertyDependencies }: PolicyResource): Connected {
  return {
    ...seenAs(urn, type, props, opts.protect),
    get from() {
      const entries = Object.entries(propertyDependencies);
      return Object.fromEntries(entries.map(([key, sources]) => [key, sources.map(connected)]));
    },
  };
}

function told({ rule: name, on, found, because }: Evaluated): string {
  const fix = rules.find((rule) => rule.name === name)?.fix ?? "";
  return because === undefined
    ? `${on}: found ${found}; ${fix}`
    : `${name}, ${on}: found ${found} (${because})`;
}

function note(one: Evaluated): void {
  const file = process.env[variable.findings];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(one)}\n`, { mode: 0o600 });
}
