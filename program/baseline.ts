/**
 * The stack output that the next preview starts from. After a failed run the old one has to stay, so that the
 * next preview still tells what the run was about. As a rule the engine ends a program at its first failure and never
 * hears of outputs; told to `--continue-on-error` it stores a plain output nevertheless. So this one is there only once
 * every resource has been made.
 */
import * as pulumi from "@pulumi/pulumi";
import { encodeBaseline, type Baseline } from "../access";

/** Every resource that is declared from now on. Called before the first. */
export function watched(): readonly pulumi.Resource[] {
  const resources: pulumi.Resource[] = [];
  pulumi.runtime.registerStackTransformation(({ resource }) => {
    resources.push(resource);
    return undefined;
  });
  return resources;
}

/**
 * @param resources all of the program, those within components included
 * @returns unresolved if one of them fails. What is deleted goes after this, so a failed deletion does not stop it; the
 *   engine tries that again at the next run, and its preview shows it
 */
export function baselineOf(baseline: Baseline, resources: readonly pulumi.Resource[]): pulumi.Output<string> {
  return pulumi.all(resources.map(({ urn }) => urn)).apply(() => encodeBaseline(baseline));
}
